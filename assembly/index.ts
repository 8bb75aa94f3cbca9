/** The core's exports by name: the table of contents of margin.wasm. */
export { badRow } from "./record/failure";
export { allocate, memoryInUse, release } from "./api/memory";
export { shrinkCorrelation } from "./api/correlation";
export { bind, change, evaluate, rebind, restore, riskArrays, shares } from "./api/margin";
export {
  accountAddress,
  cancelOrder,
  checkDescribed,
  checkOrder,
  checkOrders,
  deposit,
  describeOrder,
  evaluateAccount,
  expireInstrument,
  fill,
  fundPerpetual,
  listAccounts,
  markLots,
  maxLots,
  openAccount,
  placeOrder,
  rankAccounts,
  rankRestored,
  refreshAccounts,
  releaseAccounts,
  remarginAll,
  restoreRow,
  settleCurrency,
  watchAccounts,
} from "./api/venue";
export { exp, interpolate, log, pow, progressive, roundDecimal, step } from "./api/formula";
export { greeks, impliedVols, prices } from "./api/pricing";

/** The core's exports by name: the table of contents of margin.wasm. */
export { badRow } from "./record/failure";
export { allocate, memoryInUse, release } from "./api/memory";
export { shrinkCorrelation } from "./api/correlation";
export { bind, change, evaluate, riskArrays, shares } from "./api/margin";
export { greeks, impliedVols, prices } from "./api/pricing";

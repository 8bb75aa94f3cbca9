/** The core's exports by name: the table of contents of margin.wasm. */
export { badRow } from "./record/failure";
export { allocate, memoryInUse, release } from "./api/memory";
export { bind, change, evaluate, restore, riskArrays, shares } from "./api/margin";
export { greeks, impliedVols, prices } from "./api/pricing";

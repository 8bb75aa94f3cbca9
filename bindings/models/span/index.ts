/** SPAN: the model and the market of a parameter file. */
export { spanMarket } from "./market.ts";
export { spanModel } from "./model.ts";

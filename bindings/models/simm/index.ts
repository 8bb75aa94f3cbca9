/** ISDA SIMM out of a user's parameter file and CRIF records. */
export { simmModel } from "./model.ts";
export { type SimmOptions } from "./part.ts";
export { simmDocuments, simmAmount, simmInstrument, type SimmRecord } from "./documents.ts";
export { simmParameters, type SimmParameters } from "./parameters.ts";

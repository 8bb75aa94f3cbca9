/** The Basel sensitivities-based method out of rows of sensitivities. */
export { baselSbm, frtbModel, type FrtbOptions } from "./model.ts";
export { frtbDocuments, type FrtbSensitivity } from "./documents.ts";

/** Entry `margin-core/models`: the models that come with the package, by name and by id. */
import type { MarginModel } from "../documents/model.ts";
import { cryptoBasel2a, cryptoFloating } from "./crypto-sensitivities.ts";
import { deribitPm } from "./deribit/portfolio.ts";

export { cryptoBasel2a, cryptoFloating } from "./crypto-sensitivities.ts";
export { deribitPm } from "./deribit/portfolio.ts";

export const models: Readonly<Record<"deribit-pm", MarginModel> & Record<string, MarginModel>> = {
  "deribit-pm": deribitPm,
  "crypto-basel-2a": cryptoBasel2a,
  "crypto-floating-2026": cryptoFloating,
};

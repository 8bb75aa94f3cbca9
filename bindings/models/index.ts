/** Entry `margin-core/models`: the models that come with the package, by name and by id. */
import type { MarginModel } from "../documents/model.ts";
import { cryptoBasel2a, cryptoFloating } from "./crypto-sensitivities.ts";
import { deribitCrossPm } from "./deribit/cross-portfolio.ts";
import { deribitLegacyPm, deribitLegacyPm2018 } from "./deribit/legacy.ts";
import { deribitPm } from "./deribit/portfolio.ts";
import { deribitStandard } from "./deribit/standard.ts";

export { cryptoBasel2a, cryptoFloating } from "./crypto-sensitivities.ts";
export { deribitCrossPm } from "./deribit/cross-portfolio.ts";
export { deribitLegacyPm, deribitLegacyPm2018 } from "./deribit/legacy.ts";
export { deribitPm } from "./deribit/portfolio.ts";
export { deribitStandard } from "./deribit/standard.ts";

export const models: Readonly<Record<"deribit-pm", MarginModel> & Record<string, MarginModel>> = {
  "deribit-pm": deribitPm,
  "deribit-xpm": deribitCrossPm,
  "deribit-legacy-pm": deribitLegacyPm,
  "deribit-legacy-pm-2018": deribitLegacyPm2018,
  "deribit-sm": deribitStandard,
  "crypto-basel-2a": cryptoBasel2a,
  "crypto-floating-2026": cryptoFloating,
};

/** The models that come with the package, by id. */
import type { MarginModel } from "../documents/model.ts";
import { cryptoBasel2a, cryptoFloating } from "./crypto-sensitivities.ts";
import { deribitPm } from "./deribit.ts";
import { derivePm1, derivePm2, deriveSm } from "./derive/index.ts";

export { cryptoBasel2a, cryptoFloating } from "./crypto-sensitivities.ts";
export { deribitPm } from "./deribit.ts";
export { auctionOf, derivePm1, derivePm2, deriveSm } from "./derive/index.ts";
export { parseSpan, type SpanFile } from "../formats/span.ts";
export { spanMarket, spanModel } from "./span/index.ts";
export { greekVectors, greekVectorsModel } from "./greek-vectors.ts";

export const models: Readonly<Record<"deribit-pm", MarginModel> & Record<string, MarginModel>> = {
  "deribit-pm": deribitPm,
  "derive-pm1": derivePm1,
  "derive-pm2": derivePm2,
  "derive-sm": deriveSm,
  "crypto-basel-2a": cryptoBasel2a,
  "crypto-floating-2026": cryptoFloating,
};

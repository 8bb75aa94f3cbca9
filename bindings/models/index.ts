/** Entry `margin-core/models`: the models that come with the package, by name and by id. */
import type { MarginModel } from "../documents/model.ts";
import { cryptoBasel2a, cryptoFloating } from "./crypto-sensitivities.ts";
import { deribitCrossPm } from "./deribit/cross-portfolio.ts";
import { deribitLegacyPm, deribitLegacyPm2018 } from "./deribit/legacy.ts";
import { deribitPm } from "./deribit/portfolio.ts";
import { deribitStandard } from "./deribit/standard.ts";
import { derivePm1, derivePm2, deriveSm } from "./derive/index.ts";
import { binanceOptions } from "./binance/options.ts";
import { binancePm } from "./binance/portfolio.ts";
import { bybitCross } from "./bybit/cross.ts";
import { okxPm } from "./okx/portfolio.ts";
import { aevoPm } from "./aevo/portfolio.ts";
import { aevoStandard } from "./aevo/standard.ts";
import { krakenFutures } from "./kraken/futures.ts";
import { timsGrid } from "./tims-grid.ts";

export { cryptoBasel2a, cryptoFloating } from "./crypto-sensitivities.ts";
export { deribitCrossPm } from "./deribit/cross-portfolio.ts";
export { deribitLegacyPm, deribitLegacyPm2018 } from "./deribit/legacy.ts";
export { deribitPm } from "./deribit/portfolio.ts";
export { deribitStandard } from "./deribit/standard.ts";
export { auctionOf, derivePm1, derivePm2, deriveSm } from "./derive/index.ts";
export { parseSpan, type SpanFile } from "../formats/span.ts";
export { spanMarket, spanModel } from "./span/index.ts";
export { greekVectors, greekVectorsModel } from "./greek-vectors.ts";
export { binanceOptions } from "./binance/options.ts";
export { binancePm } from "./binance/portfolio.ts";
export { bybitCross } from "./bybit/cross.ts";
export { okxPm } from "./okx/portfolio.ts";
export { aevoPm } from "./aevo/portfolio.ts";
export { aevoStandard } from "./aevo/standard.ts";
export { krakenFutures } from "./kraken/futures.ts";
export { timsGrid } from "./tims-grid.ts";

export const models: Readonly<Record<"deribit-pm", MarginModel> & Record<string, MarginModel>> = {
  "deribit-pm": deribitPm,
  "deribit-xpm": deribitCrossPm,
  "deribit-legacy-pm": deribitLegacyPm,
  "deribit-legacy-pm-2018": deribitLegacyPm2018,
  "deribit-sm": deribitStandard,
  "derive-pm1": derivePm1,
  "derive-pm2": derivePm2,
  "derive-sm": deriveSm,
  "binance-options": binanceOptions,
  "binance-pm": binancePm,
  "bybit-cross": bybitCross,
  "okx-pm": okxPm,
  "aevo-pm": aevoPm,
  "aevo-sm": aevoStandard,
  "kraken-futures": krakenFutures,
  "tims-grid": timsGrid,
  "crypto-basel-2a": cryptoBasel2a,
  "crypto-floating-2026": cryptoFloating,
};

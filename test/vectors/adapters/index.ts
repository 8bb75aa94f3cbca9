/** Every adapter; the first that knows a shape runs it. */
import type { Adapter } from "../adapter.ts";
import { aggregation } from "./aggregation.ts";
import { calibration } from "./calibration.ts";
import { chains } from "./chains.ts";
import { correlation } from "./correlation.ts";
import { deribitPortfolio } from "./deribit-pm.ts";
import { deribitRules } from "./deribit-rules.ts";
import { deriveAuction } from "./derive-auction.ts";
import { derivePortfolio } from "./derive-portfolio.ts";
import { deriveStandard } from "./derive-standard.ts";
import { drift } from "./drift.ts";
import { fullCollateral } from "./full-collateral.ts";
import { frtb } from "./frtb.ts";
import { inverse } from "./inverse.ts";
import { numbers } from "./numbers.ts";
import { okx } from "./okx.ts";
import { options } from "./options.ts";
import { paradex } from "./paradex.ts";
import { scans } from "./scans.ts";
import { simm } from "./simm.ts";
import { span } from "./span.ts";
import { surfaces } from "./surfaces.ts";
import { venues } from "./venues.ts";

export const ADAPTERS: Adapter[] = [
  ...numbers,
  ...aggregation,
  ...options,
  ...inverse,
  ...scans,
  ...deribitPortfolio,
  ...deribitRules,
  ...derivePortfolio,
  ...deriveAuction,
  ...deriveStandard,
  ...okx,
  ...paradex,
  ...span,
  ...surfaces,
  ...calibration,
  ...correlation,
  ...venues,
  ...chains,
  ...drift,
  ...fullCollateral,
  ...simm,
  ...frtb,
];

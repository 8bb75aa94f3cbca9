/** What every entry exports beside its `load`. */
export { Core } from "./core.ts";
export type { Change } from "./core/change.ts";
export type { ExactOption, MarginOptions } from "./core/options.ts";
export type { Account, Prepared, RiskArrays } from "./core/prepared.ts";
export {
  IMPLIED_VOL_REASONS,
  type GreekColumns,
  type GreekName,
  type PriceColumns,
  type Values,
  type VolColumns,
} from "./core/pricing.ts";
export { MarginError } from "./error.ts";
export { checkMarket, checkModel, checkPortfolio, isChecked, parseDocument } from "./documents/check.ts";
export { documentHash } from "./documents/hash.ts";
export type { Currency, Fact, Instrument, Market } from "./documents/market.ts";
export type {
  Amount,
  Charge,
  Condition,
  Correlated,
  CorrelationTerm,
  Decimal,
  Exposure,
  Expr,
  Formula,
  Level,
  MarginModel,
  Matrix,
  MeasureUnit,
  Parameter,
  Profile,
  Row,
  Scan,
  Scenarios,
  Select,
  Spread,
  SpreadLeg,
  Table,
  Value,
} from "./documents/model.ts";
export type { Portfolio, Position } from "./documents/portfolio.ts";
export type {
  CorrelatedBucket,
  CorrelatedFactor,
  CorrelatedTail,
  Driver,
  ExposureFactor,
  Requirement,
  RequirementGroup,
  RequirementNode,
} from "./documents/requirement.ts";
export { crifRecords, parseCrif, type CrifRecord } from "./formats/crif.ts";
export { marketFromDeribit } from "./formats/deribit-market.ts";
export { portfolioFromDeribit } from "./formats/deribit-portfolio.ts";
export { frtbRecords, parseFrtb, type FrtbRecord } from "./formats/frtb.ts";
export type { WasmSource } from "./host/instantiate.ts";
export { frtbDocuments, frtbModel, type FrtbOptions, type FrtbSensitivity } from "./models/frtb/index.ts";
export { greekVectors, greekVectorsModel } from "./models/greek-vectors.ts";
export {
  simmAmount,
  simmDocuments,
  simmInstrument,
  simmModel,
  simmParameters,
  type SimmOptions,
  type SimmParameters,
  type SimmRecord,
} from "./models/simm/index.ts";

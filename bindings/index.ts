/** What every entry exports beside its `load`. */
export { Core, type ExactOption } from "./core.ts";
export type { MarginOptions, Prepared, RiskArrays } from "./core/prepared.ts";
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
  Expr,
  Formula,
  Level,
  MarginModel,
  MeasureUnit,
  Parameter,
  Profile,
  Row,
  Scan,
  Scenarios,
  Select,
  Table,
  Value,
} from "./documents/model.ts";
export type { Portfolio, Position } from "./documents/portfolio.ts";
export type { Driver, Requirement, RequirementGroup, RequirementNode } from "./documents/requirement.ts";
export { marketFromDeribit } from "./formats/deribit-market.ts";
export { portfolioFromDeribit } from "./formats/deribit-portfolio.ts";
export type { WasmSource } from "./host/instantiate.ts";
export type { Account, Check, Holding, Order } from "./venue/account.ts";
export { combineDigests } from "./venue/digest.ts";
export { applyEvent, isAccountEvent, type AccountEvent, type CommonEvent, type VenueEvent } from "./venue/events.ts";
export { MemoryJournal, type Journal, type Sequenced } from "./venue/journal.ts";
export { openJournaled, type JournaledVenue, type OpenOptions } from "./venue/journaled.ts";
export { readSnapshot, type RestoreOptions, type Snapshot, type SnapshotHeader } from "./venue/snapshot.ts";
export type { Handle, Joining, Venue } from "./venue/venue.ts";
export { models } from "./models/index.ts";

/** The requirement document: a margin and the tree that explains it. */
import type { Charge } from "./model.ts";

export interface Requirement {
  format: 1;
  /** `hash`: SHA-256 of the document's canonical JSON (RFC 8785); there when nodes are. */
  model: { id: string; edition: string; hash?: string };
  market: { asOf: string; hash?: string };
  /** Currency of the four totals. */
  currency: string;
  equity: number;
  initial: number;
  maintenance: number;
  /** equity − initial; < 0 is a shortfall. */
  excess: number;
  outputs?: Record<string, number>;
  /** By currency: bound of what rounding to its quantum can have moved, Σ|lots|·quantum/2; absent where nothing was rounded. */
  rounding?: Record<string, number>;
  /** Sensitivities by risk factor; there when nodes are and the model has exposures. */
  exposures?: Record<string, ExposureFactor[]>;
  /** Charges in document order, then the results; absent where the call asked for totals only. */
  nodes?: RequirementNode[];
}
export interface ExposureFactor {
  keys: Record<string, string | number>;
  /** long + short */
  net: number;
  /** Of positions held long, and of those held short. */
  long: number;
  short: number;
}
export interface RequirementNode {
  name: string;
  kind: Charge["kind"] | "result";
  /** A currency, or "by settlement" where each group is in its own settlement currency. */
  unit: string;
  /** Sum over the groups; absent where the groups are in different currencies. */
  value?: number;
  /** Names of the charges and values that its formula reads. */
  of: string[];
  groups: RequirementGroup[];
}
export interface RequirementGroup {
  keys: Record<string, string | number>;
  unit: string;
  value: number;
  driver?: Driver;
  /** What each held instrument contributes; sums to `value`. */
  shares?: [instrument: string, value: number][];
  /** The node is not homogeneous here (a cap, a size under a rate, a given amount): shares were scaled to its value. */
  rescaled?: true;
  /** Shares take concentration ratios above 1 as given: they add up, but the value grows faster than the position. */
  fixed?: true;
}
export type Driver =
  /** A scan: the row that drives it, the profit and loss of every row, and their labels where `{spot}` in them was filled in. */
  | { row: number; label: string; profile: number[]; labels?: string[] }
  /** A formula: which argument of its max, min or if was taken. */
  | { argument: number; name: string }
  /** A spread: of each of its pairs, in its order, how many formed that took of the group. */
  | { pairs: number[] }
  /** A correlated charge: its held buckets; of a tail its parts; `limited` where S was limited to ±K because the root had no real value; `floored` where the sum under the root was negative and counts as 0. */
  | { buckets: CorrelatedBucket[]; tails?: CorrelatedTail[]; limited?: true; floored?: true };
export interface CorrelatedBucket {
  keys: Record<string, string | number>;
  /** √ of the quadratic form of its weighted sensitivities. */
  K: number;
  /** Their sum, as it counts across buckets. */
  S: number;
  special?: true;
  /** The form was negative by more than rounding, and counts as 0. */
  floored?: true;
  /** With two sides, the one that decides. */
  side?: "up" | "down";
  factors: CorrelatedFactor[];
}
export interface CorrelatedFactor {
  keys: Record<string, string | number>;
  /** Σ quantity·measure; up and down where the charge has two sides. */
  sensitivity: number | [up: number, down: number];
  /** weight·sensitivity·concentration */
  weighted: number | [up: number, down: number];
  /** max(1, √(|s|/threshold)); absent where none is counted. */
  concentration?: number;
}
/** Σw, θ = min(Σw/Σ|w|, 0), λ = (z² − 1)(1 + θ) − θ and the root of max(Σw + λ·root, 0); of special buckets apart. */
export interface CorrelatedTail {
  special?: true;
  sum: number;
  theta: number;
  lambda: number;
  root: number;
}

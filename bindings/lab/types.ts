/** What `lab.calibrate.surface` takes and gives. Vols are annualised (1.00 = 100 %), errors and spreads are in vol points (0.01). */

/** One option's quote; prices in coin where the payoff is inverse, else in quote currency per unit of base. */
export interface Quote {
  underlying: string;
  /** ISO 8601 with zone. */
  expiry: string;
  strike: number;
  /** +1 call, −1 put. */
  callPut: 1 | -1;
  /** null (or 0): nobody bids. */
  bid: number | null;
  ask: number | null;
  /** Forward of the expiry, as the venue gives it; the median of those of one expiry is taken. Absent: implied by put–call parity. */
  forward?: number;
  /** When it was quoted. Absent: at `asOf`. */
  time?: string;
}

export interface SurfaceOptions {
  /** The moment of the surface. */
  asOf: string;
  /** How bid and ask are paid. */
  payoff: "inverse" | "linear";
  /** Seconds after which a quote is stale; default: none is. */
  maxAge?: number;
  /** The fit before this one: a ridge draws each slice to it, and it stands in where too few quotes are left. */
  previous?: SurfaceFit;
  /** true: an expiry with nothing to fit is left out, and flagged; default: an error. */
  leaveOut?: boolean;
  /** Scheduled events: expiries behind one that SVI cannot fit get a two-point mixture beside it. */
  events?: SurfaceEvent[];
  /** The clock in which variance accrues: slices then tell their `eventTau`, and the repricer interpolates between them in it. Default: calendar time. */
  clock?: Clock;
}

/** Event-weighted time: ∫ weight(hour of week) dt, and what events count for. */
export interface Clock {
  /** Weight of an hour on Saturday or Sunday (UTC), > 0; other hours have 1. Default 1; 0.6 is usual. */
  weekend?: number;
  /** Scheduled events after `asOf`: each counts for so many calendar days more. */
  events?: { at: string; days: number }[];
}

export interface SurfaceEvent {
  at: string;
  /** Total variance that it is expected to add; ≥ 0. The fit takes it from the quotes. */
  variance: number;
}

/** Why a quote was not used, in the order of the tests: the first that fails names it. */
export const DROP_REASONS = [
  "used",
  "not-finite",
  "not-positive",
  "expired",
  "stale",
  "one-sided",
  "crossed",
  "no-forward",
  "below-intrinsic",
  "above-maximum",
  "too-wide",
  "small-delta",
  "duplicate-strike",
  "in-the-money",
] as const;
export type DropReason = Exclude<(typeof DROP_REASONS)[number], "used">;

/** Raw SVI: w(k) = a + b·(ρ(k − m) + √((k − m)² + σ²)), w = vol²·tau, k = ln(K/F). */
export interface Svi {
  a: number;
  b: number;
  rho: number;
  m: number;
  sigma: number;
}

/**
 * How a slice came about: `svi` as fitted; `repaired` SVI that had to be re-fitted under heavier penalties, or bent, to be free of
 * arbitrage; `essvi` the guaranteed fall-back; `mixture` SVI that cannot follow an event, with two points around it beside it; `previous` the last surface at the new level.
 */
export type Method = "svi" | "repaired" | "essvi" | "mixture" | "previous";

export interface Arbitrage {
  /** Least value of Durrleman's g on a fine grid; negative: a butterfly can be bought for less than nothing. */
  minG: number;
  /** Least of w(k) − w_earlier(k) on a fine grid; negative: a calendar spread can. null for the first expiry. */
  calendarGap: number | null;
}

export interface QuotePoint {
  strike: number;
  logMoneyness: number;
  bidVol: number;
  askVol: number;
  midVol: number;
  fitVol: number;
}

export interface SliceFit extends Arbitrage {
  expiry: string;
  /** Years. */
  tau: number;
  /** Event-weighted years to the expiry, where the options give a clock. */
  eventTau?: number;
  forward: number;
  forwardSource: "given" | "parity";
  svi: Svi;
  method: Method;
  /** What a reader has to know: each fall-back in words. Empty for a plain fit. */
  flags: string[];
  /** How many quotes were used. */
  quotes: number;
  /** Weighted root mean square of fitted less mid vol where |delta| ≥ 0.1, in vol points; null where no quote is. */
  rmse: number | null;
  /** The largest such difference, in vol points. */
  maxError: number | null;
  /** Share of used quotes whose fitted vol lies between bid and ask vol. */
  inside: number | null;
  /** The same tests on the plain least-squares slice, before penalties and fall-backs. */
  before: Arbitrage;
  /** Used quotes, by strike. */
  points: QuotePoint[];
  /**
   * Where method is `mixture`: two Black models at `vol`, with the forward at `up` (of the forward) with probability `weight`, else at `down`;
   * and its own rmse. `svi`, points and all other figures of the slice are still the SVI slice's, which the repricer reads.
   */
  mixture?: { vol: number; weight: number; up: number; down: number; rmse: number };
}

export interface UnderlyingFit {
  underlying: string;
  /** By expiry. */
  slices: SliceFit[];
}

export interface DroppedQuote {
  /** Index into the quotes that were given. */
  row: number;
  reason: DropReason;
}

export interface SurfaceFit {
  asOf: string;
  underlyings: UnderlyingFit[];
  dropped: DroppedQuote[];
  /** Each flag of each slice, with its place: `BTC 2026-03-27T08:00:00Z: …`. */
  flags: string[];
}

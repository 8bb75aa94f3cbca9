/**
 * One expiry in memory: a header of f64 and columns [rows], `stride` bytes apart. The host writes the inputs, the rest is filled here.
 *
 * offset     field
 * 0          header, HEADER_BYTES
 * 1024       columns of `stride` bytes each (8·rows rounded up to 16): inputs, vols by row, then used quotes by log-moneyness
 */
import { Column } from "../memory/column";

export const HEADER_BYTES: usize = 1024;

/** Slots of the header, f64 each. */
export const enum Slot {
  // inputs
  Rows,
  Stride,
  Tau,
  /** seconds; ∞ where nothing is stale */
  MaxAge,
  /** 1: prices are in coin */
  IsCoin,
  /** 1: the slice of the fit before follows, raw, with its time to expiry */
  HasPrevious,
  PreviousA,
  PreviousB,
  PreviousRho,
  PreviousM,
  PreviousSigma,
  PreviousTau,
  // of the quotes
  Forward,
  /** 1: by put–call parity */
  ForwardIsParity,
  /** given forward / forward − 1 where parity refused it, else 0 */
  ForwardMoved,
  Used,
  /** quotes that are wider than the rule, used because there were too few others */
  WideUsed,
  /** w at the money of the quotes: the scale of the slice */
  Level,
  /** median half-spread, vol */
  HalfSpread,
  /** largest |k| of a used quote */
  Reach,
  // of the fit
  A,
  B,
  Rho,
  M,
  Sigma,
  BeforeA,
  BeforeB,
  BeforeRho,
  BeforeM,
  BeforeSigma,
  Method,
  /** bits of `Flag` */
  Flags,
  Rmse,
  MaxError,
  Inside,
  MinG,
  CalendarGap,
  BeforeMinG,
  BeforeCalendarGap,
  /** slice whose shape stood in, −1 none */
  ShapeOf,
  /** share of the fall-back in a bent slice */
  Bent,
  /** input; 1: a scheduled event lies before the expiry */
  HasEvent,
  MixtureVol,
  MixtureWeight,
  MixtureUp,
  MixtureDown,
  MixtureRmse,
}

export const enum Method {
  Svi,
  Repaired,
  Essvi,
  Mixture,
  Previous,
}

export const enum Flag {
  /** the shape is drawn to that of another expiry: too few quotes */
  FewQuotes = 1,
  /** the shape is drawn to that of the fit before: too few quotes */
  FewQuotesPrevious = 2,
  /** no quote: the fit before as it was */
  NoQuotes = 4,
  /** penalties had to be raised */
  Raised = 8,
  /** bent towards eSSVI */
  Bent = 16,
  /** eSSVI itself */
  Essvi = 32,
  /** held to the earlier expiry's slice: it adds (almost) no variance where they touch */
  HeldToEarlier = 64,
  /** quotes wider than the rule were used */
  Wide = 128,
  /** the given forward breaks put–call parity at the money and was moved */
  ForwardMoved = 256,
  /** the slice misses its quotes by more than 0.5 vol points */
  PoorFit = 512,
  /** two points around an event */
  Mixture = 1024,
  /** no quote: shape and vols of another expiry */
  Lent = 2048,
}

/** Why a row is not used; in the order of the tests. */
export const enum Drop {
  Used,
  NotFinite,
  NotPositive,
  Expired,
  Stale,
  OneSided,
  Crossed,
  NoForward,
  BelowIntrinsic,
  AboveMaximum,
  TooWide,
  SmallDelta,
  DuplicateStrike,
  InTheMoney,
}

/** Columns by number. */
export const enum Col {
  // inputs, sorted by strike, then calls first
  Strike,
  CallPut,
  Bid,
  Ask,
  /** NaN where none is given */
  Forward,
  /** seconds before the moment of the surface */
  Age,
  // by row
  Reason,
  BidVol,
  AskVol,
  Delta,
  // of used quotes, by k
  K,
  WBid,
  WAsk,
  WMid,
  /** √weight of a difference in w: 1/(2στ·half-spread) */
  RootWeight,
  AbsDelta,
  Row,
  Scratch,
  Scratch2,
  Scratch3,
  Count,
}

@inline export function slot(block: usize, s: Slot): f64 {
  return load<f64>(block + (<usize>s << 3));
}
@inline export function setSlot(block: usize, s: Slot, x: f64): void {
  store<f64>(block + (<usize>s << 3), x);
}
@inline export function columnOf(block: usize, c: Col): Column {
  return changetype<Column>(block + HEADER_BYTES + <usize>c * <usize>slot(block, Slot.Stride));
}
@inline export function addFlag(block: usize, flag: Flag): void {
  setSlot(block, Slot.Flags, <f64>(<i32>slot(block, Slot.Flags) | flag));
}

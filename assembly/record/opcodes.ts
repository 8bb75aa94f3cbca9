/**
 * Operations of the flat program, eight words each: operation, level, destination, then five operands (addresses
 * of columns, or what the comment says). Plain enums, so that the core and the compiler in bindings/ read one file.
 */
export enum Op {
  // columns of one level: destination ← operands
  Add = 1,
  Sub,
  Mul,
  Div,
  Max,
  Min,
  Pow,
  Neg,
  Abs,
  Exp,
  Ln,
  Sqrt,
  Ceil,
  Trunc,
  /** a rounded to c decimal places (c is the number) */
  Round,
  /** 1 where a < b, else 0 */
  Less,
  LessOrEqual,
  /** a where it is not 0: b, else c */
  If,
  /** a, or b where a is NaN */
  Coalesce,
  /** x = a; b = column of table addresses, c = column of point counts */
  Step,
  Progressive,
  Interpolate,
  /** index of the first of c operands, addresses at b, that equals the largest (d = 1) or smallest (d = −1) */
  Argument,

  // between levels: a = source, b = relation
  Broadcast,
  SumGroups,
  /** tick column a to the held groups of this level */
  Hold,
  /** 1 where a held position of the group has mask a (and side b) */
  HeldMask,

  // of instruments
  /** measure a per unit of base, to one lot, rounded to the quanta in column b */
  PerLot,
  /** destination ← the Greek numbered a of each instrument */
  Greek,
  /** destination ← of each option the SmilePart numbered a, NaN where it has no slices */
  Smile,
  /** destination ← Black-76 value of one base unit in settlement currency, NaN where no option */
  OptionValue,
  /** destination ← profit and loss of one unit of base of each instrument in row b of scenario set a; after repricing */
  RowResult,

  // sums over positions: a = mask address or 0, b = side
  /** c = measure column (per lot) */
  SumMeasure,
  /** c = measure column (per lot), d = its quanta; b is 1 for asks, 0 for bids */
  SumOrders,
  /** c = scenario set, d = destination of base values; e is 1 where resting orders count as those that lose most in the row, 2 as those that gain most */
  SumRows,
  Unrealised,
  /** sensitivities by risk factor into the Factors at a, and their weights; destination unused */
  Weigh,
  /** the Aggregation at a → its values for the held groups of this level */
  Correlate,
  /** pairs of the net amounts a by the Pairing at b */
  Pair,

  // profiles: matrices [groups × stride], destination ← a
  /** a, b = P and M by finer group, c = address of [relation to this level, relation to settlement], d = destination of M; e = set */
  Convert,
  /** a matrix, b = base values, c, d = factor columns for values > 0, < 0; e = set */
  Factors,
  /** b = address of flags by row, c = the same profile with the fills that gain most, or 0; e = set */
  Either,
  /** b = factor column, c = cap column or 0; e = set */
  Gains,
  /** b = address of column addresses by row (0: none); e = set */
  Dampen,
  Weight,
  /** b = address of slice numbers by row, c = slices; e = set */
  SliceWorst,
  /**
   * to the rows there, adds those of finer groups a by relation b; e = set. Where c, the relation of the finer level to settlement,
   * is not −1, they are converted, and d has their base values
   */
  AddRows,
  /** rows of zeros; e = set */
  ClearRows,
  /** to the rows there, how many positions have the strike of each; a = mask address, b = side, c is 1 where resting orders count; e = set */
  HeldRows,
  /**
   * loss of matrix a; b = mode, c = row, or address of slice numbers by row, d = destination of the driver, e = address of
   * [set, slice, matrix of HeldRows or 0: only rows count where it is not 0]
   */
  Reduce,
}

/** How a scan turns a profile into a loss. */
export enum ReduceMode {
  Worst,
  Row,
  SliceWorst,
  Slice,
}

/** Where the risk arrays of a scenario set come from. */
export enum SetKind {
  /** instruments are repriced in every row */
  Rows,
  /** the venue gives them */
  Given,
  /** payoff at expiry by settlement price, in settlement currency; in the model's */
  Settlement,
  SettlementInModel,
}

/** Fields of a scenario row that the repricer reads. */
export enum RowField {
  Spot,
  Linear,
  Time,
  Currency,
  VolMove,
  VolShift,
  VolFloor,
  Scale,
  Basis,
  Skew,
  Convexity,
  Stickiness,
  Rate,
  Count,
}

/** Columns of every instrument that the repricer reads, by number. */
export enum Input {
  Spot,
  Forward,
  ForwardFixed,
  Discount,
  Vol,
  Tau,
  Mark,
  /** event-weighted years to expiry, the time of the slices; settlement window in years (0: none), mean of the index in it so far */
  EventTau,
  Window,
  Mean,
  /** address and number of the underlying's SVI slices; of the expiry's volatilities by strike; NaN where there are none */
  Slices,
  SliceCount,
  Strikes,
  StrikeCount,
  Count,
}

export enum InstrumentKind {
  Option,
  Future,
  Perpetual,
  Spot,
  Cash,
  /** a given sensitivity to a risk factor: no price, nothing but its amount */
  Sensitivity,
}

/** What an option's slices tell: σ and ∂σ/∂k at ln(K/F), ∂σ/∂k at the money. */
export enum SmilePart {
  Vol,
  Slope,
  Skew,
}

export enum Greek {
  Delta,
  Gamma,
  Vega,
  Theta,
}

/** Vectors of the repricer, [stride] each. */
export enum Vector {
  Spot,
  Linear,
  Time,
  Currency,
  VolMove,
  VolShift,
  VolFloor,
  Scale,
  Basis,
  Skew,
  Convexity,
  Stickiness,
  Rate,
  // derived: max(1 + VolMove, 0) and its reciprocal; by expiry
  VolFactor,
  InverseFactor,
  Forward,
  LogMove,
  SqrtTau,
  Discount,
  /** D'/F': coin per unit of quote */
  CoinUnit,
  // scratch of one option
  D1,
  D2,
  Value,
  SmileVol,
  /** two slices of five numbers in every row: ten vectors' room */
  Slices,
  SlicesEnd = Slices + 9,
  Count,
}

/** Of what concentration is counted: its ratio is on the weights, and between factors on ρ, or between buckets on γ. */
export enum Concentration {
  None,
  Factors,
  Buckets,
}

export enum TermKind {
  /** ρ between any two factors */
  Number,
  /** ρ by whether some keys agree */
  Agreement,
  /** ρ by the values of one key */
  Matrix,
}

/** Correlations as they are, or stressed as in Basel MAR21.6. */
export enum Regime {
  Medium,
  /** min(1.25·ρ, 1) */
  High,
  /** max(2·ρ − 1, 0.75·ρ) */
  Low,
}

export enum Across {
  /** one γ */
  Number,
  /** γ by the values of one key */
  Matrix,
  /** no offset: the K of the buckets are added */
  Sum,
}

/** When S is limited to ±K. */
export enum Clamp {
  Never,
  Always,
  /** only where the root would be of a negative number: MAR21.4(5)(b) */
  Negative,
}

/** What became of a negative number under the root across buckets. */
export enum Root {
  /** S was limited to ±K */
  Limited = 1,
  /** it counts as 0 */
  Floored = 2,
}

/** How a value was shared out. */
export enum Sharing {
  /** Euler shares, as they are */
  Exact,
  /** the value is not homogeneous of degree one there: shares are scaled to it */
  Scaled,
  /** nothing depends on a position */
  None,
  /** as they are, with concentration ratios held fixed */
  Fixed,
}

/** What a change of one row overwrites: numbers that adding and taking away cannot bring back. */
export enum Before {
  Quantity,
  /** of the position, and of its currency: a closed one gives its result to it */
  Result,
  CashResult,
  Unrealised,
  Rounding,
  /** four exact sums of three numbers */
  Parts,
  /** numbers kept of each row */
  Count = 17,
}

/** Bytes in an account's frames before its levels, and in a group before its columns. */
export enum FrameBytes {
  Totals = 24,
  Head = 8,
}

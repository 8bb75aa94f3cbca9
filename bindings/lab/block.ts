/** One expiry in the lab's memory: the layout of assembly/calibration/block.ts, by name. A test compares both. */

export const HEADER_BYTES = 1024;

export const SLOTS = [
  "rows",
  "stride",
  "tau",
  "maxAge",
  "isCoin",
  "hasPrevious",
  "previousA",
  "previousB",
  "previousRho",
  "previousM",
  "previousSigma",
  "previousTau",
  "forward",
  "forwardIsParity",
  "forwardMoved",
  "used",
  "wideUsed",
  "level",
  "halfSpread",
  "reach",
  "a",
  "b",
  "rho",
  "m",
  "sigma",
  "beforeA",
  "beforeB",
  "beforeRho",
  "beforeM",
  "beforeSigma",
  "method",
  "flags",
  "rmse",
  "maxError",
  "inside",
  "minG",
  "calendarGap",
  "beforeMinG",
  "beforeCalendarGap",
  "shapeOf",
  "bent",
  "hasEvent",
  "mixtureVol",
  "mixtureWeight",
  "mixtureUp",
  "mixtureDown",
  "mixtureRmse",
] as const;
export const COLUMNS = [
  "strike",
  "callPut",
  "bid",
  "ask",
  "forward",
  "age",
  "reason",
  "bidVol",
  "askVol",
  "delta",
  "k",
  "wBid",
  "wAsk",
  "wMid",
  "rootWeight",
  "absDelta",
  "row",
  "scratch",
  "scratch2",
  "scratch3",
] as const;
export type SlotName = (typeof SLOTS)[number];
export type ColumnName = (typeof COLUMNS)[number];

const SLOT_OF = Object.fromEntries(SLOTS.map((name, i) => [name, i])) as Record<SlotName, number>;
const COLUMN_OF = Object.fromEntries(COLUMNS.map((name, i) => [name, i])) as Record<ColumnName, number>;

/** Bytes of a column: two rows more than there are, since columns are worked on in pairs. */
export const strideOf = (rows: number) => (8 * (rows + 2) + 15) & ~15;
export const bytesOf = (rows: number) => HEADER_BYTES + COLUMNS.length * strideOf(rows);

/** Views on a block; they end with the next call that may grow the memory. */
export class Block {
  private readonly header: Float64Array;
  constructor(
    private readonly buffer: ArrayBuffer,
    readonly address: number,
    readonly rows: number,
  ) {
    this.header = new Float64Array(buffer, address, HEADER_BYTES / 8);
  }
  get(name: SlotName): number {
    return this.header[SLOT_OF[name]]!;
  }
  set(name: SlotName, value: number): void {
    this.header[SLOT_OF[name]] = value;
  }
  clear(): void {
    this.header.fill(0);
  }
  column(name: ColumnName): Float64Array {
    const at = this.address + HEADER_BYTES + COLUMN_OF[name] * strideOf(this.rows);
    return new Float64Array(this.buffer, at, this.rows);
  }
}

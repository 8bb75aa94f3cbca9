/** Quotes → surface: lays expiries out in the lab's memory, has them fitted, reads the answer. Returns → correlation: in covariance.ts. */
import { MarginError } from "../error.ts";
import { outOfMemory } from "../core/failure.ts";
import { momentText } from "../documents/moment.ts";
import { eventTime } from "./clock.ts";
import { Block, bytesOf, strideOf } from "./block.ts";
import { calibrateCorrelation } from "./covariance.ts";
import type { CorrelationFit, CorrelationOptions, Returns } from "./correlation-types.ts";
import type { LabExports } from "./exports.ts";
import { METHODS, wordsOf } from "./flags.ts";
import { checkSurfaceOptions } from "./surface-options.ts";
import { YEAR_MS, expiriesOf, momentOf, type Expiry } from "./quotes.ts";
import {
  DROP_REASONS,
  type DropReason,
  type DroppedQuote,
  type QuotePoint,
  type SliceFit,
  type SurfaceFit,
  type SurfaceOptions,
  type Quote,
  type UnderlyingFit,
} from "./types.ts";

/** Quotes from which a slice gets a shape of its own, if only eSSVI's. */
const OWN_SHAPE = 3;

export class Calibrate {
  /** @internal */
  constructor(private readonly exports: LabExports) {}

  /**
   * The surface of the quotes at one moment, free of static arbitrage.
   *
   * Each quote is used, or named in `dropped` with the first rule that it breaks; what was done to a slice beyond a plain fit is in its
   * flags. The order of the quotes does not matter.
   *
   * @throws MarginError `TooFewQuotes` for an expiry with nothing to fit, unless `leaveOut` is set; `BadText`, `WrongType` … for what is no quote
   */
  surface(quotes: readonly Quote[], options: SurfaceOptions): SurfaceFit {
    checkSurfaceOptions(options);
    const asOf = momentText(momentOf(options.asOf, "options.asOf"));
    const dropped: DroppedQuote[] = [];
    const flags: string[] = [];
    const underlyings: UnderlyingFit[] = [];
    const expiries = expiriesOf(quotes, options);
    for (const underlying of new Set(expiries.map((expiry) => expiry.underlying))) {
      const own = expiries.filter((expiry) => expiry.underlying === underlying);
      for (const { rows } of own.filter(({ tau }) => tau <= 0))
        dropped.push(...rows.map(({ row }): DroppedQuote => ({ row, reason: "expired" })));
      const slices = this.underlying(
        underlying,
        own.filter(({ tau }) => tau > 0),
        options,
        dropped,
        flags,
      );
      if (slices.length > 0) underlyings.push({ underlying, slices });
      for (const slice of slices) flags.push(...slice.flags.map((flag) => `${underlying} ${slice.expiry}: ${flag}`));
    }
    if (underlyings.length === 0)
      throw new MarginError("TooFewQuotes", "quotes", `nothing can be fitted: ${counted(dropped)}`);
    dropped.sort((a, b) => a.row - b.row);
    return { asOf, underlyings, dropped, flags };
  }

  /**
   * Covariance and correlation of returns by an estimator, with what it took and how well it is conditioned.
   *
   * @throws MarginError what checkReturns says of the returns; `NotOneOf`, `OutOfRange`, `Conflict` of the options; `TooFewRows` for the
   *   estimator; `Singular`; `NotPositiveSemidefinite`, with what each repair would change, where `repair` is not set
   */
  correlation(returns: Returns, options: CorrelationOptions = {}): CorrelationFit {
    return calibrateCorrelation(this.exports, returns, options);
  }

  private underlying(
    name: string,
    all: Expiry[],
    options: SurfaceOptions,
    dropped: DroppedQuote[],
    flags: string[],
  ): SliceFit[] {
    let expiries = all;
    while (expiries.length > 0) {
      const bytes = expiries.reduce((sum, { rows }) => sum + bytesOf(rows.length), 4 * expiries.length + 16);
      const memory = this.exports.allocate(bytes);
      if (memory === 0) throw outOfMemory(bytes);
      try {
        const blocks = this.layOut(name, memory, expiries, options);
        const failed = this.exports.calibrateSurface(expiries.length, memory);
        if (failed < 0) {
          for (const block of blocks) dropped.push(...droppedOf(block.expiry, block.block));
          return blocks.map(({ block, expiry }) => ({
            ...sliceOf(block, expiry, expiries),
            ...this.clocked(expiry, options),
          }));
        }
        const { block, expiry } = blocks[failed]!;
        const gone = droppedOf(expiry, block);
        const problem = tooFew(expiry, block.get("used"), gone, block.get("forward") > 0);
        if (options.leaveOut !== true) throw new MarginError("TooFewQuotes", "quotes", problem);
        dropped.push(...gone);
        flags.push(`${name} ${expiry.expiry}: left out: ${problem.slice(problem.indexOf(": ") + 2)}`);
        expiries = expiries.filter((_, i) => i !== failed);
      } finally {
        this.exports.release(memory);
      }
    }
    return [];
  }

  private clocked({ expiry }: Expiry, { asOf, clock }: SurfaceOptions): { eventTau?: number } {
    if (clock === undefined) return {};
    const [from, to] = [momentOf(asOf, "options.asOf"), Date.parse(expiry)];
    return { eventTau: eventTime(this.exports, from, to, clock, "options.clock") };
  }

  private layOut(name: string, memory: number, expiries: Expiry[], options: SurfaceOptions) {
    const { buffer } = this.exports.memory;
    const addresses = new Uint32Array(buffer, memory, expiries.length);
    const asOf = momentOf(options.asOf, "options.asOf");
    const events = (options.events ?? []).map(({ at: text }, i) => momentOf(text, `options.events[${i}].at`));
    const before = options.previous?.underlyings.find(({ underlying }) => underlying === name);
    let at = memory + ((4 * expiries.length + 15) & ~15);
    return expiries.map((expiry, i) => {
      const { rows } = expiry;
      const block = new Block(buffer, at, rows.length);
      addresses[i] = at;
      at += bytesOf(rows.length);
      block.clear();
      block.set("rows", rows.length);
      block.set("stride", strideOf(rows.length));
      block.set("tau", expiry.tau);
      block.set("maxAge", options.maxAge ?? Infinity);
      const expires = asOf + expiry.tau * YEAR_MS;
      block.set("hasEvent", events.some((moment) => moment > asOf && moment < expires) ? 1 : 0);
      block.set("isCoin", options.payoff === "inverse" ? 1 : 0);
      const previous = before?.slices.find((slice) => slice.expiry === expiry.expiry);
      if (previous !== undefined) {
        block.set("hasPrevious", 1);
        block.set("previousA", previous.svi.a);
        block.set("previousB", previous.svi.b);
        block.set("previousRho", previous.svi.rho);
        block.set("previousM", previous.svi.m);
        block.set("previousSigma", previous.svi.sigma);
        block.set("previousTau", previous.tau);
      }
      for (const key of ["strike", "callPut", "bid", "ask", "forward", "age"] as const) {
        const column = block.column(key);
        for (let r = 0; r < rows.length; r++) column[r] = rows[r]![key];
      }
      return { block, expiry };
    });
  }
}

function droppedOf({ rows }: Expiry, block: Block): DroppedQuote[] {
  const reasons = block.column("reason");
  return rows.flatMap(({ row }, i) =>
    reasons[i] === 0 ? [] : [{ row, reason: DROP_REASONS[reasons[i]!] as DropReason }],
  );
}

function counted(dropped: DroppedQuote[]): string {
  const counts = new Map<DropReason, number>();
  for (const { reason } of dropped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([reason, n]) => `${n} ${reason}`)
    .join(", ");
}

function tooFew({ underlying, expiry, rows }: Expiry, used: number, gone: DroppedQuote[], hasForward: boolean): string {
  const left = used === 0 ? "no quote is" : used === 1 ? "1 quote is" : `${used} quotes are`;
  const why = gone.length === 0 ? "" : ` (${counted(gone)})`;
  const need = hasForward
    ? `it needs ${OWN_SHAPE}, or another expiry that has them, or a fit before`
    : "no forward is given, and no call and put of one strike imply one";
  return `${underlying} ${expiry}: ${left} left of ${rows.length}${why}; ${need}`;
}

function orNull(x: number): number | null {
  return Number.isFinite(x) ? x : null;
}

function sliceOf(block: Block, { expiry, tau, rows }: Expiry, all: Expiry[]): SliceFit {
  const used = block.get("used");
  const shapeOf = block.get("shapeOf");
  const told = {
    quotes: used,
    wide: block.get("wideUsed"),
    rmse: block.get("rmse"),
    forwardMoved: 1e4 * block.get("forwardMoved"),
    shapeOf: all[shapeOf]?.expiry,
    bent: block.get("bent"),
    mixtureRmse: block.get("mixtureRmse"),
  };
  const names = ["a", "b", "rho", "m", "sigma"] as const;
  const [a, b, rho, m, sigma] = names.map((name) => block.get(name)) as [number, number, number, number, number];
  const places = block.column("row");
  const k = block.column("k");
  const bidVols = block.column("bidVol");
  const askVols = block.column("askVol");
  const points: QuotePoint[] = [];
  for (let i = 0; i < used; i++) {
    const place = places[i]!;
    const x = k[i]! - m;
    points.push({
      strike: rows[place]!.strike,
      logMoneyness: k[i]!,
      bidVol: bidVols[place]!,
      askVol: askVols[place]!,
      midVol: 0.5 * (bidVols[place]! + askVols[place]!),
      fitVol: Math.sqrt((a + b * (rho * x + Math.sqrt(x * x + sigma * sigma))) / tau),
    });
  }
  const method = METHODS[block.get("method")]!;
  const mixture = {
    vol: block.get("mixtureVol"),
    weight: block.get("mixtureWeight"),
    up: block.get("mixtureUp"),
    down: block.get("mixtureDown"),
    rmse: block.get("mixtureRmse"),
  };
  return {
    expiry,
    tau,
    forward: block.get("forward"),
    forwardSource: block.get("forwardIsParity") === 1 ? "parity" : "given",
    svi: { a, b, rho, m, sigma },
    method,
    flags: wordsOf(block.get("flags"), told),
    quotes: used,
    rmse: orNull(block.get("rmse")),
    maxError: orNull(block.get("maxError")),
    inside: orNull(block.get("inside")),
    minG: block.get("minG"),
    calendarGap: orNull(block.get("calendarGap")),
    before: { minG: block.get("beforeMinG"), calendarGap: orNull(block.get("beforeCalendarGap")) },
    points,
    ...(method === "mixture" ? { mixture } : {}),
  };
}

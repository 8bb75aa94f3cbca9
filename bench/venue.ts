/** What does an exchange's order path cost: a check, a fill, a tick, and everyone's margin? A million accounts: bench/venue-scale.ts. */
import { createHistogram } from "node:perf_hooks";
import { checkMarket } from "../bindings/documents/check.ts";
import type { Market } from "../bindings/documents/market.ts";
import { deribitPm } from "../bindings/models/deribit/portfolio.ts";
import type { Account } from "../bindings/venue/account.ts";
import type { Handle, Venue } from "../bindings/venue/venue.ts";
import { openVenue } from "../bindings/venue.ts";
import { core } from "../test/core.ts";
import { Random } from "../test/reference/random.ts";
import { optionMarket } from "./books.ts";
import { mustAgree, type Effort } from "./harness.ts";
import type { Section } from "./report.ts";

export const POSITIONS = 20;
const INSTRUMENTS = 1_000;
/** A prime, and so coprime to the number of accounts. */
const STRIDE = 7_919;
/** Calls of one sample where single calls are too short for the clock. */
const BATCH = 64;

export interface Exchange {
  venue: Venue;
  market: Market;
  accounts: Account[];
  instruments: Handle[];
}

/** Accounts of 20 positions and a resting order under Deribit's portfolio margin. */
export function exchange(accounts: number, seed = 17): Exchange {
  const random = new Random(seed);
  const market = checkMarket(optionMarket(INSTRUMENTS));
  const venue = openVenue(core, deribitPm, market);
  const instruments = market.instruments.map(({ id }) => venue.instrument(id));
  const pick = () => instruments[random.whole(0, instruments.length - 1)]!;
  const all = Array.from({ length: accounts }, (_, a) => venue.account(`account ${a}`, { USDC: 1e6 }));
  // one position of each account at a time, and accounts not in their order: memory lies as it does after fills of many accounts
  for (let k = 0; k < POSITIONS; k++)
    for (let a = 0; a < accounts; a++)
      all[(a * STRIDE) % accounts]!.fill(pick(), random.sign() * random.whole(1, 50), 500);
  for (const account of all) account.place(pick(), random.sign() * random.whole(1, 50));
  venue.remargin();
  return { venue, market, accounts: all, instruments };
}

function quantiles(samples: number[]): [p50: number, p99: number, p999: number] {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (p: number) => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]!;
  return [at(0.5), at(0.99), at(0.999)];
}

/** Nanoseconds of one call, from samples of `batch` calls. */
function sample(count: number, batch: number, call: () => void): number[] {
  for (let i = 0; i < count * batch * 0.1; i++) call();
  return Array.from({ length: count }, () => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < batch; i++) call();
    return Number(process.hrtime.bigint() - start) / batch;
  });
}

/** Nanoseconds of single calls, of nothing, and of arithmetic that takes as long as a call, in turns: what interrupts the process hits all alike. */
function besideTheClock(count: number, call: () => void): Record<"calls" | "nothing" | "arithmetic", number[]> {
  const timed = (run: () => void): number => {
    const from = process.hrtime.bigint();
    run();
    return Number(process.hrtime.bigint() - from);
  };
  const middle = (run: () => void) => quantiles(Array.from({ length: 5_000 }, () => timed(run)))[0];
  let steps = 1_000;
  let x = 1;
  const spin = () => {
    for (let i = 0; i < steps; i++) x = Math.imul(x, 48_271) + 1;
  };
  const nothing = () => undefined;
  middle(spin);
  middle(call);
  steps = Math.round((steps * middle(call)) / middle(spin));
  const taken = { calls: [] as number[], nothing: [] as number[], arithmetic: [] as number[] };
  for (let i = 0; i < count; i++) {
    taken.calls.push(timed(call));
    taken.nothing.push(timed(nothing));
    taken.arithmetic.push(timed(spin));
  }
  if (Number.isNaN(x)) throw new Error("arithmetic");
  return taken;
}

/** What so many checks leave in the heap once garbage is collected, beside as many turns of the loop without a check. */
function heapOf(checks: number, accounts: readonly Account[], instruments: readonly Handle[]): string {
  const gc = globalThis.gc;
  if (gc === undefined) return "Heap after checks: not measured, node runs without --expose-gc.";
  const used = (): number => (gc(), gc(), process.memoryUsage().heapUsed);
  const grown = (isChecked: boolean): number => {
    const before = used();
    for (let i = 0; i < checks; i++) {
      const account = accounts[i % accounts.length]!;
      if (isChecked) account.check(instruments[(7 * i) % instruments.length]!, i % 2 === 0 ? 5 : -5, 500);
    }
    return used() - before;
  };
  grown(true); // what the first runs leave is code
  grown(false);
  const empty = grown(false);
  const memory = core.memory().reserved;
  const kept = grown(true);
  // as many as leave the heap uncollected
  const few = 50_000;
  const before = used();
  for (let i = 0; i < few; i++) accounts[i % accounts.length]!.check(instruments[0]!, 5, 500);
  const garbage = (process.memoryUsage().heapUsed - before) / few;
  const reserved = core.memory().reserved - memory;
  return (
    `${checks.toLocaleString("en")} checks, garbage collected before and after: the heap is larger by ${kept.toLocaleString("en")} bytes ` +
    `(by ${empty.toLocaleString("en")} where the loop checks nothing), the core's memory by ${reserved}. ` +
    `Garbage between: ${garbage.toFixed(0)} bytes a check.`
  );
}

const PERCENTILES = [50, 90, 99, 99.9];
const BAR = 30;

/** Percentiles and a histogram of calls, those of the empty clock and of arithmetic as long beside them. */
function latency({ calls, nothing, arithmetic }: ReturnType<typeof besideTheClock>): Section[] {
  const figures = (values: readonly number[]): string[] => {
    const histogram = createHistogram();
    for (const ns of values) histogram.record(Math.max(1, ns));
    return [...PERCENTILES.map((p) => time(histogram.percentile(p))), time(histogram.max)];
  };
  /** Powers of the root of two from 32 ns on. */
  const bucket = (ns: number) => Math.max(0, Math.ceil(2 * Math.log2(Math.max(1, ns) / 32)));
  const columns = [calls, nothing, arithmetic].map((values) => {
    const counts = new Map<number, number>();
    for (const ns of values) counts.set(bucket(ns), (counts.get(bucket(ns)) ?? 0) + 1);
    return counts;
  });
  const used = [...new Set(columns.flatMap((counts) => [...counts.keys()]))].sort((a, b) => a - b);
  const cells = (n = 0): string[] => [n.toLocaleString("en"), "█".repeat(Math.ceil((BAR * n) / calls.length))];
  return [
    {
      title: "Latency of a check, single calls",
      header: ["", "p50", "p90", "p99", "p99.9", "max"],
      rows: [
        ["check", ...figures(calls)],
        ["the clock alone", ...figures(nothing)],
        ["arithmetic of the same length", ...figures(arithmetic)],
      ],
      remarks: [
        `${calls.length.toLocaleString("en")} calls of the public API, accounts and instruments at random, each between two readings of the ` +
          "clock; in turns with them two readings with nothing between, and with a loop of multiplications as long as a check, which meets " +
          "as many interruptions: a tail that it shares is the machine's.",
      ],
      ratios: {},
    },
    {
      title: "Latency of a check, histogram",
      header: ["up to", "checks", "", "the clock alone", "", "arithmetic", ""],
      rows: used.map((b) => [time(32 * 2 ** (b / 2)), ...columns.flatMap((counts) => cells(counts.get(b)))]),
      remarks: [],
      ratios: {},
    },
  ];
}

const time = (ns: number) =>
  ns < 1000 ? `${ns.toFixed(0)} ns` : ns < 1e6 ? `${(ns / 1000).toPrecision(3)} µs` : `${(ns / 1e6).toPrecision(3)} ms`;

export function venue({ quick }: Effort): Section[] {
  const count = quick ? 2_000 : 10_000;
  const before = core.memory().used;
  const { venue: at, market, accounts, instruments } = exchange(count);
  try {
    const random = new Random(5);
    const account = () => accounts[random.whole(0, accounts.length - 1)]!;
    const instrument = () => instruments[random.whole(0, instruments.length - 1)]!;
    sameAsStateless(accounts[3]!, market);
    const samples = quick ? 300 : 3_000;
    const singles = quick ? 5_000 : 50_000;
    const check = () => account().check(instrument(), random.sign() * 5, 500);
    const fill = () => {
      const [one, of] = [account(), instrument()];
      one.fill(of, 5, 500);
      one.fill(of, -5, 500);
    };
    const batches = sample(samples, BATCH, check);
    const taken = besideTheClock(singles, check);
    const checks = quick ? 100_000 : 1_000_000;
    const heap = heapOf(checks, accounts, instruments);
    const fills = sample(samples, BATCH, fill).map((ns) => ns / 2);
    let vol = 0.5;
    const tick = sample(quick ? 20 : 200, 1, () => {
      vol = vol > 0.6 ? 0.5 : vol + 0.001;
      at.set({ at: { instrument: market.instruments[0]!.id }, vol });
      at.commit();
    });
    const remargin = sample(quick ? 3 : 10, 1, () => at.remargin()).map((ns) => ns / count);
    const stateless = sample(quick ? 20 : 200, 1, () =>
      core.margin(deribitPm, market, portfolioOf(accounts[0]!), { explain: false }),
    );
    const row = (name: string, values: number[], note = "") => [name, ...quantiles(values).map(time), note];
    const [base] = quantiles(batches);
    return [
      {
        title: `A venue: Deribit's portfolio margin, ${POSITIONS} positions and a resting order, ${count.toLocaleString("en")} accounts`,
        header: ["", "p50", "p99", "p99.9", "note"],
        rows: [
          row("check of one order, public API", batches, `batches of ${BATCH}, accounts at random`),
          row("check, single calls", taken.calls, "with the clock's own time"),
          row("the clock alone", taken.nothing, "two readings"),
          row("fill", fills, `batches of ${BATCH}`),
          row("tick: one fact, and its underlying repriced", tick, `${INSTRUMENTS.toLocaleString("en")} instruments`),
          row("remargin, per account", remargin, "every account, full model, ranked"),
          row("stateless margin of one account", stateless, "compiled and repriced in each call"),
        ],
        remarks: [
          `Memory per account: ${Math.round((core.memory().used - before) / count)} bytes of the core's, the market's rows included. ` +
            heap,
          "A check is the path of one instrument through the model, from sums that each account keeps between events; equal, bit for bit, to the stateless margin.",
        ],
        ratios: { "check over the stateless margin": base / quantiles(stateless)[0] },
      },
      ...latency(taken),
    ];
  } finally {
    at.release();
  }
}

function portfolioOf(account: Account) {
  const held = account.holdings();
  const balances = Object.entries(account.money()).map(([currency, { balance }]): [string, number] => [
    currency,
    balance,
  ]);
  return {
    format: 1 as const,
    positions: held.filter(({ lots }) => lots !== 0).map(({ instrument, lots }) => ({ instrument, lots })),
    balances: Object.fromEntries(balances.filter(([, balance]) => balance !== 0)),
  };
}

function sameAsStateless(account: Account, market: Market): void {
  const { initial, maintenance } = account.requirement({ explain: false });
  const once = core.margin(deribitPm, market, portfolioOf(account), { explain: false });
  mustAgree("venue", [initial, maintenance], [once.initial, once.maintenance], 0);
}

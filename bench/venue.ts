/** What does an exchange's order path cost: a check, a fill, a tick, and everyone's margin? */
import { checkMarket } from "../bindings/documents/check.ts";
import type { Market } from "../bindings/documents/market.ts";
import { deribitPm } from "../bindings/models/deribit.ts";
import type { Account } from "../bindings/venue/account.ts";
import type { Handle, Venue } from "../bindings/venue/venue.ts";
import { openVenue } from "../bindings/venue.ts";
import { core } from "../test/core.ts";
import { Random } from "../test/reference/random.ts";
import { optionMarket } from "./books.ts";
import { mustAgree, type Effort } from "./harness.ts";
import type { Section } from "./report.ts";

const POSITIONS = 20;
const INSTRUMENTS = 1_000;
/** Calls of one sample where single calls are too short for the clock. */
const BATCH = 64;

interface Exchange {
  venue: Venue;
  market: Market;
  accounts: Account[];
  instruments: Handle[];
}

/** Accounts of 20 positions and a resting order under Deribit's portfolio margin. */
function exchange(accounts: number): Exchange {
  const random = new Random(17);
  const market = checkMarket(optionMarket(INSTRUMENTS));
  const venue = openVenue(core, deribitPm, market);
  const instruments = market.instruments.map(({ id }) => venue.instrument(id));
  const pick = () => instruments[random.whole(0, instruments.length - 1)]!;
  const all = Array.from({ length: accounts }, (_, a) => {
    const account = venue.account(`account ${a}`, { USDC: 1e6 });
    for (let k = 0; k < POSITIONS; k++) account.fill(pick(), random.sign() * random.whole(1, 50), 500);
    account.place(pick(), random.sign() * random.whole(1, 50));
    return account;
  });
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

const time = (ns: number) =>
  ns < 1000 ? `${ns.toFixed(0)} ns` : ns < 1e6 ? `${(ns / 1000).toPrecision(3)} µs` : `${(ns / 1e6).toPrecision(3)} ms`;

export function venue({ quick }: Effort): Section[] {
  const count = quick ? 2_000 : 10_000;
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
    const before = process.memoryUsage().heapUsed;
    const batches = sample(samples, BATCH, check);
    const heap = process.memoryUsage().heapUsed - before;
    const single = sample(singles, 1, check);
    const clock = sample(singles, 1, () => undefined);
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
          row("check, single calls", single, "with the clock's own time"),
          row("the clock alone", clock, "two readings"),
          row("fill", fills, `batches of ${BATCH}`),
          row("tick: one fact, and its underlying repriced", tick, `${INSTRUMENTS.toLocaleString("en")} instruments`),
          row("remargin, per account", remargin, "every account, full model, ranked"),
          row("stateless margin of one account", stateless, "compiled and repriced in each call"),
        ],
        remarks: [
          `Memory per account: ${Math.round(core.memory().used / count)} bytes of the core's, the market's rows included. ` +
            `Heap while ${(samples * BATCH).toLocaleString("en")} checks ran: ${(heap / 1024).toFixed(0)} KiB.`,
          "A check evaluates the whole model anew from the account's positions; equal, bit for bit, to the stateless margin.",
        ],
        ratios: { "check over the stateless margin": base / quantiles(stateless)[0] },
      },
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

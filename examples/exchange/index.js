/**
 * An exchange's pre-trade check: each order is margined with its account before it is accepted.
 *
 *   node examples/exchange/index.js [ORDERS] [SEED]
 *
 * One market (examples/sample), one model, twenty accounts; the order flow is drawn from a seed, so a run can be repeated.
 */
import { readFileSync } from "node:fs";
import { createHistogram } from "node:perf_hooks";
import { checkMarket, loadSync, models } from "margin-core";

const [orders, seed] = [argument(2, 20_000), argument(3, 1)];
const ACCOUNTS = 20;

const read = (name) => JSON.parse(readFileSync(new URL(`../sample/${name}.json`, import.meta.url), "utf8"));
const market = checkMarket(read("market"));
const desk = read("portfolio");
const core = loadSync();
const model = models["deribit-pm"];

// Once per tick: every instrument repriced in every scenario. An order only adds its account up.
const prepared = core.prepare(model, market);
const premium = premiums();
const spot = new Map(
  market.facts.filter((fact) => fact.spot !== undefined).map((fact) => [fact.at.underlying, fact.spot]),
);
const random = mulberry32(seed);
const accounts = Array.from({ length: ACCOUNTS }, () => ({
  lots: new Map(desk.positions.filter(() => random() < 0.5).map(({ instrument, lots }) => [instrument, lots])),
  balances: Object.fromEntries(
    Object.entries(desk.balances).map(([id, amount]) => [id, amount * (0.02 + 0.1 * random())]),
  ),
}));

const count = { accepted: 0, refused: 0 };
const latency = createHistogram();
const progress = await progressBar();
const started = performance.now();
for (let n = 1; n <= orders; n++) {
  const order = nextOrder();
  const account = accounts[order.account];
  const after = filled(account, order);

  const before = process.hrtime.bigint();
  const { excess } = prepared.margin(portfolioOf(after), { explain: false });
  latency.record(Number(process.hrtime.bigint() - before));

  if (excess >= 0) {
    accounts[order.account] = after;
    count.accepted++;
  } else count.refused++;
  if (n % 500 === 0) progress?.update(n, count);
}
const seconds = (performance.now() - started) / 1000;
progress?.stop();
report();
prepared.release();

/** A whole number > 0 of the command line. */
function argument(i, otherwise) {
  const value = Number(process.argv[i] ?? otherwise);
  if (Number.isSafeInteger(value) && value > 0 && process.argv.length <= 4) return value;
  console.error("usage: node examples/exchange/index.js [ORDERS] [SEED]      (whole numbers > 0)");
  process.exit(2);
}

/** An order for one instrument; in options up to 40 lots, in futures and perpetuals up to 200,000 dollars. */
function nextOrder() {
  const instrument = market.instruments[Math.floor(random() * market.instruments.length)];
  const dollars = instrument.lotUnit === "quote" ? instrument.lot : instrument.lot * spot.get(instrument.underlying);
  const most = instrument.kind === "option" ? 40 : 200_000 / dollars;
  const lots = Math.ceil(random() * most) * (random() < 0.5 ? -1 : 1);
  return { account: Math.floor(random() * ACCOUNTS), instrument, lots };
}

/** The account as it would be; an option is paid for with its theoretical value, a future costs nothing. */
function filled({ lots, balances }, order) {
  const { id, settlement, lot } = order.instrument;
  const after = new Map(lots);
  const total = (after.get(id) ?? 0) + order.lots;
  if (total === 0) after.delete(id);
  else after.set(id, total);
  const paid = (premium.get(id) ?? 0) * lot * order.lots;
  return { lots: after, balances: { ...balances, [settlement]: balances[settlement] - paid } };
}

function portfolioOf({ lots, balances }) {
  return { format: 1, positions: Array.from(lots, ([instrument, held]) => ({ instrument, lots: held })), balances };
}

/** Black-76 per unit of base, in settlement currency: one call for each payoff. */
function premiums() {
  const options = market.instruments.filter(({ kind }) => kind === "option");
  const fact = (name, fits) => market.facts.find((f) => f[name] !== undefined && fits(f.at))[name];
  const found = new Map();
  for (const payoff of ["inverse", "linear"]) {
    const rows = options.filter((option) => option.payoff === payoff);
    const column = (value) => Float64Array.from(rows, value);
    const columns = {
      payoff,
      forward: column(({ underlying, expiry }) =>
        fact("forward", (at) => at.underlying === underlying && at.expiry === expiry),
      ),
      strike: column(({ strike }) => strike),
      tau: column(({ expiry }) => (Date.parse(expiry) - Date.parse(market.asOf)) / (365 * 86_400_000)),
      vol: column(({ id }) => fact("vol", (at) => at.instrument === id)),
      callPut: column(({ callPut }) => callPut),
    };
    const price = core.prices(columns, new Float64Array(rows.length));
    rows.forEach(({ id }, i) => found.set(id, price[i]));
  }
  return found;
}

function report() {
  const micro = (ns) => `${(ns / 1000).toFixed(1)} µs`.padStart(12);
  const held = accounts.reduce((sum, { lots }) => sum + lots.size, 0) / ACCOUNTS;
  console.log(
    `${orders} orders over ${ACCOUNTS} accounts in ${seconds.toFixed(2)} s, model ${model.id} of ${model.edition}`,
  );
  console.log(
    `accepted ${count.accepted}, refused ${count.refused}; ${held.toFixed(0)} positions per account at the end`,
  );
  console.log("\nmargin of one order");
  for (const percentile of [50, 90, 99, 99.9])
    console.log(`  p${String(percentile).padEnd(5)}${micro(latency.percentile(percentile))}`);
  console.log(`  max   ${micro(latency.max)}\n`);
  for (const { from, to, n } of buckets()) {
    console.log(
      `  ${micro(from)} – ${micro(to).trim().padEnd(10)} ${"█".repeat(Math.max(1, Math.round((n / orders) * 50)))} ${n}`,
    );
  }
}

/** Powers of two of a microsecond; the histogram knows the latency of each share of orders. */
function buckets() {
  const found = [];
  const below = (ns) => {
    let [low, high] = [0, orders];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (latency.percentile(Math.max((middle / orders) * 100, 1e-9)) <= ns) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  for (let [from, seen] = [0, 0], to = 1000; seen < orders; from = to, to *= 2) {
    const n = (to >= latency.max ? orders : below(to)) - seen;
    if (n > 0) found.push({ from, to, n });
    seen += n;
  }
  return found;
}

/** On a terminal only. */
async function progressBar() {
  if (!process.stderr.isTTY) return undefined;
  const { default: cli } = await import("cli-progress");
  const bar = new cli.SingleBar(
    { format: "{bar} {value}/{total} orders, accepted {accepted}, refused {refused}", clearOnComplete: true },
    cli.Presets.shades_classic,
  );
  bar.start(orders, 0, count);
  return bar;
}

/** Tommy Ettinger's mulberry32 (public domain). */
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

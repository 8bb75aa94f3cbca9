/**
 * A small exchange with margin before acceptance: order books, a seeded flow of orders, ticks, a liquidation list.
 *
 *   npx tsx examples/exchange/main.ts [--orders N] [--seed S] [--accounts N] [--tick ORDERS] [--replay FILE]
 */
import { parseArgs } from "node:util";
import { loadSync, type MarginModel } from "margin-core";
import { models } from "margin-core/models";
import { Exchange } from "./engine.ts";
import { sampleFeed } from "./feed.ts";
import { Flow, Random } from "./flow.ts";
import { Marks, tickSizes } from "./marks.ts";
import { Recorder, report } from "./report.ts";
import { replayFeed } from "./replay.ts";

const USAGE =
  "usage: npx tsx examples/exchange/main.ts [--orders N] [--seed S] [--accounts N] [--tick ORDERS] [--replay FILE]";

/** Deribit's portfolio margin, and on top of it that orders rest: at least the worst scenario of the worst part of them that fills. Assumed. */
function withOrders(model: MarginModel): MarginModel {
  const { pairMargin, ...charges } = model.charges;
  if (pairMargin?.kind !== "formula") throw new Error(`${model.id} has no formula pairMargin`);
  return {
    ...model,
    id: `${model.id}-with-orders`,
    charges: {
      ...charges,
      resting: { kind: "scan", at: "pair", scenarios: "standard", orders: "worstSubset" },
      pairMargin: { ...pairMargin, value: { max: [pairMargin.value, "resting"] } },
    },
  };
}

function options() {
  const fail = (problem: string): never => {
    console.error(`${problem}\n${USAGE}`);
    process.exit(2);
  };
  const text = { type: "string" } as const;
  const read = () => {
    try {
      return parseArgs({ options: { orders: text, seed: text, accounts: text, tick: text, replay: text } }).values;
    } catch (error) {
      return fail((error as Error).message.split("\n")[0]!);
    }
  };
  const values = read();
  const whole = (name: "orders" | "seed" | "accounts" | "tick", otherwise: number) => {
    const value = Number(values[name] ?? otherwise);
    return Number.isSafeInteger(value) && value > 0 ? value : fail(`--${name}: expected a whole number > 0`);
  };
  return {
    orders: whole("orders", 50_000),
    seed: whole("seed", 1),
    accounts: whole("accounts", 300),
    tick: whole("tick", 500),
    replay: values.replay,
  };
}

/** On a terminal only. */
async function progressBar(total: number) {
  if (!process.stderr.isTTY) return undefined;
  const { default: cli } = await import("cli-progress");
  const bar = new cli.SingleBar(
    {
      format: "{bar} {value}/{total} orders, {fills} trades, {short} short of margin",
      clearOnComplete: true,
      stream: process.stderr,
    },
    cli.Presets.shades_classic,
  );
  bar.start(total, 0, { fills: 0, short: 0 });
  return bar;
}

const { orders, seed, accounts, tick, replay } = options();
const random = new Random(seed);
const feed = replay === undefined ? sampleFeed(random) : replayFeed(replay);
const core = loadSync();
const marks = new Marks(core, feed.market);
const tickSize = tickSizes(feed.market);
const recorder = new Recorder();
const exchange = new Exchange(core, withOrders(models["deribit-pm"]!), feed.market, tickSize, recorder);
const flow = new Flow(random, exchange, feed.market, marks, tickSize, accounts);
/** A recorded crash has so many ticks, with orders before and after each. */
const every = feed.ticks === undefined ? tick : Math.ceil(orders / (feed.ticks + 1));
/** Accounts are closed out at up to a tenth beyond the mark. */
const CLOSE_OUT = 0.1;

if (replay !== undefined) {
  const spots = [...new Set(feed.market.instruments.map(({ underlying }) => underlying))];
  console.log(
    `  ${"tick".padEnd(26)}${spots.map((id) => id.padStart(10)).join("")}     short of margin, and by how much of it`,
  );
}

function oneTick(): number {
  const { facts, asOf } = feed.next();
  const short = exchange.tick(facts, asOf);
  marks.update(facts, asOf);
  if (replay !== undefined) {
    const spots = facts.filter((fact) => typeof fact["spot"] === "number").map((fact) => fact["spot"] as number);
    const lacking = short.reduce((sum, account) => {
      const { equity, maintenance } = account.requirement({ explain: false });
      return sum + maintenance - equity;
    }, 0);
    const cells = spots.map((spot) => spot.toFixed(0).padStart(10)).join("");
    console.log(
      `  ${asOf!.padEnd(26)}${cells}${String(short.length).padStart(6)} ${"▇".repeat(Math.ceil(short.length / 4))} ${Math.round(lacking)} USD`,
    );
  }
  flow.moved();
  for (const account of short)
    exchange.liquidate(account, (instrument, side) => flow.beyond(instrument, side, CLOSE_OUT));
  return short.length;
}

const bar = await progressBar(orders);
const started = performance.now();
let short = 0;
while (exchange.count.orders < orders) {
  const before = exchange.count.orders;
  flow.step();
  const { orders: done, fills, ticks } = exchange.count;
  if (done !== before && done % every === 0 && (feed.ticks === undefined || ticks < feed.ticks)) short = oneTick();
  if (done % 500 === 0) bar?.update(done, { fills, short });
}
const seconds = (performance.now() - started) / 1000;
bar?.stop();
if (replay !== undefined) console.log("");
console.log(report(exchange, recorder, seconds));
exchange.venue.release();

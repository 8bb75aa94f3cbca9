/**
 * A million stateless margins in one core: does its memory stay as it was?
 *
 *   npx tsx scripts/million.ts [CALLS]
 */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { MarginError, type Core, type MarginModel, type Market, type Portfolio } from "../bindings/index.ts";
import { models } from "../bindings/models/index.ts";
import { instantiateSync } from "../bindings/host/instantiate.ts";

/** As small as a model gets: reading the documents is most of a stateless call, and its memory is what is asked about. */
const threeRows: MarginModel = {
  format: 1,
  id: "three-rows",
  edition: "2026-01-01",
  source: "none: for tests of memory",
  currency: "BTC",
  parameters: {},
  values: { discount: { is: 1 } },
  scenarios: { moves: { rows: [{ spot: -0.1 }, { spot: 0 }, { spot: 0.1 }] } },
  charges: { scan: { kind: "scan", at: "settlement", scenarios: "moves" } },
  equity: 0,
  initial: "scan",
  maintenance: "scan",
};

/** Books of two instruments; each call checks, compiles, binds, evaluates and gives back. Every tenth is refused, every hundredth is under a full model. */
export function manyBooks(
  core: Core,
  calls: number,
  seen: (call: number) => void = () => {},
): { first: number; last: number; used: number } {
  const expiry = "2026-03-27T08:00:00Z";
  const option = { id: "BTC-27MAR26-70000-C", kind: "option", strike: 70_000, callPut: 1, lot: 0.1 } as const;
  const future = { id: "BTC-27MAR26", kind: "future", lot: 10, lotUnit: "quote" } as const;
  const market: Market = {
    format: 1,
    asOf: "2026-02-18T09:39:05Z",
    currencies: [{ id: "BTC", largestTotal: 131_072, price: 64_000, underlying: "BTC" }],
    instruments: [option, future].map((one) => ({
      ...one,
      underlying: "BTC",
      expiry,
      settlement: "BTC",
      payoff: "inverse",
    })),
    facts: [
      { at: { underlying: "BTC" }, spot: 64_000 },
      { at: { underlying: "BTC", expiry }, forward: 64_350 },
      { at: { instrument: option.id }, vol: 0.62 },
    ],
  };
  let first = 0;
  for (let call = 0; call < calls; call++) {
    const refused = call % 10 === 9;
    const portfolio: Portfolio = {
      format: 1,
      positions: [
        { instrument: option.id, lots: (call % 400) - 200 },
        { instrument: future.id, lots: refused ? 0.5 : (call % 70) * 100 },
      ],
      balances: { BTC: 1 },
    };
    try {
      core.margin(call % 100 === 50 ? models["deribit-pm"]! : threeRows, market, portfolio, {
        explain: call % 20 === 0,
      });
    } catch (error) {
      if (!refused || !(error instanceof MarginError && error.code === "LotsNotWhole")) throw error;
    }
    if (call === 99) first = core.memory().reserved;
    seen(call);
  }
  const { reserved, used } = core.memory();
  return { first, last: reserved, used };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const calls = Number(process.argv[2] ?? 1_000_000);
  const core = instantiateSync(readFileSync("build/margin.wasm"));
  const started = performance.now();
  const heap: number[] = [];
  const { first, last, used } = manyBooks(core, calls, (call) => {
    if (call % Math.ceil(calls / 10) === 0) heap.push(Math.round(process.memoryUsage.rss() / 2 ** 20));
  });
  const seconds = (performance.now() - started) / 1000;
  console.log(`${calls} calls in ${seconds.toFixed(0)} s (${((seconds / calls) * 1e6).toFixed(0)} µs each)`);
  console.log(`core: ${first} bytes reserved after 100 calls, ${last} after all; ${used} in use`);
  console.log(`process, MiB resident at each tenth: ${heap.join(" ")}`);
  process.exitCode = last === first && used === 0 ? 0 : 1;
}

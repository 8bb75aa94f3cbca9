/** Memory: what cannot grow says so and changes nothing; what is called again and again stays as large as it was. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MarginError } from "../../bindings/error.ts";
import { instantiateSync } from "../../bindings/host/instantiate.ts";
import { deribitPm } from "../../bindings/models/index.ts";
import type { Market } from "../../bindings/documents/market.ts";
import { manyBooks } from "../../scripts/million.ts";
import { limited, wasm } from "./module.ts";

const sample = (name: string) => JSON.parse(readFileSync(`examples/sample/${name}.json`, "utf8"));
const market: Market = sample("market");
const portfolio = sample("portfolio");
const small = { format: 1 as const, positions: [{ instrument: "BTC-PERPETUAL", lots: 100 }], balances: { BTC: 1 } };

const failure = (run: () => unknown): MarginError => {
  try {
    run();
  } catch (cause) {
    if (cause instanceof MarginError) return cause;
    throw cause;
  }
  throw new Error("no error");
};

test("a memory that cannot grow: OutOfMemory, and everything as before", () => {
  const core = instantiateSync(limited(16));
  const prepared = core.prepare(deribitPm, { ...market, instruments: market.instruments.slice(-12) });
  const before = { requirement: prepared.margin(small), used: core.memory().used };
  const large = { ...market, instruments: copies(market, 20) };
  const all = { ...portfolio, positions: large.instruments.map(({ id }) => ({ instrument: id, lots: 1 })) };
  for (const run of [
    () => core.margin(deribitPm, large, all),
    () => core.prepare(deribitPm, large),
    () => core.prices({ forward: 100, strike: 100, tau: 1, vol: 0.5, callPut: 1 }, new Float64Array(200_000)),
    () => prepared.margin({ ...small, positions: Array.from({ length: 50_000 }, () => small.positions[0]!) }),
  ]) {
    const error = failure(run);
    expect(error.code).toBe("OutOfMemory");
    expect(error.message).toMatch(/^memory: the core's memory cannot grow by \d+ bytes/);
    expect(prepared.margin(small)).toEqual(before.requirement);
  }
  expect(core.memory().reserved).toBeLessThanOrEqual(16 * 65_536);
  prepared.release();
  expect(core.memory().used).toBeLessThan(before.used);
});

/** More instruments than the memory holds, by other names. */
function copies({ instruments }: Market, times: number): Market["instruments"] {
  return Array.from({ length: times }, (_, n) =>
    instruments.map((one) => (n === 0 ? one : { ...one, id: `${one.id}-${n}` })),
  ).flat();
}

test("20,000 stateless margins leave memory flat", () => {
  const { first, last, used } = manyBooks(instantiateSync(wasm), 20_000);
  expect(last).toBe(first);
  expect(used).toBe(0);
});

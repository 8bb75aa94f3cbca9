/** Small valid documents, each test's starting point. */
import { MarginError } from "../../bindings/error.ts";

export const OPTION = "BTC-27MAR26-70000-C";
export const market = () => ({
  format: 1,
  asOf: "2026-02-05T08:00:00Z",
  currencies: [
    { id: "BTC", largestTotal: 131072, price: 64000, underlying: "BTC" },
    { id: "USDC", largestTotal: 8589934592, price: 1 },
  ] as Record<string, unknown>[],
  instruments: [
    {
      id: OPTION,
      kind: "option",
      underlying: "BTC",
      expiry: "2026-03-27T08:00:00Z",
      strike: 70000,
      callPut: 1,
      settlement: "BTC",
      payoff: "inverse",
      lot: 0.1,
    },
    {
      id: "BTC-27MAR26",
      kind: "future",
      underlying: "BTC",
      expiry: "2026-03-27T08:00:00Z",
      settlement: "BTC",
      payoff: "inverse",
      lot: 10,
      lotUnit: "quote",
    },
    {
      id: "BTC-PERPETUAL",
      kind: "perpetual",
      underlying: "BTC",
      expiry: "perpetual",
      settlement: "BTC",
      payoff: "inverse",
      lot: 10,
      lotUnit: "quote",
    },
  ] as Record<string, unknown>[],
  facts: [
    { at: { underlying: "BTC" }, spot: 64000 },
    { at: { underlying: "BTC", expiry: "2026-03-27T08:00:00Z" }, forward: 64350 },
    { at: { instrument: OPTION }, vol: 0.62, mark: 0.04 },
  ] as Record<string, unknown>[],
});

export const portfolio = () => ({
  format: 1,
  positions: [
    { instrument: OPTION, lots: -20 },
    { instrument: "BTC-PERPETUAL", amount: 120000, entry: 63000 },
  ] as Record<string, unknown>[],
  balances: { BTC: 10, USDC: -2500.5 } as Record<string, unknown>,
  facts: [{ at: {}, openOrders: 0.5 }] as Record<string, unknown>[],
});

export const model = () => ({
  format: 1,
  id: "test-pm",
  edition: "2024-06-17",
  source: "a test",
  currency: "BTC",
  levels: { coin: ["underlying", "settlement"] } as Record<string, unknown>,
  parameters: {
    spotRange: { unit: "relative", source: "a page", range: [0, 1], is: 0.15, for: [{ underlying: "BTC", is: 0.16 }] },
    tiers: {
      unit: "relative",
      assumed: "a guess",
      is: [
        [0, 0.01],
        [100, 0.02],
      ],
    },
  } as Record<string, Record<string, unknown>>,
  values: { discount: { is: 1 } } as Record<string, Record<string, unknown>>,
  scenarios: { grid: { rows: [{ label: "down", spot: { neg: "spotRange" } }, { spot: "spotRange" }] } } as Record<
    string,
    unknown
  >,
  charges: {
    scan: {
      kind: "scan",
      at: "coin",
      scenarios: "grid",
      profile: { of: [{ at: "underlying", select: { kind: ["option", "future"] } }] },
    },
    roll: { kind: "amount", net: "expiry", measure: "delta", rate: 0.01 },
    both: {
      kind: "formula",
      value: { sum: ["scan", "roll", { if: [{ lt: ["roll", 1] }, 0, { progressive: ["roll", "tiers"] }] }] },
    },
  } as Record<string, Record<string, unknown>>,
  equity: "cash" as unknown,
  initial: "both" as unknown,
  maintenance: { mul: [0.8, "both"] } as unknown,
});

/** What a call is refused with. */
export function failure(call: () => unknown): MarginError {
  try {
    call();
  } catch (error) {
    if (error instanceof MarginError) return error;
    throw error;
  }
  throw new Error("accepted");
}

/** The error that `call` raises, as `code | message`. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof MarginError) {
      if (!error.message.startsWith(`${error.field}: `))
        throw new Error(`the message does not begin with its field: ${error.message}`, { cause: error });
      return `${error.code} | ${error.message}`;
    }
    throw error;
  }
  return "accepted";
}

/** Options of one underlying on one small market, and what scenario rows do to them. */
import type { Fact, Instrument, Market } from "../../bindings/documents/market.ts";
import type { MarginModel, Row } from "../../bindings/documents/model.ts";
import { core } from "../core.ts";

export const ASOF = "2026-02-05T08:00:00Z";
export const NEAR = "2026-03-05T08:00:00Z";
export const MID = "2026-04-05T08:00:00Z";
export const FAR = "2026-06-05T08:00:00Z";
export const F = 64000;
export const years = (expiry: string) => (Date.parse(expiry) - Date.parse(ASOF)) / (365 * 86_400_000);

export interface Svi {
  a: number;
  b: number;
  rho: number;
  m: number;
  sigma: number;
}
export const near: Svi = { a: 0.012, b: 0.06, rho: -0.35, m: 0.01, sigma: 0.12 };
export const far: Svi = { a: 0.05, b: 0.11, rho: -0.3, m: 0.02, sigma: 0.25 };
export const variance = ({ a, b, rho, m, sigma }: Svi, k: number) => a + b * (rho * (k - m) + Math.hypot(k - m, sigma));
export const slope = ({ b, rho, m, sigma }: Svi, k: number) => b * (rho + (k - m) / Math.hypot(k - m, sigma));
export const vol = (svi: Svi, k: number, tau: number) => Math.sqrt(variance(svi, k) / tau);

export function option(strike: number, callPut: 1 | -1, expiry: string): Instrument {
  const id = `${expiry}-${strike}-${callPut}`;
  return { id, kind: "option", underlying: "BTC", expiry, strike, callPut, settlement: "USDC", payoff: "linear" };
}
export const sviFacts = (expiry: string, { a, b, rho, m, sigma }: Svi): Fact => ({
  at: { underlying: "BTC", expiry },
  sviA: a,
  sviB: b,
  sviRho: rho,
  sviM: m,
  sviSigma: sigma,
});
export function marketOf(instruments: Instrument[], facts: Fact[]): Market {
  const forwards = [...new Set(instruments.map(({ expiry }) => expiry))].map((expiry): Fact => ({
    at: { underlying: "BTC", expiry },
    forward: F,
  }));
  return {
    format: 1,
    asOf: ASOF,
    currencies: [{ id: "USDC", largestTotal: 2 ** 33, price: 1 }],
    instruments,
    facts: [{ at: { underlying: "BTC" }, spot: F }, ...forwards, ...facts],
  };
}
export const modelOf = (rows: Row[]): MarginModel => ({
  format: 1,
  id: "smile",
  edition: "2026-01-01",
  source: "test",
  currency: "USDC",
  parameters: {},
  values: { discount: { is: 1 } },
  scenarios: { rows: { rows } },
  charges: { scan: { kind: "scan", scenarios: "rows" } },
  equity: 0,
  initial: "scan",
  maintenance: "scan",
});
/** Profit and loss per unit of each instrument, by row. */
export function rowsOf(instruments: Instrument[], facts: Fact[], rows: Row[]): number[][] {
  const positions = instruments.map(({ id }) => ({ instrument: id, amount: 1 }));
  const portfolio = { format: 1 as const, positions, balances: {} };
  const [set] = core.riskArrays(modelOf(rows), marketOf(instruments, facts), portfolio, { exact: false });
  return instruments.map(({ id }) => [...set!.instruments.find((one) => one.instrument === id)!.pnl]);
}

/** Quotes of a known surface, in coin, with a spread and seeded noise. */
import type { Quote, Svi } from "../../bindings/lab/types.ts";
import { core } from "../core.ts";
import { Random } from "../reference/random.ts";

export const AS_OF = "2026-03-02T08:00:00Z";
const DAY = 86_400_000;
export const expiryAt = (days: number) => new Date(Date.parse(AS_OF) + days * DAY).toISOString().replace(".000Z", "Z");

export interface Known {
  days: number;
  forward: number;
  svi: Svi;
}

/** One shape at rising variance, so that expiries do not cross: w_c(k) = c·w(k/√c). */
export function surface(days: number[], forward = 70_000): Known[] {
  const month: Svi = { a: 0.004, b: 0.085, rho: -0.25, m: 0.01, sigma: 0.16 };
  return days.map((d) => {
    const c = d / 30;
    const r = Math.sqrt(c);
    const { a, b, rho, m, sigma } = month;
    return { days: d, forward: forward * (1 + 1e-4 * d), svi: { a: a * c, b: b * r, rho, m: m * r, sigma: sigma * r } };
  });
}

export function totalVariance(k: number, { a, b, rho, m, sigma }: Svi): number {
  return a + b * (rho * (k - m) + Math.hypot(k - m, sigma));
}

interface Options {
  count?: number;
  /** Half-spread, vol. */
  halfSpread?: number;
  /** Largest shift of the mid, in half-spreads. */
  noise?: number;
  seed?: number;
  withForward?: boolean;
  underlying?: string;
}

/** Calls and puts at `count` strikes over ±2.2√w₀. */
export function quotesOf(known: Known[], options: Options = {}): Quote[] {
  const { count = 21, halfSpread = 0.005, noise = 0, seed = 1, withForward = true, underlying = "BTC" } = options;
  const random = new Random(seed);
  return known.flatMap(({ days, forward, svi }) => {
    const tau = days / 365;
    const width = 2.2 * Math.sqrt(totalVariance(0, svi));
    return Array.from({ length: count }, (_, i) => (2 * i) / (count - 1) - 1).flatMap((x) => {
      const strike = Math.round((forward * Math.exp(x * width)) / 10) * 10;
      const shift = noise * halfSpread * random.uniform(-1, 1);
      const mid = Math.sqrt(totalVariance(Math.log(strike / forward), svi) / tau) + shift;
      return ([1, -1] as const).map((callPut): Quote => {
        const price = (vol: number) =>
          core.prices({ forward, strike, tau, vol, callPut, payoff: "inverse" }, new Float64Array(1))[0]!;
        return {
          underlying,
          expiry: expiryAt(days),
          strike,
          callPut,
          bid: price(mid - halfSpread),
          ask: price(mid + halfSpread),
          ...(withForward ? { forward } : {}),
        };
      });
    });
  });
}

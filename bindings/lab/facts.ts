/** A fit as facts of a market document. */
import type { Fact } from "../documents/market.ts";
import type { SurfaceFit } from "./types.ts";

/** The forward and the five numbers of each slice, at { underlying, expiry }. */
export function marketFacts(fit: SurfaceFit): Fact[] {
  return fit.underlyings.flatMap(({ underlying, slices }) =>
    slices.map(({ expiry, forward, svi }) => ({
      at: { underlying, expiry },
      forward,
      sviA: svi.a,
      sviB: svi.b,
      sviRho: svi.rho,
      sviM: svi.m,
      sviSigma: svi.sigma,
    })),
  );
}

/** A fit as facts of a market document. */
import type { Fact } from "../documents/market.ts";
import { checkFit } from "./surface-options.ts";
import type { SurfaceFit } from "./types.ts";

/** The forward and the five numbers of each slice, with its event time where there is one, at { underlying, expiry }. @throws MarginError `WrongType` */
export function marketFacts(fit: SurfaceFit): Fact[] {
  checkFit(fit, "fit", "fit.");
  return fit.underlyings.flatMap(({ underlying, slices }) =>
    slices.map(({ expiry, eventTau, forward, svi }) => ({
      at: { underlying, expiry },
      forward,
      ...(eventTau === undefined ? {} : { eventTau }),
      sviA: svi.a,
      sviB: svi.b,
      sviRho: svi.rho,
      sviM: svi.m,
      sviSigma: svi.sigma,
    })),
  );
}

/**
 * The numbers of the Basel method, which are public. Sources: Basel Framework, MAR21.73 to 21.101 (in force 2023) for equity, commodity and FX;
 * of cryptoassets of group 2a weight and correlation are `assumed`: SCO60.73 to 60.79 as a vendor reports them, not read in the text.
 */
import type { FrtbParameters } from "./frtb-types.ts";

/** Buckets 1…10 share one γ, 11 (other) meets none, 12 and 13 (indexes) have their own. */
function equityGamma(b: number, c: number): number {
  if (b === c) return 1;
  if (b === 11 || c === 11) return 0;
  const indexes = Number(b > 11) + Number(c > 11);
  return [0.15, 0.45, 0.75][indexes]!;
}
const equityBuckets = Array.from({ length: 13 }, (_, i) => i + 1);
const spot = [55, 60, 45, 55, 30, 35, 40, 50, 70, 50, 70, 15, 25]; // per cent

/** RW = min(55 %·√(LH/10), 1), LH in days by class. */
const vegaWeight = (days: number) => Math.min(0.55 * Math.sqrt(days / 10), 1);

export const basel: FrtbParameters = {
  vegaRw: {
    equityLarge: vegaWeight(20),
    equitySmallOther: vegaWeight(60),
    commodity: vegaWeight(120),
    fx: vegaWeight(40),
  },
  vegaOptionAlpha: 0.01,
  equity: {
    rwSpot: spot.map((percent) => percent / 100),
    rwRepo: spot.map((percent) => percent / 10000),
    rhoName: [0.15, 0.15, 0.15, 0.15, 0.25, 0.25, 0.25, 0.25, 0.075, 0.125, null, 0.8, 0.8],
    rhoSpotRepo: 0.999,
    otherBucket: 11,
    gamma: equityBuckets.map((b) => equityBuckets.map((c) => equityGamma(b, c))),
    smallCapBuckets: [9, 10, 11],
  },
  commodity: {
    rw: [0.3, 0.35, 0.6, 0.8, 0.4, 0.45, 0.2, 0.35, 0.25, 0.35, 0.5],
    rhoCommodity: [0.55, 0.95, 0.4, 0.8, 0.6, 0.65, 0.55, 0.45, 0.15, 0.4, 0.15],
    rhoTenor: 0.99,
    rhoLocation: 0.999,
    gamma: 0.2,
    gammaWithBucket11: 0,
  },
  fx: {
    rw: 0.15,
    majorDivisor: Math.SQRT2,
    // the listed pairs' currencies: MAR21, FX risk weights
    majors: "USD EUR JPY GBP AUD CAD CHF MXN CNY NZD RUB HKD SGD TRY KRW SEK ZAR INR NOK BRL".split(" "),
    gamma: 0.6,
    curvatureOptionalDivisor: 1.5,
  },
  crypto: { rwDelta: 1, rwVega: 1, rwCurvature: 1, rhoDifferentExchangeOrTenor: 0.94 },
};

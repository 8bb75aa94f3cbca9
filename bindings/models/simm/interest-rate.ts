/**
 * Interest rates: a bucket for each currency, with vertices by sub-curve, one factor of inflation and one of cross-currency basis.
 * Concentration is of the whole currency, the basis apart, and acts on γ.
 *
 * Source: ISDA SIMM methodology, interest rate risk.
 */
import type { Correlated, Parameter } from "../../documents/model.ts";
import { BASIS, INFLATION, TENORS } from "./keys.ts";
import { curvatureOf, figure, PRODUCT, type Part, type Settled } from "./part.ts";
import { ratesGroup, type SimmParameters } from "./parameters.ts";

const CURRENCY = ["productClass", "qualifier"];
const basis = { riskType: "Risk_XCcyBasis" };

export function interestRate(parameters: SimmParameters, { horizon }: Settled): Part {
  const p = parameters.interestRate;
  const delta: Correlated = {
    kind: "correlated",
    at: PRODUCT,
    select: { riskType: ["Risk_IRCurve", "Risk_Inflation", "Risk_XCcyBasis"] },
    factor: ["productClass", "riskType", "qualifier", "vertex", "subCurve"],
    bucket: CURRENCY,
    weight: "ratesWeight",
    concentration: { at: CURRENCY, threshold: "ratesDeltaThreshold", except: basis, on: "buckets" },
    within: [
      { key: "vertex", matrix: "ratesVertexRho" },
      { agree: ["subCurve"], is: 1, else: "subCurvePhi" },
    ],
    across: "ratesGamma",
    clamp: "always",
  };
  const vega: Correlated = {
    kind: "correlated",
    at: PRODUCT,
    select: { riskType: ["Risk_IRVol", "Risk_InflationVol"] },
    factor: ["productClass", "riskType", "qualifier", "vertex"],
    bucket: CURRENCY,
    weight: "ratesVegaWeight",
    concentration: { at: CURRENCY, threshold: "ratesVegaThreshold", on: "buckets" },
    within: { key: "vertex", matrix: "ratesVegaRho" },
    across: "ratesGamma",
    clamp: "always",
  };
  return {
    parameters: {
      ratesWeight: weights(parameters, horizon),
      ratesDeltaThreshold: thresholds(p, p.thresholdDeltaUsdMm),
      ratesVegaThreshold: thresholds(p, p.thresholdVegaUsdMm),
      // inflation and basis have sub-curves of their own, so φ is on each of their correlations: divided by it beforehand
      ratesVertexRho: vertices(p, [INFLATION, BASIS], 1 / p.subCurvePhi),
      ratesVegaRho: vertices(p, [INFLATION], 1),
      subCurvePhi: figure("correlation of two sub-curves", { is: p.subCurvePhi }),
      ratesGamma: figure("correlation of two currencies", { is: p.gamma }),
      ratesVegaWeight: figure("weight of vega", { is: p.vrw[horizon] }),
      ratesHistorical: figure("historical volatility ratio", { is: p.hvr[horizon] }),
    },
    charges: {
      interestRateDelta: delta,
      interestRateVega: vega,
      interestRateCvr: curvatureOf(vega, 1),
      interestRateCurvature: {
        kind: "formula",
        at: PRODUCT,
        value: { div: ["interestRateCvr", { mul: ["ratesHistorical", "ratesHistorical"] }] },
      },
    },
    margins: { delta: "interestRateDelta", vega: "interestRateVega", curvature: "interestRateCurvature" },
  };
}

/** By tenor for currencies of high volatility, which are all that are not listed; by currency and tenor for the listed ones. */
function weights(parameters: SimmParameters, horizon: 10 | 1): Parameter {
  const { rw, inflationRw, xccyRw, regularCurrencies, lowVolCurrencies } = parameters.interestRate;
  const listed = [...new Set([...regularCurrencies, ...lowVolCurrencies])];
  return figure("basis points", {
    for: [
      { vertex: INFLATION, is: inflationRw[horizon] },
      { vertex: BASIS, is: xccyRw[horizon] },
      ...TENORS.map((vertex, t) => ({ vertex, is: rw[horizon].high[t]! })),
      ...listed.flatMap((qualifier) =>
        TENORS.map((vertex, t) => ({ qualifier, vertex, is: rw[horizon][ratesGroup(parameters, qualifier)][t]! })),
      ),
    ],
  });
}

/** USD, by currency; the group that is named in words is that of all others. */
function thresholds(p: SimmParameters["interestRate"], millions: Record<string, number>): Parameter {
  const groups = Object.entries(p.thresholdGroups);
  const others = groups.find(([, currencies]) => !Array.isArray(currencies))![0];
  return figure("USD", {
    is: 1e6 * millions[others]!,
    for: groups.flatMap(([group, currencies]) =>
      Array.isArray(currencies) ? currencies.map((qualifier) => ({ qualifier, is: 1e6 * millions[group]! })) : [],
    ),
  });
}

/** ρ of tenors, and behind them of inflation and basis with everything. */
function vertices(p: SimmParameters["interestRate"], further: string[], factor: number): Parameter {
  const labels = [...TENORS, ...further];
  const of = (i: number, j: number) => {
    if (i === j) return 1;
    const names = [labels[i], labels[j]];
    if (names.includes(BASIS)) return p.xccyRho * factor;
    return names.includes(INFLATION) ? p.inflationRho * factor : p.tenorRho[i]![j]!;
  };
  return figure("correlation", { is: { labels, rows: labels.map((_, i) => labels.map((__, j) => of(i, j))) } });
}

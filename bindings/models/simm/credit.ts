/**
 * Credit: tenors of one issuer and payment currency, or of one securitisation and its group, are factors of their own; concentration is of
 * the issuer as a whole.
 *
 * Source: ISDA SIMM methodology, credit qualifying and non-qualifying risk.
 */
import type { Charge, Correlated } from "../../documents/model.ts";
import { byBucket, curvatureOf, figure, PRODUCT, type Part, type Settled } from "./part.ts";
import type { SimmParameters } from "./parameters.ts";

const BUCKET = ["productClass", "bucket"];
const ISSUER = ["productClass", "bucket", "qualifier"];
const FACTOR = ["productClass", "bucket", "qualifier", "tenor", "label2"];
const RESIDUAL = "Residual";
const residual = { select: { bucket: RESIDUAL } };
const numbered = (n: number) => Array.from({ length: n }, (_, i) => String(i + 1));

/** In the residual bucket one ρ serves all pairs. */
const rho = (is: number, ofResidual: number) =>
  figure("correlation", { is, for: [{ bucket: RESIDUAL, is: ofResidual }] });

function charges(name: string, types: [delta: string, vega: string], agree: string, across: Correlated["across"]) {
  const common: Correlated = {
    kind: "correlated",
    at: PRODUCT,
    factor: FACTOR,
    bucket: BUCKET,
    within: { agree: [agree], is: `${name}RhoSame`, else: `${name}RhoDifferent` },
    across,
    special: residual,
    clamp: "always",
  };
  const delta: Correlated = {
    ...common,
    select: { riskType: types[0] },
    weight: `${name}Weight`,
    concentration: { at: ISSUER, threshold: `${name}DeltaThreshold` },
  };
  const vega: Correlated = {
    ...common,
    select: { riskType: types[1] },
    weight: `${name}VegaWeight`,
    concentration: { at: ISSUER, threshold: `${name}VegaThreshold` },
  };
  const all: Record<string, Charge> = {
    [`${name}Delta`]: delta,
    [`${name}Vega`]: vega,
    [`${name}Curvature`]: curvatureOf(vega, 1),
  };
  return { charges: all, margins: { delta: `${name}Delta`, vega: `${name}Vega`, curvature: `${name}Curvature` } };
}

export function credit(
  { creditQ, creditNonQ }: SimmParameters,
  { horizon }: Settled,
): Record<"CreditQualifying" | "CreditNonQualifying", Part> {
  const [q, n] = [creditQ, creditNonQ];
  const qualifying = charges("creditQualifying", ["Risk_CreditQ", "Risk_CreditVol"], "qualifier", {
    key: "bucket",
    matrix: "creditQualifyingGamma",
  });
  const nonQualifying = charges(
    "creditNonQualifying",
    ["Risk_CreditNonQ", "Risk_CreditVolNonQ"],
    "label2",
    "creditNonQualifyingGamma",
  );
  const [twelve, two] = [
    [...numbered(12), RESIDUAL],
    [...numbered(2), RESIDUAL],
  ];
  const millions = (figures: number[]) => figures.map((x) => 1e6 * x);
  return {
    CreditQualifying: {
      parameters: {
        creditQualifyingWeight: byBucket("basis points", q.rw[horizon], twelve),
        creditQualifyingDeltaThreshold: byBucket("USD", millions(q.thresholdDeltaUsdMm), twelve),
        creditQualifyingVegaThreshold: figure("USD", { is: 1e6 * q.thresholdVegaUsdMm }),
        creditQualifyingVegaWeight: figure("weight of vega", { is: q.vrw[horizon] }),
        creditQualifyingRhoSame: rho(q.rhoSameName, q.rhoResidual),
        creditQualifyingRhoDifferent: rho(q.rhoDifferentName, q.rhoResidual),
        creditQualifyingGamma: figure("correlation", { is: { labels: numbered(12), rows: q.gamma } }),
        baseCorrWeight: figure("per point of correlation", { is: q.baseCorrRw[horizon] }),
        baseCorrRho: figure("correlation of two indexes", { is: q.baseCorrRho }),
      },
      charges: {
        ...qualifying.charges,
        creditQualifyingBaseCorr: {
          kind: "correlated",
          at: PRODUCT,
          select: { riskType: "Risk_BaseCorr" },
          factor: ["productClass", "qualifier"],
          bucket: PRODUCT,
          weight: "baseCorrWeight",
          within: "baseCorrRho",
        },
      },
      margins: { ...qualifying.margins, baseCorr: "creditQualifyingBaseCorr" },
    },
    CreditNonQualifying: {
      parameters: {
        creditNonQualifyingWeight: byBucket("basis points", n.rw[horizon], two),
        creditNonQualifyingDeltaThreshold: byBucket("USD", millions(n.thresholdDeltaUsdMm), two),
        creditNonQualifyingVegaThreshold: figure("USD", { is: 1e6 * n.thresholdVegaUsdMm }),
        creditNonQualifyingVegaWeight: figure("weight of vega", { is: n.vrw[horizon] }),
        creditNonQualifyingRhoSame: rho(n.rhoSameGroup, n.rhoResidual),
        creditNonQualifyingRhoDifferent: rho(n.rhoDifferentGroup, n.rhoResidual),
        creditNonQualifyingGamma: figure("correlation of two buckets", { is: n.gamma }),
      },
      ...nonQualifying,
    },
  };
}

/**
 * Equity, commodity and FX: sensitivities to a relative move of the spot and to a point of volatility.
 *
 *   VR = HVR·Σ σ·vega over the expiries of a name, σ = RW·√(365/D)/Φ⁻¹(0.99), D = 14 days for ten-day margin and 1.4 for one-day
 *
 * Source: ISDA SIMM methodology, equity, commodity and FX risk.
 */
import type { Correlated, Expr, Parameter } from "../../documents/model.ts";
import { byBucket, curvatureOf, figure, PRODUCT, type Part, type Settled } from "./part.ts";
import type { SimmParameters } from "./parameters.ts";

const BUCKET = ["productClass", "bucket"];
const NAME = ["productClass", "bucket", "qualifier"];
const numbered = (n: number) => Array.from({ length: n }, (_, i) => String(i + 1));
const EQUITY = [...numbered(12), "Residual"];
const COMMODITY = numbered(17);
const millions = (figures: number[]) => figures.map((x) => 1e6 * x);

/** Φ⁻¹(0.99), to the last digit of f64. Source: any table of the normal quantile; ../../../assembly/math/quantile.ts gives the same. */
const Z_99 = 2.3263478740408408;
const sigma = (weight: number, horizon: 10 | 1) => (weight * Math.sqrt(365 / (1.4 * horizon))) / Z_99;

interface Shape {
  name: string;
  types: [delta: string, vega: string];
  factor: string[];
  bucket: string[];
  rho: Correlated["within"];
  vegaRho: Correlated["within"];
  across?: Correlated["across"];
  special?: Correlated["special"];
  /** Factor of a name's curvature; default 1. */
  curved?: Expr;
}

function part(shape: Shape, parameters: Record<string, Parameter>): Part {
  const { name, types, factor, bucket } = shape;
  const common = {
    kind: "correlated",
    at: PRODUCT,
    factor,
    bucket,
    ...(shape.across === undefined ? {} : { across: shape.across }),
    ...(shape.special === undefined ? {} : { special: shape.special }),
    clamp: "always",
  } as const;
  const delta: Correlated = {
    ...common,
    select: { riskType: types[0] },
    weight: `${name}Weight`,
    concentration: { threshold: `${name}DeltaThreshold` },
    within: shape.rho,
  };
  const vega: Correlated = {
    ...common,
    select: { riskType: types[1] },
    measure: { mul: [`${name}Historical`, `${name}Sigma`] },
    weight: `${name}VegaWeight`,
    concentration: { threshold: `${name}VegaThreshold` },
    within: shape.vegaRho,
  };
  const curvature = curvatureOf(vega, `${name}Sigma`);
  return {
    parameters,
    charges: {
      [`${name}Delta`]: delta,
      [`${name}Vega`]: vega,
      [`${name}Curvature`]: shape.curved === undefined ? curvature : { ...curvature, weight: shape.curved },
    },
    margins: { delta: `${name}Delta`, vega: `${name}Vega`, curvature: `${name}Curvature` },
  };
}

export function spotClasses(parameters: SimmParameters, options: Settled): Record<"Equity" | "Commodity" | "FX", Part> {
  return {
    Equity: equity(parameters.equity, options.horizon),
    Commodity: commodity(parameters.commodity, options.horizon),
    FX: fx(parameters.fx, options),
  };
}

function equity(p: SimmParameters["equity"], horizon: 10 | 1): Part {
  const sigmas = p.rw[horizon].map((weight) => sigma(weight, horizon));
  return part(
    {
      name: "equity",
      types: ["Risk_Equity", "Risk_EquityVol"],
      factor: NAME,
      bucket: BUCKET,
      rho: "equityRho",
      vegaRho: "equityRho",
      across: { key: "bucket", matrix: "equityGamma" },
      special: { select: { bucket: "Residual" } },
      curved: "equityCurved",
    },
    {
      equityWeight: byBucket("per cent", p.rw[horizon], EQUITY),
      equitySigma: byBucket("points of volatility", sigmas, EQUITY),
      equityHistorical: figure("historical volatility ratio", { is: p.hvr[horizon] }),
      equityVegaWeight: byBucket("weight of vega", p.vrw[horizon], EQUITY),
      equityDeltaThreshold: byBucket("USD", millions(p.thresholdDeltaUsdMm), EQUITY),
      equityVegaThreshold: byBucket("USD", millions(p.thresholdVegaUsdMm), EQUITY),
      equityRho: byBucket("correlation", p.rho, EQUITY),
      equityGamma: figure("correlation", { is: { labels: numbered(12), rows: p.gamma } }),
      equityCurved: {
        unit: "factor",
        source: "ISDA SIMM methodology, curvature margin: volatility indexes (bucket 12) have none",
        is: 1,
        for: [{ bucket: "12", is: 0 }],
      },
    },
  );
}

/** No residual: bucket 16 (other) is one of them, with ρ = 0 and γ = 0. */
function commodity(p: SimmParameters["commodity"], horizon: 10 | 1): Part {
  const sigmas = p.rw[horizon].map((weight) => sigma(weight, horizon));
  return part(
    {
      name: "commodity",
      types: ["Risk_Commodity", "Risk_CommodityVol"],
      factor: NAME,
      bucket: BUCKET,
      rho: "commodityRho",
      vegaRho: "commodityRho",
      across: { key: "bucket", matrix: "commodityGamma" },
    },
    {
      commodityWeight: byBucket("per cent", p.rw[horizon], COMMODITY),
      commoditySigma: byBucket("points of volatility", sigmas, COMMODITY),
      commodityHistorical: figure("historical volatility ratio", { is: p.hvr[horizon] }),
      commodityVegaWeight: figure("weight of vega", { is: p.vrw[horizon] }),
      commodityDeltaThreshold: byBucket("USD", millions(p.thresholdDeltaUsdMm), COMMODITY),
      commodityVegaThreshold: byBucket("USD", millions(p.thresholdVegaUsdMm), COMMODITY),
      commodityRho: byBucket("correlation", p.rho, COMMODITY),
      commodityGamma: figure("correlation", { is: { labels: COMMODITY, rows: p.gamma } }),
    },
  );
}

const VOLATILITIES = ["regular", "high"];

/** One bucket of all currencies (delta) or pairs of them (vega); the calculation currency weighs nothing. */
function fx(p: SimmParameters["fx"], { horizon, calculationCurrency }: Settled): Part {
  const own = p.highVolCurrencies.includes(calculationCurrency) ? 1 : 0;
  const rho = own === 1 ? p.rhoCalcCcyHigh : p.rhoCalcCcyRegular;
  const weight = p.rwRegularHigh[horizon];
  const pairs = [
    { volatility: "regular-regular", is: sigma(weight[0]![0]!, horizon) },
    { volatility: "regular-high", is: sigma(weight[0]![1]!, horizon) },
    { volatility: "high-high", is: sigma(weight[1]![1]!, horizon) },
  ];
  return part(
    {
      name: "fx",
      types: ["Risk_FX", "Risk_FXVol"],
      factor: ["productClass", "qualifier", "volatility", "category"],
      bucket: PRODUCT,
      rho: { key: "volatility", matrix: "fxRho" },
      vegaRho: "fxVegaRho",
    },
    {
      fxWeight: figure("per cent", {
        for: [
          ...VOLATILITIES.map((volatility, v) => ({ volatility, is: weight[v]![own]! })),
          ...VOLATILITIES.map((volatility) => ({ volatility, qualifier: calculationCurrency, is: 0 })),
        ],
      }),
      fxSigma: figure("points of volatility", { for: pairs }),
      fxHistorical: figure("historical volatility ratio", { is: p.hvr[horizon] }),
      fxVegaWeight: figure("weight of vega", { is: p.vrw[horizon] }),
      fxDeltaThreshold: figure("USD", {
        for: p.thresholdDeltaUsdMm.map((is, i) => ({ category: String(i + 1), is: 1e6 * is })),
      }),
      fxVegaThreshold: figure("USD", {
        for: Object.entries(p.thresholdVegaUsdMm).map(([category, is]) => ({ category, is: 1e6 * is })),
      }),
      // of two different currencies: in one group too it is less than 1
      fxRho: figure("correlation of two currencies by group", {
        is: { labels: VOLATILITIES, rows: rho, diagonal: "pairs" },
      }),
      fxVegaRho: figure("correlation of two pairs", { is: p.rhoVegaCurvature }),
    },
  );
}

/** Prices, Greeks and implied vols of linear options: `opt.*`, `iv.*`, Derive's Black-76, and the table of Jäckel's reference. */
import { IMPLIED_VOL_REASONS, type GreekColumns, type GreekName } from "../../../bindings/core/pricing.ts";
import { core } from "../../core.ts";
import { kernels } from "../../kernels.ts";
import { named, type Adapter } from "../adapter.ts";
import type { Input } from "../input.ts";

export const column = <T>(rows: T[], f: (row: T) => number): Float64Array => Float64Array.from(rows, f);

/** Value now of 1 in τ years. */
const discountOf = (rate: number, tau: number) => kernels.exp(-rate * tau);

const european: Adapter = {
  family: "opt.european",
  knows: named("opt.european"),
  run: (inputs) => {
    const rows = inputs.list("options");
    const rate = (row: Input) => row.num("r", 0);
    const price = core.prices(
      {
        // e^((r − q)·T) of the forward, carried by the core's own exp
        forward: column(rows, (row) => row.num("S") * kernels.exp((rate(row) - row.num("q", 0)) * row.num("T"))),
        strike: column(rows, (row) => row.num("K")),
        tau: column(rows, (row) => row.num("T")),
        vol: column(rows, (row) => row.num("sigma")),
        discount: column(rows, (row) => discountOf(rate(row), row.num("T"))),
        callPut: column(rows, (row) => row.callPut()),
      },
      new Float64Array(rows.length),
    );
    return { got: { price: [...price], publishedPrice: [...price] } };
  },
};

const black76: Adapter = {
  family: "opt.black76",
  knows: named("opt.black76"),
  run: (inputs) => {
    const rows = inputs.list("options");
    const columns = {
      forward: column(rows, (row) => row.num("F")),
      strike: column(rows, (row) => row.num("K")),
      tau: column(rows, (row) => row.num("T")),
      vol: column(rows, (row) => row.num("sigma")),
      discount: column(rows, (row) => discountOf(row.num("r", 0), row.num("T"))),
      callPut: column(rows, (row) => row.callPut()),
    };
    return { got: { price: [...core.prices(columns, new Float64Array(rows.length))] } };
  },
};

/** Name of a sensitivity in cases → here. */
const GREEKS: Record<string, GreekName> = {
  price: "price",
  delta: "delta",
  gamma: "gamma",
  vega: "vega",
  theta: "theta",
  rhoBlack: "rho",
  vanna: "vanna",
  volga: "volga",
  charm: "charm",
  veta: "veta",
  speed: "speed",
  zomma: "zomma",
  color: "color",
  ultima: "ultima",
};

const greeks: Adapter = {
  family: "opt.greeks",
  knows: named("opt.greeks"),
  run: (inputs) => {
    const tau = inputs.num("T");
    const columns = {
      forward: inputs.num("F"),
      strike: inputs.num("K"),
      tau,
      vol: inputs.num("sigma"),
      discount: discountOf(inputs.num("r", 0), tau),
      callPut: inputs.callPut(),
    };
    const out = core.greeks(
      columns,
      Object.fromEntries(Object.values(GREEKS).map((name) => [name, new Float64Array(1)])) as GreekColumns,
    );
    const got: Record<string, number> = Object.fromEntries(
      Object.entries(GREEKS).map(([name, ours]) => [name, out[ours]![0]!]),
    );
    got.price = core.prices(columns, new Float64Array(1))[0]!;
    return { got };
  },
};

/** Implied vols of rows F, K, T, type, price (all but the price with a default for the normalised forms). */
function impliedVols(rows: { forward: number; strike: number; tau: number; callPut: number; price: number }[]) {
  const reasons = new Int32Array(rows.length);
  const vols = core.impliedVols(
    {
      forward: column(rows, (row) => row.forward),
      strike: column(rows, (row) => row.strike),
      tau: column(rows, (row) => row.tau),
      callPut: column(rows, (row) => row.callPut),
      price: column(rows, (row) => row.price),
    },
    new Float64Array(rows.length),
    reasons,
  );
  return { vols: [...vols], reasons: Array.from(reasons, (reason) => IMPLIED_VOL_REASONS[reason]!) };
}

const quote = (row: Input) => ({
  forward: row.num("F"),
  strike: row.num("K"),
  tau: row.num("T"),
  callPut: row.callPut(),
  price: row.num("price"),
});

const ivBlack: Adapter = {
  family: "iv.black",
  knows: named("iv.black"),
  run: (inputs) => ({ got: { impliedVol: impliedVols(inputs.list("quotes").map(quote)).vols } }),
};

const ivDomain: Adapter = {
  family: "iv.domain",
  knows: named("iv.domain"),
  run: (inputs) => ({ got: { result: impliedVols(inputs.list("quotes").map(quote)).reasons } }),
};

const ivInverseGaussian: Adapter = {
  family: "iv.inverse-gaussian",
  knows: named("iv.inverse-gaussian"),
  run: (inputs) => {
    const rows = inputs.list("quotes").map((row) => ({
      forward: 1,
      strike: kernels.exp(row.num("k")),
      tau: 1,
      callPut: 1,
      price: row.num("callPriceOverForward"),
    }));
    const { vols } = impliedVols(rows);
    return { got: { totalVol: vols, viaScipyInvGauss: vols } };
  },
};

const ivAtm: Adapter = {
  family: "iv.atm",
  knows: named("iv.atm"),
  run: (inputs) => ({
    got: {
      totalVol: impliedVols(
        inputs.numbers("callOverForward").map((price) => ({ forward: 1, strike: 1, tau: 1, callPut: 1, price })),
      ).vols,
    },
  }),
};

/** A contract's prices of both sides; a forward or strike of 0 is none in the core, which asks for > 0. */
const deriveBlack76: Adapter = {
  family: "derive black-76",
  knows: named("black-76"),
  run: (inputs) => {
    const columns = {
      forward: inputs.num("forward"),
      strike: inputs.num("strike"),
      tau: inputs.num("secondsToExpiry") / 31_536_000,
      vol: inputs.num("vol"),
      discount: inputs.num("discount"),
      callPut: Float64Array.of(1, -1),
    };
    // the limit of a strike or forward toward 0: the smallest that keeps ln(F/K) finite
    const limit = (x: number) => (x === 0 ? 1e-150 : x);
    const at = { ...columns, forward: limit(columns.forward), strike: limit(columns.strike) };
    const [call, put] = core.prices(at, new Float64Array(2));
    const { delta } = core.greeks({ ...at, discount: 1 }, { delta: new Float64Array(2) });
    return { got: { call, put, undiscountedCallDelta: delta![0] } };
  },
};

const letsBeRational: Adapter = {
  family: "let's be rational",
  knows: named("let's be rational"),
  run: (inputs) => {
    const [forward, strike, tau, vol, callPut, price] = ["forward", "strike", "tau", "vol", "callPut", "price"].map(
      (key) => inputs.num(key),
    ) as [number, number, number, number, 1 | -1, number];
    const columns = { forward, strike, tau, vol, callPut };
    const { price: ours, vega } = core.greeks(columns, { price: new Float64Array(1), vega: new Float64Array(1) });
    const got: Record<string, unknown> = {
      black: core.prices(columns, new Float64Array(1))[0],
      distribution: kernels.normalDistribution(inputs.num("z")),
    };
    // what rounding of price, intrinsic value and √τ can do to a vol; where it is as large as the vol, the price does not hold it
    const intrinsic = kernels.intrinsic(forward, strike, callPut);
    const attainable = 2.5e-15 + ((price + intrinsic) * 2 ** -52) / (vega![0]! * vol);
    if (ours![0]! > 0 && attainable < 1e-3)
      got.impliedVol = impliedVols([{ forward, strike, tau, callPut, price }]).vols[0];
    // β(x, s) = Black(e^(x/2), e^(−x/2), s)
    const [x, s] = [inputs.num("x"), inputs.num("s")];
    const normalised = { forward: kernels.exp(x / 2), strike: kernels.exp(-x / 2), tau: 1, vol: s, callPut };
    got.normalisedPrice = core.prices(normalised, new Float64Array(1))[0];
    got.normalisedVega = core.greeks(normalised, { vega: new Float64Array(1) }).vega![0];
    return {
      got,
      // below 1e-12 of the forward d itself costs digits
      bounds: {
        black: { rel: price > 1e-12 * forward ? 1e-14 : 2e-13 },
        impliedVol: { rel: attainable },
        normalisedPrice: { rel: 1e-12 },
        normalisedVega: { rel: 1e-12 },
        distribution: { rel: 1e-14 },
      },
      note: "the price, rounded to a double, does not hold the vol",
    };
  },
};

export const options: Adapter[] = [
  european,
  black76,
  greeks,
  ivBlack,
  ivDomain,
  ivInverseGaussian,
  ivAtm,
  deriveBlack76,
  letsBeRational,
];

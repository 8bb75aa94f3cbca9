/**
 * The six higher sensitivities of Black-76, over columns; conventions as in greeks.ts.
 *
 * With n = φ(d₁), s = σ√τ, and time derivatives by calendar time (−∂/∂τ), per year:
 *
 *   0 charm   r·delta + D·n·d₂/(2τ)                     ∂delta/∂t
 *   1 veta    vega·(r − (1 + d₁d₂)/(2τ))                ∂vega/∂t
 *   2 speed   −gamma/F·(1 + d₁/s)                       ∂³V/∂F³
 *   3 zomma   gamma·(d₁d₂ − 1)/σ                        ∂³V/∂F²∂σ
 *   4 color   r·gamma + gamma·(1 − d₁d₂)/(2τ)           ∂gamma/∂t
 *   5 ultima  −vega/σ²·[ d₁d₂(1 − d₁d₂) + d₁² + d₂² ]   ∂³V/∂σ³
 *
 * Accuracy: 3e-14 relative on the golden rows of test/vectors/pricing, away from the zeros of each polynomial in d.
 * Edges: σ√τ ≤ 1e-100 counts as 0: charm is r·delta, the others 0. NaN as in greeks.ts.
 *
 * Source: Haug (2007), The Complete Guide to Option Pricing Formulas, chapter 2, restated for forwards.
 */
import * as black76 from "./black76";
import * as expLog from "../math/exp-log";
import * as lanes from "../math/lanes";
import * as normal from "../math/normal";

/** Beyond this |d| the density is 0; bounded so that no polynomial in d overflows. */
const MOST_D: f64 = 64.0;
/** Bounds 1/√τ so that its square stays finite; reached only where the density is 0. */
const MOST_PER_SQRT_TAU: f64 = 1e150;

@inline function higherGreekRow<T>(
  forward: usize,
  strike: usize,
  sqrtTau: usize,
  vol: usize,
  rate: usize,
  discount: usize,
  callPut: usize,
  out: usize,
  stride: usize,
): void {
  const zero = lanes.splat<T>(0.0);
  const half = lanes.splat<T>(0.5);
  const one = lanes.splat<T>(1.0);
  const F = lanes.load<T>(forward);
  const K = lanes.load<T>(strike);
  const root = lanes.load<T>(sqrtTau);
  const sigma = lanes.load<T>(vol);
  const r = lanes.load<T>(rate);
  const theta = lanes.load<T>(callPut);
  const stdDev = lanes.mul<T>(sigma, root);
  const s = black76.limitStdDev<T>(stdDev);
  const inverse = lanes.div<T>(one, lanes.mul<T>(F, s));
  const inverseStdDev = lanes.mul<T>(inverse, F);
  const x = lanes.mul<T>(expLog.logRatio<T>(F, K), inverseStdDev);
  const bounded = lanes.or<T>(lanes.pmin<T>(lanes.abs<T>(x), lanes.splat<T>(MOST_D)), lanes.signOf<T>(x));
  const d1 = lanes.mulAdd<T>(half, s, bounded);
  const d2 = lanes.sub<T>(d1, s);
  const positive = lanes.and<T>(lanes.gt<T>(lanes.pmin<T>(F, K), zero), lanes.ge<T>(stdDev, zero));
  const valid = lanes.and<T>(positive, lanes.ge<T>(d1, d2)); // a NaN in F, K, σ or τ is one in d₁
  const D = lanes.nanUnless<T>(valid, lanes.load<T>(discount)); // every output has the factor D
  const e = expLog.gauss<T>(d1, zero);
  const y = lanes.pmin<T>(lanes.abs<T>(d1), lanes.splat<T>(normal.FAR));
  const tail = lanes.mul<T>(e, normal.mills<T>(y));
  const N1 = lanes.select<T>(lanes.gt<T>(lanes.mul<T>(theta, d1), zero), lanes.sub<T>(one, tail), tail);
  const delta = lanes.mul<T>(lanes.mul<T>(theta, D), N1);
  const density = lanes.mul<T>(lanes.splat<T>(normal.INVERSE_SQRT_2PI), e);
  const Dn = lanes.mul<T>(D, lanes.andNot<T>(density, lanes.le<T>(stdDev, lanes.splat<T>(black76.NO_STD_DEV))));
  const gamma = lanes.mul<T>(Dn, inverse);
  const vega = lanes.mul<T>(lanes.mul<T>(Dn, F), root);
  const inverseVol = lanes.mul<T>(root, inverseStdDev);
  const perTau = lanes.pmin<T>(lanes.mul<T>(sigma, inverseStdDev), lanes.splat<T>(MOST_PER_SQRT_TAU)); // 1/√τ
  const halfPerTau = lanes.mul<T>(half, lanes.mul<T>(perTau, perTau));
  const d1d2 = lanes.mul<T>(d1, d2);
  const rest = lanes.sub<T>(one, d1d2);
  const squares = lanes.mulAdd<T>(d1, d1, lanes.mul<T>(d2, d2));
  let o = out;
  lanes.store<T>(o, lanes.mulAdd<T>(r, delta, lanes.mul<T>(lanes.mul<T>(Dn, d2), halfPerTau)));
  o += stride;
  lanes.store<T>(o, lanes.mul<T>(vega, lanes.sub<T>(r, lanes.mul<T>(lanes.add<T>(one, d1d2), halfPerTau))));
  o += stride;
  lanes.store<T>(o, lanes.neg<T>(lanes.mul<T>(lanes.div<T>(gamma, F), lanes.mulAdd<T>(d1, inverseStdDev, one))));
  o += stride;
  lanes.store<T>(o, lanes.neg<T>(lanes.mul<T>(lanes.mul<T>(gamma, rest), inverseVol)));
  o += stride;
  lanes.store<T>(o, lanes.mul<T>(gamma, lanes.mulAdd<T>(rest, halfPerTau, r)));
  o += stride;
  const polynomial = lanes.mulAdd<T>(d1d2, rest, squares);
  lanes.store<T>(o, lanes.neg<T>(lanes.mul<T>(lanes.mul<T>(lanes.mul<T>(vega, inverseVol), inverseVol), polynomial)));
}

/**
 * The six higher Greeks of n options; parameters as in `greeks.greeks`.
 *
 * @param out    six columns, in the order above; must not overlap an input
 * @param stride bytes from one output column to the next, ≥ 8·n
 */
export function higherGreeks(
  n: i32,
  forward: usize,
  strike: usize,
  sqrtTau: usize,
  vol: usize,
  rate: usize,
  discount: usize,
  callPut: usize,
  out: usize,
  stride: usize,
): void {
  const total = <usize>n << 3;
  for (let i: usize = 0; i < total; i += 16) {
    higherGreekRow<v128>(forward + i, strike + i, sqrtTau + i, vol + i, rate + i, discount + i, callPut + i, out + i, stride);
  }
}

/** The same for one option, scalar: the definition, to which tests hold the pairs. */
export function higherGreeksOfOne(
  forward: usize,
  strike: usize,
  sqrtTau: usize,
  vol: usize,
  rate: usize,
  discount: usize,
  callPut: usize,
  out: usize,
  stride: usize,
): void {
  higherGreekRow<f64>(forward, strike, sqrtTau, vol, rate, discount, callPut, out, stride);
}

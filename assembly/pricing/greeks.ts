/**
 * Black-76 price and sensitivities of one expiry's forward, discounted, in short passes over columns.
 *
 * With n = φ(d₁), s = σ√τ, the forward held, and time derivatives by calendar time (−∂/∂τ), per year:
 *
 *   0 price   D·θ·[F·N(θd₁) − K·N(θd₂)]        4 theta   r·V − D·F·n·σ/(2√τ)
 *   1 delta   θ·D·N(θd₁)                       5 rho     −τ·V            (r only discounts)
 *   2 gamma   D·n/(F·s)                        6 vanna   −D·n·d₂/σ       ∂²V/∂F∂σ
 *   3 vega    D·F·n·√τ                         7 volga   vega·d₁·d₂/σ    ∂²V/∂σ²
 *
 * The higher six are in higher-greeks.ts, the coin versions in inverse-greeks.ts.
 *
 * Accuracy on the golden rows of test/vectors/pricing (options worth > 1e-12·F): delta 9e-15, gamma, vega,
 * theta, vanna and volga 1.5e-14 relative (they scale with e^(−d²/2), so rounding of d costs d² ulp; vanna and
 * volga away from their zeros at d₁·d₂ = 0). The price here, and so rho, has an absolute error of 2e-15·F and
 * not a relative one: where that matters use `black76.price`, which costs more than all eight together.
 *
 * Edges: σ√τ ≤ 1e-100 counts as 0: delta is θ·D in the money, 0 out of it, half at the money; gamma, vega,
 * vanna and volga are 0, also at the money where the limit does not exist; theta is r·V. NaN in every
 * output for F ≤ 0, K ≤ 0, σ√τ < 0 or a NaN input. F and K within 1e±150.
 *
 * Source: Haug (2007), The Complete Guide to Option Pricing Formulas, chapter 2, restated for forwards.
 */
import * as black76 from "./black76";
import * as expLog from "../math/exp-log";
import * as lanes from "../math/lanes";
import * as normal from "../math/normal";

const BLOCK: usize = 512; // bytes of a column in a block: 64 rows

// offset  column of a block [64]
// 0       ln(F/K), later 1/(F·s)
// 512     d₁
// 1024    d₂
// 1536    e^(−d₁²/2)
// 2048    N(−|d₁|)
// 2560    K·N(−|d₂|)
const buffer: usize = memory.data(6 * 512, 16);

/** At most 64 rows, `bytes` of each column; output column k at `out` + k·`stride`. */
@inline function greekBlock<T>(
  bytes: usize,
  forward: usize,
  strike: usize,
  tau: usize,
  sqrtTau: usize,
  vol: usize,
  rate: usize,
  discount: usize,
  callPut: usize,
  out: usize,
  stride: usize,
): void {
  const step: usize = isVector<T>() ? 16 : 8;
  const zero = lanes.splat<T>(0.0);
  const half = lanes.splat<T>(0.5);
  const one = lanes.splat<T>(1.0);
  let i: usize = 0;
  do {
    lanes.store<T>(buffer + i, expLog.logRatio<T>(lanes.load<T>(forward + i), lanes.load<T>(strike + i)));
    i += step;
  } while (i < bytes);
  i = 0;
  do {
    const F = lanes.load<T>(forward + i);
    const s = black76.limitStdDev<T>(lanes.mul<T>(lanes.load<T>(vol + i), lanes.load<T>(sqrtTau + i)));
    const inverse = lanes.div<T>(one, lanes.mul<T>(F, s)); // one division for 1/s and 1/(F·s)
    const d1 = lanes.mulAdd<T>(lanes.load<T>(buffer + i), lanes.mul<T>(inverse, F), lanes.mul<T>(half, s));
    lanes.store<T>(buffer + i, inverse);
    lanes.store<T>(buffer + i + 512, d1);
    lanes.store<T>(buffer + i + 1024, lanes.sub<T>(d1, s));
    i += step;
  } while (i < bytes);
  i = 0;
  do {
    lanes.store<T>(buffer + i + 1536, expLog.gauss<T>(lanes.load<T>(buffer + i + 512), zero));
    i += step;
  } while (i < bytes);
  i = 0;
  do {
    const y1 = lanes.pmin<T>(lanes.abs<T>(lanes.load<T>(buffer + i + 512)), lanes.splat<T>(normal.FAR));
    const y2 = lanes.pmin<T>(lanes.abs<T>(lanes.load<T>(buffer + i + 1024)), lanes.splat<T>(normal.FAR));
    const q1 = lanes.mul<T>(y1, y1);
    const q2 = lanes.mul<T>(y2, y2);
    const Q1 = normal.millsQ<T>(y1, q1);
    const Q2 = normal.millsQ<T>(y2, q2);
    const inverse = lanes.div<T>(one, lanes.mul<T>(Q1, Q2)); // one division for both tails
    const e = lanes.load<T>(buffer + i + 1536);
    const tail1 = lanes.mul<T>(lanes.mul<T>(normal.millsP<T>(y1, q1), Q2), inverse);
    const tail2 = lanes.mul<T>(lanes.mul<T>(normal.millsP<T>(y2, q2), Q1), inverse);
    lanes.store<T>(buffer + i + 2048, lanes.mul<T>(e, tail1));
    lanes.store<T>(buffer + i + 2560, lanes.mul<T>(lanes.mul<T>(lanes.load<T>(forward + i), e), tail2)); // F·φ(d₁) = K·φ(d₂)
    i += step;
  } while (i < bytes);
  i = 0;
  do {
    const F = lanes.load<T>(forward + i);
    const K = lanes.load<T>(strike + i);
    const theta = lanes.load<T>(callPut + i);
    const root = lanes.load<T>(sqrtTau + i);
    const sigma = lanes.load<T>(vol + i);
    const stdDev = lanes.mul<T>(sigma, root);
    const none = lanes.le<T>(stdDev, lanes.splat<T>(black76.NO_STD_DEV));
    const inverse = lanes.load<T>(buffer + i);
    const d1 = lanes.load<T>(buffer + i + 512);
    const d2 = lanes.load<T>(buffer + i + 1024);
    const positive = lanes.and<T>(lanes.gt<T>(lanes.pmin<T>(F, K), zero), lanes.ge<T>(stdDev, zero));
    const valid = lanes.and<T>(positive, lanes.ge<T>(d1, d2)); // a NaN in F, K, σ or τ is one in d₁
    const D = lanes.nanUnless<T>(valid, lanes.load<T>(discount + i)); // every output has the factor D
    const tail1 = lanes.load<T>(buffer + i + 2048);
    const forwardTail = lanes.mul<T>(F, tail1);
    const strikeTail = lanes.load<T>(buffer + i + 2560);
    // the out-of-the-money side, then intrinsic
    const difference = lanes.sub<T>(F, K);
    const inTheMoney = lanes.gt<T>(lanes.mul<T>(theta, difference), zero);
    const side = lanes.xor<T>(theta, lanes.signOf<T>(inTheMoney));
    const a = lanes.select<T>(lanes.gt<T>(lanes.mul<T>(side, d1), zero), lanes.sub<T>(F, forwardTail), forwardTail);
    const b = lanes.select<T>(lanes.gt<T>(lanes.mul<T>(side, d2), zero), lanes.sub<T>(K, strikeTail), strikeTail);
    const timeValue = lanes.andNot<T>(lanes.pmax<T>(lanes.mul<T>(side, lanes.sub<T>(a, b)), zero), none);
    const price = lanes.mul<T>(D, lanes.add<T>(timeValue, lanes.and<T>(lanes.abs<T>(difference), inTheMoney)));
    const N1 = lanes.select<T>(lanes.gt<T>(lanes.mul<T>(theta, d1), zero), lanes.sub<T>(one, tail1), tail1);
    const density = lanes.mul<T>(lanes.splat<T>(normal.INVERSE_SQRT_2PI), lanes.load<T>(buffer + i + 1536));
    const Dn = lanes.mul<T>(D, lanes.andNot<T>(density, none));
    const inverseStdDev = lanes.mul<T>(inverse, F);
    const inverseVol = lanes.mul<T>(root, inverseStdDev);
    const vega = lanes.mul<T>(lanes.mul<T>(Dn, F), root);
    const decay = lanes.mul<T>(lanes.mul<T>(lanes.mul<T>(half, Dn), lanes.mul<T>(F, sigma)), lanes.mul<T>(sigma, inverseStdDev));
    let o = out + i;
    lanes.store<T>(o, price);
    o += stride;
    lanes.store<T>(o, lanes.mul<T>(lanes.mul<T>(theta, D), N1));
    o += stride;
    lanes.store<T>(o, lanes.mul<T>(Dn, inverse));
    o += stride;
    lanes.store<T>(o, vega);
    o += stride;
    lanes.store<T>(o, lanes.sub<T>(lanes.mul<T>(lanes.load<T>(rate + i), price), decay));
    o += stride;
    lanes.store<T>(o, lanes.neg<T>(lanes.mul<T>(lanes.load<T>(tau + i), price)));
    o += stride;
    lanes.store<T>(o, lanes.neg<T>(lanes.mul<T>(lanes.mul<T>(Dn, d2), inverseVol)));
    o += stride;
    lanes.store<T>(o, lanes.mul<T>(lanes.mul<T>(vega, d1), lanes.mul<T>(d2, inverseVol)));
    i += step;
  } while (i < bytes);
}

/**
 * Price and seven Greeks of n options, in pairs: of an odd n, every column has room for one row more.
 *
 * @param forward  [n] address; quote per base
 * @param strike   [n] quote per base
 * @param tau      [n] years
 * @param sqrtTau  [n] √τ, computed once per expiry by the caller
 * @param vol      [n] annualised
 * @param rate     [n] r, continuous per year, with discount = e^(−r·τ)
 * @param discount [n] value now of 1 at expiry, computed once per expiry by the caller
 * @param callPut  [n] +1 call, −1 put
 * @param out      eight columns, in the order above; must not overlap an input
 * @param stride   bytes from one output column to the next, ≥ 8·n
 */
export function greeks(
  n: i32,
  forward: usize,
  strike: usize,
  tau: usize,
  sqrtTau: usize,
  vol: usize,
  rate: usize,
  discount: usize,
  callPut: usize,
  out: usize,
  stride: usize,
): void {
  const total = <usize>((n + 1) & ~1) << 3;
  for (let i: usize = 0; i < total; i += BLOCK) {
    greekBlock<v128>(min(BLOCK, total - i), forward + i, strike + i, tau + i, sqrtTau + i, vol + i, rate + i, discount + i, callPut + i, out + i, stride);
  }
}

/** The same for one option, scalar: the definition, to which tests hold the pairs. */
export function greeksOfOne(
  forward: usize,
  strike: usize,
  tau: usize,
  sqrtTau: usize,
  vol: usize,
  rate: usize,
  discount: usize,
  callPut: usize,
  out: usize,
  stride: usize,
): void {
  greekBlock<f64>(8, forward, strike, tau, sqrtTau, vol, rate, discount, callPut, out, stride);
}

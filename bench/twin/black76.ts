/** Black-76 in plain JavaScript: the core's formulas in one loop over typed arrays, with the functions given. */
import type { Options } from "../cases.ts";
import { builtIn, millsP, millsQ, own, type Functions } from "./math.ts";

export interface Twin {
  prices(o: Options, out: Float64Array): void;
  /** Price and seven Greeks, eight columns of n. */
  greeks(o: Options, out: Float64Array): void;
  /** charm, veta, speed, zomma, color, ultima: six columns of n. */
  higherGreeks(o: Options, out: Float64Array): void;
}

/** A function's text with the functions given in scope: a copy of its own, so that each keeps its own calls inlined. */
function specialised({ gauss, logRatio }: Functions): Twin {
  const scope = { gauss, logRatio, millsP, millsQ };
  const make = <F>(f: F): F => new Function(...Object.keys(scope), `return ${String(f)}`)(...Object.values(scope)) as F;
  return { prices: make(prices), greeks: make(greeks), higherGreeks: make(higherGreeks) };
}

declare const gauss: Functions["gauss"];
declare const logRatio: Functions["logRatio"];

function prices(o: Options, out: Float64Array): void {
  const { n, forward, strike, sqrtTau, vol, discount, callPut } = o;
  for (let i = 0; i < n; i++) {
    const F = forward[i]!;
    const K = strike[i]!;
    const w = callPut[i]!;
    const s = vol[i]! * sqrtTau[i]!;
    const d1 = logRatio(F, K) / s + 0.5 * s;
    const d2 = d1 - s;
    const y1 = Math.min(Math.abs(d1), 40);
    const y2 = Math.min(Math.abs(d2), 40);
    const q1 = y1 * y1;
    const q2 = y2 * y2;
    const Q1 = millsQ(y1, q1);
    const Q2 = millsQ(y2, q2);
    const common = (F * gauss(d1)) / (Q1 * Q2);
    const A = millsP(y1, q1) * Q2 * common;
    const B = millsP(y2, q2) * Q1 * common;
    const itm = w * (F - K) > 0;
    const side = itm ? -w : w;
    const value = side * ((side * d1 > 0 ? F - A : A) - (side * d2 > 0 ? K - B : B));
    out[i] = discount[i]! * (value + (itm ? Math.abs(F - K) : 0));
  }
}

function greeks(o: Options, out: Float64Array): void {
  const { n, forward, strike, tau, sqrtTau, vol, rate, discount, callPut } = o;
  for (let i = 0; i < n; i++) {
    const F = forward[i]!;
    const K = strike[i]!;
    const sigma = vol[i]!;
    const root = sqrtTau[i]!;
    const w = callPut[i]!;
    const D = discount[i]!;
    const s = sigma * root;
    const inverse = 1 / (F * s);
    const inverseS = inverse * F;
    const d1 = logRatio(F, K) * inverseS + 0.5 * s;
    const d2 = d1 - s;
    const e = gauss(d1);
    const y1 = Math.min(Math.abs(d1), 40);
    const y2 = Math.min(Math.abs(d2), 40);
    const q1 = y1 * y1;
    const q2 = y2 * y2;
    const Q1 = millsQ(y1, q1);
    const Q2 = millsQ(y2, q2);
    const common = 1 / (Q1 * Q2);
    const tail = e * (millsP(y1, q1) * Q2 * common);
    const A = F * tail;
    const B = F * e * (millsP(y2, q2) * Q1 * common);
    const itm = w * (F - K) > 0;
    const side = itm ? -w : w;
    const value = side * ((side * d1 > 0 ? F - A : A) - (side * d2 > 0 ? K - B : B));
    const price = D * (value + (itm ? Math.abs(F - K) : 0));
    const Dn = D * (0.3989422804014327 * e);
    const vega = Dn * F * root;
    const inverseVol = root * inverseS;
    out[i] = price;
    out[n + i] = w * D * (w * d1 > 0 ? 1 - tail : tail);
    out[2 * n + i] = Dn * inverse;
    out[3 * n + i] = vega;
    out[4 * n + i] = rate[i]! * price - 0.5 * Dn * (F * sigma) * (sigma * inverseS);
    out[5 * n + i] = -(tau[i]! * price);
    out[6 * n + i] = -(Dn * d2 * inverseVol);
    out[7 * n + i] = vega * d1 * (d2 * inverseVol);
  }
}

function higherGreeks(o: Options, out: Float64Array): void {
  const { n, forward, strike, tau, sqrtTau, vol, rate, discount, callPut } = o;
  for (let i = 0; i < n; i++) {
    const F = forward[i]!;
    const sigma = vol[i]!;
    const root = sqrtTau[i]!;
    const w = callPut[i]!;
    const r = rate[i]!;
    const D = discount[i]!;
    const s = sigma * root;
    const inverse = 1 / (F * s);
    const inverseS = inverse * F;
    const d1 = logRatio(F, strike[i]!) * inverseS + 0.5 * s;
    const d2 = d1 - s;
    const e = gauss(d1);
    const y = Math.min(Math.abs(d1), 40);
    const tail = (e * millsP(y, y * y)) / millsQ(y, y * y);
    const delta = w * D * (w * d1 > 0 ? 1 - tail : tail);
    const Dn = D * (0.3989422804014327 * e);
    const gamma = Dn * inverse;
    const vega = Dn * F * root;
    const inverseVol = root * inverseS;
    const half = 0.5 / tau[i]!;
    const product = d1 * d2;
    const rest = 1 - product;
    out[i] = r * delta + Dn * d2 * half;
    out[n + i] = vega * (r - (1 + product) * half);
    out[2 * n + i] = -(gamma / F) * (d1 * inverseS + 1);
    out[3 * n + i] = -(gamma * rest) * inverseVol;
    out[4 * n + i] = gamma * (rest * half + r);
    out[5 * n + i] = -(vega * inverseVol * inverseVol) * (product * rest + (d1 * d1 + d2 * d2));
  }
}

/** With Math.exp and Math.log: the fastest plain JavaScript. */
export const mathTwin = specialised(builtIn);
/** With the core's own exp and log. */
export const ownTwin = specialised(own);

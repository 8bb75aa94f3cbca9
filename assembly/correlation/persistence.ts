/**
 * The largest value of a function of two weights a, b ≥ 0 with a + b < 1, as GARCH(1,1) and DCC(1,1) have them.
 *
 *   a + b = 1/(1 + e^−u)    a/(a + b) = 1/(1 + e^−v)
 *
 * Over u and v nothing is bound. The simplex of Nelder & Mead (1965), A simplex method for function minimization, Computer Journal 7, from
 * a given start; again from its end, until that gains nothing. A start and no randomness: the same input ends at the same bits.
 */
import { Column } from "../memory/column";
import { exp, log } from "../math/exp-log";

const MOST_STEPS = 400;
const MOST_ROUNDS = 6;
/** Both weights stay this far inside. */
const LEAST: f64 = 1e-9;

/** Vertices (u, v, value) of the simplex. */
const corners = changetype<Column>(memory.data(72, 16));

@inline function logistic(x: f64): f64 {
  return 1.0 / (1.0 + exp(-x));
}
@inline function logOdds(p: f64): f64 {
  return log(p / (1.0 - p));
}

/** The weights at the end. */
export let a: f64 = 0.0;
export let b: f64 = 0.0;

function place(u: f64, v: f64): void {
  const both = min(1.0 - LEAST, max(LEAST, logistic(u)));
  a = both * logistic(v);
  b = both - a;
}

function valueAt(f: (a: f64, b: f64) => f64, u: f64, v: f64): f64 {
  place(u, v);
  const value = f(a, b);
  return value == value ? value : -Infinity;
}

function put(k: i32, u: f64, v: f64, value: f64): void {
  corners[3 * k] = u;
  corners[3 * k + 1] = v;
  corners[3 * k + 2] = value;
}

/** Vertex 0 the highest, 2 the lowest. */
function order(): void {
  for (let pass = 0; pass < 2; pass++) {
    for (let k = 0; k < 2; k++) {
      if (corners[3 * k + 2] >= corners[3 * k + 5]) continue;
      for (let c = 0; c < 3; c++) {
        const x = corners[3 * k + c];
        corners[3 * k + c] = corners[3 * k + 3 + c];
        corners[3 * k + 3 + c] = x;
      }
    }
  }
}

function climb(f: (a: f64, b: f64) => f64): void {
  for (let step = 0; step < MOST_STEPS; step++) {
    order();
    const width = max(
      max(Math.abs(corners[3] - corners[0]), Math.abs(corners[6] - corners[0])),
      max(Math.abs(corners[4] - corners[1]), Math.abs(corners[7] - corners[1])),
    );
    if (width < 1e-7) return;
    const u = 0.5 * (corners[0] + corners[3]);
    const v = 0.5 * (corners[1] + corners[4]);
    const du = u - corners[6];
    const dv = v - corners[7];
    const reflected = valueAt(f, u + du, v + dv);
    if (reflected > corners[2]) {
      const expanded = valueAt(f, u + 2.0 * du, v + 2.0 * dv);
      if (expanded > reflected) put(2, u + 2.0 * du, v + 2.0 * dv, expanded);
      else put(2, u + du, v + dv, reflected);
      continue;
    }
    if (reflected > corners[5]) {
      put(2, u + du, v + dv, reflected);
      continue;
    }
    const part: f64 = reflected > corners[8] ? 0.5 : -0.5;
    const contracted = valueAt(f, u + part * du, v + part * dv);
    if (contracted > max(reflected, corners[8])) {
      put(2, u + part * du, v + part * dv, contracted);
      continue;
    }
    for (let k = 1; k < 3; k++) {
      const x = 0.5 * (corners[0] + corners[3 * k]);
      const y = 0.5 * (corners[1] + corners[3 * k + 1]);
      put(k, x, y, valueAt(f, x, y));
    }
  }
}

/** Leaves the weights in `a` and `b`; returns the value there. */
export function maximize(f: (a: f64, b: f64) => f64, firstA: f64, firstB: f64): f64 {
  let u = logOdds(firstA + firstB);
  let v = logOdds(firstA / (firstA + firstB));
  let value = valueAt(f, u, v);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    put(0, u, v, value);
    put(1, u + 0.5, v, valueAt(f, u + 0.5, v));
    put(2, u, v + 0.5, valueAt(f, u, v + 0.5));
    climb(f);
    order();
    const gain = corners[2] - value;
    u = corners[0];
    v = corners[1];
    value = corners[2];
    if (!(gain > 1e-9 * Math.abs(value))) break;
  }
  place(u, v);
  return value;
}

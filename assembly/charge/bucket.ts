/**
 * K and S of one bucket.
 *
 *   one side    K = √max(0, ΣΣ ρ w w)                S = Σ w
 *   two sides   K± = √max(0, Σ max(w±, 0)² + ΣΣ_{k≠l} ρ w± w± ψ)      ψ = 0 where both are negative
 *               K = max(K₊, K₋), S that of the side; of equal sides the one with the larger S: MAR21.5
 *
 * A K² that is negative by more than rounding counts as 0 where the model provides for it (a matrix that says it is indefinite, a regime,
 * two sides), and is marked; else it is no number: the correlations are none of any portfolio.
 *
 * Where absolute values are added: K = Σ |w|, or with two sides K± = Σ max(w±, 0).
 */
import { Column } from "../memory/column";
import { firstFactor } from "../record/factors";
import { Aggregation } from "../record/aggregation";
import { isSpecial } from "./across";
import { form } from "./within";

@inline export function weighted(at: Aggregation, side: i32): Column {
  const f = at.factors;
  return changetype<Column>(changetype<usize>(f.weighted) + (<usize>(side * f.factors) << 3));
}

@inline export function addsAbsolute(at: Aggregation, b: i32): bool {
  return at.absolute != 0 || (at.specialAbsolute != 0 && isSpecial(at, b));
}

/** Brings K of a bucket and its sum, which S is before it is limited, up to date. */
export function aggregateBucket(at: Aggregation, b: i32): void {
  const w = weighted(at, 0);
  const S = sum(at, b, w);
  at.side[b] = 0;
  at.floored[b] = 0;
  if (at.factors.sides == 1) {
    at.K[b] = addsAbsolute(at, b) ? sumAbsolute(at, b, w) : root(at, b, form(at, b, w), w);
    at.sum[b] = S;
    return;
  }
  const down = weighted(at, 1);
  const up = oneSide(at, b, w);
  const isUpFloored = at.floored[b];
  at.floored[b] = 0;
  const other = oneSide(at, b, down);
  const sumDown = sum(at, b, down);
  const isDown = other > up || (other == up && sumDown > S);
  at.side[b] = isDown ? 1 : 0;
  if (!isDown) at.floored[b] = isUpFloored;
  at.K[b] = isDown ? other : up;
  at.sum[b] = isDown ? sumDown : S;
}

/** √max(0, K²) of weighted sensitivities w; NaN stays NaN. */
function root(at: Aggregation, b: i32, squared: f64, w: Column): f64 {
  if (!(squared < 0)) return Math.sqrt(squared);
  let squares: f64 = 0;
  let gross: f64 = 0;
  for (let k = firstFactor(at.factors, b); k < firstFactor(at.factors, b + 1); k++) {
    squares += w[k] * w[k];
    gross += Math.abs(w[k]);
  }
  // an eigenvalue as small as a matrix may have, and the rounding of the sums
  if (squared >= -1e-10 * squares - 1e-12 * gross * gross) return 0;
  if (at.strict != 0) return NaN;
  at.floored[b] = 1;
  return 0;
}

function sum(at: Aggregation, b: i32, w: Column): f64 {
  let total: f64 = 0;
  for (let k = firstFactor(at.factors, b); k < firstFactor(at.factors, b + 1); k++) total += w[k];
  return total;
}

function sumAbsolute(at: Aggregation, b: i32, w: Column): f64 {
  let total: f64 = 0;
  for (let k = firstFactor(at.factors, b); k < firstFactor(at.factors, b + 1); k++) total += Math.abs(w[k]);
  return total;
}

function oneSide(at: Aggregation, b: i32, w: Column): f64 {
  const f = at.factors;
  let gains: f64 = 0;
  let gainSquares: f64 = 0;
  let squares: f64 = 0;
  let negativeSquares: f64 = 0;
  for (let k = firstFactor(f, b); k < firstFactor(f, b + 1); k++) {
    const x = w[k];
    squares += x * x;
    if (x < 0) {
      at.negative[k] = x;
      negativeSquares += x * x;
    } else {
      at.negative[k] = 0;
      gains += x;
      gainSquares += x * x;
    }
  }
  if (addsAbsolute(at, b)) return gains;
  const all = form(at, b, w) - squares;
  const bothNegative = negativeSquares == 0 ? 0 : form(at, b, at.negative) - negativeSquares;
  return root(at, b, gainSquares + all - bothNegative, w);
}

/**
 * A slice moved in jump-wing coordinates: the smile of a scenario.
 *
 *   ψ' = ψ + x,  p' = p − x + y,  c' = c + x + y        x the skew move, y the convexity move
 *   ṽ' = ṽ · (4p'c'/(p' + c')²) / (4pc/(p + c)²)        the least variance follows the wings as in SSVI
 *
 * v, the variance at the money, stays: the level has moves of its own. x tilts the smile as in SSVI, where c − p = 2ψ; y lifts
 * both wings. Where the result leaves the admissible set the closed-form repair of Gatheral & Jacquier takes its place:
 * c' = p' + 2ψ', ṽ' = v·4p'c'/(p' + c')², free of butterflies while c' > 0.
 *
 * Source: Gatheral & Jacquier (2014), Arbitrage-free SVI volatility surfaces, §3.3 and §5.1.
 */
import { Column } from "../memory/column";
import * as svi from "./svi";

const wings: usize = memory.data(5 * 8, 16);

/** Wings and least variance keep this part of their distance to the border of the domain. */
const LEAST: f64 = 1e-9;

/**
 * @param tau  years of the slice
 * @param out  [5] a, b, rho, m, sigma; NaN where no smile has these moves
 * @returns whether the repair was needed
 */
export function moveSlice(slice: Column, tau: f64, skew: f64, convexity: f64, out: Column): bool {
  if (skew == 0 && convexity == 0) {
    memory.copy(changetype<usize>(out), changetype<usize>(slice), 40);
    return false;
  }
  const jw = changetype<Column>(wings);
  svi.toJumpWings(slice[0], slice[1], slice[2], slice[3], slice[4], tau, jw);
  const v = jw[0];
  const psi = jw[1] + skew == 0 ? LEAST : jw[1] + skew;
  const p = jw[2] - skew + convexity;
  const c = jw[3] + skew + convexity;
  const before = (4 * jw[2] * jw[3]) / ((jw[2] + jw[3]) * (jw[2] + jw[3]));
  const after = (4 * p * c) / ((p + c) * (p + c));
  svi.fromJumpWings(v, psi, p, c, min((jw[4] * after) / before, v * (1 - LEAST)), tau, out);
  if (svi.isAdmissible(out[0], out[1], out[2], out[3], out[4])) return false;
  const right = p + 2 * psi;
  const least = (v * 4 * p * right) / ((p + right) * (p + right));
  svi.fromJumpWings(v, psi, p, right, min(least, v * (1 - LEAST)), tau, out);
  return true;
}

/** Raw SVI by weighted least squares alone: quasi-explicit search, then descent in all five. For a slice of total variances. */
import { Column } from "../memory/column";
import { SIGMA, STEEPEST } from "./wings";
import * as descent from "./descent";
import * as loss from "./loss";
import * as quasiExplicit from "./quasi-explicit";

const LEAST_SIGMA: f64 = 0.005;

/**
 * @param n    even: an odd number is padded with a row of weight 0
 * @param k    [n] rising
 * @param w    [n]
 * @param root [n] √weight
 * @param out  [5] wings
 * @returns Σ weight·(w_i − w(k_i))²
 */
export function fit(n: i32, k: Column, w: Column, root: Column, out: Column): f64 {
  const reach = max(Math.abs(k[0]), Math.abs(k[n - 1]));
  descent.setBounds(1e-6, 1e-6, 2.0 * reach, LEAST_SIGMA, 4.0 * reach, 0.0);
  descent.setGain(1e-15);
  // bid = ask: nothing is inside
  loss.setQuotes(n, changetype<usize>(k), changetype<usize>(w), changetype<usize>(w), changetype<usize>(w), changetype<usize>(root), 0.0);
  loss.setPenalties(0.0, 0.0, 0.0, 0.0);
  loss.setWings(0.0, 1.0);
  loss.noRidge();
  quasiExplicit.search(n, changetype<usize>(k), changetype<usize>(w), changetype<usize>(root), k[0], k[n - 1], descent.low[SIGMA], 1e-6, 1e-6, STEEPEST, out);
  const value = descent.descend(out);
  descent.setGain(0.0);
  return value;
}

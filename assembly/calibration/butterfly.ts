/**
 * Durrleman's g (surface/arbitrage.ts) of a slice in wings, with its derivatives by (a, right, left, m, σ); for penalties.
 *
 *   g = (1 − k·w′/(2w))² − (w′²/4)·(1/w + 1/4) + w″/2
 */
import { Column } from "../memory/column";
import { A, LEFT, M, RIGHT, SIGMA } from "./wings";

/** ∂g by the five into `out`; returns g. */
export function gradient(k: f64, p: Column, out: Column): f64 {
  const y = k - p[M];
  const sigma = p[SIGMA];
  const s2 = sigma * sigma;
  const h2 = y * y + s2;
  const h = f64.sqrt(h2);
  const b = 0.5 * (p[RIGHT] + p[LEFT]);
  const e = y / h;
  const w = p[A] + 0.5 * (p[RIGHT] * (h + y) + p[LEFT] * (h - y));
  const w1 = 0.5 * (p[RIGHT] * (e + 1.0) + p[LEFT] * (e - 1.0));
  const bend = s2 / (h2 * h); // ∂²h/∂k²
  const w2 = b * bend;
  const inverse = 1.0 / w;
  const X = 1.0 - 0.5 * k * w1 * inverse;
  const C = inverse + 0.25;
  // ∂g/∂w, ∂g/∂w′, ∂g/∂w″
  const byW = inverse * inverse * (X * k * w1 + 0.25 * w1 * w1);
  const byW1 = -X * k * inverse - 0.5 * w1 * C;
  out[A] = byW;
  out[RIGHT] = byW * 0.5 * (h + y) + byW1 * 0.5 * (e + 1.0) + 0.25 * bend;
  out[LEFT] = byW * 0.5 * (h - y) + byW1 * 0.5 * (e - 1.0) + 0.25 * bend;
  out[M] = -(byW * w1 + byW1 * w2) + (1.5 * w2 * y) / h2;
  out[SIGMA] = byW * b * (sigma / h) - (byW1 * b * y * sigma) / (h2 * h) + 0.5 * b * bend * (2.0 / sigma - (3.0 * sigma) / h2);
  return X * X - 0.25 * w1 * w1 * C + 0.5 * w2;
}

/** The 64 places at which a fit pays for arbitrage, and what lies above and below it there. */
import { Column } from "../memory/column";
import { Col, Slot, columnOf, slot } from "./block";
import * as loss from "./loss";
import * as wings from "./wings";
import { M, SIGMA } from "./wings";

/** Share of w by which a later slice stays above the one before. */
const APART: f64 = 1e-4;

let laterCount = 0;
let laterBlocks: usize = 0;

/** Blocks of the later expiries, of which the next fit has to stay below. */
export function setLater(count: i32, blocks: usize): void {
  laterCount = count;
  laterBlocks = blocks;
}

/** Least w at k of the later expiries' least squares, where they are quoted; 0 where none is. */
function leastLater(k: f64): f64 {
  let least: f64 = Infinity;
  for (let i = 0; i < laterCount; i++) {
    const block = <usize>load<u32>(laterBlocks + (<usize>i << 2));
    const n = <i32>slot(block, Slot.Used);
    if (n < wings.OWN_SHAPE) continue;
    const x = columnOf(block, Col.K);
    if (k < x[0] || k > x[n - 1]) continue;
    wings.fromRaw(block, Slot.BeforeA, later);
    least = min(least, wings.totalVariance(k, later));
  }
  return least < Infinity ? least : 0.0;
}
const later = changetype<Column>(memory.data(40, 16));

/** 36 places evenly over ±8√w₀ or beyond the quotes, 20 around m, 8 far out, where wings have to be in order. */
export function setGrid(p: Column, level: f64, reach: f64, earlier: Column | null): void {
  const radius = max(8.0 * f64.sqrt(level), 1.2 * reach);
  const even = loss.GRID - 28;
  for (let i = 0; i < even; i++) loss.gridK[i] = -radius + (2.0 * radius * <f64>i) / <f64>(even - 1);
  let x = 0.3 * p[SIGMA];
  for (let i = even; i < even + 20; i += 2, x *= 1.6) {
    loss.gridK[i] = p[M] - x;
    loss.gridK[i + 1] = p[M] + x;
  }
  x = 1.6 * radius;
  for (let i = even + 20; i < loss.GRID; i += 2, x *= 8.0) {
    loss.gridK[i] = -x;
    loss.gridK[i + 1] = x;
  }
  loss.setLevel(level);
  for (let i = 0; i < loss.GRID; i++) {
    loss.gridLow[i] = earlier !== null ? wings.totalVariance(loss.gridK[i], earlier) * (1.0 + APART) : 0.0;
    loss.gridHigh[i] = leastLater(loss.gridK[i]) * (1.0 - APART);
  }
}

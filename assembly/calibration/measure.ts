/** How near a slice comes to its quotes. */
import { Column } from "../memory/column";
import { Col, Slot, columnOf, setSlot, slot } from "./block";
import * as wings from "./wings";

const candidate = changetype<Column>(memory.data(40, 16));

/** Distances from the quotes, in vol points; NaN where no quote counts. */
export function measure(block: usize): void {
  wings.fromRaw(block, Slot.A, candidate);
  const tau = slot(block, Slot.Tau);
  const n = <i32>slot(block, Slot.Used);
  const k = columnOf(block, Col.K);
  const wMid = columnOf(block, Col.WMid);
  const root = columnOf(block, Col.RootWeight);
  let weights: f64 = 0.0;
  let squares: f64 = 0.0;
  let largest: f64 = 0.0;
  let inside = 0;
  for (let i = 0; i < n; i++) {
    const w = wings.totalVariance(k[i], candidate);
    inside += <i32>(w >= columnOf(block, Col.WBid)[i] && w <= columnOf(block, Col.WAsk)[i]);
    if (columnOf(block, Col.AbsDelta)[i] < 0.1) continue;
    const e = f64.sqrt(w / tau) - f64.sqrt(wMid[i] / tau);
    const weight = 4.0 * wMid[i] * tau * root[i] * root[i];
    weights += weight;
    squares += weight * e * e;
    largest = max(largest, Math.abs(e));
  }
  setSlot(block, Slot.Rmse, 100.0 * f64.sqrt(squares / weights));
  setSlot(block, Slot.MaxError, weights > 0 ? 100.0 * largest : NaN);
  setSlot(block, Slot.Inside, n > 0 ? <f64>inside / <f64>n : NaN);
}

/**
 * What the rows of a scenario set do to one instrument, as vectors over the rows.
 *
 * A row field is a column at some level; the vectors of an instrument are gathered from its groups, and kept as long as the
 * next instrument is in the same groups: a chain of one expiry is gathered once.
 */
import { RowField, Vector } from "../record/opcodes";
import { level, Book, Level, ScenarioSet } from "../record/book";
import { Indices } from "../memory/column";

@inline export function vector(set: ScenarioSet, v: i32): usize {
  return set.vectors + ((<usize>v * <usize>set.stride) << 3);
}

@inline export function uses(set: ScenarioSet, field: RowField): bool {
  return ((set.used >> field) & 1) != 0;
}

/** Is some group of the instrument another than that of `last`? */
export function differs(book: Book, levels: Indices, count: i32, instrument: i32, last: i32): bool {
  if (last < 0) return true;
  for (let l = 0; l < count; l++) {
    const groupOf = level(book, levels[l]).groupOf;
    if (groupOf[instrument] != groupOf[last]) return true;
  }
  return false;
}

/**
 * The field of every row for one instrument into its vector; 0 where a row has none (`Linear`: the row's spot; `Scale`: 1), and
 * today's row behind them. NaN where the instrument is in no group of the field's level.
 */
export function gather(book: Book, set: ScenarioSet, field: RowField, instrument: i32): void {
  const out = vector(set, field);
  let cell = set.fields + ((<usize>field * <usize>set.rows) << 3);
  for (let s = 0; s < set.rows; s++, cell += 8) {
    const column = <usize>load<u32>(cell);
    let x = field == RowField.Linear ? forwardMove(set, s) : absent(field);
    if (column != 0) {
      const group = level(book, load<i32>(cell, 4)).groupOf[instrument];
      x = group < 0 ? NaN : load<f64>(column + (<usize>group << 3));
    }
    store<f64>(out + (<usize>s << 3), x);
  }
  for (let s = set.rows; s < set.stride; s++) store<f64>(out + (<usize>s << 3), absent(field));
}

/** The relative move of a forward: spot and basis. */
@inline function forwardMove(set: ScenarioSet, s: i32): f64 {
  const spot = load<f64>(vector(set, Vector.Spot) + (<usize>s << 3));
  return uses(set, RowField.Basis) ? (1 + spot) * (1 + load<f64>(vector(set, Vector.Basis) + (<usize>s << 3))) - 1 : spot;
}

/** What a row without the field does: nothing; an infinite stickiness stands for a smile that stays with the strike. */
@inline function absent(field: RowField): f64 {
  return field == RowField.Scale ? 1.0 : field == RowField.Stickiness ? Infinity : 0.0;
}

/** The relative moves of spot, delta-one, time, and the shift of the rate. */
export function gatherMoves(book: Book, set: ScenarioSet, instrument: i32): void {
  gather(book, set, RowField.Spot, instrument);
  if (uses(set, RowField.Basis)) gather(book, set, RowField.Basis, instrument);
  gather(book, set, RowField.Linear, instrument);
  if (uses(set, RowField.Time)) gather(book, set, RowField.Time, instrument);
  if (uses(set, RowField.Rate)) gather(book, set, RowField.Rate, instrument);
}

/** Does some row move the smile, or bind it to spot? */
export function movesSmile(set: ScenarioSet): bool {
  return uses(set, RowField.Skew) || uses(set, RowField.Convexity) || uses(set, RowField.Stickiness);
}

/** Volatility moves, and the factor max(1 + move, 0) with its reciprocal. */
export function gatherVols(book: Book, set: ScenarioSet, instrument: i32): void {
  gather(book, set, RowField.VolMove, instrument);
  if (uses(set, RowField.VolShift)) gather(book, set, RowField.VolShift, instrument);
  if (uses(set, RowField.VolFloor)) gather(book, set, RowField.VolFloor, instrument);
  if (uses(set, RowField.Skew)) gather(book, set, RowField.Skew, instrument);
  if (uses(set, RowField.Convexity)) gather(book, set, RowField.Convexity, instrument);
  if (uses(set, RowField.Stickiness)) gather(book, set, RowField.Stickiness, instrument);
  if (uses(set, RowField.Scale)) gather(book, set, RowField.Scale, instrument);
  const move = vector(set, Vector.VolMove);
  const factor = vector(set, Vector.VolFactor);
  const inverse = vector(set, Vector.InverseFactor);
  let isProportional = !uses(set, RowField.VolShift) && !uses(set, RowField.VolFloor) && !uses(set, RowField.Time) && !movesSmile(set);
  for (let j: usize = 0; j < <usize>set.stride << 3; j += 8) {
    const f = max(1 + load<f64>(move + j), 0);
    store<f64>(factor + j, f);
    store<f64>(inverse + j, 1 / f);
    isProportional = isProportional && f > 0;
  }
  set.isProportional = isProportional ? 1 : 0;
}

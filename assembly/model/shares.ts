/**
 * Shares: q·∂value/∂q of every held instrument, for one value of the account program.
 *
 * Reverse differentiation: the adjoint of the value is 1, every instruction before it passes its adjoint on to its operands, and
 * what arrives at the sums over positions is multiplied by each position's part of them. Where max, min, if, worst row, cap or
 * dampener choose a branch, the branch that was taken counts. By Euler the shares add up to the value where it is homogeneous of
 * degree one in the positions; the caller scales them elsewhere.
 */
import { Column } from "../memory/column";
import { Op, ReduceMode, Sharing } from "../record/opcodes";
import { level, relation, scenarioSet, Book, ScenarioSet } from "../record/book";
import { column, indices, instruction, word, Instruction } from "../record/instruction";
import { slope } from "../charge/curves";
import { cell, currencyOf, worstOfSlice } from "../charge/scan";
import { exp, log, pow } from "../math/exp-log";
import { fillOf, selected } from "../portfolio/sums";
import { measure, pillarBefore, upperShare } from "../portfolio/factor-sums";
import { giveSlope } from "../charge/correlated-slope";
import { giveSlopeOfPairs } from "../charge/spread-slope";
import { Aggregation } from "../record/aggregation";
import { adjoint, give } from "../record/adjoints";
import { Factors } from "../record/factors";
import { Pairing } from "../record/pairing";

@inline function giveCell(book: Book, matrix: usize, set: ScenarioSet, g: i32, s: i32, x: f64): void {
  const at = cell(adjoint(book, matrix), set, g, s);
  store<f64>(at, load<f64>(at) + x);
}

/**
 * @param last  number of the last instruction that the value depends on
 * @param value address of the value's column
 * @param group place of the held group
 * @param out   [rows of the account] the shares
 */
export function shares(book: Book, last: i32, value: usize, group: i32, out: Column): Sharing {
  memory.fill(book.adjoints, 0, book.columnBytes);
  memory.fill(changetype<usize>(out), 0, <usize>book.rows << 3);
  column(adjoint(book, value))[group] = 1;
  let isFixed = false;
  for (let i = last; i >= 0; i--) {
    const at = instruction(book.account, i);
    const n = level(book, at.level).held;
    if (at.op >= Op.Convert) backProfile(book, at, n);
    else if (at.op == Op.SumRows || at.op == Op.SumMeasure) backSum(book, at, out);
    else if (at.op == Op.SumOrders) backOrders(book, at, out);
    else if (at.op == Op.Unrealised) backResult(book, at, out);
    else if (at.op == Op.Correlate) backCorrelate(book, at);
    else if (at.op == Op.Pair) giveSlopeOfPairs(book, changetype<Pairing>(at.b), at.a, at.to);
    else if (at.op == Op.Weigh) isFixed = backWeigh(book, changetype<Factors>(at.a), out) || isFixed;
    else backColumn(book, at, n);
  }
  const sharing = scale(column(value)[group], book.rows, out);
  return isFixed && sharing == Sharing.Exact ? Sharing.Fixed : sharing;
}

/** Shares that would have to grow more than so say nothing of the value. */
const MOST_SCALE: f64 = 1000;

/** Shares that miss the value by more than this part of it do not miss it by rounding. */
const HOMOGENEOUS: f64 = 1e-9;

function scale(value: f64, n: i32, out: Column): Sharing {
  let sum: f64 = 0;
  let gross: f64 = 0;
  for (let r = 0; r < n; r++) {
    sum += out[r];
    gross += Math.abs(out[r]);
  }
  if (Math.abs(sum - value) <= HOMOGENEOUS * max(Math.abs(sum), Math.abs(value))) return Sharing.Exact;
  // a ratio's shares cancel: scaled up they would be noise
  if (!(Math.abs(sum) > HOMOGENEOUS * gross)) return Sharing.None;
  const by = value / sum;
  if (!(by > 0 && by < MOST_SCALE)) return Sharing.None;
  for (let r = 0; r < n; r++) out[r] *= by;
  return Sharing.Scaled;
}

function backColumn(book: Book, at: Instruction, n: i32): void {
  const given = adjoint(book, at.to);
  if (at.op == Op.SumGroups) {
    const by = relation(book, <i32>at.b);
    for (let i = 0; i < level(book, by.fine).held; i++) {
      if (by.held[i] >= 0) give(book, at.a, i, column(given)[by.held[i]]);
    }
    return;
  }
  for (let i = 0; i < n; i++) {
    const x = column(given)[i];
    if (x == 0) continue;
    const a = column(at.a)[i];
    const b = hasSecond(at.op) ? column(at.b)[i] : 0;
    switch (at.op) {
      case Op.Add: give(book, at.a, i, x); give(book, at.b, i, x); break;
      case Op.Sub: give(book, at.a, i, x); give(book, at.b, i, 0 - x); break;
      case Op.Mul: give(book, at.a, i, x * b); give(book, at.b, i, x * a); break;
      case Op.Div: give(book, at.a, i, x / b); give(book, at.b, i, (0 - x) * a / (b * b)); break;
      case Op.Max: give(book, a >= b ? at.a : at.b, i, x); break;
      case Op.Min: give(book, a <= b ? at.a : at.b, i, x); break;
      case Op.Pow:
        give(book, at.a, i, a > 0 ? x * b * pow(a, b - 1) : 0);
        give(book, at.b, i, a > 0 ? x * column(at.to)[i] * log(a) : 0);
        break;
      case Op.Neg: give(book, at.a, i, 0 - x); break;
      case Op.Abs: give(book, at.a, i, a < 0 ? 0 - x : x); break;
      case Op.Exp: give(book, at.a, i, x * exp(a)); break;
      case Op.Ln: give(book, at.a, i, x / a); break;
      case Op.Sqrt: give(book, at.a, i, a > 0 ? (x * 0.5) / Math.sqrt(a) : 0); break;
      case Op.Round: case Op.Ceil: case Op.Trunc: give(book, at.a, i, x); break;
      case Op.If: give(book, a != 0 ? at.b : at.c, i, x); break;
      case Op.Coalesce: give(book, isNaN(a) ? at.b : at.a, i, x); break;
      case Op.Progressive: give(book, at.a, i, x * slope(a, <usize>b, <i32>column(at.c)[i], true)); break;
      case Op.Interpolate: give(book, at.a, i, x * slope(a, <usize>b, <i32>column(at.c)[i], false)); break;
      case Op.Broadcast: {
        const g = relation(book, <i32>at.b).held[i];
        if (g >= 0) give(book, at.a, g, x);
        break;
      }
      // a step, a comparison, a mask, a fact: flat in the positions
    }
  }
}

@inline function hasSecond(op: Op): bool {
  return op <= Op.Pow || op == Op.Progressive || op == Op.Interpolate;
}

function backProfile(book: Book, at: Instruction, n: i32): void {
  if (at.op == Op.Reduce) return backReduce(book, at, n);
  const set = scenarioSet(book, <i32>at.e);
  const given = adjoint(book, at.to);
  if (at.op == Op.ClearRows || at.op == Op.HeldRows) return;
  if (at.op == Op.AddRows) {
    const by = relation(book, <i32>at.b);
    for (let i = 0; i < level(book, by.fine).held; i++) {
      if (by.held[i] < 0) continue;
      const X = <i32>at.c < 0 ? <usize>0 : currencyOf(book, set, <i32>at.c, i);
      for (let s = 0; s < set.rows; s++) {
        const x = load<f64>(cell(given, set, by.held[i], s));
        if (x == 0) continue;
        if (X == 0) giveCell(book, at.a, set, i, s, x);
        else giveConverted(book, set, at.a, at.d, X, i, s, x);
      }
    }
    return;
  }
  if (at.op == Op.Convert) {
    const by = relation(book, <i32>word(at.c, 0));
    for (let i = 0; i < level(book, by.fine).held; i++) {
      const g = by.held[i];
      const X = currencyOf(book, set, <i32>word(at.c, 1), i);
      give(book, at.b, i, column(adjoint(book, at.d))[g] * load<f64>(X + (<usize>set.rows << 3)));
      for (let s = 0; s < set.rows; s++) {
        const x = load<f64>(cell(given, set, g, s));
        if (x != 0) giveConverted(book, set, at.a, at.b, X, i, s, x);
      }
    }
    return;
  }
  for (let g = 0; g < n; g++) {
    for (let s = 0; s < set.rows; s++) {
      const x = load<f64>(cell(given, set, g, s));
      if (x != 0) backCell(book, at, set, g, s, x);
    }
  }
}

function giveConverted(book: Book, set: ScenarioSet, P: usize, M: usize, X: usize, i: i32, s: i32, x: f64): void {
  const rate = load<f64>(X + (<usize>s << 3));
  giveCell(book, P, set, i, s, x * rate);
  give(book, M, i, x * (rate - load<f64>(X + (<usize>set.rows << 3))));
}

function backCell(book: Book, at: Instruction, set: ScenarioSet, g: i32, s: i32, x: f64): void {
  const P = load<f64>(cell(at.a, set, g, s));
  switch (at.op) {
    case Op.Factors: {
      const f = column(at.b)[g] + P > 0 ? column(at.c)[g] : column(at.d)[g];
      giveCell(book, at.a, set, g, s, x * f);
      give(book, at.b, g, x * (f - 1));
      break;
    }
    case Op.Either: {
      const Q = at.c == 0 ? 0 : load<f64>(cell(at.c, set, g, s));
      if (indices(at.b)[s] == 0) giveCell(book, at.a, set, g, s, x);
      else if (Math.abs(P) >= Math.abs(Q)) giveCell(book, at.a, set, g, s, P > 0 ? 0 - x : x);
      else giveCell(book, at.c, set, g, s, Q > 0 ? 0 - x : x);
      break;
    }
    case Op.Gains: {
      const f = column(at.b)[g];
      const capped = at.c != 0 && P > 0 && P * f >= column(at.c)[g];
      if (!capped) giveCell(book, at.a, set, g, s, P > 0 ? x * f : x);
      break;
    }
    case Op.Dampen: {
      const by = word(at.b, s);
      if (by == 0 || column(by)[g] < Math.abs(P)) giveCell(book, at.a, set, g, s, x);
      break;
    }
    case Op.Weight: {
      const by = word(at.b, s);
      giveCell(book, at.a, set, g, s, by == 0 ? x : x * column(by)[g]);
      break;
    }
    case Op.SliceWorst: giveCell(book, at.a, set, g, worstOfSlice(set, g, at.a, at.b, s), x); break;
  }
}

function backReduce(book: Book, at: Instruction, n: i32): void {
  const set = scenarioSet(book, <i32>word(at.e, 0));
  const given = adjoint(book, at.to);
  const mode = <i32>at.b;
  for (let g = 0; g < n; g++) {
    const x = column(given)[g];
    if (x == 0) continue;
    const first = <i32>column(at.d)[g];
    if (first < 0) continue; // no row counts
    if (mode == ReduceMode.Worst || mode == ReduceMode.Row) {
      giveCell(book, at.a, set, g, first, 0 - x);
      continue;
    }
    const slice = mode == ReduceMode.SliceWorst ? indices(at.c)[first] : <i32>word(at.e, 1);
    let rows = 0;
    for (let s = 0; s < set.rows; s++) rows += <i32>(indices(at.c)[s] == slice);
    for (let s = 0; s < set.rows; s++) if (indices(at.c)[s] == slice) giveCell(book, at.a, set, g, s, (0 - x) / rows);
  }
}

/** What arrived at the values of a correlated charge, to its factors. */
function backCorrelate(book: Book, at: Instruction): void {
  const charge = changetype<Aggregation>(at.a);
  const given = adjoint(book, at.to);
  const places = level(book, at.level).placeOf;
  for (let total = 0; total < charge.factors.totals; total++) {
    const place = places[charge.totalPlace[total]];
    if (place < 0) continue;
    const x = column(given)[place];
    if (x != 0) giveSlope(charge, total, x);
  }
}

/** What arrived at the factors, to the positions; true where a concentration ratio above 1 was held fixed. */
function backWeigh(book: Book, at: Factors, out: Column): bool {
  let isFixed = false;
  for (let r = 0; r < book.rows; r++) {
    const i = book.heldInstrument[r];
    const f = at.factorOf[i];
    if (f < 0) continue;
    for (let side = 0; side < at.sides; side++) {
      const x = book.quantity[r] * measure(at, side)[i];
      const first = side * at.factors + f;
      if (at.pillars == 1) {
        out[r] += at.adjoint[first] * x;
        continue;
      }
      const p = pillarBefore(at, i);
      const upper = upperShare(at, i, p);
      out[r] += at.adjoint[first + p] * x * (1 - upper);
      if (p + 1 < at.pillars) out[r] += at.adjoint[first + p + 1] * x * upper;
    }
  }
  for (let g = 0; g < at.groups; g++) {
    if (at.ratio[g] == 1) continue;
    for (let f = at.groupStart[g]; f < at.groupStart[g + 1]; f++) if (at.adjoint[f] != 0) isFixed = true;
  }
  memory.fill(changetype<usize>(at.adjoint), 0, <usize>(at.sides * at.factors) << 3);
  return isFixed;
}

/** What arrived at the unrealised results, times each position's own. */
function backResult(book: Book, at: Instruction, out: Column): void {
  const l = level(book, at.level);
  for (let r = 0; r < book.rows; r++) {
    const i = book.heldInstrument[r];
    out[r] += column(adjoint(book, at.to))[l.placeOf[l.groupOf[i]]] * book.result[i];
  }
}

/** What arrived at a sum over positions, times each position's part. */
function backSum(book: Book, at: Instruction, out: Column): void {
  const l = level(book, at.level);
  const given = adjoint(book, at.to);
  const isRows = at.op == Op.SumRows;
  const set = scenarioSet(book, isRows ? <i32>at.c : 0);
  for (let r = 0; r < book.rows; r++) {
    if (!selected(book, r, at.a, <i32>at.b)) continue;
    const i = book.heldInstrument[r];
    const group = l.groupOf[i];
    if (group < 0) continue;
    const g = l.placeOf[group];
    if (!isRows) {
      out[r] += column(given)[g] * book.quantity[r] * column(at.c)[i];
      continue;
    }
    let sum = column(adjoint(book, at.d))[g] * set.base[i];
    const R = set.risk + ((<usize>i * <usize>set.stride) << 3);
    for (let s = 0; s < set.rows; s++) {
      const x = load<f64>(cell(given, set, g, s));
      if (x != 0) sum += x * load<f64>(R + (<usize>s << 3));
    }
    out[r] += book.quantity[r] * sum;
    if (at.e == 0 || book.hasOrders == 0) continue;
    for (let s = 0; s < set.rows; s++) {
      const x = load<f64>(cell(given, set, g, s));
      if (x != 0) out[r] += x * fillOf(book, i, load<f64>(R + (<usize>s << 3)), at.e == 2);
    }
  }
}

/** What arrived at a sum over resting orders, times each instrument's part. */
function backOrders(book: Book, at: Instruction, out: Column): void {
  if (book.hasOrders == 0) return;
  const l = level(book, at.level);
  for (let r = 0; r < book.rows; r++) {
    const i = book.heldInstrument[r];
    const group = selected(book, r, at.a, 0) ? l.groupOf[i] : -1;
    if (group < 0) continue;
    const lots = at.b != 0 ? book.asks[i] : book.bids[i];
    out[r] += column(adjoint(book, at.to))[l.placeOf[group]] * lots * column(at.c)[i];
  }
}

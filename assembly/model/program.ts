/**
 * Runs the two halves of a flat program: the tick (market facts, over all groups) and the account (sums over positions and what
 * follows from them, over held groups). Fixed order, no allocation, no strings.
 */
import { fail } from "../record/failure";
import { Status } from "../record/status";
import { convert, addRows, clearRows, dampen, either, factors, gains, reduce, reduceHeld, sliceWorst, weight } from "../charge/scan";
import { broadcast, evaluate, sumGroups } from "../charge/formula";
import { aggregate, bindAggregation, give } from "../charge/correlated";
import { weigh } from "../charge/concentration";
import { formPairs } from "../charge/spread";
import { Aggregation } from "../record/aggregation";
import { Factors } from "../record/factors";
import { Pairing } from "../record/pairing";
import { isBroken, sumFactors } from "../portfolio/factor-sums";
import { greekColumn, optionValues, perLot, rowResults } from "../market/measures";
import { smileColumn } from "../scenario/smile";
import { heldMask, heldRows, sumMeasure, sumOrders, sumRows } from "../portfolio/sums";
import { level, relation, scenarioSet, Book } from "../record/book";
import { column, indices, instruction, word, Instruction } from "../record/instruction";
import { Op } from "../record/opcodes";

/** Evaluates market facts: columns [from, to) of the tick program, over all groups. */
export function runTick(book: Book, from: i32, to: i32): void {
  for (let i = from; i < to; i++) {
    const at = instruction(book.tick, i);
    const n = level(book, at.level).groups;
    if (evaluate(at, n)) continue;
    switch (at.op) {
      case Op.Broadcast: broadcast(at.to, at.a, changetype<usize>(relation(book, <i32>at.b).all), n); break;
      case Op.PerLot: perLot(book, column(at.a), column(at.b), column(at.to)); break;
      case Op.Greek: greekColumn(book, <i32>at.a, column(at.to)); break;
      case Op.Smile: smileColumn(book, <i32>at.a, column(at.to)); break;
      case Op.OptionValue: optionValues(book, column(at.to)); break;
      case Op.RowResult: rowResults(book, scenarioSet(book, <i32>at.a), <i32>at.b, column(at.to)); break;
      default: unreachable();
    }
  }
}

/** What correlated charges need of the market: their correlations, once the columns of the tick are known. */
export function bindAggregations(book: Book): void {
  for (let i = 0; i < book.aggregationCount; i++) bindAggregation(changetype<Aggregation>(word(book.aggregations, i)));
}

/** Evaluates the account at hand, over its held groups. */
export function runAccount(book: Book): Status {
  for (let i = 0; i < book.accountLength; i++) {
    const at = instruction(book.account, i);
    if (book.isPartial != 0) {
      const isTouched = dependsOnChange(book, at, i);
      store<u8>(book.hasRun + <usize>i, isTouched ? 1 : 0);
      if (!isTouched) continue;
    }
    const l = level(book, at.level);
    const n = l.held;
    if (evaluate(at, n)) continue;
    const status = isMatrix(at.op) ? runProfile(book, at, n) : runColumn(book, at, n);
    if (status != Status.Ok) return status;
  }
  for (let i = 0; i < book.factorsCount; i++) {
    const at = changetype<Factors>(word(book.factors, i));
    memory.fill(changetype<usize>(at.changed), 0, <usize>at.buckets << 2);
  }
  return Status.Ok;
}

/** Can the columns of an instruction have moved with the changed instruments? */
function dependsOnChange(book: Book, at: Instruction, i: i32): bool {
  switch (at.op) {
    case Op.Hold: return false;
    case Op.Weigh: return hasChanged(changetype<Factors>(at.a));
    case Op.SumMeasure: return isChangedIn(book, at.a);
    case Op.SumOrders:
    case Op.SumRows:
    case Op.HeldMask:
    case Op.Unrealised: return true;
  }
  if (isMatrix(at.op)) return true;
  for (let k = book.dependsStart[i]; k < book.dependsStart[i + 1]; k++) {
    if (load<u8>(book.hasRun + <usize>book.depends[k]) != 0) return true;
  }
  return false;
}

function hasChanged(at: Factors): bool {
  for (let b = 0; b < at.buckets; b++) if (at.changed[b] != 0) return true;
  return false;
}

/** Is one of the changed instruments in a mask (0: all are)? */
function isChangedIn(book: Book, mask: usize): bool {
  if (mask == 0) return true;
  for (let k = 0; k < book.changedCount; k++) if (load<u8>(mask + <usize>book.changed[k]) != 0) return true;
  return false;
}

@inline function isMatrix(op: Op): bool {
  return op >= Op.Convert;
}

function runColumn(book: Book, at: Instruction, n: i32): Status {
  const l = level(book, at.level);
  switch (at.op) {
    case Op.Hold:
      for (let i = 0; i < n; i++) column(at.to)[i] = column(at.a)[l.heldGroups[i]];
      return Status.Ok;
    case Op.Broadcast: broadcast(at.to, at.a, changetype<usize>(relation(book, <i32>at.b).held), n); return Status.Ok;
    case Op.SumGroups: {
      const by = relation(book, <i32>at.b);
      sumGroups(at.to, at.a, changetype<usize>(by.held), level(book, by.fine).held, n);
      return Status.Ok;
    }
    case Op.HeldMask: heldMask(book, at.level, at.a, <i32>at.b, column(at.to)); return Status.Ok;
    case Op.SumMeasure:
      return sumMeasure(book, at.level, column(at.c), column(at.d), at.a, <i32>at.b, column(at.to));
    case Op.SumOrders:
      return sumOrders(book, at.level, column(at.c), column(at.d), at.a, <i32>at.b, column(at.to));
    case Op.SumRows:
      return sumRows(book, at.level, scenarioSet(book, <i32>at.c), at.a, <i32>at.b, at.to, column(at.d), <i32>at.e);
    case Op.Weigh:
      if (book.isChange == 0 || isBroken(changetype<Factors>(at.a))) sumFactors(book, changetype<Factors>(at.a));
      weigh(changetype<Factors>(at.a));
      return Status.Ok;
    case Op.Correlate:
      aggregate(changetype<Aggregation>(at.a));
      give(book, changetype<Aggregation>(at.a), at.level, column(at.to));
      return Status.Ok;
    case Op.Pair: formPairs(book, at.level, changetype<Pairing>(at.b), column(at.a), column(at.to)); return Status.Ok;
    case Op.Unrealised:
      for (let i = 0; i < n; i++) column(at.to)[i] = book.unrealised[l.heldGroups[i]];
      return Status.Ok;
    default: unreachable();
  }
  return Status.Ok;
}

function runProfile(book: Book, at: Instruction, n: i32): Status {
  if (at.op == Op.Reduce) {
    const set = scenarioSet(book, <i32>word(at.e, 0));
    const counts = word(at.e, 2);
    if (counts != 0) reduceHeld(set, n, at.a, counts, column(at.d), column(at.to));
    else reduce(set, n, at.a, <i32>at.b, at.c, <i32>word(at.e, 1), column(at.d), column(at.to));
    return Status.Ok;
  }
  const set = scenarioSet(book, <i32>at.e);
  switch (at.op) {
    case Op.Convert: {
      const toGroup = <i32>word(at.c, 0);
      const fine = level(book, relation(book, toGroup).fine).held;
      convert(book, set, n, fine, at.a, column(at.b), toGroup, <i32>word(at.c, 1), at.to, column(at.d));
      break;
    }
    case Op.Factors: factors(set, n, at.a, column(at.b), column(at.c), column(at.d), at.to); break;
    case Op.Either: either(set, n, at.a, at.b, at.c, at.to); break;
    case Op.Gains: gains(set, n, at.a, column(at.b), at.c, at.to); break;
    case Op.Dampen: dampen(set, n, at.a, at.b, at.to); break;
    case Op.Weight: weight(set, n, at.a, at.b, at.to); break;
    case Op.SliceWorst: sliceWorst(set, n, at.a, at.b, at.to); break;
    case Op.ClearRows: clearRows(set, n, at.to); break;
    case Op.HeldRows: heldRows(book, at.level, set, at.a, <i32>at.b, <i32>at.c, at.to); break;
    case Op.AddRows:
      addRows(book, set, level(book, relation(book, <i32>at.b).fine).held, at.a, column(at.d), <i32>at.b, <i32>at.c, at.to);
      break;
    default: unreachable();
  }
  return Status.Ok;
}

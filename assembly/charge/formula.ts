/** The operations of expressions, each over n groups. */
import { exp, log, pow } from "../math/exp-log";
import { Op } from "../record/opcodes";
import { column, indices, word, Instruction } from "../record/instruction";
import { interpolate, progressive, step } from "./curves";

/** x to `places` decimal places, half away from zero. */
export function roundDecimal(x: f64, places: i32): f64 {
  let scale: f64 = 1;
  for (let i = 0; i < places; i++) scale *= 10; // exact up to 10²²
  const y = Math.abs(x) * scale;
  if (!(y < 4503599627370496)) return x; // 2⁵²: no decimals left
  let whole = Math.floor(y);
  // the half as decimals see it: 1.005 is a little below its digits, so y is judged within its own rounding error
  if (y - whole >= 0.5 - y * f64.EPSILON) whole += 1;
  return copysign(whole / scale, x);
}

/** Runs an expression operation; false where `op` is none. */
export function evaluate(at: Instruction, n: i32): bool {
  const to = column(at.to);
  const a = column(at.a);
  const b = column(at.b);
  const c = column(at.c);
  switch (at.op) {
    case Op.Add: for (let i = 0; i < n; i++) to[i] = a[i] + b[i]; break;
    case Op.Sub: for (let i = 0; i < n; i++) to[i] = a[i] - b[i]; break;
    case Op.Mul: for (let i = 0; i < n; i++) to[i] = a[i] * b[i]; break;
    case Op.Div: for (let i = 0; i < n; i++) to[i] = a[i] / b[i]; break;
    case Op.Max: for (let i = 0; i < n; i++) to[i] = max(a[i], b[i]); break;
    case Op.Min: for (let i = 0; i < n; i++) to[i] = min(a[i], b[i]); break;
    case Op.Pow: for (let i = 0; i < n; i++) to[i] = pow(a[i], b[i]); break;
    case Op.Neg: for (let i = 0; i < n; i++) to[i] = 0 - a[i]; break; // never −0
    case Op.Abs: for (let i = 0; i < n; i++) to[i] = Math.abs(a[i]); break;
    case Op.Exp: for (let i = 0; i < n; i++) to[i] = exp(a[i]); break;
    case Op.Ln: for (let i = 0; i < n; i++) to[i] = log(a[i]); break;
    case Op.Sqrt: for (let i = 0; i < n; i++) to[i] = Math.sqrt(a[i]); break;
    case Op.Ceil: for (let i = 0; i < n; i++) to[i] = Math.ceil(a[i]); break;
    case Op.Trunc: for (let i = 0; i < n; i++) to[i] = Math.trunc(a[i]); break;
    case Op.Round: for (let i = 0; i < n; i++) to[i] = roundDecimal(a[i], <i32>at.c); break;
    case Op.Less: for (let i = 0; i < n; i++) to[i] = compared(a[i], b[i], a[i] < b[i]); break;
    case Op.LessOrEqual: for (let i = 0; i < n; i++) to[i] = compared(a[i], b[i], a[i] <= b[i]); break;
    case Op.If: for (let i = 0; i < n; i++) to[i] = isNaN(a[i]) ? NaN : a[i] != 0 ? b[i] : c[i]; break;
    case Op.Coalesce: for (let i = 0; i < n; i++) to[i] = isNaN(a[i]) ? b[i] : a[i]; break;
    case Op.Step: for (let i = 0; i < n; i++) to[i] = step(a[i], <usize>b[i], <i32>c[i]); break;
    case Op.Progressive: for (let i = 0; i < n; i++) to[i] = progressive(a[i], <usize>b[i], <i32>c[i]); break;
    case Op.Interpolate: for (let i = 0; i < n; i++) to[i] = interpolate(a[i], <usize>b[i], <i32>c[i]); break;
    case Op.Argument: for (let i = 0; i < n; i++) to[i] = argument(at, i); break;
    default: return false;
  }
  return true;
}

@inline function compared(a: f64, b: f64, holds: bool): f64 {
  return isNaN(a) || isNaN(b) ? NaN : holds ? 1 : 0;
}

function argument(at: Instruction, i: i32): f64 {
  const sign: f64 = <i32>at.d;
  let best = 0;
  for (let k = 1; k < <i32>at.c; k++) {
    if (column(word(at.b, k))[i] * sign > column(word(at.b, best))[i] * sign) best = k;
  }
  return best;
}

/**
 * From a coarser level to a finer one, over n groups of the finer by `map`. NaN where an instrument lacks the coarser level's keys
 * (cash has no expiry).
 */
export function broadcast(to: usize, from: usize, map: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const g = indices(map)[i];
    column(to)[i] = g < 0 ? NaN : column(from)[g];
  }
}

/** From a finer level to a coarser one; what is in no group of it is left out. */
export function sumGroups(to: usize, from: usize, map: usize, n: i32, coarse: i32): void {
  memory.fill(to, 0, <usize>coarse << 3);
  for (let i = 0; i < n; i++) {
    const g = indices(map)[i];
    if (g >= 0) column(to)[g] += column(from)[i];
  }
}

/** The functions of assembly/math, one by one and by columns. */
import * as expLog from "../math/exp-log";
import * as lanes from "../math/lanes";
import * as linearAlgebra from "../math/linear-algebra";
import * as normal from "../math/normal";
import { quantile } from "../math/quantile";

export function exp(a: f64): f64 {
  return expLog.exp(a);
}
export function log(x: f64): f64 {
  return expLog.log(x);
}
export function logRatio(F: f64, K: f64): f64 {
  return expLog.logRatio<f64>(F, K);
}
export function pow(a: f64, b: f64): f64 {
  return expLog.pow(a, b);
}
export function gauss(d: f64): f64 {
  return expLog.gauss<f64>(d, 0.0);
}
export function normalDensity(x: f64): f64 {
  return normal.density(x);
}
export function normalDistribution(x: f64): f64 {
  return normal.distribution(x);
}
export function normalQuantile(p: f64): f64 {
  return quantile(p);
}
export function erfcx(x: f64): f64 {
  return normal.erfcx(x);
}
export function mills(y: f64): f64 {
  return normal.mills<f64>(y);
}
export function fastMills(y: f64): f64 {
  return normal.fastMillsP<f64>(y, y * y) / normal.fastMillsQ<f64>(y, y * y);
}
export function millsDifference(h: f64, t: f64): f64 {
  return normal.millsDifference<f64>(h, t);
}
export function quadraticForm(n: i32, matrix: usize, w: usize): f64 {
  return linearAlgebra.quadraticForm(n, matrix, w);
}

/** Which function `mathColumns` and `mathScalars` run. */
export const enum MathKernel {
  Exp,
  Log,
  LogRatio,
  Gauss,
  Density,
  Distribution,
  Mills,
  FastMills,
  MillsDifference,
  ExpInRange,
  LogNormal,
  PreciseLogRatio,
}

@inline function mathOf<T>(which: i32, a: T, b: T): T {
  switch (which) {
    case MathKernel.Exp:
      return expLog.expLanes<T>(a);
    case MathKernel.Log:
      return expLog.logLanes<T>(a);
    case MathKernel.LogRatio:
      return expLog.logRatio<T>(a, b);
    case MathKernel.Gauss:
      return expLog.gauss<T>(a, b);
    case MathKernel.Density:
      return normal.densityLanes<T>(a);
    case MathKernel.Distribution:
      return normal.distributionLanes<T>(a);
    case MathKernel.Mills:
      return normal.mills<T>(a);
    case MathKernel.FastMills:
      return lanes.div<T>(normal.fastMillsP<T>(a, lanes.mul<T>(a, a)), normal.fastMillsQ<T>(a, lanes.mul<T>(a, a)));
    case MathKernel.MillsDifference:
      return normal.millsDifference<T>(a, b);
    case MathKernel.ExpInRange:
      return expLog.expInRange<T>(a);
    case MathKernel.LogNormal:
      return expLog.logNormal<T>(a);
    default:
      return expLog.preciseLogRatio<T>(a, b);
  }
}

/** out[i] = f(a[i], b[i]) two lanes at a time; n even. */
export function mathColumns(which: i32, n: i32, a: usize, b: usize, out: usize): void {
  const end = <usize>n << 3;
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, mathOf<v128>(which, v128.load(a + i), v128.load(b + i)));
}

/** The same one by one. */
export function mathScalars(which: i32, n: i32, a: usize, b: usize, out: usize): void {
  const end = <usize>n << 3;
  for (let i: usize = 0; i < end; i += 8) store<f64>(out + i, mathOf<f64>(which, load<f64>(a + i), load<f64>(b + i)));
}

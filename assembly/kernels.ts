import * as e from "./math/exp-log";
import * as n from "./math/normal";
export function exp(x: f64): f64 { return e.exp(x); }
export function log(x: f64): f64 { return e.log(x); }
export function pow(a: f64, b: f64): f64 { return e.pow(a,b); }
export function erfcx(x: f64): f64 { return n.erfcx(x); }
export function normalDistribution(x: f64): f64 { return n.distribution(x); }
export function logRatio(F: f64, K: f64): f64 { return e.logRatio<f64>(F,K); }

import * as e from "./math/exp-log";
import * as n from "./math/normal";
import * as b from "./pricing/black76";
export function exp(x: f64): f64 { return e.exp(x); }
export function log(x: f64): f64 { return e.log(x); }
export function pow(a: f64, b: f64): f64 { return e.pow(a,b); }
export function erfcx(x: f64): f64 { return n.erfcx(x); }
export function normalDistribution(x: f64): f64 { return n.distribution(x); }
export function logRatio(F: f64, K: f64): f64 { return e.logRatio<f64>(F,K); }
export function price(forward: f64, strike: f64, tau: f64, vol: f64, discount: f64, callPut: f64): f64 { return b.price(forward,strike,tau,vol,discount,callPut); }
import * as pc from "./pricing/price-columns";
import * as g from "./pricing/greeks";
export function priceColumns(n: i32, forward: usize, strike: usize, sqrtTau: usize, vol: usize, discount: usize, callPut: usize, out: usize): void { pc.prices(n,forward,strike,sqrtTau,vol,discount,callPut,out); }
export function greekColumns(n: i32, forward: usize, strike: usize, tau: usize, sqrtTau: usize, vol: usize, rate: usize, discount: usize, callPut: usize, out: usize, stride: usize): void { g.greeks(n,forward,strike,tau,sqrtTau,vol,rate,discount,callPut,out,stride); }

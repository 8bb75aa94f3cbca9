/**
 * Kernels for test/ and bench/; never shipped. Scalars take and return numbers; column kernels take row
 * counts and addresses in memory that the caller grows, from `arenaBase()` on.
 */
import * as black76 from "./pricing/black76";
import * as expLog from "./math/exp-log";
import * as greekColumnsOf from "./pricing/greeks";
import * as higher from "./pricing/higher-greeks";
import * as implied from "./pricing/implied-vol";
import * as impliedColumns from "./pricing/implied-vol-columns";
import * as inverse from "./pricing/inverse-greeks";
import * as lanes from "./math/lanes";
import * as linearAlgebra from "./math/linear-algebra";
import * as normal from "./math/normal";
import * as payoff from "./pricing/payoff";
import * as priceColumnsOf from "./pricing/price-columns";
import { quantile } from "./math/quantile";
import { Column, Indices } from "./memory/column";
import { allocate } from "./memory/arena";
import { enter, open, reserve } from "./account/accounts";
import { scenarioSet, Book } from "./record/book";
import { account, MOST_CHUNKS, Venue } from "./record/venue";
import { addBlock } from "./portfolio/sums";
import { reprice } from "./scenario/risk-arrays";

/** The first free address. */
export function arenaBase(): usize {
  return (__heap_base + 15) & ~15;
}

// ---- math

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

// ---- pricing: column kernels work in pairs; here an odd last row goes through the scalar definition, so that tests compare the two

export function price(forward: f64, strike: f64, tau: f64, vol: f64, discount: f64, callPut: f64): f64 {
  return black76.price(forward, strike, tau, vol, discount, callPut);
}
export function impliedVol(forward: f64, strike: f64, tau: f64, price: f64, discount: f64, callPut: f64): f64 {
  return implied.impliedVol(forward, strike, f64.sqrt(tau), price, discount, callPut);
}
export function impliedVolReason(forward: f64, strike: f64, tau: f64, price: f64, discount: f64, callPut: f64): i32 {
  return implied.reason(forward, strike, f64.sqrt(tau), price, discount, callPut);
}

// offset  one option and its fourteen outputs
// 0       forward strike tau sqrtTau vol rate discount callPut
// 64      price delta gamma vega theta rho vanna volga
// 128     charm veta speed zomma color ultima
const one: usize = memory.data(176, 16);

/** One output of one option: 0–7 as in greeks.ts, 8–13 as in higher-greeks.ts. */
export function greek(
  which: i32,
  forward: f64,
  strike: f64,
  tau: f64,
  vol: f64,
  rate: f64,
  discount: f64,
  callPut: f64,
): f64 {
  store<f64>(one, forward);
  store<f64>(one, strike, 8);
  store<f64>(one, tau, 16);
  store<f64>(one, f64.sqrt(tau), 24);
  store<f64>(one, vol, 32);
  store<f64>(one, rate, 40);
  store<f64>(one, discount, 48);
  store<f64>(one, callPut, 56);
  greekColumnsOf.greeksOfOne(one, one + 8, one + 16, one + 24, one + 32, one + 40, one + 48, one + 56, one + 64, 8);
  higher.higherGreeksOfOne(one, one + 8, one + 24, one + 32, one + 40, one + 48, one + 56, one + 128, 8);
  return load<f64>(one + 64 + (<usize>which << 3));
}

export function priceColumns(
  n: i32,
  forward: usize,
  strike: usize,
  sqrtTau: usize,
  vol: usize,
  discount: usize,
  callPut: usize,
  out: usize,
): void {
  const pairs = n & ~1;
  if (pairs > 0) priceColumnsOf.prices(pairs, forward, strike, sqrtTau, vol, discount, callPut, out);
  if (n > pairs) {
    const i = <usize>pairs << 3;
    store<f64>(out + i, black76.priceOfSqrtTau(load<f64>(forward + i), load<f64>(strike + i), load<f64>(sqrtTau + i), load<f64>(vol + i), load<f64>(discount + i), load<f64>(callPut + i)));
  }
}

export function greekColumns(
  n: i32,
  forward: usize,
  strike: usize,
  tau: usize,
  sqrtTau: usize,
  vol: usize,
  rate: usize,
  discount: usize,
  callPut: usize,
  out: usize,
  stride: usize,
): void {
  const pairs = n & ~1;
  if (pairs > 0) greekColumnsOf.greeks(pairs, forward, strike, tau, sqrtTau, vol, rate, discount, callPut, out, stride);
  if (n > pairs) {
    const i = <usize>pairs << 3;
    greekColumnsOf.greeksOfOne(forward + i, strike + i, tau + i, sqrtTau + i, vol + i, rate + i, discount + i, callPut + i, out + i, stride);
  }
}

export function higherGreekColumns(
  n: i32,
  forward: usize,
  strike: usize,
  sqrtTau: usize,
  vol: usize,
  rate: usize,
  discount: usize,
  callPut: usize,
  out: usize,
  stride: usize,
): void {
  const pairs = n & ~1;
  if (pairs > 0) higher.higherGreeks(pairs, forward, strike, sqrtTau, vol, rate, discount, callPut, out, stride);
  if (n > pairs) {
    const i = <usize>pairs << 3;
    higher.higherGreeksOfOne(forward + i, strike + i, sqrtTau + i, vol + i, rate + i, discount + i, callPut + i, out + i, stride);
  }
}

export function greeksToCoin(n: i32, forward: usize, columns: usize, stride: usize): void {
  const pairs = n & ~1;
  inverse.toCoin(pairs, forward, columns, stride);
  if (n > pairs) inverse.toCoinOfOne(forward + (<usize>pairs << 3), columns + (<usize>pairs << 3), stride);
}

export function impliedVolColumns(
  n: i32,
  forward: usize,
  strike: usize,
  sqrtTau: usize,
  price: usize,
  discount: usize,
  callPut: usize,
  out: usize,
  reason: usize,
): i32 {
  return impliedColumns.impliedVols(n, forward, strike, sqrtTau, price, discount, callPut, out, reason);
}

// ---- payoff

export function intrinsic(forward: f64, strike: f64, callPut: f64): f64 {
  return payoff.intrinsic(forward, strike, callPut);
}
export function coinIntrinsic(spot: f64, strike: f64, callPut: f64): f64 {
  return payoff.coinIntrinsic(spot, strike, callPut);
}
export function linearPnl(from: f64, to: f64): f64 {
  return payoff.linearPnl<f64>(from, to);
}
export function inversePnl(move: f64): f64 {
  return payoff.inversePnl<f64>(move);
}
export function inversePnlBetween(notional: f64, from: f64, to: f64): f64 {
  return payoff.inversePnlBetween(notional, from, to);
}
export function inverseDelta(notional: f64, price: f64): f64 {
  return payoff.inverseDelta(notional, price);
}
export function inverseGamma(notional: f64, price: f64): f64 {
  return payoff.inverseGamma(notional, price);
}
export function baseOfQuoteLots(lots: f64, lot: f64, mark: f64): f64 {
  return payoff.baseOfQuoteLots<f64>(lots, lot, mark);
}
export function coinPrice(price: f64, forward: f64): f64 {
  return inverse.coinPrice(price, forward);
}
export function netTransactionDelta(delta: f64, price: f64, forward: f64): f64 {
  return inverse.netTransactionDelta(delta, price, forward);
}

// ---- books, for bench/: a book laid out in this module's memory, and its parts one by one

export { allocate, memoryInUse, release } from "./memory/arena";
export { bind, change, evaluate } from "./api/margin";

/** The repricer alone, for one scenario set of a book that is bound. */
export function repriceSet(address: usize, set: i32): void {
  const book = changetype<Book>(address);
  reprice(book, scenarioSet(book, set));
}

/**
 * The account loop of a venue: for each of n accounts, the worst of 51 scenarios over its positions.
 *
 * @param instrument [n × positions] i32
 * @param quantity   [n × positions] lots
 * @param risk       [instruments][52] profit and loss of one lot
 * @param out        [n] largest loss, ≥ 0
 */
export function accountLosses(n: i32, positions: i32, instrument: usize, quantity: usize, risk: usize, out: usize): void {
  const instruments = changetype<Indices>(instrument);
  const quantities = changetype<Column>(quantity);
  for (let a = 0; a < n; a++) {
    memory.fill(accountRows, 0, 416);
    addBlock(instruments, quantities, a * positions, (a + 1) * positions, risk, 416, accountRows);
    addBlock(instruments, quantities, a * positions, (a + 1) * positions, risk + 208, 416, accountRows + 208);
    let worst = v128.load(accountRows);
    for (let j: usize = 16; j < 416; j += 16) worst = f64x2.pmin(worst, v128.load(accountRows + j));
    store<f64>(out + (<usize>a << 3), -min(min(f64x2.extract_lane(worst, 0), f64x2.extract_lane(worst, 1)), 0));
  }
}
const accountRows: usize = memory.data(416, 16);

/**
 * Half a row of an account: least of the 26 sums Σ q·R, two at a time, and 0; the sums go to P where it is not 0.
 * Two positions per turn are 5 % faster than one (157 against 166 ns for an account of 20).
 */
@inline function scanHalf(rows: i32, instrument: Indices, lots: Column, risk: usize, P: usize): v128 {
  let a0 = f64x2.splat(0), a1 = f64x2.splat(0), a2 = f64x2.splat(0), a3 = f64x2.splat(0), a4 = f64x2.splat(0);
  let a5 = f64x2.splat(0), a6 = f64x2.splat(0), a7 = f64x2.splat(0), a8 = f64x2.splat(0), a9 = f64x2.splat(0);
  let a10 = f64x2.splat(0), a11 = f64x2.splat(0), a12 = f64x2.splat(0);
  let r = 0;
  for (; r + 1 < rows; r += 2) {
    const R = risk + <usize>instrument[r] * 416;
    const q = v128.load64_splat(changetype<usize>(lots) + (<usize>r << 3));
    a0 = f64x2.add(f64x2.mul(q, v128.load(R, 0)), a0);
    a1 = f64x2.add(f64x2.mul(q, v128.load(R, 16)), a1);
    a2 = f64x2.add(f64x2.mul(q, v128.load(R, 32)), a2);
    a3 = f64x2.add(f64x2.mul(q, v128.load(R, 48)), a3);
    a4 = f64x2.add(f64x2.mul(q, v128.load(R, 64)), a4);
    a5 = f64x2.add(f64x2.mul(q, v128.load(R, 80)), a5);
    a6 = f64x2.add(f64x2.mul(q, v128.load(R, 96)), a6);
    a7 = f64x2.add(f64x2.mul(q, v128.load(R, 112)), a7);
    a8 = f64x2.add(f64x2.mul(q, v128.load(R, 128)), a8);
    a9 = f64x2.add(f64x2.mul(q, v128.load(R, 144)), a9);
    a10 = f64x2.add(f64x2.mul(q, v128.load(R, 160)), a10);
    a11 = f64x2.add(f64x2.mul(q, v128.load(R, 176)), a11);
    a12 = f64x2.add(f64x2.mul(q, v128.load(R, 192)), a12);
    const S = risk + <usize>instrument[r + 1] * 416;
    const p = v128.load64_splat(changetype<usize>(lots) + (<usize>r << 3), 8);
    a0 = f64x2.add(f64x2.mul(p, v128.load(S, 0)), a0);
    a1 = f64x2.add(f64x2.mul(p, v128.load(S, 16)), a1);
    a2 = f64x2.add(f64x2.mul(p, v128.load(S, 32)), a2);
    a3 = f64x2.add(f64x2.mul(p, v128.load(S, 48)), a3);
    a4 = f64x2.add(f64x2.mul(p, v128.load(S, 64)), a4);
    a5 = f64x2.add(f64x2.mul(p, v128.load(S, 80)), a5);
    a6 = f64x2.add(f64x2.mul(p, v128.load(S, 96)), a6);
    a7 = f64x2.add(f64x2.mul(p, v128.load(S, 112)), a7);
    a8 = f64x2.add(f64x2.mul(p, v128.load(S, 128)), a8);
    a9 = f64x2.add(f64x2.mul(p, v128.load(S, 144)), a9);
    a10 = f64x2.add(f64x2.mul(p, v128.load(S, 160)), a10);
    a11 = f64x2.add(f64x2.mul(p, v128.load(S, 176)), a11);
    a12 = f64x2.add(f64x2.mul(p, v128.load(S, 192)), a12);
  }
  for (; r < rows; r++) {
    const R = risk + <usize>instrument[r] * 416;
    const q = v128.load64_splat(changetype<usize>(lots) + (<usize>r << 3));
    a0 = f64x2.add(f64x2.mul(q, v128.load(R, 0)), a0);
    a1 = f64x2.add(f64x2.mul(q, v128.load(R, 16)), a1);
    a2 = f64x2.add(f64x2.mul(q, v128.load(R, 32)), a2);
    a3 = f64x2.add(f64x2.mul(q, v128.load(R, 48)), a3);
    a4 = f64x2.add(f64x2.mul(q, v128.load(R, 64)), a4);
    a5 = f64x2.add(f64x2.mul(q, v128.load(R, 80)), a5);
    a6 = f64x2.add(f64x2.mul(q, v128.load(R, 96)), a6);
    a7 = f64x2.add(f64x2.mul(q, v128.load(R, 112)), a7);
    a8 = f64x2.add(f64x2.mul(q, v128.load(R, 128)), a8);
    a9 = f64x2.add(f64x2.mul(q, v128.load(R, 144)), a9);
    a10 = f64x2.add(f64x2.mul(q, v128.load(R, 160)), a10);
    a11 = f64x2.add(f64x2.mul(q, v128.load(R, 176)), a11);
    a12 = f64x2.add(f64x2.mul(q, v128.load(R, 192)), a12);
  }
  if (P != 0) {
    v128.store(P, a0, 0); v128.store(P, a1, 16); v128.store(P, a2, 32); v128.store(P, a3, 48); v128.store(P, a4, 64);
    v128.store(P, a5, 80); v128.store(P, a6, 96); v128.store(P, a7, 112); v128.store(P, a8, 128); v128.store(P, a9, 144);
    v128.store(P, a10, 160); v128.store(P, a11, 176); v128.store(P, a12, 192);
  }
  let least = f64x2.pmin(f64x2.pmin(f64x2.pmin(a0, a1), f64x2.pmin(a2, a3)), f64x2.pmin(f64x2.pmin(a4, a5), a6));
  return f64x2.pmin(least, f64x2.pmin(f64x2.pmin(f64x2.pmin(f64x2.pmin(a7, a8), f64x2.pmin(a9, a10)), f64x2.pmin(a11, a12)), f64x2.splat(0)));
}

@inline function lossOf(least: v128): f64 {
  return 0 - min(f64x2.extract_lane(least, 0), f64x2.extract_lane(least, 1));
}

/**
 * A venue's scan where positions lie in columns one account after the other: the worst of 51 scenarios over what each of n accounts holds.
 *
 * @param instrument [n × positions] i32
 * @param lots       [n × positions]
 * @param risk       [instruments][52] profit and loss of one lot
 * @param out        [n] largest loss, ≥ 0
 */
export function scanColumns(n: i32, positions: i32, instrument: usize, lots: usize, risk: usize, out: usize): void {
  for (let a = 0; a < n; a++) {
    const at = <usize>a * positions;
    const i = changetype<Indices>(instrument + (at << 2));
    const q = changetype<Column>(lots + (at << 3));
    const left = scanHalf(positions, i, q, risk, 0);
    const right = scanHalf(positions, i, q, risk + 208, 0);
    store<f64>(out + (<usize>a << 3), lossOf(f64x2.pmin(left, right)));
  }
}

/**
 * Accounts whose positions are read before the first of them is scanned. Each has a block of its own, 900 bytes from the next or anywhere,
 * and a scan fills the processor's window before it meets the next one's first load: 325 → 262 ns with 100,000 accounts in order, 567 → 315
 * where they are scattered. 4 at a time: 270, 340; 64: 255, 295.
 */
const AHEAD = 16;

@inline function readAhead(venue: Venue, from: i32, to: i32): void {
  let kept = 0;
  for (let a = from; a < to; a++) {
    const at = account(venue, a);
    const rows = <usize>at.rows;
    for (let j: usize = 0; j < rows << 3; j += 64) kept |= load<i32>(changetype<usize>(at.lots) + j);
    for (let j: usize = 0; j < rows << 2; j += 64) kept |= load<i32>(changetype<usize>(at.instrument) + j);
  }
  store<i32>(accountRows, kept); // so that no compiler drops the loads
}

/**
 * The same of accounts [from, to) as assembly/account has them.
 *
 * @param venue from `createScan`
 * @param out   [to] by handle
 */
export function scanAccounts(venue: usize, from: i32, to: i32, risk: usize, out: usize): void {
  const all = changetype<Venue>(venue);
  for (let first = from; first < to; first += AHEAD) {
    const end = min(first + AHEAD, to);
    readAhead(all, first, end);
    for (let a = first; a < end; a++) {
      const at = account(all, a);
      const left = scanHalf(at.rows, at.instrument, at.lots, risk, 0);
      const right = scanHalf(at.rows, at.instrument, at.lots, risk + 208, 0);
      store<f64>(out + (<usize>a << 3), lossOf(f64x2.pmin(left, right)));
    }
  }
}

/**
 * The same with the sums kept, and the row that decides.
 *
 * @param sums  [to][52] by handle
 * @param worst [to] i32, the first row of that loss; −1 where no row loses
 */
export function sumAccounts(venue: usize, from: i32, to: i32, risk: usize, sums: usize, out: usize, worst: usize): void {
  const all = changetype<Venue>(venue);
  for (let first = from; first < to; first += AHEAD) {
    const end = min(first + AHEAD, to);
    readAhead(all, first, end);
    for (let a = first; a < end; a++) {
      const at = account(all, a);
      const P = sums + <usize>a * 416;
      const left = scanHalf(at.rows, at.instrument, at.lots, risk, P);
      const right = scanHalf(at.rows, at.instrument, at.lots, risk + 208, P + 208);
      const loss = lossOf(f64x2.pmin(left, right));
      store<f64>(out + (<usize>a << 3), loss);
      store<i32>(worst + (<usize>a << 2), loss > 0 ? firstRow(P, 0 - loss) : -1);
    }
  }
}

/** The first of 52 rows that has the value, which is there. */
@inline function firstRow(P: usize, value: f64): i32 {
  const x = f64x2.splat(value);
  let j: usize = 0;
  let found = 0;
  while ((found = i64x2.bitmask(f64x2.eq(v128.load(P + j), x))) == 0) j += 16;
  return (<i32>j >> 3) + ctz(found);
}

/** A venue of accounts alone, without a book; 0 where the memory cannot grow. */
export function createScan(): usize {
  const chunks = <usize>MOST_CHUNKS << 2;
  const venue = allocate(offsetof<Venue>() + chunks);
  if (venue == 0) return 0;
  memory.fill(venue, 0, offsetof<Venue>() + chunks);
  const at = changetype<Venue>(venue);
  at.currencies = 1;
  at.chunks = venue + offsetof<Venue>();
  return venue;
}

/** Opens n more accounts; false where the memory cannot grow. */
export function openScanned(venue: usize, n: i32): bool {
  for (let k = 0; k < n; k++) if (open(changetype<Venue>(venue)) < 0) return false;
  return true;
}

/**
 * One position more for each of n accounts, as fills in that order would add it; false where the memory cannot grow.
 *
 * @param order      [n] i32 handles
 * @param instrument [accounts] i32, lots [accounts], both by handle
 */
export function enterScanned(venue: usize, n: i32, order: usize, instrument: usize, lots: usize): bool {
  const all = changetype<Venue>(venue);
  for (let k = 0; k < n; k++) {
    const a = changetype<Indices>(order)[k];
    const at = account(all, a);
    if (!reserve(all, at, at.rows + 1)) return false;
    const r = enter(at, changetype<Indices>(instrument)[a]);
    at.lots[r] += changetype<Column>(lots)[a];
  }
  return true;
}

/**
 * Worst of 51 scenarios after an order: P + q·R.
 *
 * @param P [52] the account's sums
 * @param R [52] one lot of the instrument
 */
@inline function scanOf(P: usize, R: usize, q: f64): f64 {
  const w = f64x2.splat(q);
  let m = f64x2.splat(0);
  let n = f64x2.splat(0);
  m = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 0)), v128.load(P, 0)), m);
  n = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 16)), v128.load(P, 16)), n);
  m = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 32)), v128.load(P, 32)), m);
  n = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 48)), v128.load(P, 48)), n);
  m = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 64)), v128.load(P, 64)), m);
  n = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 80)), v128.load(P, 80)), n);
  m = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 96)), v128.load(P, 96)), m);
  n = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 112)), v128.load(P, 112)), n);
  m = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 128)), v128.load(P, 128)), m);
  n = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 144)), v128.load(P, 144)), n);
  m = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 160)), v128.load(P, 160)), m);
  n = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 176)), v128.load(P, 176)), n);
  m = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 192)), v128.load(P, 192)), m);
  n = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 208)), v128.load(P, 208)), n);
  m = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 224)), v128.load(P, 224)), m);
  n = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 240)), v128.load(P, 240)), n);
  m = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 256)), v128.load(P, 256)), m);
  n = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 272)), v128.load(P, 272)), n);
  m = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 288)), v128.load(P, 288)), m);
  n = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 304)), v128.load(P, 304)), n);
  m = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 320)), v128.load(P, 320)), m);
  n = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 336)), v128.load(P, 336)), n);
  m = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 352)), v128.load(P, 352)), m);
  n = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 368)), v128.load(P, 368)), n);
  m = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 384)), v128.load(P, 384)), m);
  n = f64x2.pmin(f64x2.add(f64x2.mul(w, v128.load(R, 400)), v128.load(P, 400)), n);
  return lossOf(f64x2.pmin(m, n));
}

/**
 * The raw scan behind a check: sums of one account and an order of q lots in one instrument.
 *
 * @param sums [accounts][52]
 * @param risk [instruments][52]
 */
export function scanOrder(sums: usize, risk: usize, account: i32, instrument: i32, q: f64): f64 {
  return scanOf(sums + <usize>account * 416, risk + <usize>instrument * 416, q);
}

/**
 * The same n times.
 *
 * @param orders [n][2] i32: account, instrument
 * @param q      [n] lots
 * @param out    [n] largest loss, ≥ 0
 */
export function scanOrders(n: i32, sums: usize, risk: usize, orders: usize, q: usize, out: usize): void {
  const end = <usize>n << 3;
  for (let o: usize = 0; o < end; o += 8) {
    const P = sums + <usize>load<i32>(orders + o) * 416;
    const R = risk + <usize>load<i32>(orders + o, 4) * 416;
    store<f64>(out + o, scanOf(P, R, load<f64>(q + o)));
  }
}

/** A call from the host with arguments as `scanOrder` has them, and nothing done. */
export function emptyCall(sums: usize, risk: usize, account: i32, instrument: i32, q: f64): f64 {
  return q;
}

// ---- surface

import * as arbitrage from "./surface/arbitrage";
import * as density from "./surface/density";
import * as event from "./surface/event";
import * as eventTimeOf from "./surface/event-time";
import * as settlement from "./surface/settlement";
import * as slices from "./surface/slices";
import * as smileDeltaOf from "./surface/smile-delta";
import * as ssvi from "./surface/ssvi";
import * as svi from "./surface/svi";

/** Which function of one slice `sviColumns` and `sviScalars` run. */
export const enum SviKernel {
  TotalVariance,
  Slope,
  Curvature,
  Vol,
  Skew,
  Durrleman,
  Density,
  Capped,
}

@inline function sviOf<T>(which: i32, k: T, a: T, b: T, rho: T, m: T, sigma: T, tau: T, left: T, right: T): T {
  switch (which) {
    case SviKernel.TotalVariance:
      return svi.totalVariance<T>(k, a, b, rho, m, sigma);
    case SviKernel.Slope:
      return svi.slope<T>(k, b, rho, m, sigma);
    case SviKernel.Curvature:
      return svi.curvature<T>(k, b, m, sigma);
    case SviKernel.Vol:
      return svi.vol<T>(k, a, b, rho, m, sigma, tau);
    case SviKernel.Skew:
      return svi.skew<T>(k, a, b, rho, m, sigma, tau);
    case SviKernel.Durrleman:
      return arbitrage.durrlemanOf<T>(k, a, b, rho, m, sigma);
    case SviKernel.Density:
      return density.densityOf<T>(k, a, b, rho, m, sigma);
    default:
      return slices.cappedTotalVariance<T>(k, a, b, rho, m, sigma, left, right, lanes.splat<T>(slices.SLOPE_CAP));
  }
}

/** out[i] = f(k[i]) of one slice [5], two lanes at a time; n even. */
export function sviColumns(which: i32, n: i32, k: usize, slice: usize, tau: f64, out: usize): void {
  const s = changetype<svi.Slice>(slice);
  const left = slices.leftCap(s.b, s.rho, s.m, s.sigma, slices.SLOPE_CAP);
  const right = slices.rightCap(s.b, s.rho, s.m, s.sigma, slices.SLOPE_CAP);
  const end = <usize>n << 3;
  for (let i: usize = 0; i < end; i += 16)
    v128.store(out + i, sviOf<v128>(which, v128.load(k + i), f64x2.splat(s.a), f64x2.splat(s.b), f64x2.splat(s.rho), f64x2.splat(s.m), f64x2.splat(s.sigma), f64x2.splat(tau), f64x2.splat(left), f64x2.splat(right)));
}
/** The same one by one. */
export function sviScalars(which: i32, n: i32, k: usize, slice: usize, tau: f64, out: usize): void {
  const s = changetype<svi.Slice>(slice);
  const left = slices.leftCap(s.b, s.rho, s.m, s.sigma, slices.SLOPE_CAP);
  const right = slices.rightCap(s.b, s.rho, s.m, s.sigma, slices.SLOPE_CAP);
  const end = <usize>n << 3;
  for (let i: usize = 0; i < end; i += 8)
    store<f64>(out + i, sviOf<f64>(which, load<f64>(k + i), s.a, s.b, s.rho, s.m, s.sigma, tau, left, right));
}
export function sviTotalVariances(n: i32, k: usize, slice: usize, out: usize): void {
  const s = changetype<svi.Slice>(slice);
  svi.totalVariances(n, changetype<Column>(k), s.a, s.b, s.rho, s.m, s.sigma, changetype<Column>(out));
}
export function sviVols(n: i32, k: usize, slice: usize, tau: f64, out: usize): void {
  const s = changetype<svi.Slice>(slice);
  svi.vols(n, changetype<Column>(k), s.a, s.b, s.rho, s.m, s.sigma, tau, changetype<Column>(out));
}
export function sviIsAdmissible(a: f64, b: f64, rho: f64, m: f64, sigma: f64): bool {
  return svi.isAdmissible(a, b, rho, m, sigma);
}
export function sviLeastAt(rho: f64, m: f64, sigma: f64): f64 {
  return svi.leastAt(rho, m, sigma);
}
export function sviLeast(a: f64, b: f64, rho: f64, sigma: f64): f64 {
  return svi.leastTotalVariance(a, b, rho, sigma);
}
export function sviFromNatural(delta: f64, mu: f64, rho: f64, omega: f64, zeta: f64, out: usize): void {
  svi.fromNatural(delta, mu, rho, omega, zeta, changetype<Column>(out));
}
export function sviToJumpWings(a: f64, b: f64, rho: f64, m: f64, sigma: f64, tau: f64, out: usize): void {
  svi.toJumpWings(a, b, rho, m, sigma, tau, changetype<Column>(out));
}
export function sviFromJumpWings(v: f64, psi: f64, p: f64, c: f64, vTilde: f64, tau: f64, out: usize): void {
  svi.fromJumpWings(v, psi, p, c, vTilde, tau, changetype<Column>(out));
}
export function durrlemanSlope(k: f64, a: f64, b: f64, rho: f64, m: f64, sigma: f64): f64 {
  return arbitrage.durrlemanSlope(k, a, b, rho, m, sigma);
}
export function leastDurrleman(slice: usize, from: f64, to: f64, n: i32, out: usize): void {
  arbitrage.leastDurrleman(changetype<svi.Slice>(slice), from, to, n, changetype<Column>(out));
}
export function negativeStretch(slice: usize, from: f64, to: f64, n: i32, out: usize): void {
  arbitrage.negativeStretch(changetype<svi.Slice>(slice), from, to, n, changetype<Column>(out));
}
export function isButterflyFree(slice: usize, from: f64, to: f64, n: i32): bool {
  return arbitrage.isButterflyFree(changetype<svi.Slice>(slice), from, to, n);
}
export function leastDifference(pair: usize, from: f64, to: f64, n: i32, out: usize): void {
  arbitrage.leastDifference(changetype<svi.Slice>(pair), from, to, n, changetype<Column>(out));
}
export function sliceCrossings(pair: usize, from: f64, to: f64, n: i32, out: usize): i32 {
  return arbitrage.crossings(changetype<svi.Slice>(pair), from, to, n, changetype<Column>(out));
}
export function repairSlice(slice: usize, out: usize): i32 {
  return arbitrage.repair(changetype<svi.Slice>(slice), changetype<svi.Slice>(out));
}
export function densityMoments(slice: usize, strike: f64, out: usize): void {
  density.moments(changetype<svi.Slice>(slice), strike, changetype<Column>(out));
}

export function ssviTotalVariance(k: f64, theta: f64, rho: f64, phi: f64): f64 {
  return ssvi.totalVariance<f64>(k, theta, rho, phi);
}
/** The first lane of the two-lane form; the second holds another strike. */
export function ssviTotalVarianceLane(k: f64, theta: f64, rho: f64, phi: f64): f64 {
  const pair = f64x2.replace_lane(f64x2.splat(k), 1, -k);
  return f64x2.extract_lane(ssvi.totalVariance<v128>(pair, f64x2.splat(theta), f64x2.splat(rho), f64x2.splat(phi)), 0);
}
export function ssviToRaw(theta: f64, rho: f64, phi: f64, out: usize): void {
  ssvi.toRaw(theta, rho, phi, changetype<svi.Slice>(out));
}
export function ssviPowerLaw(theta: f64, eta: f64, gamma: f64): f64 {
  return ssvi.powerLaw(theta, eta, gamma);
}
export function ssviWingCondition(theta: f64, rho: f64, phi: f64): f64 {
  return ssvi.wingCondition(theta, rho, phi);
}
export function ssviBodyCondition(theta: f64, rho: f64, phi: f64): f64 {
  return ssvi.bodyCondition(theta, rho, phi);
}
export function ssviIsButterflyFree(theta: f64, rho: f64, phi: f64): bool {
  return ssvi.isButterflyFree(theta, rho, phi);
}
export function ssviLargestPhi(theta: f64, rho: f64): f64 {
  return ssvi.largestPhi(theta, rho);
}
export function essviMayBeOrdered(theta1: f64, rho1: f64, phi1: f64, theta2: f64, rho2: f64, phi2: f64): bool {
  return ssvi.mayBeOrdered(theta1, rho1, phi1, theta2, rho2, phi2);
}
export function essviIsOrdered(theta1: f64, rho1: f64, phi1: f64, theta2: f64, rho2: f64, phi2: f64): bool {
  return ssvi.isOrdered(theta1, rho1, phi1, theta2, rho2, phi2);
}

export function surfaceTotalVariance(k: f64, t: f64, n: i32, times: usize, raw: usize): f64 {
  return slices.totalVariance(k, t, n, changetype<Column>(times), changetype<svi.Slice>(raw));
}
export function surfaceTotalVariances(rows: i32, k: usize, t: f64, n: i32, times: usize, raw: usize, out: usize): void {
  slices.totalVariances(rows, changetype<Column>(k), t, n, changetype<Column>(times), changetype<svi.Slice>(raw), changetype<Column>(out));
}
/** Total variance between points of one term structure [n], by the three rules of slices.ts. */
export function termVariance(t: f64, n: i32, times: usize, w: usize): f64 {
  const T = changetype<Column>(times);
  const W = changetype<Column>(w);
  const i = slices.passed(n, T, t);
  if (i == 0 || n == 1) return slices.beforeFirst<f64>(W[0], t, T[0]);
  const j = min(i, n - 1);
  const share = slices.shareOf<f64>(t, T[j - 1], T[j]);
  return i == n ? slices.beyondLast<f64>(W[j - 1], W[j], share) : slices.between<f64>(W[j - 1], W[j], share);
}
export function forwardVariance(w1: f64, t1: f64, w2: f64, t2: f64): f64 {
  return slices.forwardVariance(w1, t1, w2, t2);
}
export function wingCap(isRight: bool, b: f64, rho: f64, m: f64, sigma: f64): f64 {
  return isRight
    ? slices.rightCap(b, rho, m, sigma, slices.SLOPE_CAP)
    : slices.leftCap(b, rho, m, sigma, slices.SLOPE_CAP);
}
export function flooredVol(vol: f64, k: f64, left: f64, right: f64, leftFloor: f64, rightFloor: f64): f64 {
  return slices.flooredVol<f64>(vol, k, left, right, leftFloor, rightFloor);
}
export function floorBeyond(lastVol: f64, spread: f64): f64 {
  return slices.floorBeyond(lastVol, spread);
}
export function flooredTau(tau: f64): f64 {
  return slices.flooredTau<f64>(tau);
}
export function effectiveTau(tau: f64, window: f64): f64 {
  return settlement.effectiveTau<f64>(tau, window);
}
export function openShare(tau: f64, window: f64): f64 {
  return settlement.openShare<f64>(tau, window);
}
export function openStrike(strike: f64, mean: f64, tau: f64, window: f64): f64 {
  return settlement.openStrike<f64>(strike, mean, tau, window);
}

export function eventPrice(forward: f64, strike: f64, tau: f64, vol: f64, discount: f64, callPut: f64, up: f64, probability: f64): f64 {
  return event.price(forward, strike, tau, vol, discount, callPut, up, probability);
}
export function eventVol(forward: f64, strike: f64, tau: f64, vol: f64, up: f64, probability: f64): f64 {
  return event.vol(forward, strike, tau, vol, up, probability);
}
export function eventOtherJump(up: f64, probability: f64): f64 {
  return event.otherJump(up, probability);
}
export function eventVariance(vol1: f64, vol2: f64, tau2: f64): f64 {
  return event.eventVariance(vol1, vol2, tau2);
}
export function expectedMove(variance: f64): f64 {
  return event.expectedMove(variance);
}
export function volOverEvent(ambientVol: f64, variance: f64, tau: f64): f64 {
  return event.volOverEvent(ambientVol, variance, tau);
}
export function splitVariance(n: i32, t: usize, w: usize, after: usize, out: usize): void {
  event.splitVariance(n, changetype<Column>(t), changetype<Column>(w), changetype<Column>(after), changetype<Column>(out));
}
export function fillWeek(weekend: f64, out: usize): void {
  eventTimeOf.fillWeek(weekend, changetype<Column>(out));
}
export function eventTime(from: f64, to: f64, weights: usize, events: i32, moment: usize, extra: usize): f64 {
  return eventTimeOf.eventTime(from, to, changetype<Column>(weights), events, changetype<Column>(moment), changetype<Column>(extra));
}

export function stickyStrikeDelta(forward: f64, strike: f64, tau: f64, vol: f64, discount: f64, callPut: f64): f64 {
  return smileDeltaOf.stickyStrike<f64>(forward, strike, f64.sqrt(tau), vol, discount, callPut);
}
export function smileDelta(forward: f64, strike: f64, tau: f64, vol: f64, discount: f64, callPut: f64, skew: f64, skewAtm: f64, stickiness: f64): f64 {
  return smileDeltaOf.smileDelta<f64>(forward, strike, f64.sqrt(tau), vol, discount, callPut, skew, skewAtm, stickiness);
}
/** The first lane of the two-lane form; the second holds another vol. */
export function smileDeltaLane(forward: f64, strike: f64, tau: f64, vol: f64, discount: f64, callPut: f64, skew: f64, skewAtm: f64, stickiness: f64): f64 {
  const pair = f64x2.replace_lane(f64x2.splat(vol), 1, 2.0 * vol);
  const delta = smileDeltaOf.smileDelta<v128>(f64x2.splat(forward), f64x2.splat(strike), f64x2.splat(f64.sqrt(tau)), pair, f64x2.splat(discount), f64x2.splat(callPut), f64x2.splat(skew), f64x2.splat(skewAtm), f64x2.splat(stickiness));
  return f64x2.extract_lane(delta, 0);
}

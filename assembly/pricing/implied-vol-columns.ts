/**
 * Implied vols over columns: the pieces of `implied-vol.ts` in passes over blocks of 64 rows.
 *
 * Each round sorts the rows that still move by the form of the tail difference they need, runs each form
 * over its rows in pairs, then one step over all of them. A row leaves when its own last step is done, so
 * the lanes stay full and no row waits for a neighbour.
 */
import * as expLog from "../math/exp-log";
import * as impliedVol from "./implied-vol";
import * as lanes from "../math/lanes";

const BLOCK: usize = 512; // bytes of a column in a block: 64 rows

// offset  column of a block [64]
// 0       x = |ln(F/K)|
// 512     target: p, or m − p in the upper half, in units of m
// 1024    lift
// 1536    mask: upper half
// 2048    s
// 2560    D₋ or D₊
// 3072    the limit of s in its half
const buffer: usize = memory.data(7 * 512, 16);
// byte offsets of rows; one place more for the repeated last row of an odd count
const LIST: usize = 4 * 66;
const movingRows: usize = memory.data(4 * 66, 16);
const formRows: usize = memory.data(4 * 4 * 66, 16); // a list for each form
const formCounts: usize = memory.data(16, 16);

@inline function gather(a: usize, b: usize): v128 {
  return v128.load64_lane(b, v128.load64_zero(a), 1);
}

/** Everything of a row that does not change from step to step. */
@inline function prepare<T>(i: usize, forward: usize, strike: usize, price: usize, discount: usize, callPut: usize): void {
  const F = lanes.load<T>(forward + i);
  const K = lanes.load<T>(strike + i);
  const p = impliedVol.timeValueOf<T>(F, K, lanes.load<T>(price + i), lanes.load<T>(discount + i), lanes.load<T>(callPut + i));
  const least = lanes.pmin<T>(F, K);
  const upper = impliedVol.isUpper<T>(p, least);
  const x = lanes.abs<T>(expLog.preciseLogRatio<T>(F, K));
  const b = buffer + i;
  lanes.store<T>(b, x);
  const target = impliedVol.targetOf<T>(p, least);
  lanes.store<T>(b, target, 512);
  lanes.store<T>(b, impliedVol.liftOf<T>(p, least, target), 1024);
  lanes.store<T>(b, upper, 1536);
  const limit = impliedVol.limitOf<T>(x, upper);
  lanes.store<T>(b, limit, 3072);
  lanes.store<T>(b, impliedVol.firstStdDev<T>(F, K, x, p, target, limit, upper), 2048);
}

/** The tail differences of the rows of one form, in pairs. */
@inline function differences(form: impliedVol.Form): void {
  const rows = formRows + <usize>form * LIST;
  const count = <usize>load<u32>(formCounts + (<usize>form << 2));
  if (count == 0) return;
  store<u32>(rows + (count << 2), load<u32>(rows + (count << 2) - 4));
  let j: usize = 0;
  do {
    const a = buffer + <usize>load<u32>(rows + (j << 2));
    const b = buffer + <usize>load<u32>(rows + (j << 2), 4);
    const D = impliedVol.differenceOf<v128>(form, gather(a, b), gather(a + 2048, b + 2048), gather(a + 1536, b + 1536));
    v128.store64_lane(a, D, 0, 2560);
    v128.store64_lane(b, D, 1, 2560);
    j += 2;
  } while (j < count);
}

/** One round over the `moving` rows; returns how many still move. */
@inline function round(moving: usize): usize {
  v128.store(formCounts, i64x2.splat(0));
  let j: usize = 0;
  do {
    const row = load<u32>(movingRows + (j << 2));
    const b = buffer + <usize>row;
    const form = <usize>impliedVol.formOf(load<f64>(b), load<f64>(b, 2048), load<u64>(b, 1536) != 0);
    const place = formCounts + (form << 2);
    const count = load<u32>(place);
    store<u32>(formRows + form * LIST + (<usize>count << 2), row);
    store<u32>(place, count + 1);
    j += 1;
  } while (j < moving);
  differences(impliedVol.Form.Small);
  differences(impliedVol.Form.Near);
  differences(impliedVol.Form.FarSmall);
  differences(impliedVol.Form.Far);
  store<u32>(movingRows + (moving << 2), load<u32>(movingRows + (moving << 2) - 4));
  let still: usize = 0;
  j = 0;
  do {
    const rowA = load<u32>(movingRows + (j << 2));
    const rowB = load<u32>(movingRows + (j << 2), 4);
    const a = buffer + <usize>rowA;
    const b = buffer + <usize>rowB;
    const x = gather(a, b);
    const upper = gather(a + 1536, b + 1536);
    const s = gather(a + 2048, b + 2048);
    const step = impliedVol.stepOf<v128>(
      x,
      gather(a + 512, b + 512),
      gather(a + 1024, b + 1024),
      upper,
      s,
      gather(a + 2560, b + 2560),
    );
    const next = impliedVol.moved<v128>(gather(a + 3072, b + 3072), upper, s, step);
    v128.store64_lane(a, next, 0, 2048);
    v128.store64_lane(b, next, 1, 2048);
    // the rows that stay are written over those already read
    const moves = i64x2.bitmask(f64x2.gt(lanes.abs<v128>(step), f64x2.mul(f64x2.splat(impliedVol.LAST_STEP), s)));
    store<u32>(movingRows + (still << 2), rowA);
    still += <usize>(moves & 1);
    store<u32>(movingRows + (still << 2), rowB);
    still += <usize>(moves >> 1);
    j += 2;
  } while (j < moving);
  // a repeated last row that still moves was counted twice
  if (moving & 1 && still > 1 && load<u32>(movingRows + (still << 2) - 4) == load<u32>(movingRows + (still << 2) - 8)) still -= 1;
  return still;
}

/**
 * Implied vols of n options (columns are read in pairs: an odd n reads one row more), `implied-vol.impliedVol` bit for bit in any order.
 *
 * @param forward  [n] address; quote per base
 * @param strike   [n] quote per base
 * @param sqrtTau  [n] √τ, computed once per expiry by the caller
 * @param price    [n] discounted, quote per base
 * @param discount [n] value now of 1 at expiry; 1 for undiscounted prices
 * @param callPut  [n] +1 call, −1 put
 * @param out      [n] vol; NaN where there is none, 0 at intrinsic
 * @param reason   [n] i32 address, `ImpliedVol` per row
 * @returns how many rows have a vol
 */
export function impliedVols(
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
  const total = <usize>n << 3;
  let found = 0;
  let from: usize = 0;
  while (from < total) {
    const bytes = min(BLOCK, total - from);
    const F = forward + from;
    const K = strike + from;
    const R = sqrtTau + from;
    const P = price + from;
    const D = discount + from;
    const W = callPut + from;
    const O = out + from;
    const why = reason + (from >> 1);
    let i: usize = 0;
    do {
      prepare<v128>(i, F, K, P, D, W);
      i += 16;
    } while (i < bytes);
    let moving: usize = 0;
    i = 0;
    do {
      const f = load<f64>(F + i);
      const k = load<f64>(K + i);
      const p = load<f64>(P + i);
      const d = load<f64>(D + i);
      const timeValue = impliedVol.timeValueOf<f64>(f, k, p, d, load<f64>(W + i));
      const code = impliedVol.reasonOf(f, k, load<f64>(R + i), p, d, timeValue);
      store<i32>(why + (i >> 1), code);
      store<u32>(movingRows + (moving << 2), <u32>i);
      moving += <usize>(code == impliedVol.ImpliedVol.Found);
      i += 8;
    } while (i < bytes);
    found += <i32>moving;
    for (let step = 0; moving > 0 && step < impliedVol.MOST_STEPS; step++) moving = round(moving);
    i = 0;
    do {
      const code = load<i32>(why + (i >> 1));
      const vol = load<f64>(buffer + i, 2048) / load<f64>(R + i);
      store<f64>(O + i, code == 0 ? vol : code == impliedVol.ImpliedVol.ZeroVolatility ? 0.0 : NaN);
      i += 8;
    } while (i < bytes);
    from += bytes;
  }
  return found;
}

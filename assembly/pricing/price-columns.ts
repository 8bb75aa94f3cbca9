/**
 * Black-76 prices over columns: the pieces of `black76.price` in short passes over blocks of 64 rows.
 *
 * Short passes keep dependency chains short and values in registers; the block's columns stay in the L1
 * cache. The passes are generic over the lane type: f64x2 for pairs, f64 for the last row of an odd count.
 *
 * Rows are sorted by which form of the tail difference they need before that form runs, so that each row
 * pays for one form only and no branch is mispredicted. Measured on 1,024 options in random order: 20 ns per
 * option; a branch per pair costs 3.4 ns more.
 */
import * as black76 from "./black76";
import * as expLog from "../math/exp-log";
import * as lanes from "../math/lanes";
import * as normal from "../math/normal";

const BLOCK: usize = 512; // bytes of a column in a block: 64 rows

// offset  column of a block [64]
// 0       |ln(F/K)|, later the time value
// 512     upper half of h
// 1024    lower half of h
// 1536    t
// 2048    m·e^(−(h−t)²/2)
const buffer: usize = memory.data(5 * 512, 16);
const smallRows: usize = memory.data(4 * 66, 16); // byte offsets of rows that use the Taylor form
const largeRows: usize = memory.data(4 * 66, 16); // byte offsets of the others

/** Two rows' values as a lane pair. */
@inline function gather(a: usize, b: usize): v128 {
  return v128.load64_lane(b, v128.load64_zero(a), 1);
}

@inline function scatter(a: usize, b: usize, pair: v128): void {
  v128.store64_lane(a, pair, 0);
  v128.store64_lane(b, pair, 1);
}

/** The time values of a block, each row by its own form. */
@inline function timeValues(forward: usize, strike: usize, bytes: usize): void {
  let small: usize = 0;
  let large: usize = 0;
  let i: usize = 0;
  do {
    store<u32>(smallRows + (small << 2), <u32>i);
    store<u32>(largeRows + (large << 2), <u32>i);
    const isSmall = <usize>black76.isSmall(load<f64>(buffer + i, 512), load<f64>(buffer + i, 1536));
    small += isSmall;
    large += 1 - isSmall;
    i += 8;
  } while (i < bytes);
  if (small > 0) {
    store<u32>(smallRows + (small << 2), load<u32>(smallRows + (small << 2) - 4)); // an odd last row runs twice
    let j: usize = 0;
    do {
      const a = buffer + <usize>load<u32>(smallRows + (j << 2));
      const b = buffer + <usize>load<u32>(smallRows + (j << 2), 4);
      const h = f64x2.add(gather(a + 512, b + 512), gather(a + 1024, b + 1024));
      const difference = normal.millsDifference<v128>(h, gather(a + 1536, b + 1536));
      scatter(a, b, f64x2.mul(gather(a + 2048, b + 2048), difference));
      j += 2;
    } while (j < small);
  }
  if (large > 0) {
    store<u32>(largeRows + (large << 2), load<u32>(largeRows + (large << 2) - 4));
    let j: usize = 0;
    do {
      const rowA = <usize>load<u32>(largeRows + (j << 2));
      const rowB = <usize>load<u32>(largeRows + (j << 2), 4);
      const a = buffer + rowA;
      const b = buffer + rowB;
      const h = f64x2.add(gather(a + 512, b + 512), gather(a + 1024, b + 1024));
      const least = f64x2.pmin(gather(forward + rowA, forward + rowB), gather(strike + rowA, strike + rowB));
      scatter(a, b, black76.valueOfTails<v128>(h, gather(a + 1536, b + 1536), gather(a + 2048, b + 2048), least));
      j += 2;
    } while (j < large);
  }
}

/** At most 64 rows, `bytes` of each column. */
@inline function priceBlock(
  bytes: usize,
  forward: usize,
  strike: usize,
  sqrtTau: usize,
  vol: usize,
  discount: usize,
  callPut: usize,
  out: usize,
): void {
  let i: usize = 0;
  do {
    lanes.store<v128>(buffer + i, lanes.abs<v128>(expLog.preciseLogRatio<v128>(lanes.load<v128>(forward + i), lanes.load<v128>(strike + i))));
    i += 16;
  } while (i < bytes);
  i = 0;
  do {
    const x = lanes.load<v128>(buffer + i);
    const sigma = lanes.load<v128>(vol + i);
    const root = lanes.load<v128>(sqrtTau + i);
    const s = black76.limitStdDev<v128>(lanes.mul<v128>(sigma, root));
    const inverse = lanes.div<v128>(lanes.splat<v128>(1.0), s);
    const head = black76.headOfH<v128>(x, inverse);
    lanes.store<v128>(buffer + i + 512, head);
    lanes.store<v128>(buffer + i + 1024, black76.tailOfH<v128>(x, sigma, root, s, inverse, head));
    lanes.store<v128>(buffer + i + 1536, lanes.mul<v128>(lanes.splat<v128>(0.5), s));
    i += 16;
  } while (i < bytes);
  i = 0;
  do {
    const least = lanes.pmin<v128>(lanes.load<v128>(forward + i), lanes.load<v128>(strike + i));
    const head = lanes.load<v128>(buffer + i + 512);
    const tail = lanes.load<v128>(buffer + i + 1024);
    const e = black76.scaleOfTails<v128>(lanes.load<v128>(buffer + i), head, tail, lanes.load<v128>(buffer + i + 1536));
    lanes.store<v128>(buffer + i + 2048, lanes.mul<v128>(least, e));
    i += 16;
  } while (i < bytes);
  timeValues(forward, strike, bytes);
  i = 0;
  do {
    const stdDev = lanes.mul<v128>(lanes.load<v128>(vol + i), lanes.load<v128>(sqrtTau + i));
    const value = black76.priceOf<v128>(
      lanes.load<v128>(forward + i),
      lanes.load<v128>(strike + i),
      stdDev,
      lanes.load<v128>(discount + i),
      lanes.load<v128>(callPut + i),
      lanes.load<v128>(buffer + i),
    );
    lanes.store<v128>(out + i, value);
    i += 16;
  } while (i < bytes);
}

/**
 * Prices of n options in pairs (of an odd n, every column has room for one row more), `black76.price` bit for bit in any order.
 *
 * @param forward  [n] address; quote per base
 * @param strike   [n] quote per base
 * @param sqrtTau  [n] √τ, computed once per expiry by the caller
 * @param vol      [n] annualised
 * @param discount [n] value now of 1 at expiry
 * @param callPut  [n] +1 call, −1 put
 * @param out      [n] quote per base; may be one of the inputs only if it is `discount` or `callPut`
 */
export function prices(
  n: i32,
  forward: usize,
  strike: usize,
  sqrtTau: usize,
  vol: usize,
  discount: usize,
  callPut: usize,
  out: usize,
): void {
  const total = <usize>((n + 1) & ~1) << 3;
  for (let i: usize = 0; i < total; i += BLOCK) {
    priceBlock(min(BLOCK, total - i), forward + i, strike + i, sqrtTau + i, vol + i, discount + i, callPut + i, out + i);
  }
}

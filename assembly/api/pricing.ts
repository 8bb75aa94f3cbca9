/**
 * Prices, Greeks and implied vols for the host, over a block of columns `stride` bytes apart (≥ 8·n, 16-aligned):
 *
 *   0 forward  1 strike  2 tau  3 vol (of impliedVols: price)  4 discount  5 callPut     the host writes
 *   6 √tau  7 rate                                                                       the core fills
 *   8 … 15 price, delta, gamma, vega, theta, rho, vanna, volga                           answers
 *   16 … 21 charm, veta, speed, zomma, color, ultima; in coin: 16 net transaction delta
 *
 * impliedVols answers in 8 (vol) and 9 (reason, i32). Every row is checked before anything is answered.
 */
import { fail, succeed } from "../record/failure";
import { Status } from "../record/status";
import { log } from "../math/exp-log";
import { column } from "../record/instruction";
import { greeks as greekColumns } from "../pricing/greeks";
import { higherGreeks } from "../pricing/higher-greeks";
import { impliedVols as impliedVolColumns } from "../pricing/implied-vol-columns";
import { toCoin } from "../pricing/inverse-greeks";
import { prices as priceColumns } from "../pricing/price-columns";

function check(block: usize, n: i32, stride: usize, isCoin: bool): Status {
  if (n < 0) return fail(Status.RowCountNegative, -1);
  for (let i = 0; i < n; i++) {
    const at = block + (<usize>i << 3);
    const forward = load<f64>(at);
    const strike = load<f64>(at + stride);
    const tau = load<f64>(at + 2 * stride);
    const discount = load<f64>(at + 4 * stride);
    // NaN and infinities fail too
    if (!(forward > 0 && forward < Infinity)) return fail(Status.ForwardNotPositive, i);
    if (!(strike > 0 && strike < Infinity)) return fail(Status.StrikeNotPositive, i);
    if (!(tau >= 0 && tau < Infinity)) return fail(Status.TauNegative, i);
    if (!(discount > 0 && discount < Infinity)) return fail(Status.DiscountNotPositive, i);
    if (isCoin && discount != 1) return fail(Status.DiscountNotOne, i);
    if (Math.abs(load<f64>(at + 5 * stride)) != 1) return fail(Status.CallPutNotOne, i);
  }
  return succeed();
}

function checkVols(block: usize, n: i32, stride: usize): Status {
  for (let i = 0; i < n; i++) {
    const vol = column(block + 3 * stride)[i];
    if (!(vol > 0 && vol < Infinity)) return fail(Status.VolNotPositive, i);
  }
  return succeed();
}

function fillSqrtTau(block: usize, n: i32, stride: usize): void {
  pad(block, n, stride);
  const bytes = <usize>n << 3;
  for (let j: usize = 0; j < bytes; j += 16) v128.store(block + 6 * stride + j, f64x2.sqrt(v128.load(block + 2 * stride + j)));
}

/** r of D = e^(−r·τ); 0 where nothing is discounted or no time is left. */
function fillRate(block: usize, n: i32, stride: usize): void {
  for (let i = 0; i < n + (n & 1); i++) {
    const D = column(block + 4 * stride)[i];
    const tau = column(block + 2 * stride)[i];
    // a chain has one rate per expiry: the row before often has it
    const isSame = i > 0 && D == column(block + 4 * stride)[i - 1] && tau == column(block + 2 * stride)[i - 1];
    const rate = isSame ? column(block + 7 * stride)[i - 1] : D == 1 || tau == 0 ? 0 : (0 - log(D)) / tau;
    column(block + 7 * stride)[i] = rate;
  }
}

/** Columns are worked on in pairs: the row behind an odd last one is its copy. */
function pad(block: usize, n: i32, stride: usize): void {
  if ((n & 1) == 0) return;
  for (let c: usize = 0; c < 6; c++) {
    const last = block + c * stride + (<usize>(n - 1) << 3);
    store<f64>(last + 8, load<f64>(last));
  }
}

/** Prices into column 8; in coin where `isCoin`. */
export function prices(block: usize, n: i32, stride: usize, isCoin: bool): Status {
  let status = check(block, n, stride, isCoin);
  if (status == Status.Ok) status = checkVols(block, n, stride);
  if (status != Status.Ok) return status;
  const out = block + 8 * stride;
  fillSqrtTau(block, n, stride);
  priceColumns(n, block, block + stride, block + 6 * stride, block + 3 * stride, block + 4 * stride, block + 5 * stride, out);
  if (isCoin) for (let i = 0; i < n; i++) column(out)[i] = column(out)[i] / column(block)[i];
  return succeed();
}

/** Price and Greeks into columns 8 … 15, and where asked the higher ones (in coin: the net transaction delta) into 16 …. */
export function greeks(block: usize, n: i32, stride: usize, isCoin: bool, higher: bool): Status {
  let status = check(block, n, stride, isCoin);
  if (status == Status.Ok) status = checkVols(block, n, stride);
  if (status != Status.Ok) return status;
  fillSqrtTau(block, n, stride);
  fillRate(block, n, stride);
  const strike = block + stride;
  const tau = block + 2 * stride;
  const vol = block + 3 * stride;
  const discount = block + 4 * stride;
  const callPut = block + 5 * stride;
  const sqrtTau = block + 6 * stride;
  const rate = block + 7 * stride;
  const out = block + 8 * stride;
  greekColumns(n, block, strike, tau, sqrtTau, vol, rate, discount, callPut, out, stride);
  if (higher && !isCoin) higherGreeks(n, block, strike, sqrtTau, vol, rate, discount, callPut, out + 8 * stride, stride);
  if (isCoin) {
    toCoin(n, block, out, stride);
    if (higher) for (let i = 0; i < n; i++) column(out + 8 * stride)[i] = column(out + stride)[i] * column(block)[i];
  }
  return succeed();
}

/** Vols of the prices in column 3 (in coin where `isCoin`) into column 8, and per row why there is none into column 9. */
export function impliedVols(block: usize, n: i32, stride: usize, isCoin: bool): Status {
  const status = check(block, n, stride, isCoin);
  if (status != Status.Ok) return status;
  fillSqrtTau(block, n, stride);
  const price = block + 3 * stride;
  if (isCoin) for (let i = 0; i < n; i++) column(price)[i] = column(price)[i] * column(block)[i];
  const out = block + 8 * stride;
  impliedVolColumns(n, block, block + stride, block + 6 * stride, price, block + 4 * stride, block + 5 * stride, out, out + stride);
  return succeed();
}

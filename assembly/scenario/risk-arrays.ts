/**
 * The repricer: R[i, s], the change in value of one lot of instrument i in row s of a scenario set, in i's settlement currency.
 *
 * Work that rows share is done once: moves by group (`moves.ts`), forward, log move, √τ and discount by expiry, ln(F/K) by
 * strike; calls are priced, the put of the same strike follows by parity, P = C − (F' − K).
 *
 *   d₁ = (ln(F₀/K) + ln(F'/F₀))/s + s/2,  d₂ = d₁ − s,  s = σ'√τ'
 *   C  = F'·N(d₁) − K·N(d₂),  with F'·φ(d₁) = K·φ(d₂): one exp serves both tails
 *
 * N has 3.6e-15 absolute error here (normal.ts, fast), so values have 1e-14·F: rounding to a quantum hides it.
 */
import { Column } from "../memory/column";
import { InstrumentKind, Input, RowField, Vector } from "../record/opcodes";
import { input, Book, ScenarioSet } from "../record/book";
import { Status } from "../record/status";
import { expInRange, expSum, log, logRatio } from "../math/exp-log";
import { FAR, fastMillsP, fastMillsQ } from "../math/normal";
import { abs, add, and, bits, div, gt, load, mul, mulAdd, pmax, pmin, signOf, splat, sub, xor } from "../math/lanes";
import { inversePnl } from "../pricing/payoff";
import { openPart, settledPart, strikeOf } from "../market/settling";
import { passedTau } from "../surface/settlement";
import { round } from "../market/quantum";
import { differs, gatherMoves, gatherVols, movesSmile, uses, vector } from "./moves";
import { hasSameSmile, moveSlices, smileRow } from "./smile";

/** A standard deviation below this prices as intrinsic value; it keeps 1/s finite. */
const NO_DEVIATION: f64 = 1e-100;

/** [stride] value of a call of strike K in every row, undiscounted, into Vector.Value. */
function callRow(set: ScenarioSet, forward: f64, strike: f64, vol: f64): void {
  if (strike <= 0) return certainRow(set, strike);
  const d1Row = vector(set, Vector.D1);
  const d2Row = vector(set, Vector.D2);
  const bytes = <usize>set.stride << 3;
  const K = splat<v128>(strike);
  const sigma = splat<v128>(vol);
  const x = splat<v128>(logRatio<f64>(forward, strike));
  const factor = vector(set, Vector.VolFactor);
  const inverseFactor = vector(set, Vector.InverseFactor);
  const shift = vector(set, Vector.VolShift);
  const floor = vector(set, Vector.VolFloor);
  const sqrtTau = vector(set, Vector.SqrtTau);
  const logMove = vector(set, Vector.LogMove);
  const zero = splat<v128>(0);
  const half = splat<v128>(0.5);
  // do … while: a header-tested loop makes V8 compute the invariants again in each round
  let j: usize = 0;
  if (set.isProportional != 0) {
    // s = σ√τ·factor: its reciprocal is a product of two that are known
    const today = splat<v128>(vol * load<f64>(sqrtTau));
    const inverse = splat<v128>(1 / (vol * load<f64>(sqrtTau)));
    do {
      const s = mul<v128>(today, v128.load(factor + j));
      const d1 = mulAdd<v128>(add<v128>(x, v128.load(logMove + j)), mul<v128>(inverse, v128.load(inverseFactor + j)), mul<v128>(half, s));
      v128.store(d1Row + j, d1);
      v128.store(d2Row + j, sub<v128>(d1, s));
      j += 16;
    } while (j < bytes);
  } else {
    const shifted = uses(set, RowField.VolShift);
    const floored = uses(set, RowField.VolFloor);
    const smiles = movesSmile(set);
    const smile = vector(set, Vector.SmileVol);
    do {
      let v = mul<v128>(smiles ? v128.load(smile + j) : sigma, v128.load(factor + j));
      if (shifted) v = add<v128>(v, v128.load(shift + j));
      if (floored) v = pmax<v128>(v, v128.load(floor + j));
      const s = pmax<v128>(mul<v128>(pmax<v128>(v, zero), v128.load(sqrtTau + j)), splat<v128>(NO_DEVIATION));
      const d1 = mulAdd<v128>(add<v128>(x, v128.load(logMove + j)), div<v128>(splat<v128>(1), s), mul<v128>(half, s));
      v128.store(d1Row + j, d1);
      v128.store(d2Row + j, sub<v128>(d1, s));
      j += 16;
    } while (j < bytes);
  }

  const forwardRow = vector(set, Vector.Forward);
  const out = vector(set, Vector.Value);
  j = 0;
  do {
    const d1 = v128.load(d1Row + j);
    const d2 = v128.load(d2Row + j);
    const F = v128.load(forwardRow + j);
    const density = mul<v128>(F, expInRange<v128>(pmax<v128>(mul<v128>(mul<v128>(splat<v128>(-0.5), d1), d1), splat<v128>(-707))));
    const y1 = pmin<v128>(abs<v128>(d1), splat<v128>(FAR));
    const y2 = pmin<v128>(abs<v128>(d2), splat<v128>(FAR));
    const q1 = mul<v128>(y1, y1);
    const q2 = mul<v128>(y2, y2);
    const Q1 = fastMillsQ<v128>(y1, q1);
    const Q2 = fastMillsQ<v128>(y2, q2);
    const common = div<v128>(density, mul<v128>(Q1, Q2));
    const A = mul<v128>(mul<v128>(fastMillsP<v128>(y1, q1), Q2), common); // F·N(−|d₁|)
    const B = mul<v128>(mul<v128>(fastMillsP<v128>(y2, q2), Q1), common); // K·N(−|d₂|)
    const m1 = gt<v128>(d1, zero);
    const m2 = gt<v128>(d2, zero);
    const call = sub<v128>(
      add<v128>(and<v128>(F, m1), xor<v128>(A, signOf<v128>(m1))),
      add<v128>(and<v128>(K, m2), xor<v128>(B, signOf<v128>(m2))),
    );
    v128.store(out + j, call);
    j += 16;
  } while (j < bytes);
}

/** The same where K ≤ 0, which only an option in its settlement window has: its call is exercised for certain. */
function certainRow(set: ScenarioSet, strike: f64): void {
  const forward = vector(set, Vector.Forward);
  const out = vector(set, Vector.Value);
  for (let j: usize = 0; j < <usize>set.stride << 3; j += 8) store<f64>(out + j, load<f64>(forward + j) - strike);
}

/** Forward, log move, √τ and discount of every row, for one expiry; `settled`: the known part of the mean that it settles on. */
function expiryRows(set: ScenarioSet, spot: f64, forward: f64, fixed: f64, tau: f64, window: f64, settled: f64, discount: f64): void {
  const move = vector(set, Vector.Spot);
  const F = vector(set, Vector.Forward);
  const coinUnit = vector(set, Vector.CoinUnit);
  const logMove = vector(set, Vector.LogMove);
  const sqrtTau = vector(set, Vector.SqrtTau);
  const D = vector(set, Vector.Discount);
  const bytes = <usize>set.stride << 3;
  const today = fixed + forward;
  const based = uses(set, RowField.Basis);
  const basis = vector(set, Vector.Basis);
  const timed = uses(set, RowField.Time);
  const time = vector(set, Vector.Time);
  const shifted = uses(set, RowField.Rate);
  const shift = vector(set, Vector.Rate);
  const carry = timed ? log(spot / today) : 0;
  const open = min(tau, window); // of the settlement window
  const share = tau < window ? open / window : 1;
  const rate = timed && discount != 1 ? log(discount) : 0;
  for (let j: usize = 0; j < bytes; j += 8) {
    let moved = fixed + forward * (1 + load<f64>(move + j));
    if (based) moved *= 1 + load<f64>(basis + j);
    if (!(moved > 0)) moved = NaN;
    let left = tau;
    let discounted = discount;
    if (timed) {
      const passed = load<f64>(time + j);
      if (passed != 0) {
        left = max(tau - passed, 0);
        // the part of the carry and of the discounting that has passed: F·(S/F)^(1 − τ'/τ), D^(τ'/τ)
        const share = left / tau;
        moved *= expSum<f64>(carry * (1 - share), 0);
        if (rate != 0) discounted = expSum<f64>(rate * share, 0);
      }
    }
    // D'·e^(−x·τ') of a rate that is shifted by x
    if (shifted && load<f64>(shift + j) != 0) discounted *= expSum<f64>(0 - load<f64>(shift + j) * left, 0);
    store<f64>(F + j, moved);
    store<f64>(logMove + j, logRatio<f64>(moved, today));
    store<f64>(sqrtTau + j, Math.sqrt(open > 0 ? passedTau(left, open) : left));
    store<f64>(D + j, discounted);
    store<f64>(coinUnit + j, discounted / (share * moved + settled));
  }
}

/** One option's value per unit of base from the calls in Vector.Value: the put by parity, discounted, in coin where inverse. */
@inline function valueAt<T>(j: usize, value: usize, F: usize, K: T, putMask: T, unit: usize): T {
  const parity = and<T>(sub<T>(load<T>(F + j), K), putMask); // F' − K of a put, else 0
  return mul<T>(pmax<T>(sub<T>(load<T>(value + j), parity), splat<T>(0)), load<T>(unit + j));
}

/**
 * Profit and loss of an option in every row: (value − base)·amount, scaled and rounded where asked; the largest |·| returned.
 * Inlined with constant flags, so that each of the four loops has no branch.
 */
@inline function optionLoop(
  bytes: usize,
  value: usize,
  F: usize,
  strike: f64,
  putMask: u64,
  unit: usize,
  base: f64,
  amount: f64,
  quantum: f64,
  scale: usize,
  out: usize,
  isScaled: bool,
  isRounded: bool,
): f64 {
  const K = splat<v128>(strike);
  const mask = bits<v128>(putMask);
  const b = splat<v128>(base);
  // amount/quantum is exact: a quantum is a power of two
  const times = splat<v128>(isRounded ? amount / quantum : amount);
  const q = splat<v128>(quantum);
  let most = splat<v128>(0);
  let j: usize = 0;
  do {
    let p = sub<v128>(valueAt<v128>(j, value, F, K, mask, unit), b);
    if (isScaled) p = mul<v128>(p, v128.load(scale + j));
    p = mul<v128>(p, times);
    if (isRounded) p = mul<v128>(f64x2.nearest(p), q);
    v128.store(out + j, p);
    most = pmax<v128>(most, abs<v128>(p));
    j += 16;
  } while (j < bytes);
  return max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
}

/** R, value and largest |R| of one lot of an option whose calls are in Vector.Value. */
function optionRow(book: Book, set: ScenarioSet, instrument: i32, K: f64, out: usize): void {
  const bytes = <usize>set.stride << 3;
  const value = vector(set, Vector.Value);
  const F = vector(set, Vector.Forward);
  const unit = vector(set, book.inverse[instrument] != 0 ? Vector.CoinUnit : Vector.Discount);
  const scale = vector(set, Vector.Scale);
  const putMask: u64 = book.callPut[instrument] < 0 ? 0xffffffffffffffff : 0;
  const amount = book.baseAmount[instrument] * openPart(book, instrument);
  const q = book.quantum[instrument];
  const base = valueAt<f64>(<usize>set.rows << 3, value, F, K, reinterpret<f64>(putMask), unit);
  set.base[instrument] = round(base * amount, q);
  let most: f64;
  if (uses(set, RowField.Scale)) {
    if (q > 0) most = optionLoop(bytes, value, F, K, putMask, unit, base, amount, q, scale, out, true, true);
    else most = optionLoop(bytes, value, F, K, putMask, unit, base, amount, q, scale, out, true, false);
  } else {
    if (q > 0) most = optionLoop(bytes, value, F, K, putMask, unit, base, amount, q, scale, out, false, true);
    else most = optionLoop(bytes, value, F, K, putMask, unit, base, amount, q, scale, out, false, false);
  }
  set.largest[instrument] = most;
}

/** Delta-one: linear price·m, inverse m/(1 + m) in coin per unit of base at today's mark; of a future that settles, the open part moves. */
function linearRow(book: Book, set: ScenarioSet, instrument: i32, out: usize): void {
  const bytes = <usize>set.stride << 3;
  const move = vector(set, Vector.Linear);
  const scale = vector(set, Vector.Scale);
  const scaled = uses(set, RowField.Scale);
  const amount = book.baseAmount[instrument];
  const quantum = book.quantum[instrument];
  const isInverse = book.inverse[instrument] != 0;
  const price = input(book, Input.Mark)[instrument];
  const share = book.kind[instrument] == InstrumentKind.Future ? openPart(book, instrument) : 1;
  let most: f64 = 0;
  for (let j: usize = 0; j < bytes; j += 8) {
    const m = load<f64>(move + j) * share;
    // no price falls by more than all of it
    let p = m < -1 ? NaN : isInverse ? amount * inversePnl<f64>(m) : amount * price * m;
    if (scaled) p *= load<f64>(scale + j);
    p = round(p, quantum);
    store<f64>(out + j, p);
    most = max(most, Math.abs(p));
  }
  // a future or perpetual is worth nothing beside its unrealised result; spot is owned
  set.base[instrument] = book.kind[instrument] == InstrumentKind.Spot ? round(isInverse ? amount : amount * price, quantum) : 0;
  set.largest[instrument] = most;
}

/** R, the values today and the largest |R| of every instrument that is fit to be held. */
export function reprice(book: Book, set: ScenarioSet): void {
  const bytes = <usize>set.stride << 3;
  const spot = input(book, Input.Spot);
  const forward = input(book, Input.Forward);
  const fixed = input(book, Input.ForwardFixed);
  const discount = input(book, Input.Discount);
  const vol = input(book, Input.Vol);
  const tau = input(book, Input.Tau);
  const window = input(book, Input.Window);
  const smiles = movesSmile(set);
  let moved = -1; // the instrument whose moves, volatilities, expiry and strike the vectors hold
  let vols = -1;
  let expiry = -1;
  let strike = -1;
  let settled: f64 = 0; // the known part of the settlement mean of instrument `expiry`
  let open: f64 = 0; // the strike of instrument `strike`, or of its open part
  let row = set.risk;
  for (let i = 0; i < book.instruments; i++, row += bytes) {
    if (book.unfit[i] != Status.Ok) continue;
    if (changetype<usize>(book.touched) != 0 && book.touched[i] == 0) continue;
    const kind = book.kind[i];
    if (kind == InstrumentKind.Cash || kind == InstrumentKind.Sensitivity) {
      memory.fill(row, 0, bytes);
      set.base[i] = kind == InstrumentKind.Cash ? 1 : 0;
      set.largest[i] = 0;
      continue;
    }
    if (differs(book, set.moveLevels, set.moveLevelCount, i, moved)) {
      gatherMoves(book, set, i);
      expiry = -1;
    }
    moved = i;
    if (differs(book, set.volLevels, set.volLevelCount, i, vols)) {
      gatherVols(book, set, i);
      strike = -1;
    }
    vols = i;
    if (kind == InstrumentKind.Option) {
      if (
        expiry < 0 ||
        forward[i] != forward[expiry] ||
        tau[i] != tau[expiry] ||
        window[i] != window[expiry] ||
        fixed[i] != fixed[expiry] ||
        discount[i] != discount[expiry] ||
        spot[i] != spot[expiry] ||
        settledPart(book, i) != settled ||
        (smiles && !hasSameSmile(book, i, expiry))
      ) {
        settled = settledPart(book, i);
        expiryRows(set, spot[i], forward[i], fixed[i], tau[i], window[i], settled, discount[i]);
        strike = -1;
      }
      expiry = i;
      if (strike < 0 && smiles) moveSlices(book, set, i);
      const K = strikeOf(book, i);
      if (strike < 0 || K != open || vol[i] != vol[strike] || book.strike[i] != book.strike[strike]) {
        if (smiles) smileRow(book, set, i);
        callRow(set, fixed[i] + forward[i], K, vol[i]);
      }
      strike = i;
      open = K;
      optionRow(book, set, i, K, row);
    } else {
      linearRow(book, set, i, row);
    }
  }
}

/**
 * The smile of an expiry over a scheduled event, which SVI cannot follow: two Black models around a jump of mean one (surface/event.ts).
 *
 * Three numbers (vol of the diffusion, probability, upper jump) by least squares of prices at mid vol, in half-spreads of vol: a fixed grid,
 * then halving steps. The slice's SVI stays beside it, as what the repricer reads: both are given, and the slice is flagged.
 */
import * as expLog from "../math/exp-log";
import * as normal from "../math/normal";
import { Column } from "../memory/column";
import * as black76 from "../pricing/black76";
import * as event from "../surface/event";
import { Col, Flag, Method, Slot, addFlag, columnOf, setSlot, slot } from "./block";

/** Three parameters, and something left to test them on. */
const LEAST_QUOTES = 6;
/** It has to miss by no more than this part of what SVI misses by. */
const BETTER: f64 = 0.5;
/** SVI within as many vol points is good enough. */
const GOOD: f64 = 0.5;
const ROUNDS = 60;

let count = 0;
let tau: f64 = 0.0;
let strikes = changetype<Column>(0);
let prices = changetype<Column>(0);
let scales = changetype<Column>(0);

@inline function sideOf(strike: f64): f64 {
  return strike < 1.0 ? -1.0 : 1.0;
}

/** Σ of squared differences in half-spreads; ∞ outside the domain. */
function lossOf(vol: f64, probability: f64, up: f64): f64 {
  if (!(vol > 0.01 && probability > 0.01 && probability < 0.99 && up > 1.0001 && up * probability < 0.99)) return Infinity;
  let sum: f64 = 0.0;
  for (let i = 0; i < count; i++) {
    const e = scales[i] * (event.price(1.0, strikes[i], tau, vol, 1.0, sideOf(strikes[i]), up, probability) - prices[i]);
    sum += e * e;
  }
  return sum;
}

/** Fills the mixture's slots and makes it the slice's method where it is clearly nearer than the accepted SVI. */
export function fitMixture(block: usize): void {
  count = <i32>slot(block, Slot.Used);
  if (slot(block, Slot.HasEvent) != 1 || count < LEAST_QUOTES || !(slot(block, Slot.Rmse) > GOOD)) return;
  tau = slot(block, Slot.Tau);
  const sqrtTau = f64.sqrt(tau);
  strikes = columnOf(block, Col.Scratch);
  prices = columnOf(block, Col.Scratch2);
  scales = columnOf(block, Col.Scratch3);
  const k = columnOf(block, Col.K);
  const wMid = columnOf(block, Col.WMid);
  const root = columnOf(block, Col.RootWeight);
  for (let i = 0; i < count; i++) {
    const K = expLog.exp(k[i]);
    const mid = f64.sqrt(wMid[i] / tau);
    const d1 = -k[i] / (mid * sqrtTau) + 0.5 * mid * sqrtTau;
    strikes[i] = K;
    prices[i] = black76.priceOfSqrtTau(1.0, K, sqrtTau, mid, 1.0, sideOf(K));
    // root is 1/(2στ·half-spread)
    scales[i] = (root[i] * 2.0 * mid * tau) / (normal.density(d1) * sqrtTau);
  }
  const level = f64.sqrt(slot(block, Slot.Level));
  let best: f64 = Infinity;
  let vol: f64 = 0.0;
  let probability: f64 = 0.0;
  let up: f64 = 0.0;
  for (let v = 1; v <= 6; v++) {
    for (let p = 1; p <= 9; p++) {
      for (let j = 1; j <= 8; j++) {
        const x = (0.16 * <f64>v * level) / sqrtTau;
        const y = 1.0 + 0.25 * <f64>j * level;
        const loss = lossOf(x, 0.1 * <f64>p, y);
        if (!(loss < best)) continue;
        best = loss;
        vol = x;
        probability = 0.1 * <f64>p;
        up = y;
      }
    }
  }
  if (!(best < Infinity)) return;
  let stepVol = 0.08 * (level / sqrtTau);
  let stepProbability: f64 = 0.05;
  let stepUp = 0.12 * level;
  for (let round = 0; round < ROUNDS; round++) {
    let improved = false;
    for (let direction = 0; direction < 6; direction++) {
      const sign: f64 = (direction & 1) == 0 ? 1.0 : -1.0;
      const x = vol + (direction >> 1 == 0 ? sign * stepVol : 0.0);
      const p = probability + (direction >> 1 == 1 ? sign * stepProbability : 0.0);
      const y = up + (direction >> 1 == 2 ? sign * stepUp : 0.0);
      const loss = lossOf(x, p, y);
      if (!(loss < best)) continue;
      best = loss;
      vol = x;
      probability = p;
      up = y;
      improved = true;
    }
    if (improved) continue;
    stepVol *= 0.5;
    stepProbability *= 0.5;
    stepUp *= 0.5;
  }
  const rmse = rmseOf(block, vol, probability, up);
  if (!(rmse < BETTER * slot(block, Slot.Rmse))) return;
  setSlot(block, Slot.MixtureVol, vol);
  setSlot(block, Slot.MixtureWeight, probability);
  setSlot(block, Slot.MixtureUp, up);
  setSlot(block, Slot.MixtureDown, event.otherJump(up, probability));
  setSlot(block, Slot.MixtureRmse, rmse);
  setSlot(block, Slot.Method, <f64>Method.Mixture);
  addFlag(block, Flag.Mixture);
}

/** As measure.ts has it, of the mixture. */
function rmseOf(block: usize, vol: f64, probability: f64, up: f64): f64 {
  const wMid = columnOf(block, Col.WMid);
  const root = columnOf(block, Col.RootWeight);
  let weights: f64 = 0.0;
  let squares: f64 = 0.0;
  for (let i = 0; i < count; i++) {
    if (columnOf(block, Col.AbsDelta)[i] < 0.1) continue;
    const e = event.vol(1.0, strikes[i], tau, vol, up, probability) - f64.sqrt(wMid[i] / tau);
    const weight = 4.0 * wMid[i] * tau * root[i] * root[i];
    weights += weight;
    squares += weight * e * e;
  }
  return 100.0 * f64.sqrt(squares / weights);
}

/** Repricing, account sums and the quadratic form in plain JavaScript over typed arrays. */
import { fastMillsP, fastMillsQ } from "./math.ts";

/** Lanes of a row: 51 scenarios and today's. */
export const LANES = 52;

/** The scenarios as the C++ takes them: ln(1 + move), factor on the volatility, its inverse, 1 + move; LANES each. */
export function scenarioColumns(moves: readonly number[], factors: readonly number[]): Float64Array {
  const out = new Float64Array(4 * LANES);
  let j = 0;
  const put = (move: number, factor: number) => {
    out[j] = Math.log(1 + move);
    out[LANES + j] = factor;
    out[2 * LANES + j] = 1 / factor;
    out[3 * LANES + j] = 1 + move;
    j++;
  };
  for (const factor of factors) for (const move of moves) put(move, factor);
  while (j < LANES) put(0, 1);
  return out;
}

const call = new Float64Array(LANES);

/** Value of one call in every scenario, into `call`. */
function callRow(sc: Float64Array, F: number, K: number, s: number): void {
  const x = Math.log(F / K);
  const inverse = 1 / s;
  for (let j = 0; j < LANES; j++) {
    const moved = s * sc[LANES + j]!;
    const d1 = (x + sc[j]!) * (inverse * sc[2 * LANES + j]!) + 0.5 * moved;
    const d2 = d1 - moved;
    const forward = F * sc[3 * LANES + j]!;
    const y1 = Math.min(Math.abs(d1), 64);
    const y2 = Math.min(Math.abs(d2), 64);
    const q1 = y1 * y1;
    const q2 = y2 * y2;
    const Q1 = fastMillsQ(y1, q1);
    const Q2 = fastMillsQ(y2, q2);
    const common = (forward * Math.exp(-0.5 * d1 * d1)) / (Q1 * Q2);
    const A = fastMillsP(y1, q1) * Q2 * common;
    const B = fastMillsP(y2, q2) * Q1 * common;
    call[j] = (d1 > 0 ? forward - A : A) - (d2 > 0 ? K - B : B);
  }
}

/** Worst loss of a portfolio of n calls; `options` has F, K, σ√τ, quantity, n each; `rows` gets profit and loss. */
export function revalue(
  options: Float64Array,
  sc: Float64Array,
  rows: Float64Array,
  n: number,
  base: number,
  scenarios: number,
): number {
  rows.fill(0);
  for (let i = 0; i < n; i++) {
    callRow(sc, options[i]!, options[n + i]!, options[2 * n + i]!);
    const q = options[3 * n + i]!;
    for (let j = 0; j < LANES; j++) rows[j]! += q * call[j]!;
  }
  const today = rows[base]!;
  let worst = 0;
  for (let j = 0; j < scenarios; j++) {
    const pnl = rows[j]! - today;
    rows[j] = pnl;
    if (pnl < worst) worst = pnl;
  }
  return -worst;
}

/** Profit and loss rows of a call and a put of n strikes, [2n][LANES]. */
export function riskArrays(options: Float64Array, sc: Float64Array, R: Float64Array, n: number, base: number): void {
  for (let i = 0; i < n; i++) {
    const F = options[i]!;
    callRow(sc, F, options[n + i]!, options[2 * n + i]!);
    const today = call[base]!;
    const row = 2 * i * LANES;
    for (let j = 0; j < LANES; j++) {
      const pnl = call[j]! - today;
      R[row + j] = pnl;
      R[row + LANES + j] = pnl - F * (sc[3 * LANES + j]! - 1);
    }
  }
}

const sums = new Float64Array(LANES);

/** Largest loss of each account over its k positions: the loop as one writes it. */
export function accountLosses(
  R: Float64Array,
  q: Float64Array,
  index: Int32Array,
  out: Float64Array,
  accounts: number,
  k: number,
): void {
  let p = 0;
  for (let a = 0; a < accounts; a++) {
    sums.fill(0);
    for (const end = p + k; p < end; p++) {
      const row = index[p]! * LANES;
      const quantity = q[p]!;
      for (let j = 0; j < LANES; j++) sums[j]! += quantity * R[row + j]!;
    }
    let worst = 0;
    for (let j = 0; j < LANES; j++) if (sums[j]! < worst) worst = sums[j]!;
    out[a] = -worst;
  }
}

/** The same with 13 accumulators in locals, four times over the positions: the fastest plain JavaScript found. */
export const accountLossesTuned = (() => {
  const locals = Array.from({ length: 13 }, (_, v) => v);
  const quarter = (from: number) => `{
    let ${locals.map((v) => `a${v} = 0`).join(", ")};
    for (let t = p; t < end; t++) {
      const row = index[t] * ${LANES} + ${from}, quantity = q[t];
      ${locals.map((v) => `a${v} += quantity * R[row + ${v}];`).join(" ")}
    }
    ${locals.map((v) => `if (a${v} < worst) worst = a${v};`).join(" ")}
  }`;
  return new Function(
    "R, q, index, out, accounts, k",
    `let p = 0;
    for (let a = 0; a < accounts; a++) {
      const end = p + k;
      let worst = 0;
      ${[0, 13, 26, 39].map(quarter).join("\n")}
      p = end;
      out[a] = -worst;
    }`,
  ) as typeof accountLosses;
})();

/** Largest loss of an account after an order of q lots: sums V[account] + q × row R[instrument]. */
export function scanOrder(V: Float64Array, R: Float64Array, account: number, instrument: number, q: number): number {
  const v = account * LANES;
  const r = instrument * LANES;
  let worst = 0;
  for (let j = 0; j < LANES; j++) {
    const pnl = V[v + j]! + q * R[r + j]!;
    if (pnl < worst) worst = pnl;
  }
  return -worst;
}

/** w′Pw over the full matrix: the loop as one writes it. */
export function quadraticForm(P: Float64Array, w: Float64Array, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += w[j]! * P[i * n + j]!;
    total += w[i]! * sum;
  }
  return total;
}

/** The upper triangle with four accumulators, rows as arrays of their own: the fastest plain JavaScript found. */
export function quadraticFormTuned(rows: readonly Float64Array[], w: Float64Array, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) {
    const row = rows[i]!;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let j = i + 1;
    for (; j + 3 < n; j += 4) {
      s0 += w[j]! * row[j]!;
      s1 += w[j + 1]! * row[j + 1]!;
      s2 += w[j + 2]! * row[j + 2]!;
      s3 += w[j + 3]! * row[j + 3]!;
    }
    for (; j < n; j++) s0 += w[j]! * row[j]!;
    total += w[i]! * (w[i]! * row[i]! + 2 * (s0 + s1 + s2 + s3));
  }
  return total;
}

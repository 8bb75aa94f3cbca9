/**
 * Linear shrinkage: a covariance drawn to a target that has few parameters.
 *
 *   Σ = (1 − δ)·S + δ·F    δ = clamp(κ/n, 0, 1)    κ = (π − ρ)/γ
 *
 * π is the sum of the asymptotic variances of S's entries, ρ of their covariances with F's, γ = ‖S − F‖². S has divisor n = rows − 1,
 * but for the first two, which follow scikit-learn: divisor rows, and δ by their own formulas.
 *
 * Sources: Ledoit & Wolf (2004), A well-conditioned estimator for large-dimensional covariance matrices, JMVA 88 (Identity, OneParameter);
 * Chen, Wiesel, Eldar & Hero (2010), Shrinkage algorithms for MMSE covariance estimation (Oas; as scikit-learn has it);
 * Ledoit & Wolf (2004), Honey, I shrunk the sample covariance matrix (ConstantCorrelation); Ledoit & Wolf (2003), Improved estimation of
 * the covariance matrix of stock returns (Market); and the authors' reference code (TwoParameter, Diagonal, and all conventions).
 */
import { Column } from "../memory/column";
import * as vectors from "../math/vectors";
import { center, distance, secondMoments, series, trace } from "./moments";

export const enum Target {
  /** Mean variance on the diagonal; δ and divisor as scikit-learn's ledoit_wolf. */
  Identity,
  /** The same target, oracle approximating; δ and divisor as scikit-learn's oas. */
  Oas,
  /** The same target; δ and divisor as the authors' cov1Para. */
  OneParameter,
  /** Mean variance and mean covariance. */
  TwoParameter,
  /** The variances. */
  Diagonal,
  /** One factor, the mean over the columns. */
  Market,
  /** The variances, and the mean correlation. */
  ConstantCorrelation,
}

/** Σ_t a_t²·b_t². */
function fourth(rows: i32, a: Column, b: Column): f64 {
  let sum: f64 = 0.0;
  for (let t = 0; t < rows; t++) {
    const product = a[t] * b[t];
    sum += product * product;
  }
  return sum;
}

function identity(n: i32, level: f64, out: Column): void {
  for (let i = 0; i < n * n; i++) out[i] = 0.0;
  for (let i = 0; i < n; i++) out[i * n + i] = level;
}

function mix(n: i32, sample: Column, delta: f64, out: Column): void {
  for (let i = 0; i < n * n; i++) out[i] = delta * out[i] + (1.0 - delta) * sample[i];
}

/** δ of scikit-learn's two: by Σ over all pairs of Σ_t x²_i·x²_j, or by the moments of S alone. */
function towardsIdentity(target: Target, n: i32, rows: i32, x: Column, sample: Column, mean: f64): f64 {
  const count = <f64>n;
  const T = <f64>rows;
  const squares = vectors.dot(n * n, sample, sample);
  if (target == Target.Oas) {
    const alpha = squares / (count * count);
    const numerator = alpha + mean * mean;
    const denominator = (T + 1.0) * (alpha - (mean * mean) / count);
    return denominator == 0 ? 1.0 : min(1.0, numerator / denominator);
  }
  let beta: f64 = 0.0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) beta += 2.0 * fourth(rows, series(rows, x, i), series(rows, x, j));
    beta += fourth(rows, series(rows, x, i), series(rows, x, i));
  }
  beta = (beta / T - squares) / (count * T);
  const delta = (squares - 2.0 * mean * trace(n, sample) + count * mean * mean) / count;
  beta = min(beta, delta);
  return beta == 0 ? 0.0 : beta / delta;
}

/** The target of S into `out`. `market` [rows], `covMarket` [n] are filled for Market. */
function fillTarget(target: Target, n: i32, rows: i32, x: Column, sample: Column, market: Column, covMarket: Column, out: Column): void {
  const count = <f64>n;
  if (target == Target.TwoParameter) {
    const diagonal = trace(n, sample);
    let all: f64 = 0.0;
    for (let i = 0; i < n * n; i++) all += sample[i];
    const covariance = (all - diagonal) / (count * (count - 1.0));
    for (let i = 0; i < n * n; i++) out[i] = covariance;
    for (let i = 0; i < n; i++) out[i * n + i] = diagonal / count;
    return;
  }
  if (target == Target.Market) {
    const divisor = <f64>(rows - 1);
    for (let t = 0; t < rows; t++) market[t] = 0.0;
    for (let i = 0; i < n; i++) vectors.add(rows, 1.0 / count, series(rows, x, i), market);
    for (let i = 0; i < n; i++) covMarket[i] = vectors.dot(rows, series(rows, x, i), market) / divisor;
    const variance = vectors.dot(rows, market, market) / divisor;
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i * n + j] = (covMarket[i] * covMarket[j]) / variance;
    for (let i = 0; i < n; i++) out[i * n + i] = sample[i * n + i];
    return;
  }
  if (target == Target.ConstantCorrelation) {
    const mean = meanCorrelation(n, sample);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) out[i * n + j] = mean * Math.sqrt(sample[i * n + i]) * Math.sqrt(sample[j * n + j]);
    }
    for (let i = 0; i < n; i++) out[i * n + i] = sample[i * n + i];
    return;
  }
  identity(n, trace(n, sample) / count, out);
  if (target == Target.Diagonal) for (let i = 0; i < n; i++) out[i * n + i] = sample[i * n + i];
}

/** Mean of the correlations of different columns. */
export function meanCorrelation(n: i32, covariance: Column): f64 {
  let sum: f64 = 0.0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) sum += covariance[i * n + j] / (Math.sqrt(covariance[i * n + i]) * Math.sqrt(covariance[j * n + j]));
  }
  return sum / (0.5 * <f64>n * <f64>(n - 1));
}

/** ρ of TwoParameter, from Σ_i x_i and Σ_i x_i² of each row. `fourths` is Σ_ij Σ_t x_i²·x_j² over the divisor. */
function rhoOfTwoParameters(n: i32, rows: i32, x: Column, sample: Column, fourths: f64): f64 {
  const count = <f64>n;
  const divisor = <f64>(rows - 1);
  const diagonal = trace(n, sample);
  let all: f64 = 0.0;
  for (let i = 0; i < n * n; i++) all += sample[i];
  let squares: f64 = 0.0;
  for (let t = 0; t < rows; t++) {
    let sum: f64 = 0.0;
    let own: f64 = 0.0;
    for (let i = 0; i < n; i++) {
      const value = x[i * rows + t];
      sum += value;
      own += value * value;
    }
    squares += (sum * sum - own) * (sum * sum - own);
  }
  const onDiagonal = (fourths - diagonal * diagonal) / count;
  const off = (squares / count / divisor - ((all - diagonal) * (all - diagonal)) / count) / (count - 1.0);
  return onDiagonal + off;
}

/** Off-diagonal part of ρ of ConstantCorrelation: r̄·Σ (σ_j/σ_i)·ϑ_ij with ϑ_ij = mean x³_i·x_j − S_ii·S_ij. */
function rhoOfConstantCorrelation(n: i32, rows: i32, x: Column, sample: Column): f64 {
  const divisor = <f64>(rows - 1);
  let sum: f64 = 0.0;
  for (let i = 0; i < n; i++) {
    const a = series(rows, x, i);
    const variance = sample[i * n + i];
    for (let j = 0; j < n; j++) {
      if (j == i) continue;
      const b = series(rows, x, j);
      let third: f64 = 0.0;
      for (let t = 0; t < rows; t++) third += a[t] * a[t] * a[t] * b[t];
      const theta = third / divisor - variance * sample[i * n + j];
      sum += Math.sqrt(sample[j * n + j] / variance) * theta;
    }
  }
  return meanCorrelation(n, sample) * sum;
}

/** Off-diagonal part of ρ of Market: 2·ρ₁ − ρ₃ of the authors' code, with m the market. */
function rhoOfMarket(n: i32, rows: i32, x: Column, sample: Column, market: Column, covMarket: Column): f64 {
  const divisor = <f64>(rows - 1);
  const variance = vectors.dot(rows, market, market) / divisor;
  let first: f64 = 0.0;
  let third: f64 = 0.0;
  for (let i = 0; i < n; i++) {
    const a = series(rows, x, i);
    for (let j = 0; j < n; j++) {
      if (j == i) continue;
      const b = series(rows, x, j);
      let one: f64 = 0.0;
      let two: f64 = 0.0;
      for (let t = 0; t < rows; t++) {
        const product = a[t] * b[t] * market[t];
        one += a[t] * product;
        two += market[t] * product;
      }
      first += (one / divisor - covMarket[i] * sample[i * n + j]) * covMarket[j];
      third += (two / divisor - variance * sample[i * n + j]) * covMarket[i] * covMarket[j];
    }
  }
  return (2.0 * first) / variance - third / (variance * variance);
}

/**
 * @param x    [n][rows] returns
 * @param out  [n × n] Σ
 * @param work [n·rows + n·n + rows + n]
 * @returns δ
 */
export function shrink(target: Target, n: i32, rows: i32, returns: Column, out: Column, work: Column): f64 {
  const x = work;
  const sample = x.from(n * rows);
  const market = sample.from(n * n);
  const covMarket = market.from(rows);
  center(n, rows, returns, x);
  if (target == Target.Identity || target == Target.Oas) {
    secondMoments(n, rows, x, <f64>rows, sample);
    const mean = trace(n, sample) / <f64>n;
    identity(n, mean, out);
    const delta = towardsIdentity(target, n, rows, x, sample, mean);
    mix(n, sample, delta, out);
    return delta;
  }
  const divisor = <f64>(rows - 1);
  secondMoments(n, rows, x, divisor, sample);
  fillTarget(target, n, rows, x, sample, market, covMarket, out);
  const gap = distance(n, sample, out);
  let fourths: f64 = 0.0;
  let ownFourths: f64 = 0.0;
  let ownSquares: f64 = 0.0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) fourths += 2.0 * fourth(rows, series(rows, x, i), series(rows, x, j));
    ownFourths += fourth(rows, series(rows, x, i), series(rows, x, i));
    ownSquares += sample[i * n + i] * sample[i * n + i];
  }
  fourths = (fourths + ownFourths) / divisor;
  const pi = fourths - vectors.dot(n * n, sample, sample);
  let rho: f64 = 0.0;
  if (target == Target.TwoParameter) rho = rhoOfTwoParameters(n, rows, x, sample, fourths);
  else if (target != Target.OneParameter) {
    rho = ownFourths / divisor - ownSquares;
    if (target == Target.ConstantCorrelation) rho += rhoOfConstantCorrelation(n, rows, x, sample);
    else if (target == Target.Market) rho += rhoOfMarket(n, rows, x, sample, market, covMarket);
  }
  // S is its own target, as with one column: there is nowhere to go
  const delta = gap > 0 ? max(0.0, min(1.0, (pi - rho) / (gap * gap) / divisor)) : 0.0;
  mix(n, sample, delta, out);
  return delta;
}

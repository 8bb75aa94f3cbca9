/** Returns → covariance and correlation by one of the estimators, as a document. */
import { MarginError, unexpected } from "../error.ts";
import { methodOf, notPositive, repairOf, rowsOf, spectrumOf } from "./correlation.ts";
import {
  ESTIMATORS,
  type CorrelationFit,
  type CorrelationOptions,
  type CorrelationParameters,
  type Estimator,
  type Returns,
} from "./correlation-types.ts";
import { conditional } from "./dcc.ts";
import type { LabExports } from "./exports.ts";
import { symmetric } from "./matrix.ts";
import { checkOptionNames } from "./options.ts";
import { checkReturns, checkSizes, type CheckedReturns } from "./returns.ts";
import { Workspace } from "./workspace.ts";

/** Numbers of `Target` in assembly/correlation/linear-shrinkage.ts. A test compares both. */
export const TARGETS: Partial<Record<Estimator, number>> = {
  "ledoit-wolf": 0,
  oas: 1,
  "one-parameter": 2,
  "two-parameter": 3,
  diagonal: 4,
  market: 5,
  "constant-correlation": 6,
};
/** Numbers of `Loss` in assembly/correlation/nonlinear-shrinkage.ts. */
export const LOSSES: Partial<Record<Estimator, number>> = { qis: 0, lis: 1, gis: 2 };

/** Up to so many names one mean correlation is a better target than none; more of them tell their own eigenvalues. */
const FEW_NAMES = 20;
const HOUR = 3_600_000;
const DAILY = 0.97;
const HOURLY = 0.99;

interface Estimate {
  /** [n × n] */
  covariance: Float64Array;
  correlation: Float64Array;
  volatility: number[];
  parameters: CorrelationParameters;
  effectiveRows: number;
}

/** λ of the options, or by the distance of the dates. */
function lambdaOf(exports: LabExports, { lambda, halfLife }: CorrelationOptions, step: number): number {
  if (lambda !== undefined && halfLife !== undefined)
    throw new MarginError("Conflict", "options.halfLife", "lambda says the same: give one of them", {
      value: halfLife,
    });
  if (halfLife !== undefined) {
    if (!(halfLife > 0 && halfLife < Infinity))
      throw unexpected("OutOfRange", "options.halfLife", "> 0 rows", halfLife);
    return exports.ewmaDecay(halfLife);
  }
  if (lambda === undefined) return step <= HOUR ? HOURLY : DAILY;
  if (!(lambda > 0 && lambda < 1)) throw unexpected("OutOfRange", "options.lambda", "between 0 and 1", lambda);
  return lambda;
}

function estimatorOf({ estimator }: CorrelationOptions, n: number): Estimator {
  if (estimator === undefined) return n <= FEW_NAMES ? "constant-correlation" : "qis";
  if (!ESTIMATORS.includes(estimator))
    throw unexpected("NotOneOf", "options.estimator", ESTIMATORS.join(", "), estimator);
  return estimator;
}

const OPTIONS = ["estimator", "lambda", "halfLife", "repair", "a", "b", "garch", "target"];

/** Options that the estimator does not read are mistakes. */
function checkOptions(options: CorrelationOptions, estimator: Estimator): void {
  const owners: [key: keyof CorrelationOptions, of: Estimator[]][] = [
    ["lambda", ["ewma"]],
    ["halfLife", ["ewma"]],
    ["a", ["dcc", "cdcc"]],
    ["b", ["dcc", "cdcc"]],
    ["garch", ["dcc", "cdcc"]],
    ["target", ["dcc", "cdcc"]],
  ];
  for (const [key, of] of owners)
    if (options[key] !== undefined && !of.includes(estimator))
      throw new MarginError("Conflict", `options.${key}`, `is of ${of.join(" and ")}; the estimator is ${estimator}`, {
        value: options[key],
      });
}

function estimate(
  exports: LabExports,
  returns: CheckedReturns,
  estimator: Estimator,
  options: CorrelationOptions,
): Estimate {
  const { names, rows, columns, step } = returns;
  const n = names.length;
  if (estimator === "dcc" || estimator === "cdcc") {
    const { forecast, variance, parameters } = conditional(exports, returns, estimator, options, [0, 1]);
    const volatility = variance.map((h) => Math.sqrt(h));
    const correlation = Float64Array.from(forecast.flat());
    return { ...scaled(correlation, volatility), parameters, effectiveRows: rows };
  }
  return Workspace.run(exports, (space): Estimate => {
    const x = space.room(n * rows, columns);
    const out = space.room(n * n);
    const parameters: CorrelationParameters = {};
    let effectiveRows = rows;
    const target = TARGETS[estimator];
    const loss = LOSSES[estimator];
    if (estimator === "ewma") {
      parameters.lambda = lambdaOf(exports, options, step);
      exports.ewmaCovariance(n, rows, x, parameters.lambda, out);
      effectiveRows = exports.ewmaEffectiveRows(rows, parameters.lambda);
    } else if (target !== undefined) {
      const work = space.room(n * rows + n * n + rows + n);
      parameters.shrinkage = exports.linearlyShrunk(target, n, rows, x, out, work);
    } else exports.sampleCovariance(n, rows, x, space.room(n * rows), out);
    if (loss !== undefined) {
      if (loss > 0 && rows <= n)
        throw unexpected("TooFewRows", "returns.rows", `more than ${n} rows for ${estimator} of ${n} names`, rows);
      const shrunk = space.room(n * n);
      const work = space.room(n * n + 2 * n);
      if (!exports.nonlinearlyShrunk(loss, n, rows - 1, out, shrunk, space.room(n), work))
        throw new MarginError("Singular", "returns", `${estimator}: some returns are sums of others: leave a name out`);
      space.view(out, n * n).set(space.view(shrunk, n * n));
    }
    const scale = space.room(n);
    const correlation = space.room(n * n);
    exports.toCorrelation(n, out, scale, correlation);
    const volatility = space.numbers(scale, n);
    if (estimator === "kendall") {
      const rho = ranks(space, n, rows, x);
      return { ...scaled(rho, volatility), parameters, effectiveRows };
    }
    return {
      covariance: space.view(out, n * n).slice(),
      correlation: space.view(correlation, n * n).slice(),
      volatility,
      parameters,
      effectiveRows,
    };
  });
}

/** sin(πτ/2) of each pair. */
function ranks(space: Workspace, n: number, rows: number, x: number): Float64Array {
  const { exports } = space;
  const work = space.room(2 * rows);
  const rho = new Float64Array(n * n).fill(1);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const tau = exports.kendall(rows, x + 8 * rows * i, x + 8 * rows * j, work);
      rho[i * n + j] = rho[j * n + i] = exports.greiner(tau);
    }
  }
  return rho;
}

function scaled(correlation: Float64Array, volatility: number[]): Omit<Estimate, "parameters" | "effectiveRows"> {
  const n = volatility.length;
  const covariance = correlation.map((rho, k) => rho * volatility[Math.floor(k / n)]! * volatility[k % n]!);
  return { covariance, correlation, volatility };
}

const meanOf = (exports: LabExports, { names, rows, columns }: CheckedReturns): number[] =>
  Workspace.run(exports, (space) => {
    const out = space.room(names.length);
    exports.meanReturns(names.length, rows, space.room(columns.length, columns), out);
    return space.numbers(out, names.length);
  });

export function calibrateCorrelation(exports: LabExports, given: Returns, options: CorrelationOptions): CorrelationFit {
  checkOptionNames(options, OPTIONS);
  const returns = checkReturns(given);
  checkSizes(returns);
  const { names, rows, from, to } = returns;
  const n = names.length;
  const estimator = estimatorOf(options, n);
  checkOptions(options, estimator);
  const repair = methodOf(options.repair, "options.repair");
  let made = estimate(exports, returns, estimator, options);
  let matrix = { n, flat: made.correlation };
  let spectrum = spectrumOf(exports, matrix);
  let repaired: CorrelationFit["repaired"];
  if (!spectrum.isPositiveSemidefinite) {
    if (repair === undefined) throw notPositive(exports, matrix, spectrum.smallestEigenvalue, "correlation");
    const { matrix: valid, ...what } = repairOf(exports, matrix, repair);
    repaired = what;
    matrix = symmetric(valid);
    made = { ...made, ...scaled(matrix.flat, made.volatility) };
    spectrum = spectrumOf(exports, matrix);
  }
  return {
    format: 1,
    kind: "correlation",
    names,
    rows,
    ...(from === undefined ? {} : { from, to: to! }),
    estimator,
    parameters: made.parameters,
    effectiveRows: made.effectiveRows,
    mean: meanOf(exports, returns),
    volatility: made.volatility,
    correlation: rowsOf({ n, flat: made.correlation }),
    covariance: rowsOf({ n, flat: made.covariance }),
    eigenvalues: spectrum.eigenvalues,
    smallestEigenvalue: spectrum.smallestEigenvalue,
    conditionNumber: spectrum.conditionNumber,
    ...(repaired === undefined ? {} : { repaired }),
  };
}

/** DCC and cDCC over returns: residuals of GARCH(1,1), Q̄, the two weights, the recursion; what is not given is fitted. */
import { MarginError, unexpected } from "../error.ts";
import type { CorrelationParameters, DccOptions, Garch } from "./correlation-types.ts";
import type { LabExports } from "./exports.ts";
import { symmetric } from "./matrix.ts";
import type { CheckedReturns } from "./returns.ts";
import { Workspace } from "./workspace.ts";

/** Up to so many names the likelihood is that of all correlations, and Q̄ is not shrunk. */
const FULL = 10;
/** A fitted weight, or what is left to 1, that is not told from 0. */
const EDGE = 1e-6;
/** Rows from which parameters are fitted. */
const LEAST_ROWS = 100;

export interface Conditional {
  rho: number[];
  forecast: number[][];
  variance: number[];
  target: number[][];
  parameters: CorrelationParameters;
}

function checkGarch(garch: readonly Garch[], n: number): void {
  if (!Array.isArray(garch) || garch.length !== n)
    throw unexpected("LengthsDiffer", "options.garch", `${n} of them, one for each name`, garch?.length ?? garch);
  garch.forEach(({ omega, alpha, beta }, i) => {
    for (const [name, value] of Object.entries({ omega, alpha, beta }))
      if (!(value >= 0 && value < Infinity))
        throw unexpected("OutOfRange", `options.garch[${i}].${name}`, "a number, at least 0", value);
    if (omega === 0 && alpha + beta < 1)
      throw unexpected("OutOfRange", `options.garch[${i}].omega`, "> 0: the variance would die out", omega);
  });
}

function checkWeights({ a, b }: DccOptions): void {
  if ((a === undefined) !== (b === undefined))
    throw new MarginError("Missing", a === undefined ? "options.a" : "options.b", "missing: a and b go together");
  if (a === undefined || b === undefined) return;
  if (!(a >= 0)) throw unexpected("OutOfRange", "options.a", "at least 0", a);
  if (!(b >= 0)) throw unexpected("OutOfRange", "options.b", "at least 0", b);
  if (!(a + b < 1)) throw unexpected("OutOfRange", "options.b", "a + b < 1", b);
}

/** @param pair whose correlation `rho` is */
export function conditional(
  exports: LabExports,
  { names, rows, columns }: CheckedReturns,
  estimator: "dcc" | "cdcc",
  options: DccOptions,
  [i, j]: readonly [number, number],
): Conditional {
  const n = names.length;
  const { a, b } = options;
  if (options.garch !== undefined) checkGarch(options.garch, n);
  checkWeights(options);
  const given = options.target === undefined ? undefined : symmetric(options.target, "options.target", names);
  if ((options.garch === undefined || a === undefined) && rows < LEAST_ROWS)
    throw unexpected("TooFewRows", "returns.rows", `at least ${LEAST_ROWS} rows to fit ${estimator}`, rows);
  const isCorrected = estimator === "cdcc";
  const isComposite = n > FULL;
  return Workspace.run(exports, (space) => {
    const returns = space.room(n * rows, columns);
    const residuals = space.room(n * rows);
    const garch: Garch[] = [];
    const variance = names.map((_, k) => {
      const at = returns + 8 * k * rows;
      let own = options.garch?.[k];
      if (own === undefined) {
        const fitted = space.room(3);
        exports.fitGarch(rows, at, fitted);
        const [omega, alpha, beta] = space.numbers(fitted, 3) as [number, number, number];
        own = { omega, alpha, beta };
      }
      garch.push({ omega: own.omega, alpha: own.alpha, beta: own.beta });
      return exports.standardise(rows, at, own.omega, own.alpha, own.beta, residuals + 8 * k * rows);
    });
    const target = space.room(n * n, given?.flat);
    const out = space.room(n * n);
    const work = space.room(Math.max(exports.dccWork(n), n * rows + n));
    const shrinks = given === undefined && isComposite;
    if (given === undefined) exports.secondMoments(n, rows, residuals, rows, target);
    if (shrinks && !isCorrected) shrinkTarget(space, n, rows, target);
    let weights = { a: a ?? NaN, b: b ?? NaN };
    // cDCC's Q̄ follows a and b
    const retargets = isCorrected && given === undefined;
    if (a === undefined) {
      const at = space.room(2);
      exports.fitDcc(n, rows, residuals, target, isCorrected, isComposite, retargets, at, out, work);
      const [first, second] = space.numbers(at, 2) as [number, number];
      weights = { a: first, b: second };
    } else if (retargets) exports.dccTarget(n, rows, residuals, weights.a, weights.b, target, work);
    if (shrinks && isCorrected) shrinkTarget(space, n, rows, target);
    const path = space.room(rows);
    const logLikelihood = exports.runDcc(
      n,
      rows,
      residuals,
      target,
      weights.a,
      weights.b,
      isCorrected,
      i,
      j,
      path,
      out,
      work,
    );
    if (!Number.isFinite(logLikelihood))
      throw new MarginError(
        "NotPositiveDefinite",
        "returns",
        `${estimator}: a correlation matrix on the path is singular`,
      );
    return {
      rho: space.numbers(path, rows),
      forecast: space.rows(out, n),
      variance,
      target: space.rows(target, n),
      parameters: {
        ...weights,
        garch,
        target: given !== undefined ? "given" : shrinks ? "qis" : "moments",
        ...(a === undefined ? { likelihood: isComposite ? "composite" : "full", ...boundaryOf(weights) } : {}),
        logLikelihood,
      },
    };
  });
}

function boundaryOf({ a, b }: { a: number; b: number }): Pick<CorrelationParameters, "boundary"> {
  if (a < EDGE) return { boundary: "a" };
  return 1 - a - b < EDGE ? { boundary: "a + b" } : {};
}

/** QIS of the second moments, as a correlation. */
function shrinkTarget(space: Workspace, n: number, rows: number, target: number): void {
  const { exports } = space;
  const [out, values, work] = [space.room(n * n), space.room(n), space.room(n * n + 2 * n)];
  if (!exports.nonlinearlyShrunk(0, n, rows, target, out, values, work))
    throw new MarginError("Singular", "returns", "some residuals are sums of others: leave a name out");
  exports.toCorrelation(n, out, values, target);
}

/** `lab.correlation`: correlation matrices checked, repaired, bounded and stressed. */
import { MarginError, unexpected } from "../error.ts";
import type { LabExports } from "./exports.ts";
import type {
  DccOptions,
  Estimator,
  Repaired,
  RepairMethod,
  Returns,
  CorrelationPath,
  Stressed,
} from "./correlation-types.ts";
import { REPAIRS } from "./correlation-types.ts";
import { conditional } from "./dcc.ts";
import { symmetric, unitDiagonal, type Checked, type Matrix } from "./matrix.ts";
import { checkOptionNames } from "./options.ts";
import { checkReturns, checkSizes } from "./returns.ts";
import { Workspace } from "./workspace.ts";

/** Largest |1 − X_ii| at which the iteration stops, and at which it is refused. */
const TOLERANCE = 1e-13;
const ACCEPTABLE = 1e-9;
const MOST_STEPS = 10_000;
/** An eigenvalue this far below 0, times the order, is rounding. */
const ROUNDING = 1e-14;

const GAMMA = 0.5;

export interface Spectrum {
  /** Ascending. */
  eigenvalues: number[];
  smallestEigenvalue: number;
  /** Largest over smallest; null where the smallest is 0 to rounding, or below. */
  conditionNumber: number | null;
  isPositiveSemidefinite: boolean;
}

export function spectrumOf(exports: LabExports, { n, flat }: Checked): Spectrum {
  return Workspace.run(exports, (space) => {
    const values = space.room(n);
    if (!exports.eigenvalues(n, space.room(n * n, flat), values, space.room(n)))
      throw new MarginError("NotConverged", "matrix", "its eigenvalues cannot be computed");
    const eigenvalues = space.numbers(values, n);
    const [smallest, largest] = [eigenvalues[0]!, eigenvalues[n - 1]!];
    const zero = ROUNDING * n * Math.max(1, largest);
    return {
      eigenvalues,
      smallestEigenvalue: smallest,
      conditionNumber: smallest > zero ? largest / smallest : null,
      isPositiveSemidefinite: smallest >= -zero,
    };
  });
}

/** By the given method; the diagonal of `shrink` has to be 1. */
export function repairOf(exports: LabExports, given: Checked, method: RepairMethod, least = 0): Repaired {
  const { n, flat } = given;
  return Workspace.run(exports, (space): Repaired => {
    const matrix = space.room(n * n, flat);
    const out = space.room(n * n);
    const more: Partial<Repaired> = {};
    if (method === "nearest") {
      const facts = space.room(2);
      const work = space.room(exports.nearestWork(n));
      more.iterations = exports.nearestCorrelation(n, matrix, TOLERANCE, MOST_STEPS, out, facts, work);
      const [smallest, left] = space.numbers(facts, 2) as [number, number];
      if (more.iterations < 0 || left > ACCEPTABLE)
        throw new MarginError(
          "NotConverged",
          "matrix",
          `the nearest correlation matrix was not reached: ${left} is left`,
        );
      more.smallestEigenvalue = smallest;
    } else {
      const work = space.room(n * n + 2 * n);
      if (method === "shrink") more.alpha = exports.shrunkCorrelation(n, matrix, least, out, work);
      else if (!exports.spectralCorrelation(n, matrix, out, work))
        throw new MarginError(
          "NotConverged",
          "matrix",
          "no variance is left to a name once negative eigenvalues are cut off",
        );
      more.smallestEigenvalue = spectrumOf(exports, { n, flat: onesOnDiagonal(given) }).smallestEigenvalue;
    }
    const distance = exports.frobeniusDistance(n, matrix, out);
    if (!Number.isFinite(distance))
      throw new MarginError("OutOfRange", "matrix", "entries are so large that no distance from it is a number");
    return {
      method,
      matrix: space.rows(out, n),
      distance,
      smallestEigenvalue: more.smallestEigenvalue,
      ...(more.alpha === undefined ? {} : { alpha: more.alpha }),
      ...(more.iterations === undefined ? {} : { iterations: more.iterations }),
    };
  });
}

function onesOnDiagonal({ n, flat }: Checked): Float64Array {
  const ones = flat.slice();
  for (let i = 0; i < n; i++) ones[i * n + i] = 1;
  return ones;
}

/** The error of a matrix that is none, with what each repair would do. */
export function notPositive(exports: LabExports, given: Checked, smallest: number, field: string): MarginError {
  const nearest = repairOf(exports, given, "nearest");
  const shrunk = repairOf(exports, given, "shrink");
  const four = (x: number) => String(Number(x.toPrecision(4)));
  return new MarginError(
    "NotPositiveSemidefinite",
    field,
    `not positive semidefinite: its smallest eigenvalue is ${four(smallest)}; ` +
      `repairs: nearest (distance ${four(nearest.distance)}), ` +
      `shrink (alpha ${four(shrunk.alpha!)}, distance ${four(shrunk.distance)})`,
    { value: smallest },
  );
}

export interface StressOptions {
  /** Basel's need not be positive semidefinite. Default: an error, which tells what each repair would change. */
  repair?: RepairMethod;
}

export function methodOf(repair: unknown, field: string): RepairMethod | undefined {
  if (repair !== undefined && !REPAIRS.includes(repair as RepairMethod))
    throw unexpected("NotOneOf", field, REPAIRS.map((name) => `"${name}"`).join(", "), repair);
  return repair as RepairMethod | undefined;
}

export class Correlation {
  readonly stress: CorrelationStress;

  /** @internal */
  constructor(private readonly exports: LabExports) {
    this.stress = new CorrelationStress(exports);
  }

  /**
   * Is it a correlation matrix? Symmetric, ones on the diagonal, entries in [−1, 1], positive semidefinite.
   *
   * @param names for errors
   * @throws MarginError `NotSquare`, `NotFinite`, `NotSymmetric`, `DiagonalNotOne`, `OutOfRange`, `NotPositiveSemidefinite`
   */
  check(matrix: Matrix, names?: readonly string[]): Spectrum {
    const given = unitDiagonal(matrix, "matrix", names);
    const spectrum = spectrumOf(this.exports, given);
    if (!spectrum.isPositiveSemidefinite) throw notPositive(this.exports, given, spectrum.smallestEigenvalue, "matrix");
    return spectrum;
  }

  /** Eigenvalues of a symmetric matrix, ascending. */
  eigenvalues(matrix: Matrix): number[] {
    return spectrumOf(this.exports, symmetric(matrix)).eigenvalues;
  }

  /** Its eigenvalues, ascending, and their vectors, a row each, of length 1. Signs are those that the iteration ends with. */
  principal(matrix: Matrix): { eigenvalues: number[]; vectors: number[][] } {
    const { n, flat } = symmetric(matrix);
    return Workspace.run(this.exports, (space) => {
      const [at, values] = [space.room(n * n, flat), space.room(n)];
      if (!this.exports.eigenvectors(n, at, values, space.room(n)))
        throw new MarginError("NotConverged", "matrix", "its eigenvectors cannot be computed");
      return { eigenvalues: space.numbers(values, n), vectors: space.rows(at, n) };
    });
  }

  /**
   * Lower factor L of R = L·L′, and ln det R.
   *
   * @throws MarginError `NotPositiveDefinite`
   */
  cholesky(matrix: Matrix): { factor: number[][]; logDeterminant: number } {
    const { n, flat } = symmetric(matrix);
    return Workspace.run(this.exports, (space) => {
      const out = space.room(n * n);
      if (!this.exports.choleskyFactor(n, space.room(n * n, flat), out))
        throw new MarginError("NotPositiveDefinite", "matrix", "has no Cholesky factor: it is not positive definite");
      return { factor: space.rows(out, n), logDeterminant: this.exports.logDeterminant(n, out) };
    });
  }

  /** The correlation matrix at the least Frobenius distance from a symmetric one. One that is a correlation matrix comes back as it is. */
  nearest(matrix: Matrix): Repaired {
    return repairOf(this.exports, symmetric(matrix), "nearest");
  }

  /**
   * (1 − α)·R + α·I with the least α ≥ 0 that lifts the smallest eigenvalue to `least`: for the hot path.
   *
   * @param options.least in [0, 1); default 0
   */
  shrink(matrix: Matrix, options: { least?: number } = {}): Repaired {
    checkOptionNames(options, ["least"]);
    const { least = 0 } = options;
    if (!(typeof least === "number" && least >= 0 && least < 1))
      throw unexpected("OutOfRange", "options.least", "at least 0 and below 1", least);
    return repairOf(this.exports, unitDiagonal(matrix), "shrink", least);
  }

  /** Negative eigenvalues cut off, then rescaled to a diagonal of ones. */
  spectral(matrix: Matrix): Repaired {
    return repairOf(this.exports, symmetric(matrix), "spectral");
  }

  /**
   * Where the entry [i][j] of a correlation matrix may be, all others as they are. What it is now does not matter.
   *
   * @throws MarginError `Infeasible` where no value makes the matrix positive semidefinite
   */
  feasibleInterval(matrix: Matrix, i: number, j: number): [low: number, high: number] {
    const { n, flat } = unitDiagonal(matrix);
    for (const [name, value] of [
      ["i", i],
      ["j", j],
    ] as const)
      if (!(Number.isInteger(value) && value >= 0 && value < n))
        throw unexpected("OutOfRange", name, `a row, from 0 to ${n - 1}`, value);
    if (i === j) throw unexpected("OutOfRange", "j", "another row than i", j);
    return Workspace.run(this.exports, (space) => {
      const out = space.room(2);
      this.exports.feasibleInterval(n, space.room(n * n, flat), i, j, out, space.room(n * n + 2 * n));
      const [low, high] = space.numbers(out, 2) as [number, number];
      if (Number.isNaN(low))
        throw new MarginError("Infeasible", "matrix", `no value of [${i}][${j}] makes it positive definite elsewhere`);
      return [low, high];
    });
  }

  /**
   * All correlations equal: eigenvalues 1 + (n − 1)ρ (once) and 1 − ρ (n − 1 times).
   *
   * @returns those, the least ρ that n names can have, −1/(n − 1), and whether this one is possible
   */
  equicorrelation(n: number, rho: number): { common: number; other: number; least: number; isPossible: boolean } {
    if (!(Number.isInteger(n) && n >= 2)) throw unexpected("OutOfRange", "n", "a whole number, at least 2", n);
    if (!Number.isFinite(rho)) throw unexpected("NotFinite", "rho", "a finite number", rho);
    const [common, other] = [1 + (n - 1) * rho, 1 - rho];
    return { common, other, least: -1 / (n - 1), isPossible: common >= 0 && other >= 0 };
  }

  /**
   * Logarithms of each row's prices over those of the row before: one row less than there are prices.
   *
   * @throws MarginError `TooFewRows`, `LengthsDiffer`, `NotPositive`
   */
  logReturns(prices: Matrix): number[][] {
    if (!Array.isArray(prices)) throw unexpected("WrongType", "prices", "a list of rows", prices);
    const wrong = (prices as Matrix).findIndex((row) => !Array.isArray(row));
    if (wrong >= 0) throw unexpected("WrongType", `prices[${wrong}]`, "a list of prices", prices[wrong]);
    const rows = prices.length;
    const n = prices[0]?.length ?? 0;
    if (rows < 2) throw unexpected("TooFewRows", "prices", "at least 2 rows", rows);
    const columns = new Float64Array(n * rows);
    (prices as Matrix).forEach((row, t) => {
      if (row.length !== n)
        throw unexpected("LengthsDiffer", `prices[${t}]`, `${n} prices, as in the first row`, row.length);
      row.forEach((price, i) => {
        if (!(typeof price === "number" && price > 0 && price < Infinity))
          throw unexpected("NotPositive", `prices[${t}][${i}]`, "> 0", price);
        columns[i * rows + t] = price;
      });
    });
    return Workspace.run(this.exports, (space) => {
      const out = space.room(n * (rows - 1));
      this.exports.logReturns(n, rows, space.room(n * rows, columns), out);
      const made = space.view(out, n * (rows - 1));
      return Array.from({ length: rows - 1 }, (_, t) => Array.from({ length: n }, (_, i) => made[i * (rows - 1) + t]!));
    });
  }

  /**
   * Rank correlations of two series: Kendall's τ-b, Spearman's ρ, and sin(πτ/2), the correlation of a normal pair with that τ.
   *
   * @throws MarginError `LengthsDiffer`, `TooFewRows`, `NotFinite`, `ConstantColumn`
   */
  rank(x: readonly number[], y: readonly number[]): { kendall: number; spearman: number; greiner: number } {
    for (const [name, values] of Object.entries({ x, y }))
      if (!Array.isArray(values)) throw unexpected("WrongType", name, "a list of numbers", values);
    if (x.length !== y.length) throw unexpected("LengthsDiffer", "y", `${x.length} numbers, as x has`, y.length);
    const { columns, rows } = checkReturns({ names: ["x", "y"], rows: x.map((value, t) => [value, y[t]!]) });
    return Workspace.run(this.exports, (space) => {
      const at = space.room(2 * rows, columns);
      const work = space.room(4 * rows);
      const kendall = this.exports.kendall(rows, at, at + 8 * rows, work);
      return {
        kendall,
        spearman: this.exports.spearman(rows, at, at + 8 * rows, work),
        greiner: this.exports.greiner(kendall),
      };
    });
  }

  /**
   * The correlation of two names in each row, by DCC or cDCC, with the forecast of all.
   *
   * @param pair names
   */
  path(
    returns: Returns,
    pair: readonly [string, string],
    given: DccOptions & { estimator?: Extract<Estimator, "dcc" | "cdcc"> } = {},
  ): CorrelationPath {
    checkOptionNames(given, ["estimator", "a", "b", "garch", "target"]);
    const { estimator = "dcc", ...options } = given;
    if (estimator !== "dcc" && estimator !== "cdcc")
      throw unexpected("NotOneOf", "options.estimator", '"dcc" or "cdcc"', estimator);
    if (!Array.isArray(pair) || pair.length !== 2) throw unexpected("WrongType", "pair", "a list of two names", pair);
    const checked = checkReturns(returns);
    checkSizes(checked);
    const [i, j] = (pair as readonly unknown[]).map((name, k) => {
      const at = checked.names.findIndex((known) => known === name);
      if (at < 0) throw unexpected("UnknownName", `pair[${k}]`, `one of ${checked.names.join(", ")}`, name);
      return at;
    }) as [number, number];
    const { rho, forecast, variance, target, parameters } = conditional(this.exports, checked, estimator, options, [
      i,
      j,
    ]);
    return { rho, forecast, variance, target, parameters };
  }
}

/** Correlations as they may become. */
export class CorrelationStress {
  /** @internal */
  constructor(private readonly exports: LabExports) {}

  /**
   * (1 − γ)·R + γ·s·s′ with s the signs of the exposures: what is long and what is short move as a portfolio likes least. Positive
   * semidefinite where R is.
   *
   * @param exposure of each name; 0 counts as long
   * @param gamma    in [0, 1]; default 0.5
   */
  up(matrix: Matrix, exposure: readonly number[], gamma = GAMMA, options: StressOptions = {}): Stressed {
    const given = unitDiagonal(matrix);
    if (!Array.isArray(exposure) || exposure.length !== given.n)
      throw unexpected(
        "LengthsDiffer",
        "exposure",
        `${given.n} exposures, one for each name`,
        exposure?.length ?? exposure,
      );
    exposure.forEach((value, i) => {
      if (!Number.isFinite(value)) throw unexpected("NotFinite", `exposure[${i}]`, "a finite number", value);
    });
    return this.moved(given, options, (space, at, out) =>
      this.exports.correlationUp(given.n, at, gammaOf(gamma), space.room(given.n, exposure), out),
    );
  }

  /** (1 − γ)·R + γ·I: names part. Positive semidefinite where R is. */
  breakDown(matrix: Matrix, gamma = GAMMA, options: StressOptions = {}): Stressed {
    const given = unitDiagonal(matrix);
    return this.moved(given, options, (_, at, out) => this.exports.correlationDown(given.n, at, gammaOf(gamma), out));
  }

  /** min(1.25·ρ, 1), and not below −1: Basel's high correlations (MAR21.6). */
  high(matrix: Matrix, options: StressOptions = {}): Stressed {
    const given = unitDiagonal(matrix);
    return this.moved(given, options, (_, at, out) => this.exports.correlationHigh(given.n, at, out));
  }

  /** max(2ρ − 1, 0.75·ρ): Basel's low correlations. */
  low(matrix: Matrix, options: StressOptions = {}): Stressed {
    const given = unitDiagonal(matrix);
    return this.moved(given, options, (_, at, out) => this.exports.correlationLow(given.n, at, out));
  }

  private moved(
    { n, flat }: Checked,
    options: StressOptions,
    move: (space: Workspace, matrix: number, out: number) => void,
  ): Stressed {
    checkOptionNames(options, ["repair"]);
    const method = methodOf(options.repair, "options.repair");
    const stressed = Workspace.run(this.exports, (space) => {
      const out = space.room(n * n);
      move(space, space.room(n * n, flat), out);
      return { n, flat: space.view(out, n * n).slice() };
    });
    const { smallestEigenvalue, isPositiveSemidefinite } = spectrumOf(this.exports, stressed);
    if (isPositiveSemidefinite) return { matrix: rowsOf(stressed), smallestEigenvalue };
    if (method === undefined) throw notPositive(this.exports, stressed, smallestEigenvalue, "matrix, stressed");
    const { matrix, ...repaired } = repairOf(this.exports, stressed, method);
    return { matrix, smallestEigenvalue: spectrumOf(this.exports, symmetric(matrix)).smallestEigenvalue, repaired };
  }
}

function gammaOf(gamma: number): number {
  if (!(typeof gamma === "number" && gamma >= 0 && gamma <= 1))
    throw unexpected("OutOfRange", "gamma", "from 0 to 1", gamma);
  return gamma;
}

export const rowsOf = ({ n, flat }: Checked): number[][] =>
  Array.from({ length: n }, (_, i) => [...flat.subarray(i * n, (i + 1) * n)]);

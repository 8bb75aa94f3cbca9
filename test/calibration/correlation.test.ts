/** Correlation matrices: eigenvalues, factors, repairs, limits, stress. Published figures are in test/vectors. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MarginError } from "../../bindings/lab.ts";
import { Random } from "../reference/random.ts";
import { anyMatrix, correlationOf, distance, largestDifference, times, transposed, type Rows } from "./correlated.ts";
import { lab } from "./lab.ts";

const { correlation } = lab;
const { stress } = correlation;
const identity = (n: number): Rows =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => +(i === j)));
const SIZES = [1, 2, 3, 4, 5, 7, 10, 33, 94, 200];

describe("eigenvalues and vectors", () => {
  test.each(SIZES)("V′ΛV is the matrix, and V is orthogonal: n = %d", (n) => {
    const matrix = anyMatrix(n, n);
    const { eigenvalues, vectors } = correlation.principal(matrix);
    const scaled = vectors.map((row, k) => row.map((x) => x * eigenvalues[k]!));
    expect(largestDifference(times(transposed(vectors), scaled), matrix)).toBeLessThan(1e-14 * n + 1e-14);
    expect(largestDifference(times(vectors, transposed(vectors)), identity(n))).toBeLessThan(1e-14 * n);
    expect(eigenvalues).toEqual([...eigenvalues].sort((a, b) => a - b));
    const alone = correlation.eigenvalues(matrix);
    for (let k = 0; k < n; k++) expect(Math.abs(alone[k]! - eigenvalues[k]!)).toBeLessThan(1e-14 * n);
  });
  test("of a diagonal matrix, and of one of rank one", () => {
    expect(correlation.eigenvalues([[3, 0, 0], [0, -1, 0], [0, 0, 2]])).toEqual([-1, 2, 3]); // prettier-ignore
    const ones = correlation.eigenvalues(Array.from({ length: 20 }, () => Array<number>(20).fill(1)));
    expect(ones[19]).toBeCloseTo(20, 12);
    expect(Math.max(...ones.slice(0, 19).map(Math.abs))).toBeLessThan(1e-13);
  });
  test("of the second difference: 2 − 2cos(kπ/(n + 1))", () => {
    const n = 60;
    const matrix = identity(n).map((row, i) => row.map((_, j) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)));
    correlation.eigenvalues(matrix).forEach((value, k) => {
      expect(Math.abs(value - (2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1))))).toBeLessThan(1e-13);
    });
  });
  test("of very small and very large entries", () => {
    for (const scale of [1e-150, 1e-8, 1e150]) {
      const values = correlation.eigenvalues(correlationOf(6, 3).map((row) => row.map((x) => x * scale)));
      correlation.eigenvalues(correlationOf(6, 3)).forEach((x, k) => expect(values[k]! / scale).toBeCloseTo(x, 12));
    }
  });
});

test.each(SIZES)("L·L′ is the matrix, and ln det the sum of ln λ: n = %d", (n) => {
  const matrix = correlationOf(n, n + 1);
  const { factor, logDeterminant } = correlation.cholesky(matrix);
  expect(largestDifference(times(factor, transposed(factor)), matrix)).toBeLessThan(1e-14 * n);
  const sum = correlation.eigenvalues(matrix).reduce((total, x) => total + Math.log(x), 0);
  expect(Math.abs(logDeterminant - sum)).toBeLessThan(1e-11 * n);
});

describe("nearest", () => {
  test.each(SIZES.slice(1))("is a correlation matrix, nearer than the other repairs: n = %d", (n) => {
    const matrix = anyMatrix(n, 100 + n);
    const { matrix: near, distance: moved, smallestEigenvalue, iterations } = correlation.nearest(matrix);
    near.forEach((row, i) => {
      expect(row[i]).toBe(1);
      row.forEach((x, j) => {
        expect(x).toBe(near[j]![i]);
        expect(Math.abs(x)).toBeLessThanOrEqual(1);
      });
    });
    expect(correlation.check(near).smallestEigenvalue).toBeGreaterThan(-1e-14 * n);
    expect(moved).toBeCloseTo(distance(near, matrix), 12);
    expect(moved).toBeGreaterThanOrEqual(-smallestEigenvalue - 1e-12);
    expect(moved).toBeLessThanOrEqual(correlation.spectral(matrix).distance + 1e-12);
    expect(moved).toBeLessThanOrEqual(correlation.shrink(matrix).distance + 1e-12);
    expect(iterations).toBeLessThan(60);
  });
  test("no correlation matrix on the way to others is nearer", () => {
    const matrix = anyMatrix(8, 5);
    const near = correlation.nearest(matrix);
    for (let seed = 0; seed < 50; seed++) {
      const other = correlationOf(8, seed);
      for (const part of [0.001, 0.1]) {
        const moved = near.matrix.map((row, i) => row.map((x, j) => (1 - part) * x + part * other[i]![j]!));
        expect(distance(moved, matrix)).toBeGreaterThanOrEqual(near.distance);
      }
    }
  });
  test("a correlation matrix comes back bit for bit; so does a nearest one, to rounding", () => {
    const valid = correlationOf(30, 9);
    expect(correlation.nearest(valid)).toMatchObject({ matrix: valid, distance: 0, iterations: 0 });
    const once = correlation.nearest(anyMatrix(30, 9)).matrix;
    expect(largestDifference(correlation.nearest(once).matrix, once)).toBeLessThan(1e-12);
  });
  test("the order of the names does not matter", () => {
    const matrix = anyMatrix(12, 21);
    const random = new Random(4);
    const keys = matrix.map(() => random.next());
    const places = matrix.map((_, i) => i).sort((a, b) => keys[a]! - keys[b]!);
    const moved = (rows: Rows) => places.map((i) => places.map((j) => rows[i]![j]!));
    expect(
      largestDifference(correlation.nearest(moved(matrix)).matrix, moved(correlation.nearest(matrix).matrix)),
    ).toBeLessThan(1e-10);
  });
  test("the diagonal of what is given counts in the distance alone", () => {
    const matrix = anyMatrix(5, 2);
    const doubled = matrix.map((row, i) => row.map((x, j) => (i === j ? 2 : x)));
    const [plain, other] = [correlation.nearest(matrix), correlation.nearest(doubled)];
    expect(other.matrix).toEqual(plain.matrix);
    expect(other.distance ** 2 - plain.distance ** 2).toBeCloseTo(5, 12);
  });
  test("from far away too: entries up to 30", () => {
    for (const [n, seed] of [
      [3, 657],
      [6, 621],
      [9, 267],
      [16, 135],
      [40, 813],
    ] as const) {
      // prettier-ignore
      const matrix = anyMatrix(n, seed).map((row, i) => row.map((x, j) => (i === j ? 1 : 30 * x)));
      const { matrix: near, distance: moved } = correlation.nearest(matrix);
      correlation.check(near);
      expect(moved).toBeLessThan(correlation.spectral(matrix).distance);
    }
  });
  test("of one name", () => expect(correlation.nearest([[7]])).toMatchObject({ matrix: [[1]], distance: 6 }));
});

describe("shrink", () => {
  test.each(SIZES.slice(2))("by the closed form, and no more than is needed: n = %d", (n) => {
    const matrix = anyMatrix(n, 300 + n);
    const least = correlation.eigenvalues(matrix)[0]!;
    const { alpha, matrix: shrunk } = correlation.shrink(matrix);
    expect(alpha).toBeCloseTo(Math.max(0, -least / (1 - least)), 13);
    if (least < 0) expect(correlation.check(shrunk).smallestEigenvalue).toBeCloseTo(0, 12);
  });
  test("what is positive definite stays", () => {
    const valid = correlationOf(20, 1);
    expect(correlation.shrink(valid)).toMatchObject({ alpha: 0, matrix: valid, distance: 0 });
  });
  test("up to a smallest eigenvalue that was asked for", () => {
    for (const matrix of [anyMatrix(9, 1), correlationOf(9, 1)]) {
      const { matrix: shrunk } = correlation.shrink(matrix, { least: 0.3 });
      expect(correlation.eigenvalues(shrunk)[0]).toBeCloseTo(0.3, 12);
    }
  });
  test("moves steadily with what is given: no jump where a matrix stops being one", () => {
    const matrix = (r: number): Rows => [[1, 0.9, r], [0.9, 1, 0.9], [r, 0.9, 1]]; // prettier-ignore
    const edge = 2 * 0.81 - 1;
    for (const step of [1e-3, 1e-6, 1e-9])
      expect(correlation.shrink(matrix(edge - step)).alpha).toBeLessThan(3 * step + 1e-13);
  });
});

describe("spectral", () => {
  test("keeps a correlation matrix, to rounding", () => {
    const valid = correlationOf(25, 3);
    expect(largestDifference(correlation.spectral(valid).matrix, valid)).toBeLessThan(1e-14);
  });
  test("is refused where nothing is left of a name", () => {
    expect(() => correlation.spectral([[-1, 0], [0, 1]])).toThrow("no variance is left"); // prettier-ignore
  });
});

describe("feasible interval", () => {
  test.each([3, 4, 8])("at its ends the smallest eigenvalue is 0, inside it is above, outside below: n = %d", (n) => {
    const matrix = correlationOf(n, 40 + n);
    const [low, high] = correlation.feasibleInterval(matrix, 1, n - 1);
    const least = (rho: number) => {
      const moved = matrix.map((row) => [...row]);
      moved[1]![n - 1] = moved[n - 1]![1] = rho;
      return correlation.eigenvalues(moved)[0]!;
    };
    expect(Math.abs(least(low))).toBeLessThan(1e-14);
    expect(Math.abs(least(high))).toBeLessThan(1e-14);
    expect(least((low + high) / 2)).toBeGreaterThan(0);
    expect(least(low - 0.01)).toBeLessThan(0);
    expect(least(high + 0.01)).toBeLessThan(0);
    expect(matrix[1]![n - 1]).toBeGreaterThan(low);
    expect(matrix[1]![n - 1]).toBeLessThan(high);
    expect(correlation.feasibleInterval(matrix, n - 1, 1)).toEqual([low, high]);
  });
  test("of two names it is all there is", () => {
    expect(correlation.feasibleInterval([[1, 0.3], [0.3, 1]], 0, 1)).toEqual([-1, 1]); // prettier-ignore
  });
  test("none where the others do not go together", () => {
    const bad: Rows = [[1, 0.9, -0.9, 0], [0.9, 1, 0.9, 0], [-0.9, 0.9, 1, 0], [0, 0, 0, 1]]; // prettier-ignore
    expect(() => correlation.feasibleInterval(bad, 0, 3)).toThrow("no value of [0][3]");
    expect(() => correlation.feasibleInterval(bad, 0, 0)).toThrow("j: expected another row than i, was 0");
    expect(() => correlation.feasibleInterval(bad, 0, 4)).toThrow("j: expected a row, from 0 to 3, was 4");
  });
});

test("equicorrelation is what its matrix has", () => {
  for (const rho of [0.4, -0.1]) {
    const matrix = identity(7).map((row) => row.map((x) => (x === 1 ? 1 : rho)));
    const { common, other, least, isPossible } = correlation.equicorrelation(7, rho);
    const values = correlation.eigenvalues(matrix);
    expect(values[rho > 0 ? 6 : 0]).toBeCloseTo(common, 12);
    expect(values[3]).toBeCloseTo(other, 12);
    expect(isPossible).toBe(true);
    expect(least).toBe(-1 / 6);
  }
  expect(correlation.equicorrelation(7, -0.2).isPossible).toBe(false);
});

describe("stress", () => {
  const matrix = correlationOf(6, 8);
  const exposure = [5, -2, 1, -1, 0, 3];
  const variance = (R: Rows) =>
    exposure.reduce((sum, x, i) => sum + exposure.reduce((s, y, j) => s + x * y * R[i]![j]!, 0), 0);
  test("up: at γ = 1 nothing nets, and on the way the variance only grows", () => {
    const gross = exposure.reduce((sum, x) => sum + Math.abs(x), 0);
    expect(variance(stress.up(matrix, exposure, 1).matrix)).toBeCloseTo(gross ** 2, 10);
    let before = variance(matrix);
    for (const gamma of [0.2, 0.5, 0.8, 1]) {
      const now = variance(stress.up(matrix, exposure, gamma).matrix);
      expect(now).toBeGreaterThan(before);
      before = now;
    }
    expect(stress.up(matrix, exposure)).toEqual(stress.up(matrix, exposure, 0.5));
  });
  test("break-down: at γ = 1 names are independent", () => {
    expect(largestDifference(stress.breakDown(matrix, 1).matrix, identity(6))).toBe(0);
    expect(stress.breakDown(matrix, 0).matrix).toEqual(matrix);
  });
  test("both are positive semidefinite where the matrix is; their γ is a share", () => {
    for (let seed = 0; seed < 20; seed++) {
      const R = correlationOf(12, seed);
      const signs = R.map((_, i) => (i % 3) - 1);
      expect(stress.up(R, signs, 0.7).smallestEigenvalue).toBeGreaterThan(0);
      expect(stress.breakDown(R, 0.7).smallestEigenvalue).toBeGreaterThan(0);
    }
    expect(() => stress.up(matrix, exposure, 1.5)).toThrow("gamma: expected from 0 to 1, was 1.5");
    expect(() => stress.up(matrix, [1])).toThrow("exposure: expected 6 exposures, one for each name, was 1");
    expect(() => stress.up(matrix, [1, 2, 3, NaN, 5, 6])).toThrow("exposure[3]: expected a finite number, was NaN");
  });
  test("Basel's stay in [−1, 1]; one that is no correlation matrix is refused, or repaired where that is said", () => {
    const strong: Rows = [[1, -0.9], [-0.9, 1]]; // prettier-ignore
    expect(stress.high(strong).matrix[0]![1]).toBe(-1);
    expect(stress.low(strong).matrix[0]![1]).toBeCloseTo(-0.675, 15);
    const tight: Rows = [[1, 0.8, 0.3], [0.8, 1, 0.79], [0.3, 0.79, 1]]; // prettier-ignore
    correlation.check(tight);
    expect(() => stress.high(tight)).toThrow(/^matrix, stressed: not positive semidefinite: .* repairs: nearest/);
    const repaired = stress.high(tight, { repair: "nearest" });
    expect(repaired.repaired).toMatchObject({ method: "nearest" });
    correlation.check(repaired.matrix);
    expect(stress.high(matrix.map((row, i) => row.map((x, j) => (i === j ? 1 : x / 2)))).repaired).toBeUndefined();
  });
});

describe("what is no correlation matrix", () => {
  const thrown = (use: () => unknown): MarginError => {
    try {
      use();
    } catch (error) {
      if (error instanceof MarginError) return error;
    }
    throw new Error("nothing was thrown");
  };
  const names = ["BTC", "ETH", "SOL"];
  const good: Rows = [[1, 0.5, 0.2], [0.5, 1, 0.3], [0.2, 0.3, 1]]; // prettier-ignore
  const changed = (change: (rows: Rows) => void): Rows => {
    const rows = good.map((row) => [...row]);
    change(rows);
    return rows;
  };
  test.each<[string, string, Rows, string]>([
    ["Empty", "no rows", [], "matrix: has no rows"],
    [
      "NotSquare",
      "a short row",
      changed((m) => m[1]!.pop()),
      "matrix[1]: expected 3 entries, as there are 3 rows, was 2",
    ],
    [
      "NotFinite",
      "NaN",
      changed((m) => (m[1]![2] = NaN)),
      "matrix[1][2] (ETH, SOL): expected a finite number, was NaN",
    ],
    [
      "NotSymmetric",
      "two values of a pair",
      changed((m) => (m[2]![1] = 0.4)),
      "matrix[2][1] (SOL, ETH): expected 0.3, as matrix[1][2] has, was 0.4",
    ],
    [
      "DiagonalNotOne",
      "a variance",
      changed((m) => (m[1]![1] = 1.2)),
      "matrix[1][1] (ETH): expected 1 on the diagonal, was 1.2",
    ],
    [
      "OutOfRange",
      "an entry above 1",
      changed((m) => (m[2]![0] = m[0]![2] = 1.1)),
      "matrix[2][0] (SOL, BTC): expected a correlation, from -1 to 1, was 1.1",
    ],
    [
      "NotPositiveSemidefinite",
      "a triangle that cannot be",
      changed((m) => (m[2]![0] = m[0]![2] = -0.95)),
      "matrix: not positive semidefinite: its smallest eigenvalue is -0.2153; repairs: nearest (distance 0.2721), shrink (alpha 0.1772, distance 0.2793)",
    ],
  ])("%s: %s", (code, _, matrix, message) => {
    const error = thrown(() => correlation.check(matrix, matrix.length === 3 ? names : undefined));
    expect([error.code, error.message]).toEqual([code, message]);
  });
  test("it is no list, or another number of names", () => {
    expect(thrown(() => correlation.check("R" as never)).message).toBe('matrix: expected a list of rows, was "R"');
    expect(thrown(() => correlation.check(good, ["BTC"])).code).toBe("NotSquare");
    expect(thrown(() => correlation.cholesky([[1, 2], [2, 1]])).code).toBe("NotPositiveDefinite"); // prettier-ignore
    expect(thrown(() => correlation.shrink(good, { least: 1 })).message).toBe(
      "options.least: expected at least 0 and below 1, was 1",
    );
  });
  test("rounding is no fault", () => {
    expect(correlation.check(changed((m) => (m[2]![1]! += 1e-15))).isPositiveSemidefinite).toBe(true);
    expect(correlation.check([[1, 1], [1, 1]])).toMatchObject({ conditionNumber: null }); // prettier-ignore
  });
});

test("all memory is given back", () => expect(lab.memory().used).toBe(0));

const PUBLISHED = "../shared/data/ref_nearest_correlation.json";
const isThere = existsSync(PUBLISHED);
describe.skipIf(!isThere)(`steps to the nearest of published matrices (${PUBLISHED})`, () => {
  interface Published {
    n: number;
    A?: number[][];
    A_upper_rowwise?: number[];
  }
  test("are 8 to 26, as docs/correlations.md says", () => {
    const { matrices } = JSON.parse(readFileSync(PUBLISHED, "utf8")) as { matrices: Record<string, Published> };
    const steps = Object.values(matrices).map(({ n, A, A_upper_rowwise: upper }) => {
      const whole = A ?? identity(n);
      const above = whole.flatMap((row, i) => row.flatMap((_, j) => (j > i ? [[i, j] as const] : [])));
      upper?.forEach((rho, k) => {
        const [i, j] = above[k]!;
        whole[i]![j] = whole[j]![i] = rho;
      });
      return correlation.nearest(whole).iterations!;
    });
    expect([steps.length, Math.min(...steps), Math.max(...steps)]).toEqual([11, 8, 26]);
    expect(readFileSync("docs/correlations.md", "utf8")).toContain("take 9 to 27 eigen-decompositions");
  });
});

test("entries whose distance overflows are refused", () => {
  const large = [
    [1e300, 0],
    [0, 1e300],
  ];
  for (const repair of [correlation.nearest, correlation.spectral])
    expect(() => repair.call(correlation, large)).toThrow("matrix: entries are so large");
});

describe("arguments of the wrong kind are named", () => {
  const two = [
    [1, 0.5],
    [0.5, 1],
  ];
  const returns = { names: ["a", "b"], rows: [[1, 2], [2, 1], [0, 1]] }; // prettier-ignore
  const calls: Record<string, [call: (given: never) => unknown, field: RegExp]> = {
    calibrate: [(given) => lab.calibrate.correlation(given), /^returns/],
    "options of calibrate": [(given) => lab.calibrate.correlation(returns, given), /^options/],
    rank: [(given) => correlation.rank(given, given), /^[xy]$|^returns/],
    logReturns: [(given) => correlation.logReturns(given), /^prices/],
    "options of shrink": [(given) => correlation.shrink(two, given), /^options/],
    "names of check": [(given) => correlation.check(two, given), /^names|^matrix/],
    path: [(given) => correlation.path(given, ["a", "b"]), /^returns/],
    "pair of path": [(given) => correlation.path(returns, given), /^pair/],
    "options of path": [(given) => correlation.path(returns, ["a", "b"], given), /^options/],
    "exposure of up": [(given) => stress.up(two, given), /^exposure/],
    "gamma of up": [(given) => stress.up(two, [1, 1], given), /^gamma/],
    "options of high": [(given) => stress.high(two, given), /^options/],
    "options of break-down": [(given) => stress.breakDown(two, 0.5, given), /^options/],
    nearest: [(given) => correlation.nearest(given), /^matrix/],
    "i of a feasible interval": [(given) => correlation.feasibleInterval(two, given, 0), /^i$/],
    equicorrelation: [(given) => correlation.equicorrelation(given, 0), /^n$/],
  };
  test.each(Object.keys(calls))("%s", (name) => {
    const [call, field] = calls[name]!;
    for (const given of [null, "x", -5, { nothing: 1 }, [null]]) {
      let error: unknown;
      try {
        call(given as never);
      } catch (thrown) {
        error = thrown;
      }
      expect(error, `${name} of ${JSON.stringify(given)}`).toBeInstanceOf(MarginError);
      expect((error as MarginError).field, `${name} of ${JSON.stringify(given)}`).toMatch(field);
    }
  });
});

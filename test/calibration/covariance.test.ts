/** `lab.calibrate.correlation`: each estimator against its definition, and what it refuses. Published figures are in test/vectors. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ESTIMATORS, MarginError, REPAIRS, type CorrelationOptions, type Returns } from "../../bindings/lab.ts";
import { LOSSES, TARGETS } from "../../bindings/lab/covariance.ts";
import { Random } from "../reference/random.ts";
import { distance, largestDifference, returnsOf, type Rows } from "./correlated.ts";
import { lab } from "./lab.ts";

const { calibrate, correlation } = lab;
const small = returnsOf(5, 300, 1);
const fitOf = (returns: Returns, options: CorrelationOptions = {}) => calibrate.correlation(returns, options);
const traceOf = (rows: Rows) => rows.reduce((sum, row, i) => sum + row[i]!, 0);

/** Covariance by its definition. */
function plain({ rows }: Returns, divisor: number): Rows {
  const n = rows[0]!.length;
  const mean = Array.from({ length: n }, (_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
  return mean.map((a, i) =>
    mean.map((b, j) => rows.reduce((sum, row) => sum + (row[i]! - a) * (row[j]! - b), 0) / divisor),
  );
}

describe("every estimator", () => {
  const big = returnsOf(12, 400, 7);
  test.each(ESTIMATORS)(
    "%s: covariance is volatility times correlation, which is one; the document is whole",
    (estimator) => {
      const fit = fitOf(big, { estimator });
      expect(fit).toMatchObject({ format: 1, kind: "correlation", estimator, names: big.names, rows: 400 });
      const { covariance, correlation: R, volatility } = fit;
      correlation.check(R);
      for (let i = 0; i < 12; i++) {
        for (let j = 0; j < 12; j++) {
          expect(covariance[i]![j]! / (volatility[i]! * volatility[j]!)).toBeCloseTo(R[i]![j]!, 12);
          expect(R[i]![j]).toBe(R[j]![i]);
        }
      }
      expect(fit.conditionNumber).toBeCloseTo(fit.eigenvalues[11]! / fit.smallestEigenvalue, 6);
      expect(JSON.parse(JSON.stringify(fit))).toEqual(fit);
      expect(fitOf(big, { estimator })).toEqual(fit);
    },
  );

  const unordered = ESTIMATORS.filter((name) => !["dcc", "cdcc"].includes(name));
  test.each(unordered)("%s: the order of the names does not matter", (estimator) => {
    const places = [3, 0, 4, 1, 2];
    const moved = {
      names: places.map((i) => small.names[i]!),
      rows: small.rows.map((row) => places.map((i) => row[i]!)),
    };
    const [here, there] = [fitOf(small, { estimator }), fitOf(moved, { estimator })];
    const back = places.map((i) => places.map((j) => here.covariance[i]![j]!));
    expect(largestDifference(there.covariance, back)).toBeLessThan(1e-15);
  });

  const most = Math.max(...big.rows.flat().map(Math.abs));
  const scales = [100, 0.99e30 / most, 1.01e-30 / Math.min(...big.names.map((_, i) => Math.max(...big.rows.map((row) => Math.abs(row[i]!)))))]; // prettier-ignore
  test.each(ESTIMATORS)(
    "%s: returns in per cent, or of any size that is taken, give the same correlations",
    (estimator) => {
      const here = fitOf(big, { estimator });
      for (const scale of scales) {
        const there = fitOf({ ...big, rows: big.rows.map((row) => row.map((x) => scale * x)) }, { estimator });
        const tolerance = estimator.endsWith("dcc") ? 1e-6 : 1e-12;
        expect(largestDifference(there.correlation, here.correlation), `${scale}`).toBeLessThan(tolerance);
        there.volatility.forEach((x, i) => expect(x / (scale * here.volatility[i]!)).toBeCloseTo(1, 6));
      }
    },
  );
});

test("the default is constant correlation up to 20 names, and QIS above", () => {
  expect(fitOf(small).estimator).toBe("constant-correlation");
  expect(fitOf(returnsOf(20, 60, 2)).estimator).toBe("constant-correlation");
  expect(fitOf(returnsOf(21, 60, 2)).estimator).toBe("qis");
});

test("sample: the definition, with rows − 1", () => {
  expect(largestDifference(fitOf(small, { estimator: "sample" }).covariance, plain(small, 299))).toBeLessThan(1e-18);
});

describe("ewma", () => {
  test("the recursion is the direct sum", () => {
    const lambda = 0.9;
    const T = small.rows.length;
    const weights = small.rows.map((_, t) => (t === 0 ? lambda ** (T - 1) : (1 - lambda) * lambda ** (T - 1 - t)));
    const direct = small.names.map((_, i) =>
      small.names.map((_, j) => small.rows.reduce((sum, row, t) => sum + weights[t]! * row[i]! * row[j]!, 0)),
    );
    const fit = fitOf(small, { estimator: "ewma", lambda });
    expect(largestDifference(fit.covariance, direct)).toBeLessThan(1e-17);
    expect(fit.effectiveRows).toBeCloseTo(1 / weights.reduce((sum, w) => sum + w * w, 0), 10);
    expect(fit.effectiveRows).toBeCloseTo((1 + lambda) / (1 - lambda), 8);
    expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 13);
  });
  test("a half-life is a λ; without either the dates say it", () => {
    const { parameters } = fitOf(small, { estimator: "ewma", halfLife: 20 });
    expect(parameters.lambda).toBeCloseTo(0.5 ** (1 / 20), 15);
    const dated = (step: number) => ({
      ...small,
      dates: small.rows.map((_, t) => new Date(t * step).toISOString()),
    });
    const lambdaOf = (returns: Returns) => fitOf(returns, { estimator: "ewma" }).parameters.lambda;
    expect([lambdaOf(small), lambdaOf(dated(86_400_000)), lambdaOf(dated(3_600_000))]).toEqual([0.97, 0.97, 0.99]);
  });
});

describe("linear shrinkage", () => {
  const sample = plain(small, 299);
  const mean = traceOf(sample) / 5;
  const targets: Record<string, (i: number, j: number) => number> = {
    "one-parameter": (i, j) => (i === j ? mean : 0),
    diagonal: (i, j) => (i === j ? sample[i]![i]! : 0),
  };
  test.each(Object.entries(targets))("%s lies between the sample and its target", (estimator, target) => {
    const fit = fitOf(small, { estimator: estimator as "diagonal" });
    const delta = fit.parameters.shrinkage!;
    expect(delta).toBeGreaterThan(0);
    expect(delta).toBeLessThan(1);
    const mixed = sample.map((row, i) => row.map((x, j) => delta * target(i, j) + (1 - delta) * x));
    expect(largestDifference(fit.covariance, mixed)).toBeLessThan(1e-17);
  });
  test.each(["one-parameter", "two-parameter", "constant-correlation", "diagonal", "market"] as const)(
    "%s keeps the trace, and more rows ask for less of it",
    (estimator) => {
      const [few, many] = [fitOf(returnsOf(8, 40, 3), { estimator }), fitOf(returnsOf(8, 4000, 3), { estimator })];
      expect(few.parameters.shrinkage).toBeGreaterThan(many.parameters.shrinkage!);
      expect(traceOf(few.covariance)).toBeCloseTo(traceOf(plain(returnsOf(8, 40, 3), 39)), 14);
    },
  );
  test("is nearer to the truth than the sample where rows are few", () => {
    // of many rows the sample is as good as the truth
    const all = returnsOf(15, 4000, 5);
    const truth = plain(all, 3999);
    for (const estimator of ["ledoit-wolf", "oas", "constant-correlation", "qis"] as const) {
      let [shrunk, raw] = [0, 0];
      for (let from = 0; from < 4000; from += 40) {
        const few = { names: all.names, rows: all.rows.slice(from, from + 40) };
        shrunk += distance(fitOf(few, { estimator }).covariance, truth) ** 2;
        raw += distance(plain(few, 39), truth) ** 2;
      }
      expect(shrunk).toBeLessThan(raw);
    }
  });
});

describe("nonlinear shrinkage", () => {
  test.each([
    ["fewer names than rows", 10, 200],
    ["as many", 30, 31],
    ["more names than rows", 40, 25],
  ])("QIS of %s: positive eigenvalues, the trace kept, and the order of the sample's", (_, n, rows) => {
    const returns = returnsOf(n, rows, 11);
    const { covariance } = fitOf(returns, { estimator: "qis" });
    const sample = plain(returns, rows - 1);
    expect(traceOf(covariance) / traceOf(sample)).toBeCloseTo(1, 12);
    const values = correlation.eigenvalues(covariance);
    expect(values[0]).toBeGreaterThan(0);
    const raw = correlation.eigenvalues(sample);
    expect(values.at(-1)! / values[0]!).toBeLessThan(raw.at(-1)! / Math.max(raw[0]!, 1e-12));
  });
  test("with many rows it is the sample", () => {
    const returns = returnsOf(4, 20_000, 2);
    expect(largestDifference(fitOf(returns, { estimator: "qis" }).correlation, fitOf(returns, { estimator: "sample" }).correlation)).toBeLessThan(1e-3); // prettier-ignore
  });
});

describe("rank correlation", () => {
  const { rows } = small;
  const [x, y] = [rows.map((row) => row[0]!), rows.map((row) => row[1]!)];
  /** By all pairs. */
  function kendall(a: number[], b: number[]): number {
    let [excess, tiesA, tiesB] = [0, 0, 0];
    for (let i = 0; i < a.length; i++) {
      for (let j = 0; j < i; j++) {
        const [u, v] = [Math.sign(a[i]! - a[j]!), Math.sign(b[i]! - b[j]!)];
        excess += u * v;
        tiesA += u === 0 ? 1 : 0;
        tiesB += v === 0 ? 1 : 0;
      }
    }
    const pairs = (a.length * (a.length - 1)) / 2;
    return excess / Math.sqrt((pairs - tiesA) * (pairs - tiesB));
  }
  test("τ-b is that of all pairs, with ties too", () => {
    expect(correlation.rank(x, y).kendall).toBeCloseTo(kendall(x, y), 14);
    const random = new Random(3);
    for (let k = 0; k < 40; k++) {
      const rough = Array.from({ length: 2 + k }, () => [random.whole(0, 4), random.whole(0, 3)] as const);
      const [a, b] = [
        [0, 1, ...rough.map(([u]) => u)],
        [1, 0, ...rough.map(([, v]) => v)],
      ];
      expect(correlation.rank(a, b).kendall).toBeCloseTo(kendall(a, b), 13);
    }
  });
  test("both see order alone, and turn with it", () => {
    const { kendall: tau, spearman } = correlation.rank(x, y);
    expect(correlation.rank(x.map(Math.exp), y).kendall).toBe(tau);
    expect(correlation.rank(x, y.map((v) => v ** 3)).spearman).toBeCloseTo(spearman, 14); // prettier-ignore
    expect(correlation.rank(x, y.map((v) => -v)).kendall).toBe(-tau); // prettier-ignore
    expect(correlation.rank(x, x)).toEqual({ kendall: 1, spearman: 1, greiner: 1 });
    for (let n = 3; n < 200; n++) {
      const steps = Array.from({ length: n }, (_, i) => i >> (n % 2)); // with ties and without
      expect(correlation.rank(steps, steps), `n ${n}`).toEqual({ kendall: 1, spearman: 1, greiner: 1 });
      expect(correlation.rank(steps, steps.map((v) => -v)).kendall, `n ${n}`).toBe(-1); // prettier-ignore
    }
  });
  test("sin(πτ/2) is that of the host, near enough", () => {
    for (let k = -200; k <= 200; k++) {
      // n pairs of order: τ is what was wanted to within 1/n
      const wanted = Array.from({ length: 41 }, (_, i) => i);
      const turned = [...wanted.slice(0, 20 - (k % 20)).reverse(), ...wanted.slice(20 - (k % 20))];
      const { kendall: tau, greiner } = correlation.rank(wanted, turned);
      expect(greiner).toBeCloseTo(Math.sin((Math.PI * tau) / 2), 15);
    }
  });
  test("an outlier moves it less than the sample's", () => {
    const hit = { ...small, rows: small.rows.map((row, t) => (t === 7 ? [0.9, -0.9, ...row.slice(2)] : row)) };
    const moved = (estimator: "kendall" | "sample") =>
      Math.abs(fitOf(hit, { estimator }).correlation[0]![1]! - fitOf(small, { estimator }).correlation[0]![1]!);
    expect(moved("kendall")).toBeLessThan(0.05);
    expect(moved("sample")).toBeGreaterThan(0.5);
  });
});

describe("dcc", () => {
  /** Two names whose correlation follows the recursion; residuals of 5,000 rows. */
  function simulated(a: number, b: number, rho: number): Returns {
    const random = new Random(99);
    const normal = () => Array.from({ length: 12 }, () => random.next()).reduce((sum, x) => sum + x, -6);
    let [p, q, r] = [1, 1, rho];
    const rows = Array.from({ length: 5000 }, () => {
      const now = r / Math.sqrt(p * q);
      const u = normal();
      const v = now * u + Math.sqrt(1 - now * now) * normal();
      [p, q, r] = [1 - a - b + a * u * u + b * p, 1 - a - b + a * v * v + b * q, (1 - a - b) * rho + a * u * v + b * r];
      return [u, v];
    });
    return { names: ["X", "Y"], rows };
  }
  // a variance that stays at 1
  const still = [1, 1].map(() => ({ omega: 1e-9, alpha: 0, beta: 1 }));
  const pair = ["X", "Y"] as const;

  test.each(["dcc", "cdcc"] as const)("%s: weights that made the returns come back", (estimator) => {
    const { parameters, rho } = correlation.path(simulated(0.04, 0.93, 0.5), pair, { estimator, garch: still });
    expect(parameters.a).toBeGreaterThan(0.025);
    expect(parameters.a).toBeLessThan(0.055);
    expect(parameters.b).toBeGreaterThan(0.88);
    expect(parameters.b).toBeLessThan(0.96);
    expect(Math.max(...rho) - Math.min(...rho)).toBeGreaterThan(0.3);
  });
  test.each(["dcc", "cdcc"] as const)("%s: no weights nearby are likelier", (estimator) => {
    const returns = simulated(0.06, 0.85, 0.3);
    const { a, b, logLikelihood } = correlation.path(returns, pair, { estimator, garch: still }).parameters;
    for (const [da, db] of [
      [0.003, 0],
      [-0.003, 0],
      [0, 0.01],
      [0, -0.01],
      [0.003, -0.01],
    ] as const) {
      // prettier-ignore
      const other = correlation.path(returns, pair, { estimator, garch: still, a: a! + da, b: b! + db }).parameters;
      expect(other.logLikelihood).toBeLessThan(logLikelihood!);
    }
  });
  test("a fit that ends at an edge says so", () => {
    const random = new Random(6);
    const rows = Array.from({ length: 900 }, () => {
      const [u, v] = [random.next() - 0.5, random.next() - 0.5];
      return [u, u + v];
    });
    const edge = correlation.path({ names: ["X", "Y"], rows }, pair, { garch: still }).parameters;
    expect([edge.boundary, edge.a! < 1e-6]).toEqual(["a", true]);
    const inside = correlation.path(simulated(0.04, 0.93, 0.5), pair, { garch: still }).parameters;
    expect(inside).not.toHaveProperty("boundary");
  });
  test("a = b = 0 is the constant correlation of the residuals, and its likelihood the normal one", () => {
    const returns = simulated(0.04, 0.93, 0.5);
    const { rho, target, forecast, parameters } = correlation.path(returns, pair, { garch: still, a: 0, b: 0 });
    const R = target[0]![1]! / Math.sqrt(target[0]![0]! * target[1]![1]!);
    rho.forEach((x) => expect(x).toBeCloseTo(R, 14));
    expect(forecast[0]![1]).toBeCloseTo(R, 14);
    expect(parameters).toMatchObject({ a: 0, b: 0, target: "moments" });
  });
  test("GARCH: the variance is targeted, and no α, β nearby are likelier", () => {
    const random = new Random(5);
    const normal = () => Array.from({ length: 12 }, () => random.next()).reduce((sum, x) => sum + x, -6);
    let h = 1e-4;
    const series = Array.from({ length: 4000 }, () => {
      const r = Math.sqrt(h) * normal();
      h = 2e-6 + 0.08 * r * r + 0.9 * h;
      return r;
    });
    const fit = fitOf(
      { names: ["X", "Y"], rows: series.map((r) => [r, r * 0.5 + 0.001 * normal()]) },
      { estimator: "dcc" },
    );
    const { omega, alpha, beta } = fit.parameters.garch![0]!;
    expect(alpha).toBeGreaterThan(0.05);
    expect(alpha).toBeLessThan(0.11);
    expect(beta).toBeGreaterThan(0.85);
    expect(beta).toBeLessThan(0.94);
    const target = series.reduce((sum, r) => sum + r * r, 0) / 4000;
    expect(omega / (1 - alpha - beta)).toBeCloseTo(target, 12);
    const mean = series.reduce((sum, r) => sum + r, 0) / 4000;
    const start = series.reduce((sum, r) => sum + (r - mean) ** 2, 0) / 4000;
    const likelihood = (a: number, b: number) => {
      let at = start;
      return series.reduce((sum, r) => {
        const now = sum - 0.5 * (Math.log(at) + (r * r) / at);
        at = target * (1 - a - b) + a * r * r + b * at;
        return now;
      }, 0);
    };
    for (const [da, db] of [
      [0.004, 0],
      [-0.004, 0],
      [0, 0.004],
      [0, -0.004],
    ] as const)
      // prettier-ignore
      expect(likelihood(alpha + da, beta + db)).toBeLessThan(likelihood(alpha, beta));
  });
  test("more than ten names: neighbours' likelihood, and a target shrunk", () => {
    const { parameters } = fitOf(returnsOf(12, 400, 7), { estimator: "cdcc" });
    expect(parameters).toMatchObject({ likelihood: "composite", target: "qis" });
    expect(fitOf(small, { estimator: "cdcc" }).parameters).toMatchObject({ likelihood: "full", target: "moments" });
  });
});

describe("an estimate that is not positive semidefinite", () => {
  // the sine of ranks over six rows
  const returns = returnsOf(10, 6, 1);
  const column = (i: number) => returns.rows.map((row) => row[i]!);
  const matrix = returns.names.map((_, i) =>
    returns.names.map((__, j) => (i === j ? 1 : correlation.rank(column(i), column(j)).greiner)),
  );
  const smallest = correlation.eigenvalues(matrix)[0]!;
  test("is refused with what repairs would do, and repaired only where that is said", () => {
    expect(smallest).toBeLessThan(-0.01);
    expect(() => fitOf(returns, { estimator: "kendall" })).toThrow(
      /^correlation: not positive semidefinite: its smallest eigenvalue is -[\d.]+; repairs: nearest \(distance [\d.]+\), shrink \(alpha [\d.]+, distance [\d.]+\)$/,
    );
    for (const repair of REPAIRS) {
      const fit = fitOf(returns, { estimator: "kendall", repair });
      expect(fit.repaired).toMatchObject({ method: repair });
      expect(fit.repaired!.smallestEigenvalue).toBeCloseTo(smallest, 12);
      expect(fit.repaired!.distance).toBeCloseTo(distance(fit.correlation, matrix), 12);
      correlation.check(fit.correlation);
    }
    expect(fitOf(returns, { estimator: "sample", repair: "nearest" }).repaired).toBeUndefined();
  });
});

describe("what is refused", () => {
  const good = { ...small, dates: small.rows.map((_, t) => new Date(t * 86_400_000).toISOString().slice(0, 10)) };
  const rowsWith = (t: number, i: number, value: unknown) =>
    good.rows.map((row, k) => (k === t ? row.map((x, c) => (c === i ? (value as number) : x)) : row));
  const datesWith = (t: number, date: string) => good.dates.map((own, k) => (k === t ? date : own));
  test.each<[string, Partial<Returns>, CorrelationOptions, string]>([
    ["WrongType", { names: "BTC" as never }, {}, 'returns.names: expected a list of names, was "BTC"'],
    ["WrongType", { names: ["A", "", "C", "D", "E"] }, {}, 'returns.names[1]: expected a name, was ""'],
    ["DuplicateName", { names: ["A", "B", "C", "A", "E"] }, {}, 'returns.names[3]: "A" is also names[0]'],
    ["TooFewNames", { names: ["A"] }, {}, "returns.names: expected at least 2 names, was 1"],
    ["TooFewRows", { rows: good.rows.slice(0, 2), dates: undefined }, {}, "returns.rows: expected at least 3 rows, was 2"],
    ["LengthsDiffer", { names: good.names.slice(1) }, {}, "returns.rows[0]: expected 4 returns, one for each name, was 5"],
    ["LengthsDiffer", { dates: good.dates.slice(1) }, {}, "returns.dates: expected 300 dates, one for each row, was 299"],
    ["NotFinite", { rows: rowsWith(17, 2, NaN) }, {}, "returns.rows[17][2]: expected a finite return of N2 on 1970-01-18, was NaN"],
    ["NotFinite", { rows: rowsWith(17, 2, null), dates: undefined }, {}, "returns.rows[17][2]: expected a finite return of N2, was null"],
    ["ConstantColumn", { rows: good.rows.map(([, ...row]) => [0, ...row]) }, {}, "returns.names[0]: every return of N0 is 0: without variance there is no correlation"],
    ["OutOfRange", { rows: good.rows.map(([a, ...row]) => [a! * 1e200, ...row]) }, {}, `returns.names[0]: expected returns of N0 up to a size from 1e-30 to 1e+30, was ${Math.max(...good.rows.map(([a]) => Math.abs(a! * 1e200)))}`],
    ["OutOfRange", { rows: good.rows.map(([a, b, ...row]) => [a!, b! * 1e-170, ...row]) }, { estimator: "qis" }, `returns.names[1]: expected returns of N1 up to a size from 1e-30 to 1e+30, was ${Math.max(...good.rows.map(([, b]) => Math.abs(b! * 1e-170)))}`],
    ["UnknownField", {}, { estimator: "ewma", lambda: 0.97, halflife: 3 } as never, "options.halflife: unknown field; did you mean halfLife?"],
    ["UnknownField", {}, { decay: 0.97 } as never, "options.decay: unknown field; there is estimator, lambda, halfLife, repair, a, b, garch, target"],
    ["WrongType", {}, null as never, "options: expected an object, was null"],
    ["BadText", { dates: datesWith(4, "4 May") }, {}, 'returns.dates[4]: expected a date, or an ISO 8601 moment with a zone, was "4 May"'],
    ["DuplicateDate", { dates: datesWith(4, good.dates[3]!) }, {}, "returns.dates[4]: 1970-01-04 is there twice"],
    ["DatesNotSorted", { dates: datesWith(4, "1970-01-01") }, {}, "returns.dates[4]: expected after 1970-01-04, was 1970-01-01"],
    ["NotOneOf", {}, { estimator: "best" as never }, 'options.estimator: expected sample, ewma, constant-correlation, ledoit-wolf, oas, one-parameter, two-parameter, diagonal, market, qis, gis, lis, dcc, cdcc, kendall, was "best"'],
    ["NotOneOf", {}, { repair: "magic" as never }, 'options.repair: expected "nearest", "shrink", "spectral", was "magic"'],
    ["OutOfRange", {}, { estimator: "ewma", lambda: 1 }, "options.lambda: expected between 0 and 1, was 1"],
    ["OutOfRange", {}, { estimator: "ewma", halfLife: 0 }, "options.halfLife: expected > 0 rows, was 0"],
    ["Conflict", {}, { estimator: "ewma", lambda: 0.9, halfLife: 3 }, "options.halfLife: lambda says the same: give one of them"],
    ["Conflict", {}, { lambda: 0.9 }, "options.lambda: is of ewma; the estimator is constant-correlation"],
    ["Missing", {}, { estimator: "dcc", a: 0.1 }, "options.b: missing: a and b go together"],
    ["OutOfRange", {}, { estimator: "dcc", a: 0.2, b: 0.8 }, "options.b: expected a + b < 1, was 0.8"],
    ["LengthsDiffer", {}, { estimator: "dcc", garch: [] }, "options.garch: expected 5 of them, one for each name, was 0"],
    ["TooFewRows", { rows: good.rows.slice(0, 50), dates: undefined }, { estimator: "dcc" }, "returns.rows: expected at least 100 rows to fit dcc, was 50"],
    ["TooFewRows", { rows: good.rows.slice(0, 5), dates: undefined }, { estimator: "lis" }, "returns.rows: expected more than 5 rows for lis of 5 names, was 5"],
    ["Singular", { rows: good.rows.map(([a, b, c, d]) => [a!, b!, c!, d!, a! + b!]) }, { estimator: "qis" }, "returns: qis: some returns are sums of others: leave a name out"],
  ])("%s %#", (code, returns, options, message) => {
    let error: unknown;
    try {
      fitOf({ ...good, ...returns }, options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(MarginError);
    expect([(error as MarginError).code, (error as MarginError).message]).toEqual([code, message]);
  }); // prettier-ignore
  test("an unknown name of a pair, and lists of two lengths", () => {
    expect(() => correlation.path(small, ["N0", "X"])).toThrow('pair[1]: expected one of N0, N1, N2, N3, N4, was "X"');
    expect(() => correlation.path(small, ["N0", "N1"], { lambda: 0.9 } as never)).toThrow(
      "options.lambda: unknown field",
    );
    expect(() => correlation.rank([1, 2, 3], [1, 2])).toThrow("y: expected 3 numbers, as x has, was 2");
    expect(() => correlation.logReturns([[1, 2], [3, 0]])).toThrow("prices[1][1]: expected > 0, was 0"); // prettier-ignore
  });
});

describe("numbers on both sides", () => {
  const members = (file: string, name: string) =>
    new RegExp(`const enum ${name} \\{([^}]*)\\}`)
      .exec(readFileSync(`assembly/correlation/${file}.ts`, "utf8"))![1]!
      .replace(/\/\*\*.*?\*\//g, "")
      .split(",")
      .map((word) => word.trim())
      .filter(Boolean);
  const ordered = (of: Partial<Record<string, number>>) =>
    Object.entries(of)
      .sort(([, a], [, b]) => a! - b!)
      .map(([name]) => name);
  test("targets", () => {
    const named: Record<string, string> = { Identity: "ledoit-wolf" };
    const kebab = (word: string) => word.replace(/(?!^)[A-Z]/g, (c) => `-${c}`).toLowerCase();
    expect(members("linear-shrinkage", "Target").map((word) => named[word] ?? kebab(word))).toEqual(ordered(TARGETS));
  });
  test("losses", () => {
    const named: Record<string, string> = { Quadratic: "qis", Linear: "lis", Geometric: "gis" };
    expect(members("nonlinear-shrinkage", "Loss").map((word) => named[word])).toEqual(ordered(LOSSES));
  });
});

test("log returns", () => {
  const made = correlation.logReturns([[100, 1], [110, 2], [99, 1]]); // prettier-ignore
  expect(largestDifference(made, [[Math.log(1.1), Math.log(2)], [Math.log(0.9), -Math.log(2)]])).toBeLessThan(2e-16); // prettier-ignore
});

test("all memory is given back", () => expect(lab.memory().used).toBe(0));

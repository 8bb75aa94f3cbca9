/** What do the nearest correlation matrix, its quick stand-in and QIS cost, for 10, 30 and 94 names? */
import { readFileSync } from "node:fs";
import type { LabExports } from "../bindings/lab/exports.ts";
import { anyMatrix, correlationOf, returnsOf } from "../test/calibration/correlated.ts";
import { compare, mustAgree, type Effort, type Table } from "./harness.ts";
import * as twin from "./twin/correlation.ts";

const SIZES = [10, 30, 94];
const ROWS = 500;
const TOLERANCE = 1e-13;

/** A correlation matrix hidden in noise, with negative eigenvalues, as of one patched together from sources. */
function patched(n: number): Float64Array {
  const [base, noise] = [correlationOf(n, n, 4), anyMatrix(n, n + 1)];
  return Float64Array.from(base.flatMap((row, i) => row.map((x, j) => (i === j ? 1 : 0.6 * x + 0.4 * noise[i]![j]!))));
}

export function correlations(effort: Effort): Table[] {
  const exports = new WebAssembly.Instance(new WebAssembly.Module(readFileSync("build/lab.wasm")), {})
    .exports as unknown as LabExports;
  const room = (count: number, values?: ArrayLike<number>) => {
    const address = exports.allocate(8 * count);
    if (values !== undefined) new Float64Array(exports.memory.buffer, address, count).set(values);
    return address;
  };
  const read = (address: number, count: number) => new Float64Array(exports.memory.buffer, address, count);

  return SIZES.flatMap((n) => {
    const [out, work, facts, values] = [room(n * n), room(exports.nearestWork(n)), room(2), room(n)];
    const matrix = patched(n);
    const at = room(n * n, matrix);
    const nearest = () => exports.nearestCorrelation(n, at, TOLERANCE, 1000, out, facts, work);
    const steps = nearest();
    mustAgree(`nearest, n = ${n}`, twin.nearest(n, matrix, TOLERANCE), read(out, n * n), 1e-9);
    const shrink = () => exports.shrunkCorrelation(n, at, 0, out, work);
    const alpha = shrink();
    mustAgree(`shrink, n = ${n}`, [twin.alphaByEigenvalue(n, matrix), twin.alphaByBisection(n, matrix)], [alpha, alpha], 1e-9); // prettier-ignore
    const { rows } = returnsOf(n, ROWS, n);
    const returns = room(
      n * ROWS,
      Float64Array.from({ length: n * ROWS }, (_, k) => rows[k % ROWS]![Math.floor(k / ROWS)]!),
    );
    const [sample, centred] = [room(n * n), room(n * ROWS)];
    exports.sampleCovariance(n, ROWS, returns, centred, sample);
    const covariance = read(sample, n * n).slice();
    const qis = () => {
      exports.nonlinearlyShrunk(0, n, ROWS - 1, sample, out, values, work);
      return read(out, 1)[0]!;
    };
    qis();
    mustAgree(`QIS, n = ${n}`, twin.qis(n, ROWS - 1, covariance), read(out, n * n), 1e-9, 1e-4);
    const table = (title: string, ours: () => number, theirs: [name: string, run: () => number][], remark: string) =>
      compare(
        `${title}, ${n} names`,
        "ns a matrix",
        [{ name: "margin-core", units: 1, run: ours }, ...theirs.map(([name, run]) => ({ name, units: 1, run }))],
        effort,
        [remark],
      );
    return [
      table(
        "Nearest correlation matrix",
        nearest,
        [["JS twin", () => twin.nearest(n, matrix, TOLERANCE)[1]!]],
        `${steps} eigen-decompositions, to 1e-13 on the diagonal.`,
      ),
      table(
        "Shrinkage to the identity",
        shrink,
        [
          ["JS twin", () => twin.alphaByEigenvalue(n, matrix)],
          ["JS, bisection by Cholesky", () => twin.alphaByBisection(n, matrix)],
        ],
        `Of a matrix that needs it: α = ${alpha.toFixed(3)}. The twins find α alone, the core writes the matrix too.`,
      ),
      table(
        "QIS",
        qis,
        [["JS twin", () => twin.qis(n, ROWS - 1, covariance)[0]!]],
        `From the sample covariance of ${ROWS} rows on.`,
      ),
    ];
  });
}

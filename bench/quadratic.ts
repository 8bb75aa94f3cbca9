/** What does w′Pw cost? */
import { column, kernels, release } from "../test/kernels.ts";
import { compare, mustAgree, type Contender, type Effort, type Table } from "./harness.ts";
import { titles, type Library, type Native } from "./native.ts";
import { Random } from "../test/reference/random.ts";
import * as twin from "./twin/margin.ts";

async function order(n: number, effort: Effort, native: Native): Promise<Table> {
  release();
  const random = new Random(n);
  const P = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = i; j < n; j++) P[i * n + j] = P[j * n + i] = random.uniform(-1, 1);
  const w = Float64Array.from({ length: n }, () => random.uniform(-1, 1));
  const rows = Array.from({ length: n }, (_, i) => P.slice(i * n, (i + 1) * n));
  const matrix = column(n * n, P);
  const weights = column(n, w);
  const expected = [twin.quadraticForm(P, w, n)];
  mustAgree("quadraticForm", [kernels.quadraticForm(n, matrix, weights)], expected, 1e-12, n);
  mustAgree("tuned twin", [twin.quadraticFormTuned(rows, w, n)], expected, 1e-12, n);

  // a small form takes less time than a timer or a call through an interface: several in one run
  const times = n < 100 ? 200 : n < 1000 ? 10 : 1;
  const repeated = (f: () => number) => () => {
    let sum = 0;
    for (let i = 0; i < times; i++) sum += f();
    return sum;
  };
  const contenders: Contender[] = [
    {
      name: "margin-core",
      units: times,
      run: () => {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += kernels.quadraticForm(n, matrix, weights);
        return sum;
      },
    },
    {
      name: "JS twin, tuned",
      units: times,
      run: () => {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += twin.quadraticFormTuned(rows, w, n);
        return sum;
      },
      note: "upper triangle, four accumulators",
    },
    {
      name: "JS twin",
      units: times,
      run: () => {
        let sum = 0;
        for (let i = 0; i < times; i++) sum += twin.quadraticForm(P, w, n);
        return sum;
      },
      note: "full matrix",
    },
  ];
  const remarks: string[] = [];
  for (const library of ["m_128", "m_256"] satisfies Library[]) {
    const f = await native.find(library, "quadsym");
    if (typeof f === "string") {
      remarks.push(f);
      continue;
    }
    mustAgree(titles[library], [f(P, w, n)], expected, 1e-12, n);
    contenders.push({
      name: titles[library],
      units: times,
      run: repeated(() => f(P, w, n)),
      note: "about 130 ns are its call",
    });
  }
  const table = compare(`w′Pw, n = ${n}`, "ns", contenders, effort, remarks);
  release();
  if (n < 1000) return table;
  table.remarks.push(
    "A matrix of 8 MB is bound by the cache behind the second: ratios differ by up to 1.8 from process to process, and are not compared.",
  );
  return { ...table, scatters: true };
}

export async function quadratic(effort: Effort, native: Native): Promise<Table[]> {
  return [await order(10, effort, native), await order(100, effort, native), await order(1000, effort, native)];
}

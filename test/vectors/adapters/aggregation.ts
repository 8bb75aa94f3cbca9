/** `agg.*`: √(wᵀRw), its gradient and shares, across buckets, and after a change of one position: correlated charges over given factors. */
import type { Correlated, Parameter } from "../../../bindings/documents/model.ts";
import type { Requirement } from "../../../bindings/documents/requirement.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import type { Input } from "../input.ts";
import { evaluate, evaluateChange, groupOf, sensitivities, type Situation } from "./documents.ts";

const name = (b: number, i: number) => `${b}.${i}`;

function matrixOf(b: number, R: Input): Parameter {
  const rows = R.list().map((row) => row.numbers());
  return { unit: "correlation", source: "inputs of the case", is: { labels: rows.map((_, i) => name(b, i)), rows } };
}

/** One matrix over all buckets: two factors of different buckets do not meet in it. */
function joined(buckets: Input[]): Parameter {
  const labels = buckets.flatMap((bucket, b) => bucket.numbers("w").map((_, i) => name(b, i)));
  const inside = buckets.map((bucket) => bucket.list("R").map((row) => row.numbers()));
  const place = (label: string) => label.split(".").map(Number) as [number, number];
  const rows = labels.map((row) =>
    labels.map((column) => {
      const [b, i] = place(row);
      const [c, j] = place(column);
      return b === c ? inside[b]![i]![j]! : 0;
    }),
  );
  return { unit: "correlation", source: "inputs of the case", is: { labels, rows } };
}

const rowsOf = (b: number, w: number[]) =>
  w.map((amount, i) => ({ keys: { bucket: String(b), name: name(b, i) }, amount }));

const charge = (of: Partial<Correlated>): Correlated => ({
  kind: "correlated",
  factor: ["bucket", "name"],
  bucket: ["bucket"],
  within: { key: "name", matrix: "R" },
  ...of,
});

const sharesOf = (requirement: Requirement, n: number): number[] => {
  const shares = new Map(groupOf(requirement, "base").shares);
  return Array.from({ length: n }, (_, i) => shares.get(`S${String(i).padStart(6, "0")}`) ?? 0);
};

function oneBucket(inputs: Input): Situation {
  return {
    ...sensitivities(rowsOf(0, inputs.numbers("w"))),
    parameters: { R: matrixOf(0, inputs.at("R")) },
    charges: { base: charge({}) },
    outputs: { K: "base" },
  };
}

function root(inputs: Input): Answer {
  const w = inputs.numbers("w");
  const requirement = evaluate({
    ...oneBucket(inputs),
    charges: {
      base: charge({}),
      high: charge({ regime: "high" }),
      low: charge({ regime: "low" }),
      sumAbs: charge({ within: "absolute" }),
      allOne: charge({ within: 1 }),
      independent: charge({ within: 0 }),
    },
    outputs: {
      base: "base",
      high: "high",
      low: "low",
      worst: { max: ["base", "high", "low"] },
      sumAbs: "sumAbs",
      allOne: "allOne",
      independent: "independent",
    },
  });
  const euler = sharesOf(requirement, w.length);
  return {
    got: {
      ...requirement.outputs,
      euler,
      gradient: euler.map((share, i) => share / w[i]!),
      eulerSum: euler.reduce((a, b) => a + b, 0),
    },
  };
}

function update(inputs: Input): Answer {
  const w = inputs.numbers("w");
  const index = inputs.num("index");
  const delta = inputs.num("delta");
  const [before, after] = evaluateChange(oneBucket(inputs), [
    { instrument: `S${String(index).padStart(6, "0")}`, amount: delta },
  ]);
  const [K, KNew] = [before.outputs!.K!, after.outputs!.K!];
  const wNew = w.map((x, i) => (i === index ? x + delta : x));
  // shares are w·(Rw)/K
  const y = (requirement: Requirement, held: number[], of: number) =>
    sharesOf(requirement, held.length).map((share, i) => (share * of) / held[i]!);
  return { got: { y: y(before, w, K), q: K * K, qNew: KNew * KNew, yNew: y(after, wNew, KNew), K, KNew } };
}

function buckets(inputs: Input): Answer {
  const list = inputs.list("buckets");
  const requirement = evaluate({
    ...sensitivities(list.flatMap((bucket, b) => rowsOf(b, bucket.numbers("w")))),
    parameters: { R: joined(list) },
    charges: { base: charge({ across: inputs.num("gamma"), clamp: "always" }) },
    outputs: { total: "base" },
  });
  const { driver } = groupOf(requirement, "base");
  if (driver === undefined || !("buckets" in driver)) throw new Error("no buckets");
  return {
    got: {
      K: driver.buckets.map(({ K }) => K),
      S: driver.buckets.map(({ S }) => S),
      total: requirement.outputs!.total,
    },
  };
}

export const aggregation: Adapter[] = [
  { family: "agg", knows: named("agg.sqrt-correlation"), run: root },
  { family: "agg", knows: named("agg.rank-one-update"), run: update },
  { family: "agg", knows: named("agg.buckets"), run: buckets },
];

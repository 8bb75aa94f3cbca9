/** Sensitivities by risk factor out of an evaluated account. */
import type { ExposureFactor } from "../documents/requirement.ts";
import type { FactorsPlan } from "../compile/factors.ts";
import type { Reader } from "./prepared.ts";
import { sumOf } from "./explain-correlated.ts";
import { trace } from "./trace.ts";

export function exposuresOf(reader: Reader): Record<string, ExposureFactor[]> {
  return Object.fromEntries(reader.program.exposures.map(({ name, plan }) => [name, factorsHeld(reader, plan)]));
}

/** By underlying first, then by the other keys. */
function order(a: ExposureFactor["keys"], b: ExposureFactor["keys"]): number {
  const keys = Object.keys(a).sort(
    (x, y) => Number(y === "underlying") - Number(x === "underlying") || (x < y ? -1 : 1),
  );
  for (const key of keys) if (a[key] !== b[key]) return a[key]! < b[key]! ? -1 : 1;
  return 0;
}

function factorsHeld(reader: Reader, plan: FactorsPlan): ExposureFactor[] {
  const { sums } = reader.placed.factors.get(plan)!;
  const n = plan.keys.length;
  const touched = new Set<number>();
  for (const i of reader.held) {
    const first = plan.factorOf[i]!;
    if (first < 0) continue;
    const measure = plan.measures[0]!;
    if (!Number.isFinite(reader.value(measure, i))) throw trace(reader, measure, i);
    if (plan.pillars !== undefined && !Number.isFinite(reader.value(plan.pillars.of, i)))
      throw trace(reader, plan.pillars.of, i);
    const count = plan.pillars?.at.length ?? 1;
    for (let p = 0; p < count; p++) touched.add(first + p);
  }
  return [...touched]
    .sort((a, b) => order(plan.keys[a]!, plan.keys[b]!) || a - b)
    .map((f) => {
      const [long, short] = [sumOf(reader, sums, f), sumOf(reader, sums, n + f)].map((x) => (x === 0 ? 0 : x)) as [
        number,
        number,
      ];
      return { keys: plan.keys[f]!, net: long + short, long, short };
    })
    .filter(({ long, short }) => plan.pillars === undefined || long !== 0 || short !== 0);
}

/** Correlations that are single numbers: each is looked at when its column is known, where the market is bound. */
import { Op } from "../../assembly/record/opcodes.ts";
import { MarginError } from "../error.ts";
import { describe } from "../compile/facts.ts";
import type { Node } from "../compile/graph.ts";
import type { Program } from "../compile/program.ts";
import type { Exports } from "./exports.ts";
import type { Placed } from "./layout.ts";

/** What expressions may leave by rounding. */
const ROUNDING = 1e-12;

/** Refuses a ρ or γ beyond ±1. One that is missing is told where something needs it. */
export function refuseBeyondOne(exports: Exports, program: Program, { column }: Placed): void {
  const look = (node: Node | undefined, path: string, places: Int32Array) => {
    if (node === undefined) return;
    const values = new Float64Array(exports.memory.buffer, column.get(node)!, node.level.groups.length);
    const place = places.find((g) => Math.abs(values[g]!) > 1 + ROUNDING);
    if (place === undefined) return;
    const of = describe(node.level.groups[place]!);
    const problem = `expected a correlation of ${of} from −1 to 1, was ${values[place]!}`;
    throw new MarginError("CorrelationOutOfRange", parameterOf(program, node) ?? path, problem, {
      value: values[place]!,
    });
  };
  for (const { extra } of program.graph.nodes) {
    const plan = extra.aggregation;
    if (plan === undefined) continue;
    for (const { a, b, path } of plan.terms) {
      look(a, path, plan.factors.bucketPlace);
      look(b, path, plan.factors.bucketPlace);
    }
    look(plan.gamma, `${plan.factors.path}.across`, plan.factors.totalPlace);
  }
}

/** The parameter that a column is, lifted to finer groups or not; undefined where it is computed. */
function parameterOf({ model }: Pick<Program, "model">, node: Node): string | undefined {
  if (node.op === Op.Broadcast) return parameterOf({ model }, node.args[0]!);
  if (node.leaf === undefined) return undefined;
  const name = "name" in node.leaf ? node.leaf.name : undefined;
  return name !== undefined && Object.hasOwn(model.parameters, name) ? `model.parameters.${name}` : undefined;
}

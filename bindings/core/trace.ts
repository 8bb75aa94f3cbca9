/** Where a number that is none comes from: back through the program to the fact that is missing or the operation that has no result. */
import { Op } from "../../assembly/record/opcodes.ts";
import { MarginError } from "../error.ts";
import { describe } from "../compile/facts.ts";
import type { Node } from "../compile/graph.ts";
import type { Reader } from "./prepared.ts";

export function trace(reader: Reader, node: Node, at: number): MarginError {
  const group = node.phase === "account" ? reader.heldGroups(node.level)[at]! : at;
  return back(reader, node, group) ?? undefinedAt(node, group);
}

function undefinedAt(node: Node, group: number): MarginError {
  return new MarginError("Undefined", node.path, `has no finite value for ${describe(node.level.groups[group] ?? {})}`);
}

/** The cause, given a node without a number for a group. */
function back(reader: Reader, node: Node, group: number): MarginError | undefined {
  if (node.leaf !== undefined) return leafError(node, group);
  if (node.op === Op.SumRows) return rowsError(reader, node, group);
  const args = [...node.args, ...(node.extra.byRow ?? []).filter((arg) => arg !== undefined)];
  if (node.inPlaceOf !== undefined)
    args.push(
      ...reader.program.graph.nodes
        .filter((other) => other.inPlaceOf === node.inPlaceOf && other.id < node.id)
        .flatMap((other) => other.args),
    );
  for (const arg of args) {
    for (const g of groupsUnder(arg, node, group)) {
      if (isMissing(reader, arg, g)) return back(reader, arg, g);
    }
  }
  if (node.op === Op.Greek || node.op === Op.OptionValue || node.op === Op.PerLot) return undefined;
  return undefinedAt(node, group);
}

/** Groups of an operand that stand behind a group of its user: the same, the coarser one, or the finer ones. */
function groupsUnder(arg: Node, node: Node, group: number): number[] {
  if (arg.level === node.level) return [group];
  const sample = node.level.sample[group]!;
  const finer = arg.level.groups.flatMap((_, g) => (node.level.groupOf[arg.level.sample[g]!] === group ? [g] : []));
  const same = arg.level.groupOf[sample]!;
  return finer.length > 1 ? finer : same < 0 ? [] : [same];
}

function isMissing(reader: Reader, node: Node, group: number): boolean {
  const at = node.phase === "account" ? reader.placeOf(node.level, group) : group;
  if (at < 0) return false;
  if (!node.isMatrix) return !Number.isFinite(reader.value(node, at));
  const { stride } = reader.placed.sets[node.set!]!;
  const rows = reader.program.sets[node.set!]!.rows.length;
  const from = (reader.address(node) >> 3) + at * stride;
  return reader.f64.subarray(from, from + rows).some((x) => !Number.isFinite(x));
}

function leafError(node: Node, group: number): MarginError | undefined {
  const leaf = node.leaf!;
  if (leaf.leaf === "constant") {
    const field = node.path.split(" ")[0]!;
    return new MarginError("MissingFact", field, `missing: ${node.path}`);
  }
  const root = node.path.startsWith("model.") ? "the model" : leaf.leaf === "given" ? "the portfolio" : "the market";
  return new MarginError(
    "MissingFact",
    node.path.replace(/\[\d+\]\.\w+$/, ""),
    `${root} has no "${leaf.name}" for ${describe(node.level.groups[group] ?? {})}`,
  );
}

function rowsError(reader: Reader, node: Node, group: number): MarginError | undefined {
  const set = reader.program.sets[node.set!]!;
  const { risk, stride } = reader.placed.sets[node.set!]!;
  for (const i of reader.held) {
    if (node.level.groupOf[i] !== group) continue;
    const row = reader.f64.subarray((risk >> 3) + i * stride, (risk >> 3) + i * stride + set.rows.length);
    if (!row.some((x) => !Number.isFinite(x))) continue;
    const id = reader.program.universe.items[i]!.id;
    for (const fields of set.fields) {
      for (const field of fields) {
        if (field === undefined) continue;
        const g = field.level.groupOf[i]!;
        if (g < 0)
          return new MarginError(
            "MissingFact",
            field.path,
            `instrument ${id} does not have the keys {${field.level.keys.join(", ")}} by which it is known`,
          );
        if (!Number.isFinite(reader.value(field, g))) return back(reader, field, g) ?? undefinedAt(field, g);
      }
    }
    return new MarginError(
      "Undefined",
      `model.scenarios.${set.name}`,
      `instrument ${id} has no finite value in a row`,
      { value: id },
    );
  }
  return undefined;
}

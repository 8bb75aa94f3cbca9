/** Where a number that is none comes from: back through the program to the fact that is missing or the operation that has no result. */
import { Input, Op } from "../../assembly/record/opcodes.ts";
import { Status } from "../../assembly/record/status.ts";
import { MarginError, unexpected } from "../error.ts";
import { describe } from "../compile/facts.ts";
import type { Node } from "../compile/graph.ts";
import type { AggregationPlan } from "../compile/correlated.ts";
import type { Scalar } from "../documents/expression.ts";
import { indefiniteBucket, missingFigure, overflowingBucket } from "./explain-correlated.ts";
import { NEEDED, placeOf } from "./failure.ts";
import type { Reader } from "./prepared.ts";

export function trace(reader: Reader, node: Node, at: number): MarginError {
  const group = node.phase === "account" ? reader.heldGroups(node.level)[at]! : at;
  return causeOf(reader, node, group) ?? undefinedAt(node, group);
}

function undefinedAt(node: Node, group: number): MarginError {
  return new MarginError("Undefined", node.path, `has no finite value for ${describe(node.level.groups[group] ?? {})}`);
}

/** The cause, given a node without a number for a group; undefined where nothing behind it tells one. */
export function causeOf(reader: Reader, node: Node, group: number): MarginError | undefined {
  if (node.leaf !== undefined) return leafError(node, group);
  // of rows or of the values today beside them
  const sum = node.op === 0 ? reader.program.graph.nodes.find(({ second }) => second === node) : node;
  if (sum?.op === Op.SumRows) return rowsError(reader, sum, group);
  if (node.extra.aggregation !== undefined) {
    return correlatedError(reader, node, node.extra.aggregation, group);
  }
  const args = [...node.args, ...(node.extra.byRow ?? []).filter((arg) => arg !== undefined)];
  if (node.inPlaceOf !== undefined)
    args.push(
      ...reader.program.graph.nodes
        .filter((other) => other.inPlaceOf === node.inPlaceOf && other.id < node.id)
        .flatMap((other) => other.args),
    );
  for (const arg of args) {
    for (const g of groupsUnder(arg, node, group)) {
      const cause = isMissing(reader, arg, g) ? causeOf(reader, arg, g) : undefined;
      if (cause !== undefined) return cause;
    }
  }
  if (node.op === Op.Greek || node.op === Op.OptionValue) return priceError(reader, group);
  if (node.op === Op.PerLot) return undefined;
  return undefinedAt(node, group);
}

/** The figure that is missing, and the factor and charge that need it. */
function correlatedError(reader: Reader, node: Node, plan: AggregationPlan, group: number): MarginError {
  const cause = missingFigure(reader, plan, group);
  if (cause === undefined) {
    const large = overflowingBucket(reader, plan, group);
    if (large !== undefined) {
      const problem = `weighted sensitivities in ${describe(large)} are so large that their squares are no numbers`;
      return new MarginError("TooLarge", plan.factors.path, problem);
    }
    const bucket = indefiniteBucket(reader, plan, group);
    if (bucket === undefined) return undefinedAt(node, group);
    const problem = `no correlations: by them what is held in ${describe(bucket)} has a negative variance`;
    return new MarginError("NotPositiveSemidefinite", `${plan.factors.path}.within`, problem);
  }
  const value = reader.value(cause.node, cause.group);
  const { path } = plan.factors;
  if (cause.isThreshold && Number.isFinite(value))
    return new MarginError(
      "ThresholdNotPositive",
      `${path}.concentration.threshold`,
      `expected > 0 for ${describe(cause.factor)}, was ${value}`,
      { value },
    );
  const { code, field, message } = causeOf(reader, cause.node, cause.group) ?? undefinedAt(cause.node, cause.group);
  const charge = reader.program.model.charges[path.replace(/^model\.charges\./, "")];
  const select = charge?.kind === "correlated" ? charge.select : undefined;
  const of = select === undefined ? "" : ` of ${describe(select as Record<string, Scalar>)}`;
  const problem = `${message.slice(field.length + 2)}; the factor ${describe(cause.factor)} of ${path}${of} needs it`;
  return new MarginError(code, field, problem);
}

/** Groups of an operand that stand behind a group of its user: the same, the coarser one, or the finer ones. */
function groupsUnder(arg: Node, node: Node, group: number): number[] {
  if (arg.level === node.level) return [group];
  const sample = node.level.sample[group]!;
  const finer = arg.level.groups.flatMap((_, g) => (node.level.groupOf[arg.level.sample[g]!] === group ? [g] : []));
  const same = arg.level.groupOf[sample]!;
  return finer.length > 0 ? finer : same < 0 ? [] : [same];
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

/** What an option lacks to have a price. */
function priceError(reader: Reader, i: number): MarginError | undefined {
  const status = reader.i32[(reader.placed.unpriced >> 2) + i]! as Status;
  const { id, fields } = reader.program.universe.items[i]!;
  const needed = NEEDED[status];
  if (needed === undefined) return undefined;
  const value = reader.value(reader.program.inputs[needed.input]!, i);
  if (!Number.isNaN(value))
    return unexpected(
      Status[status]!,
      `market.facts of instrument ${id}`,
      `${needed.name} ${needed.expected ?? "> 0"}`,
      value,
    );
  const place = describe(placeOf(needed.name, fields));
  return new MarginError("MissingFact", "market.facts", `the market has no ${needed.name} for ${place}`, { value: id });
}

function rowsError(reader: Reader, node: Node, group: number): MarginError | undefined {
  for (const i of reader.held) {
    if (node.level.groupOf[i] !== group) continue;
    const error = rowError(reader, node.set!, i) ?? valueError(reader, node.set!, i);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** What a payoff needs to be told in the model's currency: spot, and prices of the currencies. */
function settlementError(reader: Reader, i: number): MarginError {
  const { universe, inputs, model } = reader.program;
  const { id, fields } = universe.items[i]!;
  const unpriced = [fields["settlement"], model.currency].find(
    (currency) => universe.items.find((item) => item.id === currency)!.currency!.price === undefined,
  );
  if (unpriced !== undefined)
    return new MarginError("MissingFact", "market.currencies", `the market has no price of ${unpriced}`, {
      value: unpriced,
    });
  const name = reader.value(inputs[Input.Spot]!, i) > 0 ? "mark" : "spot";
  return new MarginError("MissingFact", "market.facts", `the market has no "${name}" for ${describe(fields)}`, {
    value: id,
  });
}

/** Why the value today of an instrument whose rows are given is missing; undefined where it is not. */
function valueError(reader: Reader, s: number, i: number): MarginError | undefined {
  const marks = reader.program.sets[s]!.given?.marks;
  if (marks === undefined || Number.isFinite(reader.value(marks, i))) return undefined;
  return causeOf(reader, marks, i) ?? undefinedAt(marks, i);
}

/** Why an instrument has a row without a number; undefined where all are numbers. */
export function rowError(reader: Reader, s: number, i: number): MarginError | undefined {
  const set = reader.program.sets[s]!;
  const { risk, stride } = reader.placed.sets[s]!;
  const row = reader.f64.subarray((risk >> 3) + i * stride, (risk >> 3) + i * stride + set.rows.length);
  const missing = row.findIndex((x) => !Number.isFinite(x));
  if (missing < 0) return undefined;
  const id = reader.program.universe.items[i]!.id;
  if (set.given !== undefined) return leafError(set.given.lists, i);
  if (set.settlement !== undefined) return settlementError(reader, i);
  for (const fields of set.fields) {
    for (const field of fields) {
      if (field === undefined) continue;
      const g = field.level.groupOf[i]!;
      if (g < 0) {
        const keys = `{${field.level.keys.join(", ")}}`;
        return new MarginError(
          "MissingFact",
          field.path,
          `instrument ${id} does not have the keys ${keys} by which it is known`,
        );
      }
      if (!Number.isFinite(reader.value(field, g))) return causeOf(reader, field, g) ?? undefinedAt(field, g);
    }
  }
  const field = `model.scenarios.${set.name}.rows[${missing}]`;
  const { skew, convexity, stickiness } = set.rows[missing]!;
  const has = (input: Input) => reader.value(reader.program.inputs[input]!, i) > 0;
  if ((skew ?? convexity) !== undefined && !has(Input.SliceCount)) {
    return new MarginError(
      "MissingSmile",
      field,
      `skew and convexity move SVI slices, and the market has no slices for instrument ${id}`,
      { value: id },
    );
  }
  if (stickiness !== undefined && !has(Input.SliceCount) && !has(Input.StrikeCount)) {
    return new MarginError(
      "MissingSmile",
      field,
      `the market has neither slices nor volatilities by strike for instrument ${id}`,
      { value: id },
    );
  }
  return new MarginError(
    "Undefined",
    field,
    `instrument ${id} has no finite value: no smile, or no price, has these moves`,
    { value: id },
  );
}

/** The requirement document out of an evaluated account: totals, then the tree. */

import { Op, Sharing } from "../../assembly/record/opcodes.ts";
import type { Driver, Requirement, RequirementGroup, RequirementNode } from "../documents/requirement.ts";
import { MarginError } from "../error.ts";
import { CORRELATED_PLAIN } from "../documents/correlated-rules.ts";
import { documentHash } from "../documents/hash.ts";
import { ratesOf } from "../documents/spread-rules.ts";
import type { CompiledCharge } from "../compile/charges.ts";
import type { Node } from "../compile/graph.ts";
import type { Level } from "../compile/levels.ts";
import type { Program } from "../compile/program.ts";
import type { PairingPlan } from "../compile/spread.ts";
import { correlatedDriver } from "./explain-correlated.ts";
import { exposuresOf } from "./explain-exposures.ts";
import { isFilled, labelsOf, settlementLabel, settlementPrices } from "./labels.ts";
import type { Reader } from "./prepared.ts";
import type { Summary } from "./summary.ts";

/** @param reader asked for only where a number is missing, or what rounding can have moved is to be told */
export function totals(summary: Summary, program: Program, reader: () => Reader, exact: boolean): Requirement {
  const { model, market, results } = program;
  if (!summary.isFinite()) refuse(reader());
  const requirement: Requirement = {
    format: 1,
    model: { id: model.id, edition: model.edition },
    market: { asOf: market.asOf },
    currency: model.currency,
    equity: summary.result(0),
    initial: summary.result(1),
    maintenance: summary.result(2),
    excess: summary.left,
  };
  if (results.length > 3)
    requirement.outputs = Object.fromEntries(results.slice(3).map(({ name }, k) => [name, summary.result(3 + k)]));
  if (exact) requirement.rounding = roundingBounds(reader());
  return requirement;
}

/** Every charge must be a number, not only those that the totals read: the error of the first that is none. */
function refuse(reader: Reader): void {
  const { results, charges, excess } = reader.program;
  for (const charge of charges) reader.heldGroups(charge.level).forEach((_, at) => reader.finite(charge.node, at));
  for (const { node } of results) reader.finite(node, 0);
  reader.finite(excess, 0);
}

/** What rounding to quanta can have moved, by currency; refused where a currency of the market tolerates less. */
function roundingBounds(reader: Reader): Record<string, number> {
  const { settlement, market } = reader.program;
  return Object.fromEntries(
    Array.from(reader.heldGroups(settlement), (g) => {
      const id = String(settlement.groups[g]!.settlement);
      const bound = reader.f64[(reader.placed.rounding >> 3) + g]!;
      const i = market.currencies.findIndex((currency) => currency.id === id);
      const tolerance = market.currencies[i]?.tolerance;
      if (tolerance !== undefined && bound > tolerance) {
        const field = `market.currencies[${i}].tolerance`;
        throw new MarginError(
          "RoundingAboveTolerance",
          field,
          `rounding can have moved the result by ${bound} ${id}, more than ${tolerance}; choose larger lots`,
          {
            row: i,
            value: tolerance,
          },
        );
      }
      return [id, bound];
    }),
  );
}

export function explain(reader: Reader, requirement: Requirement): void {
  const { program } = reader;
  requirement.model.hash = documentHash(program.model);
  requirement.market.hash = documentHash(program.market);
  const nodes = program.charges.map((charge) => chargeTree(reader, charge));
  for (const { name, expr, node, argument } of program.results) {
    const group = groupTree(reader, node, 0, {}, program.model.currency);
    if (argument !== undefined) group.driver = argumentDriver(reader, argument, 0);
    nodes.push({
      name,
      kind: "result",
      unit: program.model.currency,
      value: group.value,
      of: mentioned(reader, expr),
      groups: [group],
    });
  }
  if (program.exposures.length > 0) requirement.exposures = exposuresOf(reader);
  requirement.nodes = nodes;
}

function chargeTree(reader: Reader, charge: CompiledCharge): RequirementNode {
  const { model } = reader.program;
  const document = model.charges[charge.name]!;
  const isSettlement = charge.unit === "settlement";
  const groups = Array.from(reader.heldGroups(charge.level), (g, at) => {
    const keys = charge.level.groups[g]!;
    const unit = charge.unit === "base" ? "base" : isSettlement ? String(keys.settlement) : model.currency;
    const group = groupTree(reader, charge.node, at, keys, unit);
    const driver = driverOf(reader, charge, g, at);
    if (driver !== undefined) group.driver = driver;
    return group;
  });
  const units = new Set(groups.map((group) => group.unit));
  const node: RequirementNode = {
    name: charge.name,
    kind: charge.kind,
    unit:
      units.size === 1
        ? [...units][0]!
        : isSettlement
          ? "by settlement"
          : charge.unit === "base"
            ? "base"
            : model.currency,
    // the levels of a spread are words of the model, and may be those of charges
    of: mentioned(reader, document.kind === "spread" ? [document.measure, ratesOf(document)] : document),
    groups,
  };
  // base units of different coins, and different currencies, have no sum
  const things = new Set(groups.map(({ keys, unit }) => (unit === "base" ? keys["underlying"] : unit)));
  if (things.size <= 1) node.value = reader.finite(charge.total, 0);
  return node;
}

function groupTree(
  reader: Reader,
  node: Node,
  at: number,
  keys: Record<string, string | number>,
  unit: string,
): RequirementGroup {
  const value = reader.finite(node, at);
  const group: RequirementGroup = { keys, unit, value };
  const { shares, status } = sharesOf(reader, node, at);
  if (shares.length > 0) group.shares = shares;
  if (status === Sharing.Scaled) group.rescaled = true;
  if (status === Sharing.Fixed) group.fixed = true;
  return group;
}

function sharesOf(reader: Reader, node: Node, at: number): { shares: [string, number][]; status: Sharing } {
  const { exports, placed, program, held } = reader;
  const last = placed.order.get(node);
  if (last === undefined || held.length === 0 || isIdle(reader, node, at)) return { shares: [], status: Sharing.None };
  const status = exports.shares(placed.book, last, reader.address(node), at, placed.scratch) as Sharing;
  if (status === Sharing.None) return { shares: [], status };
  const shares: [string, number][] = [];
  reader.f64.subarray(placed.scratch >> 3, (placed.scratch >> 3) + held.length).forEach((share, r) => {
    if (share !== 0) shares.push([program.universe.items[held[r]!]!.id, share]);
  });
  return { shares, status };
}

/**
 * Does no position reach the value of a group, as far as its operands tell? A pass over the program would find no shares, and costs what all
 * that is held costs. A correlated charge of 0 is flat: its sensitivities are 0, or the floor at 0 has taken them.
 */
function isIdle(reader: Reader, node: Node, at: number): boolean {
  if (node.phase === "tick" || node.op === Op.Hold) return true;
  if (node.op === Op.Correlate) return reader.value(node, at) === 0;
  const known = reader.idle.get(node) ?? new Map<number, boolean>();
  reader.idle.set(node, known);
  let found = known.get(at);
  if (found === undefined) known.set(at, (found = areIdle(reader, node, at)));
  return found;
}

/** Of what a group's value is made. */
function areIdle(reader: Reader, node: Node, at: number): boolean {
  const group = () => reader.heldGroups(node.level)[at]!;
  switch (node.op) {
    case Op.Broadcast: {
      const arg = node.args[0]!;
      const coarse = arg.level.groupOf[node.level.sample[group()]!]!;
      return coarse >= 0 && isIdle(reader, arg, reader.placeOf(arg.level, coarse));
    }
    case Op.SumGroups: {
      const arg = node.args[0]!;
      const g = group();
      const { sample } = arg.level;
      return Array.from(reader.heldGroups(arg.level)).every(
        (fine, place) => node.level.groupOf[sample[fine]!] !== g || isIdle(reader, arg, place),
      );
    }
  }
  return node.op <= Op.Coalesce && node.args.every((arg) => isIdle(reader, arg, at));
}

function driverOf(reader: Reader, charge: CompiledCharge, group: number, at: number): Driver | undefined {
  if (charge.argument !== undefined) return argumentDriver(reader, charge.argument, at);
  if (charge.pairing !== undefined) return pairsDriver(reader, charge.pairing, at);
  if (charge.correlated !== undefined) return correlatedDriver(reader, charge.correlated, group);
  if (charge.scan === undefined) return undefined;
  const { scan } = charge;
  const place = scan.level === charge.level ? at : onlyGroup(reader, scan.level, charge.level, group);
  if (place < 0) return undefined;
  if (scan.counts !== undefined) return settlementDriver(reader, scan, scan.counts, place);
  const set = reader.program.sets[scan.set]!;
  const { stride } = reader.placed.sets[scan.set]!;
  const row = reader.value(scan.driver, place);
  const from = (reader.address(scan.matrix) >> 3) + place * stride;
  const labels = labelsOf(reader, set, charge.level, group);
  return {
    row,
    label: labels[row]!,
    ...(isFilled(set) ? { labels } : {}),
    profile: Array.from(reader.f64.subarray(from, from + set.rows.length), (x) => (x === 0 ? 0 : x)),
  };
}

function pairsDriver(reader: Reader, pairing: PairingPlan, at: number): Driver {
  const n = pairing.pairs.length;
  const from = (reader.placed.pairings.get(pairing)!.formed >> 3) + at * n;
  return { pairs: Array.from(reader.f64.subarray(from, from + n)) };
}

/** The prices that count for a group, 0 and the strikes that are held: which drives it, and what all of them pay. */
function settlementDriver(
  reader: Reader,
  { level, driver, matrix, set }: NonNullable<CompiledCharge["scan"]>,
  counts: Node,
  place: number,
): Driver | undefined {
  const { stride } = reader.placed.sets[set]!;
  const row = reader.value(driver, place);
  if (row < 0) return undefined; // nothing of it is held
  const prices = settlementPrices(reader.program.sets[set]!, level.sample[reader.heldGroups(level)[place]!]!);
  const at = (node: Node, s: number) => reader.value(node, place * stride + s);
  const rows = prices.flatMap((_, s) => (at(counts, s) > 0 ? [s] : []));
  const labels = rows.map((s) => settlementLabel(prices[s]!));
  const k = rows.indexOf(row);
  return { row: k, label: labels[k]!, labels, profile: rows.map((s) => at(matrix, s) + 0) };
}

/** The one held group of a finer level inside a group, or −1 where there are several. */
function onlyGroup(reader: Reader, fine: Level, coarse: Level, group: number): number {
  const inside = [...reader.heldGroups(fine).entries()].filter(([, g]) => coarse.groupOf[fine.sample[g]!] === group);
  return inside.length === 1 ? inside[0]![0] : -1;
}

function argumentDriver(reader: Reader, argument: NonNullable<CompiledCharge["argument"]>, at: number): Driver {
  const value = reader.value(argument.node, at);
  // of an if, the condition is argument 0
  const index = argument.isCondition ? (value !== 0 ? 1 : 2) : value;
  return { argument: index, name: argument.names[argument.isCondition ? index - 1 : index]! };
}

/** Fields of a charge that are no expressions. */
const PLAIN = new Set(
  ["kind", "at", "net", "select", "scenarios", "reduce", "on", "measureUnit", "is"].concat(CORRELATED_PLAIN),
);

/** Charges and values that an expression, or the expressions of a charge, mention. */
function mentioned(reader: Reader, part: unknown): string[] {
  const { charges, values } = reader.program.model;
  const found = new Set<string>();
  const visit = (x: unknown): void => {
    if (typeof x === "string") {
      if (Object.hasOwn(charges, x) || (values !== undefined && Object.hasOwn(values, x))) found.add(x);
    } else if (Array.isArray(x)) x.forEach(visit);
    else if (x !== null && typeof x === "object") {
      for (const [key, value] of Object.entries(x)) if (!PLAIN.has(key)) visit(value);
    }
  };
  visit(part);
  return [...found];
}

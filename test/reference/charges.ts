/** The three kinds of charge, each one number per held group of its level. */
import type { Name, Select } from "../../bindings/documents/expression.ts";
import type {
  Amount,
  MeasureUnit,
  Charge,
  Formula,
  Profile,
  Row,
  Scan,
  Spread,
} from "../../bindings/documents/model.ts";
import type { Driver } from "../../bindings/documents/requirement.ts";
import { evaluate, namesIn, takenArgument } from "./expression.ts";
import { account, groupsOf, hasKey, isWithin, keysOf, project, type Group, type Holding, type Keys } from "./groups.ts";
import type { Names } from "./names.ts";
import { spreads } from "./spread.ts";
import { Profiles, sliceOf, type GroupProfile } from "./profile.ts";
import { isWorthlessAtZero, measureOf, setOf } from "./scenarios.ts";

export interface ChargeGroup {
  group: Group;
  value: number;
  driver?: Driver;
}

export class Charges {
  private readonly known = new Map<Name, ChargeGroup[]>();

  constructor(private readonly names: Names) {
    names.chargeSeenFrom = (name, group) => this.seenFrom(name, group);
  }

  of(name: Name): ChargeGroup[] {
    const groups = this.known.get(name) ?? this.compute(name, this.names.model.charges[name]!);
    this.known.set(name, groups);
    return groups;
  }

  private compute(name: Name, charge: Charge): ChargeGroup[] {
    const keys = keysOf(charge.at, this.names.model);
    if (charge.kind === "formula") return this.formula(charge, keys);
    if (charge.kind === "spread") return this.spread(charge, keys);
    // correlated charges have a twin of their own: test/reference/sensitivities
    if (charge.kind === "correlated") throw new Error(`${name}: a correlated charge`);
    const parts = charge.kind === "scan" ? this.scan(charge, keys, name) : this.amount(charge, keys);
    const groups = new Map<string, ChargeGroup>();
    if (keys.length === 0) groups.set(account.id, { group: account, value: 0 });
    for (const part of parts) {
      const group = project(part.group.at, keys);
      if (group === undefined) continue; // no group of this level
      const before = groups.get(group.id);
      // One root profile drives its group; of several that are summed none does.
      const driver =
        parts.filter((p) => project(p.group.at, keys)?.id === group.id).length === 1 ? part.driver : undefined;
      groups.set(group.id, { group, value: (before?.value ?? 0) + part.value, ...(driver && { driver }) });
    }
    return [...groups.values()];
  }

  /** The loss of each root group: reduced, floored, times the rate. */
  private scan(charge: Scan, keys: Keys, name: Name): ChargeGroup[] {
    if (this.names.model.scenarios?.[charge.scenarios]?.settlement) return this.settlement(charge, keys);
    const set = setOf(this.names, charge.scenarios);
    const { rows } = set;
    // arrays that are given may be of instruments whose price nobody knows
    const needsValues =
      set.array === undefined ||
      rows.some(({ spot, currency }) => (spot ?? currency) !== undefined) ||
      hasFactors(charge.profile ?? {});
    return new Profiles(this.names, set, needsValues).of(charge.profile ?? {}, keys).map((profile) => {
      const { group } = profile;
      if (!isWithin(keys, group.keys)) throw new Error(`${name}: the profile is coarser than the charge`);
      if (
        !hasKey(keys, "settlement") &&
        hasKey(group.keys, "settlement") &&
        profile.unit !== this.names.model.currency
      ) {
        throw new Error(`${name}: sums losses in different currencies`);
      }
      const { loss, row } = reduce(charge, rows, profile);
      const floor = charge.floor === undefined ? 0 : charge.floor;
      const size = floor === null ? loss : Math.max(loss, floor);
      return {
        group,
        value:
          charge.rate === undefined || size === 0 ? size : size * evaluate(charge.rate, this.names.scope(group, size)),
        driver: { row, label: rows[row]!.label ?? "", profile: profile.pnl },
      };
    });
  }

  /** Payoffs at price 0 and at the strikes that are held, by group of the root profile, each with rows of its own. */
  private settlement(charge: Scan, keys: Keys): ChargeGroup[] {
    const { names } = this;
    const root = charge.profile ?? {};
    const rootKeys = root.at === undefined ? keys : keysOf(root.at, names.model);
    const inModel = !hasKey(rootKeys, "settlement");
    return groupsOf(names.holdings.held, rootKeys, root.select).map(({ group }) => {
      const counted = leafHoldings(names, root, rootKeys, []).filter(
        ({ fields }) => project(fields, rootKeys)?.id === group.id,
      );
      const isWorth = ({ fields }: Holding) =>
        !isWorthlessAtZero(names, fields, inModel ? names.model.currency : (fields["settlement"] as string));
      const strikes = counted.flatMap(({ fields }) =>
        fields["strike"] === undefined ? [] : [fields["strike"] as number],
      );
      const prices = [...new Set([...(counted.some(isWorth) ? [0] : []), ...strikes])].sort((a, b) => a - b);
      const rows = prices.map((price): Row => ({ label: `settles at ${price}` }));
      const profile = new Profiles(names, { rows, prices, inModel }, false)
        .of(root, keys)
        .find((one) => one.group.id === group.id);
      if (prices.length === 0 || profile === undefined) return { group, value: 0 };
      const { loss, row } = reduce(charge, rows, profile);
      const size = charge.floor === null ? loss : Math.max(loss, charge.floor ?? 0);
      const value =
        charge.rate === undefined || size === 0 ? size : size * evaluate(charge.rate, names.scope(group, size));
      return { group, value, driver: { row, label: rows[row]!.label!, profile: profile.pnl } };
    });
  }

  private spread(charge: Spread, keys: Keys): ChargeGroup[] {
    const { names } = this;
    const net = charge.net === undefined ? keys : keysOf(charge.net, names.model);
    const order = (group: Group) => ["settlement", "underlying", "expiry", "strike"].map((key) => group.at[key] ?? "");
    const amounts = this.netted(charge, net).map(({ group, sum }) => ({ group, x: sum }));
    amounts.sort((a, b) => {
      const [x, y] = [order(a.group), order(b.group)];
      const k = x.findIndex((value, i) => value !== y[i]);
      return k < 0 ? 0 : x[k]! < y[k]! ? -1 : 1;
    });
    return spreads(names, charge, keys, amounts).map(({ group, value, pairs }) => ({
      group,
      value,
      driver: { pairs },
    }));
  }

  private netted(charge: Amount | Spread, net: Keys): { group: Group; sum: number }[] {
    const unit = measureUnitOf(charge);
    return groupsOf(this.names.holdings.held, net, charge.select).map(({ group, holdings }) => {
      let sum = 0;
      for (const { fields, quantity } of holdings) {
        const perBase =
          charge.measure === undefined ? 1 : evaluate(charge.measure, this.names.scope(project(fields, "every")!));
        sum += quantity * measureOf(this.names, fields, perBase, unit);
      }
      return { group, sum };
    });
  }

  /** For each net group: the sum of measures, sized by sign, times the rate. */
  private amount(charge: Amount, keys: Keys): ChargeGroup[] {
    const net = charge.net === undefined ? keys : keysOf(charge.net, this.names.model);
    if (!isWithin(keys, net)) throw new Error("`net` must be as fine as `at` or finer");
    return this.netted(charge, net).map(({ group, sum }) => {
      const size = sized(sum, charge.on ?? "absolute");
      if (size === 0) return { group, value: 0 };
      const scope = this.names.scope(group, size);
      const value =
        charge.charge !== undefined ? evaluate(charge.charge, scope) : size * evaluate(charge.rate ?? 1, scope);
      return { group, value };
    });
  }

  private formula(charge: Formula, keys: Keys): ChargeGroup[] {
    return groupsOf(this.names.holdings.held, keys, charge.select).map(({ group }) => {
      const scope = this.names.scope(group);
      return { group, value: evaluate(charge.value, scope), driver: takenArgument(charge.value, scope) };
    });
  }

  /** Broadcast to a finer level, summed to a coarser one; 0 where the charge has no such group. */
  seenFrom(name: Name, from: Group): number {
    const keys = keysOf(this.names.model.charges[name]!.at, this.names.model);
    const groups = this.of(name);
    if (isWithin(keys, from.keys)) {
      const id = project(from.at, keys)?.id;
      return groups.find((g) => g.group.id === id)?.value ?? 0;
    }
    if (!isWithin(from.keys, keys)) throw new Error(`${name}: its level is neither coarser nor finer than ${from.id}`);
    const inside = groups.filter((g) => project(g.group.at, from.keys)?.id === from.id);
    if (!hasKey(from.keys, "settlement") && this.unitOf(name) === "settlement") {
      const foreign = inside.find((g) => g.group.at["settlement"] !== this.names.model.currency);
      if (foreign) throw new Error(`${name}: adds up different currencies; multiply by \`conversion\` first`);
    }
    return inside.reduce((sum, g) => sum + g.value, 0);
  }

  /** What a charge's numbers are in: the model's currency, each group's settlement currency, or base units (a count). */
  unitOf(name: Name): "model" | "settlement" | "base" {
    const charge = this.names.model.charges[name]!;
    if (!hasKey(keysOf(charge.at, this.names.model), "settlement")) return "model";
    const read = this.readBy(chargeNames(charge));
    if (read.includes("conversion")) return "model";
    if (charge.kind === "amount" && measureUnitOf(charge) === "base") return "base";
    if (charge.kind !== "formula") return "settlement";
    const units = new Set(read.filter((n) => Object.hasOwn(this.names.model.charges, n)).map((n) => this.unitOf(n)));
    return units.size === 1 ? [...units][0]! : "settlement";
  }

  /** Names read, with those that the values among them read. */
  private readBy(names: Name[]): Name[] {
    const values = this.names.model.values ?? {};
    return names.flatMap((n) => [n, ...(Object.hasOwn(values, n) ? this.readBy(namesIn(values[n]!.is)) : [])]);
  }
}

/** What the leaves of a profile hold. */
function leafHoldings(names: Names, of: Profile, keys: Keys, inherited: (Select | undefined)[]): Holding[] {
  const selects = [...inherited, of.select];
  const at = of.at === undefined ? keys : keysOf(of.at, names.model);
  if (of.of !== undefined) return of.of.flatMap((child) => leafHoldings(names, child, at, selects));
  return groupsOf(names.holdings.held, at, ...selects).flatMap(({ holdings }) => holdings);
}

function hasFactors({ factors, of = [] }: Profile): boolean {
  return factors !== undefined || of.some(hasFactors);
}

function measureUnitOf({ measure, measureUnit }: Amount | Spread): MeasureUnit {
  if (measureUnit !== undefined) return measureUnit;
  if (measure === undefined || measure === "delta") return "base";
  if (measure === "gamma" || measure === "vega" || measure === "theta") return "quote";
  return namesIn(measure).includes("conversion") ? "model" : "settlement";
}

function sized(sum: number, on: "absolute" | "signed" | "long" | "short"): number {
  if (on === "absolute") return Math.abs(sum);
  if (on === "signed") return sum;
  return Math.max(on === "long" ? sum : -sum, 0);
}

/** The first of the given rows that is worst, compared at 2⁻²⁰ of the unit. */
function firstWorst(pnl: number[], among: number[]): number {
  const compared = (s: number) => Math.round(pnl[s]! * 2 ** 20);
  return among.reduce((worst, s) => (compared(s) < compared(worst) ? s : worst));
}

function reduce(charge: Scan, rows: Row[], { pnl }: GroupProfile): { loss: number; row: number } {
  const mean = (among: number[]) => among.reduce((sum, s) => sum + pnl[s]!, 0) / among.length;
  const all = rows.map((_, s) => s);
  const how = charge.reduce ?? "worst";
  if (how === "worst") return { loss: -Math.min(...pnl), row: firstWorst(pnl, all) };
  if ("row" in how) return { loss: -pnl[how.row]!, row: how.row };
  const slice =
    how.slice === "worst" ? sliceOf(rows, firstWorst(pnl, all)) : all.filter((s) => rows[s]!.slice === how.slice);
  return { loss: -mean(slice), row: firstWorst(pnl, slice) };
}

/** Names that a charge's own expressions read. */
export function chargeNames(charge: Charge): Name[] {
  if (charge.kind === "formula") return namesIn(charge.value);
  if (charge.kind === "amount") return namesIn(charge.measure, charge.rate, charge.charge);
  if (charge.kind === "correlated") return [];
  if (charge.kind === "spread")
    return namesIn(charge.measure, ...charge.pairs.flatMap(({ rate, legs }) => [rate, ...legs.map((leg) => leg.rate)]));
  const shapes = (p: Profile): Name[] => [
    ...namesIn(p.factors?.positive, p.factors?.negative, p.gains?.factor, p.gains?.cap),
    ...(p.of ?? []).flatMap(shapes),
  ];
  return [...new Set([...shapes(charge.profile ?? {}), ...namesIn(charge.rate)])];
}

/** Profiles: profit and loss by row for each group, shaped after a sum and summed up a tree of levels. */
import type { Profile, Row } from "../../bindings/documents/model.ts";
import type { Select } from "../../bindings/documents/expression.ts";
import { evaluate } from "./expression.ts";
import { account, groupsOf, hasKey, isWithin, keysOf, project, type Group, type Holding, type Keys } from "./groups.ts";
import type { Names } from "./names.ts";
import { assetValue, currencyValues, riskArray, rowNumber, type RowSet } from "./scenarios.ts";

export interface GroupProfile {
  group: Group;
  /** By row, > 0 gain, in `unit`. */
  pnl: number[];
  /** Asset value today, in `unit`. */
  asset: number;
  unit: string;
}
interface Part {
  pnl: number[];
  asset: number;
  unit: string;
}

export class Profiles {
  private readonly arrays = new Map<string, { pnl: number[]; asset: number }>();
  private readonly currencies = new Map<string, ReturnType<typeof currencyValues>>();

  constructor(
    private readonly names: Names,
    private readonly set: RowSet,
    /** Does anything depend on what is held today being worth? */
    private readonly needsValues = true,
  ) {}

  private get rows(): Row[] {
    return this.set.rows;
  }

  /** Groups of a profile. Without a level of its own it is at its parent's; selections add up from the root. */
  of(profile: Profile, parent: Keys, inherited: (Select | undefined)[] = []): GroupProfile[] {
    const keys = profile.at === undefined ? parent : keysOf(profile.at, this.names.model);
    const selects = [...inherited, profile.select];
    if (profile.of === undefined) return this.leaves(profile, keys, selects);
    const children = profile.of.flatMap((child) => this.of(child, keys, selects));
    const parts = new Map<string, { group: Group; parts: Part[] }>();
    if (keys.length === 0) parts.set(account.id, { group: account, parts: [] });
    for (const child of children) {
      if (!isWithin(keys, child.group.keys)) throw new Error("a profile sums profiles that are as fine or finer");
      const group = project(child.group.at, keys);
      if (group === undefined) continue;
      const entry = parts.get(group.id);
      if (entry) entry.parts.push(child);
      else parts.set(group.id, { group, parts: [child] });
    }
    return [...parts.values()].map((entry) =>
      this.shaped(profile, entry.group, this.sum(entry.group, entry.parts), false),
    );
  }

  private leaves(profile: Profile, keys: Keys, selects: (Select | undefined)[]): GroupProfile[] {
    return groupsOf(this.names.holdings.held, keys, ...selects).map(({ group, holdings }) => {
      const byCurrency = new Map<string, Part>();
      for (const holding of holdings) {
        const unit = this.set.inModel ? this.names.model.currency : (holding.fields["settlement"] as string);
        const part = byCurrency.get(unit) ?? { pnl: this.rows.map(() => 0), asset: 0, unit };
        byCurrency.set(unit, part);
        const one = this.arraysOf(holding);
        part.pnl = part.pnl.map((x, s) => x + holding.quantity * one.pnl[s]!);
        part.asset += holding.quantity * one.asset;
      }
      return this.shaped(profile, group, this.sum(group, [...byCurrency.values()]), true);
    });
  }

  private arraysOf(holding: Holding) {
    const id = holding.fields["instrument"] as string;
    const found = this.arrays.get(id) ?? {
      pnl: riskArray(this.names, holding.fields, this.set),
      asset: this.needsValues ? assetValue(this.names, holding.fields, this.set) : 0,
    };
    this.arrays.set(id, found);
    return found;
  }

  /**
   * The sum of parts in the unit of the group: its settlement currency, else the model's, where
   * P[s] = Σ_c P_c[s]·X_c[s] + M_c·(X_c[s] − X_c[now]).
   */
  private sum(group: Group, parts: Part[]): GroupProfile {
    const unit = hasKey(group.keys, "settlement") ? (group.at["settlement"] as string) : this.names.model.currency;
    const pnl = this.rows.map(() => 0);
    let asset = 0;
    for (const part of parts) {
      if (part.unit === unit) {
        part.pnl.forEach((x, s) => (pnl[s]! += x));
        asset += part.asset;
      } else {
        const x = this.currencies.get(part.unit) ?? currencyValues(this.names, part.unit, this.rows);
        this.currencies.set(part.unit, x);
        part.pnl.forEach((p, s) => (pnl[s]! += p * x.rows[s]! + part.asset * (x.rows[s]! - x.now)));
        asset += part.asset * x.now;
      }
    }
    return { group, pnl, asset, unit };
  }

  /** factors → less base value → either → gains → dampen → weight → worst of slice. */
  private shaped(profile: Profile, group: Group, summed: GroupProfile, leaf: boolean): GroupProfile {
    const { rows } = this;
    const scope = this.names.scope(group);
    const { factors, gains } = profile;
    let pnl = summed.pnl;
    if (factors) {
      if (!leaf) throw new Error("factors act in leaves only");
      const positive = evaluate(factors.positive ?? 1, scope);
      const negative = evaluate(factors.negative ?? 1, scope);
      pnl = pnl.map((x) => {
        const value = summed.asset + x;
        return value * (value > 0 ? positive : negative) - summed.asset;
      });
    }
    if (leaf) pnl = pnl.map((x, s) => (rows[s]!.either ? -Math.abs(x) : x));
    if (gains) {
      const factor = evaluate(gains.factor, scope);
      const cap = gains.cap === undefined ? Infinity : evaluate(gains.cap, scope);
      pnl = pnl.map((x) => (x > 0 ? Math.min(x * factor, cap) : x));
    }
    if (profile.dampen) {
      pnl = pnl.map((x, s) => {
        const dampener = rowNumber(this.names, rows[s]!, "dampener", group, 0);
        return x - Math.sign(x) * Math.min(dampener, Math.abs(x));
      });
    }
    if (leaf)
      pnl = pnl.map((x, s) =>
        rows[s]!.weight === undefined ? x : x * rowNumber(this.names, rows[s]!, "weight", group, 1),
      );
    if (profile.worst === "slice") pnl = pnl.map((_, s) => Math.min(...sliceOf(rows, s).map((t) => pnl[t]!)));
    return { ...summed, pnl };
  }
}

/** Rows of the slice of row s; a row without a slice is one of its own. */
export function sliceOf(rows: Row[], s: number): number[] {
  const { slice } = rows[s]!;
  return slice === undefined ? [s] : rows.flatMap((row, t) => (row.slice === slice ? [t] : []));
}

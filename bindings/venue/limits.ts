/** Limits on exposures: of each account and of all together, watched with every fill. */
import { MarginError, step, unexpected } from "../error.ts";
import type { Select } from "../documents/expression.ts";
import type { Exports } from "../core/exports.ts";
import { outOfMemory } from "../core/failure.ts";
import type { Placed } from "../core/layout.ts";
import { matches } from "../compile/expressions.ts";
import type { FactorsPlan } from "../compile/factors.ts";
import type { Program } from "../compile/program.ts";
import { checkList, checkObject, plain } from "./arguments.ts";

export interface Limit {
  /** Name of an exposure of the model: `delta`, `vega`, … */
  exposure: string;
  /** Factors to which it applies, by their keys; default all. */
  where?: Select;
  /** Most of |net| of one factor. */
  most: number;
  /** Of each account (default), or of all accounts together. */
  of?: "account" | "venue";
}
/** A factor of all accounts together that is beyond its limit. */
export interface Over {
  exposure: string;
  keys: Record<string, string | number>;
  net: number;
  most: number;
}

/** Net of all accounts by exposure and factor. */
export type VenueExposures = Record<string, { keys: Record<string, string | number>; net: number }[]>;

const FIELDS = ["exposure", "where", "most", "of"];
/** As factors with pillars name theirs. */
const PILLAR = "pillar";
const WORDS = 4;
const PARTS = 3;

interface Watched {
  name: string;
  plan: FactorsPlan;
  most: number;
  mostOfAll: number;
  totals: number;
}

/** Copies of limits that are right: the caller's objects may change. */
export function checkLimits(limits: readonly Limit[], exposures: Program["exposures"]): Limit[] {
  checkList("limits", limits);
  const known = exposures.map(({ name }) => name);
  return (limits as readonly Limit[]).map((limit, i) => {
    const at = `limits[${i}]`;
    checkObject(at, limit);
    const strange = Object.keys(limit).find((name) => !FIELDS.includes(name));
    if (strange !== undefined)
      throw new MarginError("UnknownField", at + step(strange), `a limit has ${FIELDS.join(", ")}`);
    const { exposure, where, most, of } = limit;
    const plan = exposures.find(({ name }) => name === exposure)?.plan;
    if (plan === undefined)
      throw unexpected(
        "UnknownExposure",
        `${at}.exposure`,
        `an exposure of the model (${known.join(", ") || "it has none"})`,
        exposure,
      );
    if (!(typeof most === "number" && most >= 0 && most < Infinity))
      throw unexpected("OutOfRange", `${at}.most`, "a finite number of at least 0", most);
    if (of !== undefined && of !== "account" && of !== "venue")
      throw unexpected("NotOneOf", `${at}.of`, '"account" or "venue"', of);
    if (where !== undefined) checkWhere(`${at}.where`, where, plan);
    return { exposure, where: plain(`${at}.where`, where), most: most === 0 ? 0 : most, of };
  });
}

/** Keys that factors of an exposure have, each with a value or a list of them. Which values there are changes with the market. */
function checkWhere(at: string, where: Select, plan: FactorsPlan): void {
  checkObject(at, where);
  const keys = [...plan.factor.keys, ...(plan.pillars === undefined ? [] : [PILLAR])];
  for (const [key, wanted] of Object.entries(where)) {
    const field = at + step(key);
    if (!keys.includes(key)) throw unexpected("UnknownKey", field, `a key of its factors (${keys.join(", ")})`, key);
    const values: unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    if (values.length === 0) throw unexpected("Empty", field, "at least one value", wanted);
    for (const value of values)
      if (typeof value !== "string" && !Number.isFinite(value))
        throw unexpected("WrongType", field, "text, a number, or a list of them", value);
  }
}

/** Sums of accounts as they are kept: three numbers of each factor, of which each is exact (assembly/math/exact-sum.ts). */
export type VenueSums = {
  exposure: string;
  factors: { keys: Record<string, string | number>; parts: number[]; most: number }[];
}[];

/** Sums over venues that are under one market and model: those of one venue with all their accounts, bit for bit. */
export function addSums(of: readonly VenueSums[]): VenueSums {
  const [first, ...others] = of;
  return first!.map(({ exposure, factors }, e) => ({
    exposure,
    factors: factors.map((factor, f) => ({
      ...factor,
      parts: factor.parts.map((part, k) => others.reduce((sum, one) => sum + one[e]!.factors[f]!.parts[k]!, part)),
    })),
  }));
}

export function exposuresOf(sums: VenueSums): VenueExposures {
  return Object.fromEntries(
    sums.map(({ exposure, factors }) => [exposure, factors.map(({ keys, parts }) => ({ keys, net: netOf(parts) }))]),
  );
}

/** Factors beyond their limit. */
export function overOf(sums: VenueSums): Over[] {
  return sums.flatMap(({ exposure, factors }) =>
    factors.flatMap(({ keys, parts, most }) => {
      const net = netOf(parts);
      // NaN is beyond any limit, where there is one
      return most === Infinity || Math.abs(net) <= most ? [] : [{ exposure, keys, net, most }];
    }),
  );
}

function netOf([high, middle, low]: readonly number[]): number {
  const net = high! + (middle! + low!);
  return net === 0 ? 0 : net;
}

/** The watches of a venue, laid out in the core's memory. */
export class Watches {
  private readonly watched: Watched[];
  private readonly block: number;
  readonly table: number;
  /** As they were when they were set. */
  readonly limits: readonly Limit[];

  constructor(
    private readonly exports: Exports,
    program: Program,
    placed: Placed,
    limits: readonly Limit[],
  ) {
    this.limits = checkLimits(limits, program.exposures);
    const sizes = program.exposures.map(({ plan }) => plan.keys.length);
    const bytes =
      program.exposures.length * (4 * WORDS + 4) + sizes.reduce((sum, n) => sum + 8 * n * (2 + PARTS), 0) + 64;
    this.block = exports.allocate(bytes);
    if (this.block === 0) throw outOfMemory(bytes);
    new Uint8Array(exports.memory.buffer, this.block, bytes).fill(0);
    let at = this.block;
    const take = (n: number) => {
      const address = at;
      at += n;
      return address;
    };
    this.watched = program.exposures.map(({ name, plan }) => {
      const n = plan.keys.length;
      return { name, plan, most: take(8 * n), mostOfAll: take(8 * n), totals: take(8 * n * PARTS) };
    });
    const records = this.watched.map((one) => {
      for (const [address, of] of [
        [one.most, "account"],
        [one.mostOfAll, "venue"],
      ] as const) {
        const column = new Float64Array(exports.memory.buffer, address, one.plan.keys.length).fill(Infinity);
        for (const limit of this.limits) {
          if (limit.exposure !== one.name || (limit.of ?? "account") !== of) continue;
          one.plan.keys.forEach((keys, f) => {
            if (matches(limit.where ?? {}, keys)) column[f] = Math.min(column[f]!, limit.most);
          });
        }
      }
      const record = take(4 * WORDS);
      new Int32Array(exports.memory.buffer, record, WORDS).set([
        placed.factors.get(one.plan)!.record,
        one.most,
        one.mostOfAll,
        one.totals,
      ]);
      return record;
    });
    this.table = take(4 * records.length);
    new Int32Array(exports.memory.buffer, this.table, records.length).set(records);
  }

  get count(): number {
    return this.watched.length;
  }

  /** Sums of all accounts by exposure and factor, with the most that they may be together. */
  sums(): VenueSums {
    const f64 = new Float64Array(this.exports.memory.buffer);
    return this.watched.map(({ name, plan, totals, mostOfAll }) => ({
      exposure: name,
      factors: plan.keys.map((keys, f) => ({
        keys,
        parts: Array.from(f64.subarray((totals >> 3) + PARTS * f, (totals >> 3) + PARTS * (f + 1))),
        most: f64[(mostOfAll >> 3) + f]!,
      })),
    }));
  }

  release(): void {
    this.exports.release(this.block);
  }
}

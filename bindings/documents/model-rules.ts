/** What one part of a model demands of another: names, levels, selections, ranges. */
import { MarginError, short, step, unexpected } from "../error.ts";
import type { Select } from "./expression.ts";
import { INSTRUMENT_KEYS } from "./keys.ts";
import type { Amount, Charge, Level, MarginModel, Parameter, Profile, Scan } from "./model.ts";
import { CORRELATED_PLAIN, correlatedRules, isMatrix, matrixRules } from "./correlated-rules.ts";
import { canonical } from "./moment.ts";
import { scenarioRules, settlementRules } from "./scenario-rules.ts";
import { contradiction, ratesOf, spreadRules } from "./spread-rules.ts";

const LEVELS: Record<string, string[]> = {
  account: [],
  underlying: ["underlying"],
  expiry: ["underlying", "expiry"],
  strike: ["underlying", "expiry", "strike"],
  settlement: ["settlement"],
  instrument: ["instrument"],
};

export function modelRules(document: MarginModel): void {
  moments(document);
  for (const [i, key] of (document.keys ?? []).entries()) {
    if (INSTRUMENT_KEYS.has(key) || key === "side" || key === "pillar" || document.keys!.indexOf(key) < i)
      throw new MarginError("DuplicateKey", `model.keys[${i}]`, `${short(key)} is a key already`, {
        row: i,
        value: key,
      });
  }
  const keys = new Set([...INSTRUMENT_KEYS, ...(document.keys ?? [])]);
  const owners = new Map<string, string>();
  for (const section of ["facts", "parameters", "values", "charges"] as const) {
    for (const name of Object.keys(document[section] ?? {})) {
      const path = `model.${section}.${name}`;
      const owner = owners.get(name);
      if (owner !== undefined)
        throw new MarginError("DuplicateName", path, `the name is already taken by ${owner}`, { value: name });
      if (name === "size")
        throw new MarginError("DuplicateName", path, "the name is taken by the size of a charge", { value: name });
      owners.set(name, path);
    }
  }
  for (const [name, parameter] of Object.entries(document.parameters))
    checkParameter(`model.parameters.${name}`, parameter, keys);
  for (const [name, list] of Object.entries(document.levels ?? {})) {
    if (Object.hasOwn(LEVELS, name))
      throw new MarginError("DuplicateName", `model.levels${step(name)}`, "the name of a built-in level", {
        value: name,
      });
    keysKnown(`model.levels${step(name)}`, list, keys);
  }
  const level = (path: string, at: Level | undefined) => {
    if (Array.isArray(at)) return keysKnown(path, at, keys);
    if (at !== undefined && !Object.hasOwn(LEVELS, at) && !Object.hasOwn(document.levels ?? {}, at)) {
      throw unexpected(
        "UnknownLevel",
        path,
        `a level (${[...Object.keys(LEVELS), ...Object.keys(document.levels ?? {})].join(", ")})`,
        at,
      );
    }
  };
  const profile = (path: string, { at, of, select }: Profile, above: Select[] = []) => {
    level(`${path}.at`, at);
    if (select !== undefined) selectKnown(`${path}.select`, select, keys);
    for (const other of above) agreeing(`${path}.select`, select ?? {}, other);
    of?.forEach((child, i) => profile(`${path}.of[${i}]`, child, select === undefined ? above : [...above, select]));
  };
  for (const [name, parameter] of Object.entries(document.parameters))
    level(`model.parameters.${name}.given`, parameter.given);
  for (const [name, value] of Object.entries(document.values ?? {})) level(`model.values.${name}.at`, value.at);
  for (const [name, set] of Object.entries(document.scenarios ?? {}))
    scenarioRules(set, `model.scenarios${step(name)}`);
  for (const [name, charge] of Object.entries(document.charges)) {
    const path = `model.charges.${name}`;
    level(`${path}.at`, charge.at);
    if (charge.kind !== "scan" && charge.select !== undefined) selectKnown(`${path}.select`, charge.select, keys);
    if (charge.kind === "amount" || charge.kind === "spread") level(`${path}.net`, charge.net);
    if (charge.kind === "spread") {
      level(`${path}.within`, charge.within);
      charge.pairs.forEach(({ legs }, p) =>
        legs.forEach(({ select }, l) => selectKnown(`${path}.pairs[${p}].legs[${l}].select`, select, keys)),
      );
      spreadRules(charge, path, keysOf(document, charge.net ?? charge.at ?? "account"));
    }
    if (charge.kind === "scan" || charge.kind === "amount") ordersRules(charge, path);
    if (charge.kind === "correlated") correlatedRules(document, charge, path, level, keys);
    if (charge.kind !== "scan") continue;
    const set = Object.hasOwn(document.scenarios ?? {}, charge.scenarios)
      ? document.scenarios![charge.scenarios]!
      : undefined;
    if (set === undefined)
      throw unexpected("UnknownScenarios", `${path}.scenarios`, "a set of model.scenarios", charge.scenarios);
    if (charge.profile !== undefined) profile(`${path}.profile`, charge.profile);
    if (set.settlement) settlementRules(charge, path);
    const { rows = [] } = set;
    if (typeof charge.reduce === "object" && "row" in charge.reduce && charge.reduce.row >= rows.length) {
      throw unexpected("OutOfRange", `${path}.reduce.row`, `a row below ${rows.length}`, charge.reduce.row);
    }
    if (typeof charge.reduce === "object" && "slice" in charge.reduce) {
      const { slice } = charge.reduce;
      const known = slice === "worst" || rows.some((row) => row.slice === slice);
      if (!known)
        throw unexpected(
          "UnknownSlice",
          `${path}.reduce.slice`,
          `"worst" or the slice of a row of ${charge.scenarios}`,
          slice,
        );
    }
  }
  for (const name of Object.keys(document.outputs ?? {})) {
    if (RESULTS.has(name))
      throw new MarginError("DuplicateName", `model.outputs.${name}`, "the name of a result", { value: name });
  }
  for (const [name, { factor, select }] of Object.entries(document.exposures ?? {})) {
    const path = `model.exposures.${name}`;
    level(`${path}.factor`, factor);
    if (select?.side !== undefined)
      throw new MarginError("WrongSelect", `${path}.select.side`, "long and short parts are told apart already", {
        value: select.side,
      });
    if (select !== undefined) selectKnown(`${path}.select`, select, keys);
  }
  conditions("model", document, keys);
  acyclic(document);
}

/** A profile takes what those above it take: a selection that none of it can satisfy would sum nothing. */
function agreeing(path: string, select: Select, above: Select): void {
  const key = contradiction(select, above);
  if (key === undefined) return;
  const words = (wanted: unknown) => JSON.stringify(wanted);
  const problem = `the profile above takes ${words(above[key])} only: nothing is that and ${words(select[key])}`;
  throw new MarginError("Contradiction", path + step(key), problem, { value: select[key] });
}

/** Keys of a level; undefined where it has every key. */
function keysOf({ levels }: MarginModel, at: Level): string[] | undefined {
  const keys = Array.isArray(at) ? at : (LEVELS[at] ?? levels![at]!);
  return keys.includes("instrument") ? undefined : keys;
}

/** What cannot be said together with resting orders. */
function ordersRules(charge: Scan | Amount, path: string): void {
  if (charge.orders === undefined || charge.orders === "none") return;
  const not = (field: string, why: string) => {
    throw new MarginError("NotTogether", `${path}.${field}`, why);
  };
  const sided = (select: Select | undefined, at: string) => {
    if (select?.side !== undefined)
      not(`${at}.side`, "resting orders have no side before they fill: select without side");
  };
  if (charge.kind === "amount") {
    sided(charge.select, "select");
    return;
  }
  const visit = ({ select, of }: Profile, at: string): void => {
    sided(select, `${at}.select`);
    of?.forEach((child, i) => visit(child, `${at}.of[${i}]`));
  };
  if (charge.profile !== undefined) visit(charge.profile, "profile");
}

const RESULTS = new Set(["equity", "initial", "maintenance", "excess"]);

/** Values that only these can be, where the key is one of a few. */
const FEW: Record<string, readonly (string | number)[]> = {
  kind: ["option", "future", "perpetual", "spot", "sensitivity", "cash"],
  callPut: [1, -1],
  payoff: ["linear", "inverse"],
  lotUnit: ["base", "quote"],
  side: ["long", "short"],
};

function selectKnown(path: string, select: Select, keys: Set<string>): void {
  for (const [key, wanted] of Object.entries(select)) {
    const at = path + step(key);
    if (key !== "side" && !keys.has(key)) {
      throw new MarginError("UnknownKey", at, `no key of an instrument (${[...keys].join(", ")}), nor side`, {
        value: wanted,
      });
    }
    const few = Object.hasOwn(FEW, key) ? FEW[key]! : undefined;
    if (key === "side" && Array.isArray(wanted)) throw unexpected("NotOneOf", at, '"long" or "short"', wanted);
    for (const value of Array.isArray(wanted) ? wanted : [wanted]) {
      if (few !== undefined && !few.includes(value as string)) {
        throw unexpected("NotOneOf", at, few.map((one) => JSON.stringify(one)).join(", "), value);
      }
    }
  }
}

/** Every `{ is: Select }` of the document. */
function conditions(path: string, part: unknown, keys: Set<string>): void {
  if (Array.isArray(part)) part.forEach((one, i) => conditions(`${path}[${i}]`, one, keys));
  else if (part !== null && typeof part === "object") {
    for (const [key, value] of Object.entries(part)) {
      const isCondition =
        key === "is" &&
        value !== null &&
        typeof value === "object" &&
        !Array.isArray(value) &&
        Object.keys(part).length === 1 &&
        path.endsWith("[0]");
      if (isCondition) selectKnown(`${path}.is`, value as Select, keys);
      else conditions(path + step(key), value, keys);
    }
  }
}

/** Fields of a charge that are no expressions. */
const PLAIN = new Set(
  ["kind", "at", "net", "select", "scenarios", "reduce", "on", "orders", "measureUnit", "floor"].concat(
    CORRELATED_PLAIN,
  ),
);

/** No value or charge is defined by itself. */
function acyclic(document: MarginModel): void {
  const bodies = new Map<string, [path: string, body: unknown]>();
  for (const [name, { is }] of Object.entries(document.values ?? {})) bodies.set(name, [`model.values.${name}`, is]);
  for (const [name, charge] of Object.entries(document.charges))
    bodies.set(name, [`model.charges.${name}`, expressionsOf(document, charge)]);
  const done = new Set<string>();
  const visit = (name: string, open: string[]): void => {
    if (done.has(name)) return;
    const [path, body] = bodies.get(name)!;
    if (open.includes(name)) {
      throw new MarginError(
        "Cycle",
        path,
        `defined by itself: ${[...open.slice(open.indexOf(name)), name].join(" → ")}`,
      );
    }
    names(body, (other) => bodies.has(other) && visit(other, [...open, name]));
    done.add(name);
  };
  for (const name of bodies.keys()) visit(name, []);
}

/** The parts of a charge that are expressions, and of a scan those of its rows that need the account (dampener, weight). */
function expressionsOf(document: MarginModel, charge: Charge): unknown {
  if (charge.kind === "spread") return [charge.measure, ratesOf(charge)];
  const own = Object.entries(charge).filter(([key]) => !PLAIN.has(key));
  return charge.kind === "scan" ? [own, document.scenarios?.[charge.scenarios]?.rows] : own;
}

function names(part: unknown, found: (name: string) => void): void {
  if (typeof part === "string") found(part);
  else if (part !== null && typeof part === "object") {
    for (const [key, value] of Object.entries(part)) {
      if (key !== "label" && key !== "slice" && key !== "select" && key !== "at" && key !== "is") names(value, found);
    }
  }
}

function keysKnown(path: string, keys: string[], known: Set<string>): void {
  keys.forEach((key, i) => {
    if (!known.has(key))
      throw unexpected("UnknownKey", `${path}[${i}]`, `a key of an instrument (${[...known].join(", ")})`, key);
    if (keys.indexOf(key) < i)
      throw new MarginError("DuplicateKey", `${path}[${i}]`, `${short(key)} is there already`, { row: i, value: key });
  });
}

function checkParameter(
  path: string,
  { source, assumed, range, is, given, for: places }: Parameter,
  known: Set<string>,
): void {
  if ((source === undefined) === (assumed === undefined)) {
    throw new MarginError(
      "SourceOrAssumed",
      path,
      `expected either source or assumed, was ${source === undefined ? "neither" : "both"}`,
    );
  }
  if (range !== undefined && range[0] > range[1])
    throw new MarginError("RangeEmpty", `${path}.range`, `expected [low, high], was [${range.join(", ")}]`);
  if (is === undefined && given === undefined && (places === undefined || places.length === 0)) {
    throw new MarginError("Missing", path, "expected a figure in is or for, or given, was none of them");
  }
  const within = (at: string, figure: Parameter["is"]) => {
    if (range === undefined || figure === undefined) return;
    const test = (where: string, y: number) => {
      if (y < range[0] || y > range[1])
        throw unexpected("ParameterOutOfRange", where, `within [${range.join(", ")}]`, y);
    };
    if (typeof figure === "number" || typeof figure === "string") test(at, Number(figure));
    else if (!Array.isArray(figure))
      figure.rows.forEach((row, i) => row.forEach((y, j) => test(`${at}.rows[${i}][${j}]`, y)));
    else figure.forEach((point, i) => test(`${at}[${i}][1]`, point[1]));
  };
  within(`${path}.is`, is);
  if (isMatrix(is)) matrixRules(`${path}.is`, is);
  const seen = new Map<string, number>();
  places?.forEach((place, i) => {
    within(`${path}.for[${i}].is`, place.is);
    const keys = Object.keys(place).filter((key) => key !== "is");
    for (const key of keys) {
      if (!known.has(key))
        throw new MarginError(
          "UnknownKey",
          `${path}.for[${i}]${step(key)}`,
          `no key of an instrument (${[...known].join(", ")})`,
          { row: i },
        );
    }
    const id = keys
      .sort()
      .map((key) => `${key}=${JSON.stringify(place[key])}`)
      .join();
    const first = seen.get(id);
    if (first !== undefined)
      throw new MarginError("DuplicatePlace", `${path}.for[${i}]`, `the same place as ${path}.for[${first}]`, {
        row: i,
      });
    seen.set(id, i);
  });
}

/** Writes every `expiry` that a place or a selection names in the one form of moments. */
function moments(value: unknown): void {
  if (value === null || typeof value !== "object") return;
  const fields = value as Record<string, unknown>;
  for (const key in fields) {
    const field = fields[key];
    if (key === "expiry" && typeof field === "string") fields[key] = canonical(field);
    else if (key === "expiry" && Array.isArray(field))
      fields[key] = field.map((x: unknown) => (typeof x === "string" ? canonical(x) : x));
    else moments(field);
  }
}

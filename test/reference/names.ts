/** What a name means, seen from a group: size, charge, value, instrument field, parameter, fact, computed name. */
import type { Name, Table } from "../../bindings/documents/expression.ts";
import type { Fact, Market } from "../../bindings/documents/market.ts";
import type { MarginModel, Parameter } from "../../bindings/documents/model.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import * as black76 from "./black76.ts";
import { evaluate, exactOf, type Scope } from "./expression.ts";
import { isWithin, keysOf, matches, project, type Fields, type Group } from "./groups.ts";
import { holdingsOf, type Holdings } from "./holdings.ts";
import { decimal, toQuantum, type Exact } from "./quantum.ts";

const yearMs = 365 * 86_400_000;
const dayMs = 86_400_000;

/** Of the entries whose place agrees, the one with the most keys. */
function mostSpecific<T extends { at: Fields }>(entries: T[], seenFrom: Fields, name: Name): T | undefined {
  const seen = entries.filter((entry) => Object.entries(entry.at).every(([key, value]) => seenFrom[key] === value));
  const most = Math.max(...seen.map((entry) => Object.keys(entry.at).length));
  const best = seen.filter((entry) => Object.keys(entry.at).length === most);
  if (best.length > 1) throw new Error(`${name}: two entries agree in equally many keys`);
  return best[0];
}

export class Names {
  readonly holdings: Holdings;
  /** Value of a charge seen from a group; set by charges.ts. */
  chargeSeenFrom: (name: Name, group: Group) => number = () => NaN;
  private readonly facts: Fact[];
  /** By group, then by name. */
  private readonly known = new Map<string, Map<Name, number | undefined>>();
  private readonly busy = new Set<string>();

  constructor(
    readonly model: MarginModel,
    readonly market: Market,
    readonly portfolio: Portfolio,
    readonly exact: boolean,
  ) {
    this.holdings = holdingsOf(market, portfolio, exact);
    this.facts = [...market.facts, ...(portfolio.facts ?? [])];
  }

  /** The names as seen from a group; `size` only where a rate or charge is evaluated. */
  scope(group: Group, size?: number): Scope {
    return {
      number: (name) => (name === "size" && size !== undefined ? size : this.number(name, group)),
      table: (name) => this.table(name, group),
      exact: (name) => (name === "size" && size !== undefined ? undefined : this.decimals(name, group)),
      is: (select) => {
        const lacking = Object.keys(select).find((key) => !isWithin([key], group.keys));
        if (lacking !== undefined) throw new Error(`is: ${lacking} is not known here`);
        return matches(select, group.at);
      },
    };
  }

  number(name: Name, group: Group): number {
    const value = this.optional(name, group);
    if (value === undefined) throw new Error(`unknown name ${name} at ${group.id}`);
    return value;
  }

  /** Undefined where nothing of that name is seen from the group. */
  optional(name: Name, group: Group): number | undefined {
    let known = this.known.get(group.id);
    if (known === undefined) this.known.set(group.id, (known = new Map()));
    if (!known.has(name)) {
      const key = `${name} at ${group.id}`;
      if (this.busy.has(key)) throw new Error(`cycle: ${key}`);
      this.busy.add(key);
      known.set(name, this.find(name, group));
      this.busy.delete(key);
    }
    return known.get(name);
  }

  private find(name: Name, group: Group): number | undefined {
    const { model } = this;
    if (Object.hasOwn(model.charges, name)) return this.chargeSeenFrom(name, group);
    if (model.values && Object.hasOwn(model.values, name)) {
      const value = model.values[name]!;
      const keys = keysOf(value.at, model);
      const at = isWithin(keys, group.keys) ? project(group.at, keys) : undefined;
      if (at === undefined) throw new Error(`${name}: a value of a finer level is not seen from ${group.id}`);
      return evaluate(value.is, this.scope(at));
    }
    const field = group.at[name];
    if (typeof field === "number") return field;
    const given = this.given(name, group);
    if (given !== undefined && typeof given !== "number") throw new Error(`${name}: a table, not a number`);
    return given ?? this.computed(name, group);
  }

  private decimals(name: Name, group: Group): Exact | undefined {
    const { charges, parameters, values = {} } = this.model;
    if (Object.hasOwn(charges, name) || parameters[name]?.given !== undefined) return undefined;
    if (Object.hasOwn(values, name)) {
      const { at, is } = values[name]!;
      return exactOf(is, this.scope(project(group.at, keysOf(at, this.model))!));
    }
    if (typeof group.at[name] === "number" || this.computed(name, group) !== undefined) return undefined;
    const raw: unknown = Object.hasOwn(parameters, name)
      ? this.raw(name, parameters[name]!, group)
      : this.fact(name, this.facts, group.at);
    return typeof raw === "number" || typeof raw === "string" ? decimal(raw) : undefined;
  }

  table(name: Name, group: Group): Table {
    const given = this.given(name, group);
    if (!Array.isArray(given)) throw new Error(`${name}: not a table`);
    return given;
  }

  /** A fact with a number for each row. */
  list(name: Name, group: Group): number[] {
    const found = this.fact(name, this.facts, group.at) as unknown;
    if (!Array.isArray(found) || typeof found[0] !== "number") throw new Error(`${name}: not a list`);
    return found as number[];
  }

  /** A parameter, else a fact. */
  private given(name: Name, group: Group): number | Table | undefined {
    if (Object.hasOwn(this.model.parameters, name)) return this.parameter(name, this.model.parameters[name]!, group);
    const found = this.fact(name, this.facts, group.at);
    return typeof found === "string" ? Number(found) : found;
  }

  private fact(name: Name, facts: Fact[], seenFrom: Fields): number | Table | undefined {
    const named = facts.filter((fact) => name !== "at" && Object.hasOwn(fact, name));
    return mostSpecific(named, seenFrom, name)?.[name] as number | Table | undefined;
  }

  private parameter(name: Name, parameter: Parameter, group: Group): number | Table {
    const found = this.givenParameter(name, parameter, group) ?? this.setting(name, parameter, group);
    const [low, high] = parameter.range ?? [-Infinity, Infinity];
    const numbers = typeof found === "number" ? [found] : found.map(([, y]) => y);
    if (numbers.some((x) => x < low || x > high)) throw new Error(`parameter ${name}: out of range`);
    return found;
  }

  /** What the portfolio's facts give, by group of the parameter's level. */
  private givenParameter(name: Name, { given }: Parameter, group: Group): number | Table | undefined {
    if (given === undefined) return undefined;
    const keys = keysOf(given, this.model);
    if (!isWithin(keys, group.keys)) throw new Error(`${name}: given at a finer level, not seen from ${group.id}`);
    const at = project(group.at, keys)?.at;
    return at && this.fact(name, this.portfolio.facts ?? [], at);
  }

  private setting(name: Name, parameter: Parameter, group: Group): number | Table {
    const found = this.raw(name, parameter, group);
    if (typeof found === "string") return Number(found);
    if (typeof found !== "number" && !Array.isArray(found)) throw new Error(`parameter ${name}: a matrix`);
    return found;
  }

  private raw(name: Name, parameter: Parameter, group: Group): NonNullable<Parameter["is"]> {
    const places = (parameter.for ?? []).map(({ is, ...at }) => ({ is, at: at as Fields }));
    const everywhere = parameter.is === undefined ? [] : [{ is: parameter.is, at: {} }];
    const found = mostSpecific([...everywhere, ...places], group.at, name);
    if (found === undefined) throw new Error(`parameter ${name}: none at ${group.id}`);
    return found.is;
  }

  /** Names that no document gives, each at its level. */
  private computed(name: Name, group: Group): number | undefined {
    const has = (...keys: string[]) => isWithin(keys, group.keys) && keys.every((key) => group.at[key] !== undefined);
    if ((name === "tau" || name === "days") && has("underlying", "expiry"))
      return this.timeTo(group.at["expiry"]!, name);
    if (name === "forwardFixed" && has("underlying", "expiry")) return 0;
    if (name === "currencyPrice") return this.priceOf(this.model.currency);
    if (has("settlement")) {
      const settlement = group.at["settlement"] as string;
      if (name === "settlementPrice") return this.priceOf(settlement);
      if (name === "conversion") return this.conversion(settlement);
      if (name === "unrealised") return this.unrealised(settlement);
    }
    if (!has("instrument")) return undefined;
    if (name === "mark") return this.mark(group);
    if (name === "delta" || name === "gamma" || name === "vega" || name === "theta") return this.greek(name, group);
    return undefined;
  }

  private timeTo(expiry: string | number, unit: "tau" | "days"): number {
    if (expiry === "perpetual") return 0;
    const ms = Date.parse(String(expiry)) - Date.parse(this.market.asOf);
    return Math.max(ms, 0) / (unit === "tau" ? yearMs : dayMs);
  }

  currency(id: string) {
    // all prices are in USD: a model in it needs no such currency in the market
    if (id === "USD" && !this.market.currencies.some((c) => c.id === id))
      return { id, largestTotal: 2 ** 33, price: 1, underlying: undefined };
    const found = this.market.currencies.find((c) => c.id === id);
    if (found === undefined) throw new Error(`unknown currency ${id}`);
    return found;
  }

  priceOf(currency: string): number {
    const { price } = this.currency(currency);
    if (price === undefined) throw new Error(`price of ${currency} missing`);
    return price;
  }

  /** Value of one unit of a currency in the model's currency. */
  conversion(currency: string): number {
    if (currency === this.model.currency) return 1;
    return this.priceOf(currency) / this.priceOf(this.model.currency);
  }

  /** What Black-76 reads of an option today; the forward is its fixed and its variable part. */
  terms(instrument: Group) {
    const read = (name: Name) => this.number(name, instrument);
    return {
      callPut: instrument.at["callPut"] as 1 | -1,
      strike: instrument.at["strike"] as number,
      forwardFixed: this.optional("forwardFixed", instrument) ?? 0,
      forward: read("forward"),
      vol: read("vol"),
      tau: read("tau"),
      discount: read("discount"),
    };
  }

  private mark(instrument: Group): number {
    const { kind, payoff } = instrument.at;
    if (kind === "cash") return 1;
    if (kind !== "option") return this.optional("forward", instrument) ?? this.number("spot", instrument);
    const t = this.terms(instrument);
    const forward = t.forwardFixed + t.forward;
    const value = black76.price(t.callPut, forward, t.strike, t.vol, t.tau, t.discount);
    return payoff === "inverse" ? value / forward : value;
  }

  private greek(name: "delta" | "gamma" | "vega" | "theta", instrument: Group): number {
    const { kind } = instrument.at;
    if (kind !== "option") return name === "delta" && kind !== "cash" ? 1 : 0;
    const { callPut, strike, vol, tau, discount, ...t } = this.terms(instrument);
    const forward = t.forwardFixed + t.forward;
    if (name === "delta") return black76.delta(callPut, forward, strike, vol, tau, discount);
    if (name === "gamma") return black76.gamma(forward, strike, vol, tau, discount);
    if (name === "vega") return black76.vega(forward, strike, vol, tau, discount);
    return black76.theta(callPut, forward, strike, vol, tau, discount);
  }

  /** Base units in one unit of a holding's quantity: one lot where exact, else one unit of amount; quote lots by the mark. */
  baseUnits(fields: Fields): number {
    if (fields["kind"] === "cash") return 1;
    const size = this.exact ? (fields["lot"] as number) : 1;
    return fields["lotUnit"] === "quote" ? size / this.number("mark", project(fields, "every")!) : size;
  }

  /** Σ over positions with an entry, options and spot apart; of one lot each rounded once. */
  private unrealised(settlement: string): number {
    let sum = 0;
    for (const { fields, quantity, entry } of this.holdings.entries) {
      const counts = fields["kind"] === "future" || fields["kind"] === "perpetual";
      if (!counts || fields["settlement"] !== settlement) continue;
      const mark = this.number("mark", project(fields, "every")!);
      const base = this.baseUnits(fields);
      const result = fields["payoff"] === "inverse" ? base * mark * (1 / entry - 1 / mark) : base * (mark - entry);
      sum += quantity * (this.exact ? toQuantum(result, this.holdings.quantum.get(settlement)!) : result);
    }
    return sum;
  }
}

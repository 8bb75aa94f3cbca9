/**
 * A requirement by way of a venue: balances are deposited, positions come in by fills, orders rest. The venue has the same model and market,
 * but for lots that divide what is held, and for totals that leave room for no more than they need, so that sums round as little as they can.
 */
import type { Instrument } from "../../bindings/documents/market.ts";
import type { Requirement } from "../../bindings/documents/requirement.ts";
import { MarginError } from "../../bindings/error.ts";
import type { Account } from "../../bindings/venue/account.ts";
import { openVenue } from "../../bindings/venue.ts";
import type { Venue } from "../../bindings/venue/venue.ts";
import { core } from "../core.ts";
import type { Documents } from "./margin.ts";

/** What a venue cannot hold, and why. */
export class NotPossible extends Error {}

interface Sized {
  instrument: string;
  lots: number;
  entry?: number;
}
/** Documents whose sizes are whole lots. */
interface Whole {
  documents: Documents;
  positions: Sized[];
  orders: Sized[];
}

/** @throws NotPossible; any other error is a failure */
export function throughVenue(...documents: Documents): Requirement {
  const whole = wholeLots(...documents);
  const rooms = documents[1].currencies.map(() => roomFor(whole));
  let requirement = within(whole, rooms);
  while (requirement === undefined) {
    if (rooms[0]! >= MOST_TOTAL) throw new Error("totals are beyond any range");
    rooms.forEach((room, c) => (rooms[c] = Math.min(MOST_TOTAL, ROOMIER * room)));
    requirement = within(whole, rooms);
  }
  for (let c = 0; c < rooms.length; c++) {
    while (rooms[c]! > LEAST_TOTAL) {
      const less = within(whole, rooms.with(c, rooms[c]! / ROOMIER));
      if (less === undefined) break;
      rooms[c]! /= ROOMIER;
      requirement = less;
    }
  }
  return requirement;
}

// documents

const MOST_DECIMALS = 9;
/** Each lot's value is rounded once: of so many the sum still has twelve digits. */
const MOST_LOTS = 4096;

function wholeLots(model: Documents[0], market: Documents[1], portfolio: Documents[2]): Whole {
  refuseFigures(model, portfolio);
  const all = [...portfolio.positions, ...(portfolio.orders ?? [])];
  const held = new Map<string, Instrument>();
  for (const { instrument: id } of all) {
    const instrument = market.instruments.find((one) => one.id === id);
    if (instrument === undefined) throw new Error(`${id} is not listed`);
    if (instrument.kind === "sensitivity") throw new NotPossible("a sensitivity does not trade");
    const owned = instrument.kind === "option" || instrument.kind === "spot";
    if (!owned && instrument.payoff === "inverse" && instrument.lotUnit !== "quote")
      throw new NotPossible("an inverse contract counted in coin has no sum of fills");
    const sizes = all.filter((one) => one.instrument === id);
    const amounts = sizes.flatMap(({ amount }) => (amount === undefined ? [] : [amount]));
    const isInLots = amounts.length === 0;
    if (!isInLots && amounts.length < sizes.length) throw new NotPossible("sizes in lots beside amounts");
    // few lots, whatever the market's lot: each one's value is rounded
    const lot = isInLots ? instrument.lot : commonStep(amounts);
    held.set(id, { ...instrument, lot });
  }
  const sized = ({ instrument, lots, amount, entry }: Sized & { amount?: number }): Sized[] => {
    const n = lots ?? Math.round(amount! / held.get(instrument)!.lot!);
    return n === 0 ? [] : [{ instrument, lots: n, ...(entry !== undefined && { entry }) }];
  };
  const positions = portfolio.positions.flatMap((one) => sized(one as Sized));
  const orders = (portfolio.orders ?? []).flatMap((one) => sized(one as Sized));
  const instruments = market.instruments.map((instrument) => held.get(instrument.id) ?? instrument);
  const whole = { ...portfolio, facts: undefined, positions, orders };
  return { documents: [model, { ...market, instruments }, whole], positions, orders };
}

/** Figures of an account are not known to a venue; those that are what the model says anyway need not be. */
function refuseFigures({ parameters }: Documents[0], { facts = [] }: Documents[2]): void {
  for (const { at, ...figures } of facts) {
    for (const [name, value] of Object.entries(figures)) {
      if (Object.keys(at).length > 0 || parameters[name]?.is !== value || parameters[name]?.for !== undefined)
        throw new NotPossible("a figure of the account is given");
    }
  }
}

/** The largest decimal of which all amounts are few multiples. */
function commonStep(amounts: number[]): number {
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const scale = 10 ** decimals;
    const whole = amounts.map((amount) => Math.abs(Math.round(amount * scale)));
    if (whole.some((n, k) => n / scale !== Math.abs(amounts[k]!))) continue;
    const step = whole.reduce(gcd, 0) || 1;
    if (whole.some((n) => n / step > MOST_LOTS)) break;
    return step / scale;
  }
  throw new NotPossible("sizes have no common step");
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Totals of a currency. */
const MOST_TOTAL = 2 ** 52;
const LEAST_TOTAL = 2 ** -20;
const ROOMIER = 16;

/** What positions are worth at the largest figure of the market, to begin with. */
function roomFor({ documents: [, market, { balances }], positions, orders }: Whole): number {
  const isPrice = (name: string) => ["spot", "forward", "mark"].includes(name);
  const figures = market.facts.flatMap((fact) => Object.entries(fact).flatMap(([k, x]) => (isPrice(k) ? [+x!] : [])));
  const most = Math.max(1, ...figures.filter(Number.isFinite), ...market.instruments.map(({ strike = 0 }) => strike));
  const lotOf = (id: string) => market.instruments.find((instrument) => instrument.id === id)!.lot!;
  const size = [...positions, ...orders].reduce(
    (sum, { instrument, lots }) => sum + Math.abs(lots) * lotOf(instrument),
    0,
  );
  const money = Object.values(balances).reduce((sum, balance) => sum + Math.abs(balance), 0);
  return 2 ** Math.ceil(Math.log2(Math.max(size * most + money, 2 ** -20)));
}

/** With so much room by currency; undefined where that is too little. */
function within(whole: Whole, rooms: number[]): Requirement | undefined {
  const [model, market, portfolio] = whole.documents;
  const currencies = market.currencies.map((currency, c) => ({ ...currency, largestTotal: rooms[c]! }));
  try {
    return onVenue({ ...whole, documents: [model, { ...market, currencies }, portfolio] });
  } catch (cause) {
    if (cause instanceof MarginError && cause.code === "BeyondExactRange") return undefined;
    throw cause;
  }
}

// events

function onVenue(whole: Whole): Requirement {
  const [model, market] = whole.documents;
  const venue = openVenue(core, model, market);
  try {
    const account = venue.account("account");
    bringIn(venue, account, whole);
    const requirement = account.requirement();
    checkOrder(venue, account, whole);
    return requirement;
  } finally {
    venue.release();
  }
}

/** Until it is settled at the mark, what a position was filled at does not matter: an option costs nothing here. */
const ANY_PRICE = 1;

function bringIn(venue: Venue, account: Account, { documents, positions, orders }: Whole): void {
  const [, market, { balances }] = documents;
  const priceOf = (id: string) => (market.instruments.find((one) => one.id === id)!.kind === "option" ? 0 : ANY_PRICE);
  const fill = ({ instrument, lots, entry }: Sized) =>
    account.fill(venue.instrument(instrument), lots, entry ?? priceOf(instrument));
  const fills = (isEntered: boolean) =>
    positions.filter(({ entry }) => (entry !== undefined) === isEntered).forEach(fill);
  // without an entry there is no unrealised result: it is settled away
  fills(false);
  for (const { id } of market.currencies) if (account.money()[id]!.cost !== 0) venue.settle(id);
  fills(true);
  for (const [id, { balance }] of Object.entries(account.money()))
    if (balance !== (balances[id] ?? 0)) account.deposit(id, (balances[id] ?? 0) - balance);
  for (const { instrument, lots } of orders) account.place(venue.instrument(instrument), lots);
}

const CLOSE = 1e-9;

/** One lot more of what is held: the check is the stateless margin of the portfolio with it. */
function checkOrder(venue: Venue, account: Account, { documents: [model, market, portfolio], positions }: Whole): void {
  const of = positions.find(
    ({ instrument }) => market.instruments.find(({ id }) => id === instrument)!.kind !== "spot",
  );
  if (of === undefined) return;
  const { instrument } = of;
  const isOption = market.instruments.find(({ id }) => id === instrument)!.kind === "option";
  const price = isOption ? 0 : (of.entry ?? ANY_PRICE);
  const lots = -Math.sign(of.lots);
  const more = { instrument, lots, ...(!isOption && { entry: price }) };
  const after = core.margin(model, market, { ...portfolio, positions: [...portfolio.positions, more] });
  const checked = account.check(venue.instrument(instrument), lots, price);
  for (const name of ["initial", "maintenance", "equity"] as const) {
    const [is, should] = [checked[name], after[name]];
    if (!(Math.abs(is - should) <= CLOSE * Math.max(1, Math.abs(should))))
      throw new Error(`check of ${lots} ${instrument}: ${name} is ${is}, and ${should} of the portfolio with it`);
  }
}

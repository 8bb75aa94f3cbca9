/** How what was staged takes effect: figures into columns, accounts from one program to the next, and what an expiry pays. */
import type { Instrument } from "../documents/market.ts";
import type { Program } from "../compile/program.ts";
import type { Exports } from "../core/exports.ts";
import type { Placed } from "../core/layout.ts";
import { unexpected } from "../error.ts";
import { ACCOUNTS, FRAME_EPOCH, MOST_CHUNKS, WORDS, type PlacedVenue } from "./record.ts";

/** Prices of currencies into every column that reads them. */
export function writePrices(
  { graph, settlement }: Program,
  placed: Placed,
  f64: Float64Array,
  prices: ReadonlyMap<string, number>,
): void {
  for (const [id, price] of prices) {
    const c = settlement.groups.findIndex((group) => group.settlement === id);
    if (c >= 0) f64[(placed.price >> 3) + c] = price;
    for (const node of graph.nodes) {
      if (node.leaf?.leaf !== "data" || node.leaf.name !== "price") continue;
      node.level.groups.forEach((group, g) => {
        if (group.settlement === id) f64[(placed.column.get(node)! >> 3) + g] = price;
      });
    }
  }
}

/** The moment of the market into every column that reads it. */
export function writeTime({ graph }: Program, placed: Placed, f64: Float64Array, asOf: number): void {
  for (const node of graph.nodes) {
    if (node.leaf?.leaf === "constant" && node.path === "market.asOf") f64[placed.column.get(node)! >> 3] = asOf;
    if (node.leaf?.leaf === "data" && node.leaf.name === "expiry" && node.path === "instrument.expiry") {
      // a perpetual's expiry is now
      node.level.groups.forEach((group, g) => {
        if (group.expiry === "perpetual") f64[(placed.column.get(node)! >> 3) + g] = asOf;
      });
    }
  }
}

/**
 * Where each instrument of a program stands in the next one. Both are in the one order of compile/universe.ts, so that rows stay sorted;
 * currencies and their quanta are those of the market, which no event changes.
 */
export function movedTo(before: Program, after: Program): Int32Array {
  const moved = Int32Array.from(before.universe.items, ({ id }) => after.universe.index.get(id) ?? -1);
  const lost = moved.findIndex((to, i) => to < 0 || (i > 0 && to <= moved[i - 1]!));
  if (lost >= 0)
    throw unexpected("UnknownInstrument", "instruments", "those that were there", before.universe.items[lost]!.id);
  const [was, is] = [before, after].map(({ settlement }) => settlement.groups.map((group) => group.settlement).join());
  if (was !== is) throw unexpected("UnknownCurrency", "currencies", `those that were there (${was})`, is);
  return moved;
}

/** The accounts of one record become those of another, without an allocation: their rows name instruments by the next program. */
export function moveAccounts(exports: Exports, from: PlacedVenue, to: PlacedVenue, moved: Int32Array): void {
  const { buffer } = exports.memory;
  const was = new Int32Array(buffer, from.address, WORDS);
  const accounts = was[ACCOUNTS]!;
  const chunks = new Int32Array(buffer, from.chunks, MOST_CHUNKS);
  const is = new Int32Array(buffer, to.address, WORDS);
  is[ACCOUNTS] = accounts;
  // the frames that accounts have are those of the record before
  is[FRAME_EPOCH] = was[FRAME_EPOCH]! + 1;
  new Int32Array(buffer, to.chunks, MOST_CHUNKS).set(chunks);
  chunks.fill(0);
  for (let handle = 0; handle < accounts; handle++) {
    const record = exports.accountAddress(to.address, handle);
    const [rows, , instrument] = new Int32Array(buffer, record, 3) as unknown as [number, number, number];
    const column = new Int32Array(buffer, instrument, rows);
    for (let r = 0; r < rows; r++) column[r] = moved[column[r]!]!;
  }
}

/** Settlement currency per lot: the intrinsic value of an option, V(price) of a future or perpetual, the price of spot. */
export function paymentOf(instrument: Instrument, price: number): number {
  const lot = instrument.lot!;
  const isInverse = instrument.payoff === "inverse";
  switch (instrument.kind) {
    case "option": {
      const intrinsic = Math.max(instrument.callPut! * (price - instrument.strike!), 0);
      return lot * (isInverse ? intrinsic / price : intrinsic);
    }
    case "spot":
      return lot * price;
    default:
      return isInverse ? -lot / price : lot * price;
  }
}

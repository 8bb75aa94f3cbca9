/** What an account holds: positions netted by instrument and balances, and the result not yet realised. */
import type { Market } from "../../bindings/documents/market.ts";
import type { Portfolio, Position } from "../../bindings/documents/portfolio.ts";
import { instrumentsOf, type Fields, type Holding } from "./groups.ts";
import { quantumOf, toQuantum, wholeLots } from "./quantum.ts";

export interface Holdings {
  instruments: Map<string, Fields>;
  held: Holding[];
  /** Positions with an entry, one by one. */
  entries: (Holding & { entry: number })[];
  /** Quantum by currency. */
  quantum: Map<string, number>;
}

/** Lots where exact; else the amount in the unit of the lot. */
function quantityOf(position: Position, fields: Fields, exact: boolean): number {
  const lot = fields["lot"] as number | undefined;
  if ((position.lots === undefined) === (position.amount === undefined))
    throw new Error(`${position.instrument}: lots or amount`);
  if (exact) {
    if (lot === undefined) throw new Error(`${position.instrument}: lot missing`);
    const lots = position.lots ?? wholeLots(position.amount!, lot);
    if (!Number.isInteger(lots)) throw new Error(`${position.instrument}: lots not whole`);
    return lots;
  }
  if (position.amount !== undefined) return position.amount;
  if (lot === undefined) throw new Error(`${position.instrument}: lot missing`);
  return position.lots! * lot;
}

export function holdingsOf(market: Market, portfolio: Portfolio, exact: boolean): Holdings {
  const instruments = instrumentsOf(market);
  const quantum = new Map(market.currencies.map((c) => [c.id, quantumOf(c.largestTotal)]));
  const fieldsOf = (id: string): Fields => {
    const fields = instruments.get(id);
    if (fields === undefined) throw new Error(`unknown instrument ${id}`);
    return fields;
  };
  const net = new Map<string, Holding>();
  const entries: Holdings["entries"] = [];
  for (const position of portfolio.positions) {
    const fields = fieldsOf(position.instrument);
    if (fields["kind"] === "cash") throw new Error(`${position.instrument}: a balance, not a position`);
    const quantity = quantityOf(position, fields, exact);
    const before = net.get(position.instrument)?.quantity ?? 0;
    net.set(position.instrument, { fields, quantity: before + quantity });
    if (position.entry !== undefined) entries.push({ fields, quantity, entry: position.entry });
  }
  for (const [currency, balance] of Object.entries(portfolio.balances)) {
    const fields = fieldsOf(currency);
    if (fields["kind"] !== "cash") throw new Error(`${currency}: not a currency`);
    net.set(currency, { fields, quantity: exact ? toQuantum(balance, quantum.get(currency)!) : balance });
  }
  return { instruments, held: [...net.values()].filter((h) => h.quantity !== 0), entries, quantum };
}

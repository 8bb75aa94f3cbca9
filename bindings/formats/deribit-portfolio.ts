/**
 * What Deribit's API answers → a portfolio document: responses of private/get_positions and private/get_account_summary (or _summaries), in
 * any order; those of the market are passed over, so that one heap of files serves both.
 *
 * Source: docs.deribit.com, the methods named; read 2026.
 */
import { checkPortfolio } from "../documents/check.ts";
import type { Market } from "../documents/market.ts";
import type { Portfolio, Position } from "../documents/portfolio.ts";
import { MarginError, short, unexpected } from "../error.ts";
import { at, number, parts, text } from "./deribit-response.ts";

/** a − b of two decimals of up to 15 digits, without the noise of the subtraction. */
const difference = (a: number, b: number) =>
  Number((a - b).toFixed(Math.max(0, 14 - Math.ceil(Math.log10(Math.max(Math.abs(a), Math.abs(b), 1))))));

/**
 * Positions and balances of one account.
 *
 * Deribit settles futures each day into the balance, so what a position has won since its average price is partly paid already. The balance here is
 * therefore `equity − options_value`, in which all of it is, and positions carry no `entry`: the margin's equity is then the venue's.
 *
 * @param market to tell the unit of a position's size; without it a future in a pair (`BTC_USDC-PERPETUAL`) is taken to be linear
 */
export function portfolioFromDeribit(responses: readonly unknown[], market?: Market): Portfolio {
  const all = parts(responses);
  const known =
    market === undefined ? undefined : new Map(market.instruments.map((instrument) => [instrument.id, instrument]));
  const positions: Position[] = [];
  const balances: Record<string, number> = {};
  const held = new Map<string, string>();
  if (!all.some((p) => p.kind === "account"))
    throw new MarginError("Missing", "responses", "no response of private/get_account_summary");
  for (const p of all) {
    p.rows.forEach((row, i) => {
      if (p.kind === "account") {
        const currency = text(p, i, "currency");
        if (Object.hasOwn(balances, currency)) {
          throw new MarginError(
            "DuplicateCurrency",
            at(p, i, "currency"),
            `a summary of ${short(currency)} is already there`,
            { row: i, value: currency },
          );
        }
        balances[currency] = difference(number(p, i, "equity"), number(p, i, "options_value"));
      }
      if (p.kind !== "positions") return;
      const id = text(p, i, "instrument_name");
      if (text(p, i, "kind").endsWith("_combo")) return;
      const size = number(p, i, "size");
      const direction = text(p, i, "direction");
      const sign = direction === "buy" ? 1 : direction === "sell" ? -1 : direction === "zero" ? 0 : NaN;
      if (Number.isNaN(sign))
        throw unexpected("NotOneOf", at(p, i, "direction"), '"buy", "sell" or "zero"', direction, i);
      if (Math.sign(size) !== sign) {
        if (size === 0) return;
        throw unexpected(
          "WrongSign",
          at(p, i, "size"),
          `${sign > 0 ? "> 0" : sign < 0 ? "< 0" : "0"} where direction is ${short(direction)}`,
          size,
          i,
        );
      }
      if (size === 0) return;
      const first = held.get(id);
      if (first !== undefined)
        throw new MarginError("DuplicateInstrument", at(p, i, "instrument_name"), `${short(id)} is already ${first}`, {
          row: i,
          value: id,
        });
      held.set(id, at(p, i, "instrument_name"));
      if (known !== undefined && !known.has(id))
        throw unexpected("UnknownInstrument", at(p, i, "instrument_name"), "an instrument of the market", id, i);
      const instrument = known?.get(id);
      const base =
        row["kind"] === "option" ||
        (instrument === undefined ? id.split("-")[0]!.includes("_") : instrument.lotUnit !== "quote");
      // A future's `size` is in dollars where it is inverse; where it is linear its size in coin is size_currency.
      const amount =
        base && row["kind"] === "future" && row["size_currency"] !== undefined ? number(p, i, "size_currency") : size;
      positions.push({ instrument: id, amount });
    });
  }
  return checkPortfolio({ format: 1, positions, balances });
}

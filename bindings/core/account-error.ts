/** What the core's status of an account means: field, row, value and what was expected. */
import { Status } from "../../assembly/record/status.ts";
import { MarginError, short, unexpected } from "../error.ts";
import type { Portfolio } from "../documents/portfolio.ts";
import { describe } from "../compile/facts.ts";
import { NEEDED, placeOf } from "./failure.ts";
import type { Reader } from "./prepared.ts";
import { causeOf } from "./trace.ts";

/** A position, a resting order or a change. */
interface Held {
  instrument: string;
  lots?: number;
  amount?: number;
  entry?: number;
}

/**
 * The error of a status that the core returned for an account.
 *
 * @param list by which an error speaks of the positions
 */
export function accountError(
  reader: Reader,
  status: Status,
  portfolio: Pick<Portfolio, "balances" | "orders"> & { positions: readonly Held[] },
  list = "portfolio.positions",
): MarginError {
  const code = Status[status]!;
  const { program } = reader;
  const at = reader.exports.badRow();
  if (status === Status.BeyondExactRange) {
    return new MarginError(
      code,
      list,
      "a total is beyond the range in which sums are exact; declare a larger largestTotal of the currency, or hold less",
    );
  }
  const positions = portfolio.positions.length;
  const balances = Object.entries(portfolio.balances);
  if (at >= positions && at < positions + balances.length) {
    const [id, balance] = balances[at - positions]!;
    return unexpected(code, `portfolio.balances.${id}`, "a finite number", balance, at);
  }
  const isOrder = at >= positions;
  const row = isOrder ? at - positions - balances.length : at;
  const position: Held = isOrder ? portfolio.orders![row]! : portfolio.positions[row]!;
  const field = `${isOrder ? "portfolio.orders" : list}[${row}]`;
  const { universe, market } = program;
  const i = universe.index.get(position.instrument)!;
  const item = universe.items[i]!;
  const details = { row, value: position.instrument };
  switch (status) {
    case Status.Expired:
      return new MarginError(
        code,
        `${field}.instrument`,
        `${short(item.id)} expired at ${item.instrument!.expiry}, not after asOf ${market.asOf}`,
        details,
      );
    case Status.LotsNotWhole:
      return unexpected(
        code,
        position.lots === undefined ? `${field}.amount` : `${field}.lots`,
        position.lots === undefined ? `a multiple of the lot ${item.instrument!.lot}` : "a whole number",
        position.lots ?? position.amount,
        row,
      );
    case Status.LotMissing:
      return new MarginError(
        code,
        `${field}.instrument`,
        `${short(item.id)} has no lot; give the instrument one, or amounts with exact: false`,
        details,
      );
    case Status.EntryNotPositive: {
      const expected = position.entry! > 0 ? "a price from which the result to the mark is a number" : "> 0";
      return unexpected(code, `${field}.entry`, expected, position.entry, row);
    }
    case Status.TooLarge: {
      const name = position.lots === undefined ? "amount" : "lots";
      const given = position[name]!;
      const expected = "at most 2^53 in size";
      if (Math.abs(given) > 2 ** 53) return unexpected(code, `${field}.${name}`, expected, given, row);
      const problem = `expected a position of ${short(item.id)} that is ${expected}, and this makes it more`;
      return new MarginError(code, `${field}.${name}`, problem, { row, value: given });
    }
    case Status.QuantityNotFinite:
      return unexpected(code, field, "a finite quantity", position.lots ?? position.amount, row);
  }
  const needed = NEEDED[status];
  if (needed === undefined) return new MarginError(code, field, code, details);
  const { name, input, expected = "> 0" } = needed;
  const node = program.inputs[input]!;
  const value = reader.value(node, i);
  if (Number.isNaN(value)) {
    // of what the model computes itself, the fact that it is computed from
    const cause = Object.hasOwn(program.model.values ?? {}, name) ? causeOf(reader, node, i) : undefined;
    if (cause !== undefined) return cause;
    return new MarginError(
      "MissingFact",
      `${field}.instrument`,
      `the market has no ${name} for ${describe(placeOf(name, item.fields))}`,
      details,
    );
  }
  return new MarginError(
    code,
    `${field}.instrument`,
    `${name} of ${short(item.id)}: expected ${expected}, was ${value}`,
    {
      row,
      value,
    },
  );
}

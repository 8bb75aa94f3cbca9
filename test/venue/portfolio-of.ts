/** What an account of a venue holds, as the document of a stateless call. */
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import type { Account } from "../../bindings/venue/account.ts";

export function portfolioOf(account: Account): Portfolio {
  const held = account.holdings();
  return {
    format: 1,
    positions: held.filter(({ lots }) => lots !== 0).map(({ instrument, lots }) => ({ instrument, lots })),
    balances: Object.fromEntries(
      Object.entries(account.money()).flatMap(([currency, { balance }]) =>
        balance === 0 ? [] : [[currency, balance]],
      ),
    ),
    orders: held.flatMap(({ instrument, bids, asks }) => [
      ...(bids > 0 ? [{ instrument, lots: bids }] : []),
      ...(asks > 0 ? [{ instrument, lots: -asks }] : []),
    ]),
  };
}

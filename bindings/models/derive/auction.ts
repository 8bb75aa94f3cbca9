/**
 * An account of a portfolio manager in a solvent auction: maintenance margin by the one row that was named when the auction began, without
 * the basis; how much of the account may be sold, and for how much.
 *
 * Source: derivexyz/v2-core at 7736900d (2026-01-21), src/liquidation/DutchAuction.sol, read as the contracts' tests state it.
 */
import { MarginError, unexpected } from "../../error.ts";
import type { Expr, MarginModel } from "../../documents/model.ts";
import { SCRIPT } from "./portfolio.ts";

/**
 * The manager's model while an auction runs. The portfolio's facts give, at {}, `auctionDiscount` (the share of the value that is asked for
 * now) and `reservedCash` (what earlier bids have paid, which is not sold again).
 *
 * Outputs, in USDC but for the share: `bufferMargin`, below 0 while there is something to sell; `largestShare` of the account that a bid may
 * take; `priceOfAll`, what the whole account costs now: a bid for a share f pays f·priceOfAll.
 *
 * @param row of the manager's shocks, from 0
 * @throws MarginError `WrongType`, `OutOfRange`
 */
export function auctionOf(manager: MarginModel, row: number): MarginModel {
  if (typeof manager?.charges !== "object") throw unexpected("WrongType", "manager", "a model", manager);
  const { basisContingency: _, ...charges } = manager.charges;
  const { scenarioLoss } = charges;
  const rows = manager.scenarios?.shocks?.rows?.length ?? 0;
  if (scenarioLoss?.kind !== "scan" || !Number.isInteger(row) || row < 0 || row >= rows)
    throw new MarginError("OutOfRange", "row", `expected a row of the manager's shocks, below ${rows}, was ${row}`, {
      value: row,
    });
  const netMaintenance: Expr = { sub: [manager.equity, manager.maintenance] };
  const buffered: Expr = { sum: [netMaintenance, { mul: [{ neg: manager.maintenance }, "bufferShare"] }] };
  const bufferMargin: Expr = { min: [buffered, 0] };
  const forSale: Expr = { sub: [manager.equity, "reservedCash"] };
  const worth: Expr = {
    sum: [{ mul: [manager.equity, "auctionDiscount"] }, { mul: ["reservedCash", { sub: [1, "auctionDiscount"] }] }],
  };
  return {
    ...manager,
    id: `${manager.id}-auction`,
    parameters: {
      ...manager.parameters,
      bufferShare: { unit: "share of the maintenance requirement", source: SCRIPT, is: 0.15, range: [0, 4] },
      auctionDiscount: { unit: "share of the value", source: "the auction at this moment", given: "account", is: 1 },
      reservedCash: { unit: "USDC", source: "bids of this auction so far", given: "account", is: 0 },
    },
    charges: {
      ...charges,
      scenarioLoss: { ...scenarioLoss, reduce: { row } },
      loss: { kind: "formula", value: "scenarioLoss" },
    },
    scenarios: { shocks: manager.scenarios!.shocks! },
    outputs: {
      bufferMargin,
      largestShare: { div: [bufferMargin, { sub: [bufferMargin, worth] }] },
      priceOfAll: { mul: [forSale, "auctionDiscount"] },
    },
  };
}

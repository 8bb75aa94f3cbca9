/** Drift: weights by size, the perpetual's initial margin, and spot orders filled on the worse side. Integers are exact in doubles below 2⁵³. */
import type { Expr } from "../../../bindings/documents/model.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import type { Input } from "../input.ts";
import { evaluate, formulas, perpetual } from "./documents.ts";

const MILLION = 1e6;

/** Drift's size premium: factor·√(10·units + 1), in 10⁻¹¹. */
const premium = (factor: Expr, units: Expr): Expr => ({
  div: [{ mul: [factor, { sqrt: { sum: [{ mul: [10, units] }, 1] } }] }, 1e11],
});

/** An asset counts less, a liability more, as the amount grows. */
function driftWeight(isAsset: boolean) {
  return (inputs: Input): Answer => {
    const base = inputs.has("baseWeight")
      ? inputs.num("baseWeight")
      : inputs.at("marginType").text === "fill"
        ? (inputs.num("initialWeight") + inputs.num("maintenanceWeight")) / 2
        : inputs.num("initialWeight");
    const figures = {
      base,
      factor: inputs.num("imfFactor"),
      units: inputs.num("tokenAmount") * 10 ** (9 - inputs.num("decimals")),
    };
    const grown: Expr = isAsset
      ? { min: ["base", { div: [11000, { sum: [1, premium("factor", "units")] }] }] }
      : { max: ["base", { sum: [{ mul: [0.8, "base"] }, { mul: [1e4, premium("factor", "units")] }] }] };
    return { got: { weight: formulas(figures, { x: { trunc: { if: [{ le: ["factor", 0] }, "base", grown] } } }).x } };
  };
}

function driftScaled(inputs: Input): Answer {
  const figures = {
    base: inputs.num("initialWeight"),
    start: inputs.num("scaleStartQuote") / MILLION,
    deposits: inputs.num("depositsTokens"),
    oracle: inputs.num("oraclePrice"),
  };
  return {
    got: {
      weight: formulas(figures, {
        x: { trunc: { mul: ["base", { min: [1, { div: ["start", { mul: ["deposits", "oracle"] }] }] }] } },
      }).x,
    },
  };
}

/** Weight of unrealised profit, by its size in 10⁻⁶. */
const profitWeight: Expr = {
  trunc: { min: ["base", { div: [11000, { sum: [1, premium("factor", { mul: [1000, "profit"] })] }] }] },
};

function driftProfit(inputs: Input): Answer {
  const figures = {
    base: inputs.num("initialWeight"),
    factor: inputs.num("imfFactor"),
    profit: inputs.num("unrealizedPnlQuote"),
  };
  return { got: { weight: formulas(figures, { x: profitWeight }).x } };
}

function driftPerpetual(inputs: Input): Answer {
  const { initial, outputs } = evaluate({
    instruments: [perpetual("P")],
    facts: [
      {
        at: {},
        spot: inputs.num("oraclePrice"),
        ratio: inputs.num("initialMarginRatioBps") / 1e4,
        sizeFactor: inputs.num("imfFactor"),
        quote: inputs.num("quoteAmount1e6"),
        factor: inputs.num("unrealizedPnlImfFactor"),
        base: inputs.num("unrealizedPnlInitialWeight"),
        cap: inputs.num("positiveUpnlCapQuote"),
      },
    ],
    values: { profit: { is: { trunc: { sum: ["quote", { mul: ["held", "spot"] }] } } }, weight: { is: profitWeight } },
    charges: {
      // base units in 10⁻⁶, so that values are in quote quantums
      held: { kind: "amount", on: "signed" },
      im: {
        kind: "amount",
        measure: "mark",
        rate: {
          max: ["ratio", { sum: [{ mul: [0.8, "ratio"] }, premium("sizeFactor", { mul: [1000, { abs: "held" }] })] }],
        },
      },
    },
    initial: { trunc: "im" },
    outputs: { profit: { min: ["cap", { trunc: { div: [{ mul: ["profit", "weight"] }, 1e4] } }] } },
    positions: [{ instrument: "P", amount: inputs.num("baseAmount1e9") / 1000 }],
  });
  return { got: { marginRequirement: initial, weightedPnl: outputs!.profit } };
}

/** A token weighed by its sign. */
const weighed = (value: Expr): Expr => ({ mul: [value, { if: [{ lt: [0, value] }, "asset", "liability"] }] });

/** Spot with open bids and asks: whichever side, filled, leaves less; the quote leg is owed or received. */
function driftSpotOrders(inputs: Input): Answer {
  const figures = {
    cash: inputs.num("usdcDeposit"),
    deposit: inputs.num("solDeposit"),
    bids: inputs.num("openBidsSol"),
    asks: inputs.num("openAsksSol"),
    price: inputs.num("solPrice"),
    asset: inputs.num("initialAssetWeight"),
    liability: inputs.num("initialLiabilityWeight"),
    orders: inputs.num("openOrders"),
    each: inputs.num("perOrderRequirement"),
  };
  const x = formulas(
    figures,
    {
      requirement: {
        sum: [
          { mul: ["orders", "each"] },
          { mul: [{ max: [0, { neg: "token" }] }, "liability"] },
          { max: [0, { neg: "quote" }] },
        ],
      },
      collateral: { sum: ["cash", { mul: [{ max: [0, "token"] }, "asset"] }, { max: [0, "quote"] }] },
    },
    {
      now: { mul: ["deposit", "price"] },
      bought: { mul: [{ sum: ["deposit", "bids"] }, "price"] },
      sold: { mul: [{ sum: ["deposit", "asks"] }, "price"] },
      token: {
        if: [
          {
            lt: [
              { sum: [weighed("bought"), { sub: ["now", "bought"] }] },
              { sum: [weighed("sold"), { sub: ["now", "sold"] }] },
            ],
          },
          "bought",
          "sold",
        ],
      },
      quote: { sub: ["now", "token"] },
    },
  );
  return { got: { marginRequirement: x.requirement, totalCollateral: x.collateral } };
}

export const drift: Adapter[] = [
  { family: "Drift", knows: named("drift-asset-weight"), run: driftWeight(true) },
  { family: "Drift", knows: named("drift-liability-weight"), run: driftWeight(false) },
  { family: "Drift", knows: named("drift-scaled-initial-asset-weight"), run: driftScaled },
  { family: "Drift", knows: named("drift-unrealized-pnl-weight"), run: driftProfit },
  { family: "Drift", knows: named("drift-perp-position-initial"), run: driftPerpetual },
  { family: "Drift", knows: named("drift-spot-worst-case-fill"), run: driftSpotOrders },
];

/** `inv.*`: coin-settled options and perpetuals. */
import { core } from "../../core.ts";
import { kernels } from "../../kernels.ts";
import type { Adapter, Answer } from "../adapter.ts";
import type { GreekColumns, GreekName } from "../../../bindings/core/pricing.ts";
import type { Input } from "../input.ts";
import { arraysOf, evaluate, expiryIn, groupOf, money } from "./documents.ts";
import { column } from "./options.ts";

const COIN = { underlying: "BTC", settlement: "BTC", payoff: "inverse" } as const;

const SENSITIVITIES: Record<string, GreekName> = {
  deltaCoinPerUsd: "delta",
  gammaCoinPerUsd2: "gamma",
  vegaCoin: "vega",
  thetaCoinPerYear: "theta",
  vannaCoin: "vanna",
  volgaCoin: "volga",
  netTransactionDelta: "netTransactionDelta",
};

function coinGreeks(inputs: Input): Answer {
  const rows = inputs.list("options");
  const columns = {
    forward: column(rows, (row) => row.num("F")),
    strike: column(rows, (row) => row.num("K")),
    tau: column(rows, (row) => row.num("T")),
    vol: column(rows, (row) => row.num("sigma")),
    callPut: column(rows, (row) => row.callPut()),
  };
  const blank = () => new Float64Array(rows.length);
  const out = core.greeks(
    { ...columns, payoff: "inverse" },
    Object.fromEntries(Object.values(SENSITIVITIES).map((name) => [name, blank()])) as GreekColumns,
  );
  const priceCoin = core.prices({ ...columns, payoff: "inverse" }, blank());
  const priceUsd = core.prices(columns, blank());
  const blackDelta = core.greeks(columns, { delta: blank() }).delta!;
  const results = rows.map((_, i) => ({
    priceCoin: priceCoin[i],
    priceUsd: priceUsd[i],
    blackDelta: blackDelta[i],
    ...Object.fromEntries(Object.entries(SENSITIVITIES).map(([name, ours]) => [name, out[ours]![i]])),
  }));
  return { got: { results } };
}

/** Long call, short put of one strike: their coin value as one portfolio, at any vol. */
function parity(inputs: Input): Answer {
  const callMinusPutCoin = inputs.list("pairs").map((pair) => {
    const terms = { ...COIN, kind: "option", expiry: expiryIn(0.25), strike: pair.num("K") } as const;
    const held = evaluate({
      currency: "BTC",
      instruments: [
        { ...terms, id: "call", callPut: 1 },
        { ...terms, id: "put", callPut: -1 },
      ],
      facts: [{ at: {}, spot: pair.num("F"), forward: pair.num("F"), discount: 1, vol: 0.6 }],
      charges: { value: { kind: "amount", on: "signed", measure: "mark" } },
      positions: [
        { instrument: "call", amount: 1 },
        { instrument: "put", amount: -1 },
      ],
    });
    return groupOf(held, "value").value;
  });
  return { got: { callMinusPutCoin } };
}

/** The exchange's coin price; the other column is what it must not be taken for. */
function coinPrices(inputs: Input): Answer {
  const rows = inputs.list("options");
  const exchangeCoinPrice = core.prices(
    {
      forward: column(rows, (row) => row.num("S")),
      strike: column(rows, (row) => row.num("K")),
      tau: column(rows, (row) => row.num("T")),
      vol: column(rows, (row) => row.num("sigma")),
      callPut: column(rows, (row) => (row.has("type") ? row.callPut() : 1)),
      payoff: "inverse",
    },
    new Float64Array(rows.length),
  );
  return { got: { exchangeCoinPrice: [...exchangeCoinPrice] }, note: "a claim that no exchange trades" };
}

const perpetual = { ...COIN, id: "P", kind: "perpetual", expiry: "perpetual" } as const;

function riskVector(inputs: Input): Answer {
  const pnlCoin = arraysOf({
    currency: "BTC",
    instruments: [perpetual],
    facts: [{ at: {}, spot: 1, mark: 1 }],
    scenarios: { moves: { rows: inputs.numbers("moves").map((spot) => ({ spot })) } },
    charges: { loss: { kind: "scan", scenarios: "moves" } },
    positions: [{ instrument: "P", amount: inputs.num("notionalOverMark") }],
  }).get("P");
  return { got: { pnlCoin, publishedPnlCoin: pnlCoin } };
}

/** Contracts of one dollar, from entry to exit: `unrealised` at a mark of the exit price. */
function trades(inputs: Input): Answer {
  const rows = inputs.list("trades").map((trade) => {
    const contracts = trade.num("contracts");
    const held = evaluate({
      currency: "BTC",
      currencies: [money("BTC", trade.num("exit"))],
      instruments: [{ ...perpetual, lotUnit: "quote", lot: 1 }],
      facts: [{ at: {}, spot: trade.num("exit"), mark: trade.num("exit") }],
      charges: {
        coin: { kind: "formula", at: "settlement", value: "unrealised" },
        dollars: { kind: "formula", at: "settlement", value: { mul: ["unrealised", "spot"] } },
      },
      positions: [{ instrument: "P", amount: contracts, entry: trade.num("entry") }],
    });
    return {
      pnlCoin: groupOf(held, "coin").value,
      pnlUsd: groupOf(held, "dollars").value,
      dPnlCoin_dF_atEntry: kernels.inverseDelta(contracts, trade.num("entry")),
      d2PnlCoin_dF2_atEntry: kernels.inverseGamma(contracts, trade.num("entry")),
    };
  });
  const columnOf = (name: keyof (typeof rows)[number]) => rows.map((row) => row[name]);
  return {
    got: {
      pnlCoin: columnOf("pnlCoin"),
      pnlUsd: columnOf("pnlUsd"),
      dPnlCoin_dF_atEntry: columnOf("dPnlCoin_dF_atEntry"),
      d2PnlCoin_dF2_atEntry: columnOf("d2PnlCoin_dF2_atEntry"),
    },
  };
}

export const inverse: Adapter[] = [
  { family: "inv.option", knows: ({ name, has }) => name === "inv.option" && has("pairs"), run: parity },
  {
    family: "inv.option",
    knows: ({ name, has }) => name === "inv.option" && has("options"),
    run: (inputs) => (inputs.list("options").every((row) => row.has("S")) ? coinPrices(inputs) : coinGreeks(inputs)),
  },
  { family: "inv.perp", knows: ({ name, has }) => name === "inv.perp" && has("moves"), run: riskVector },
  { family: "inv.perp", knows: ({ name, has }) => name === "inv.perp" && has("trades"), run: trades },
];

/** Derive's standard manager: the preset with a case's parameters, by market; and single short options. */
import type { Fact, Instrument } from "../../../bindings/documents/market.ts";
import type { MarginModel, Parameter } from "../../../bindings/documents/model.ts";
import type { Portfolio } from "../../../bindings/documents/portfolio.ts";
import { deriveSm } from "../../../bindings/models/derive/sm.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import type { Bounds } from "../compare.ts";
import { Input, Malformed } from "../input.ts";
import { margin, type Documents } from "../margin.ts";
import { CASH, momentAfter, net, sumOf, VOL, wholeDollars } from "./derive-portfolio.ts";
import { AS_OF, money, perpetual } from "./documents.ts";

/** Parameter of the preset → section and figure of a case's market. */
const OF_MARKET = {
  maxSpot: "option.maxSpotReq",
  minSpot: "option.minSpotReq",
  callSpotMm: "option.mmCallSpotReq",
  putSpotMm: "option.mmPutSpotReq",
  putMarkMm: "option.MMPutMtMReq",
  unpairedIm: "option.unpairedIMScale",
  unpairedMm: "option.unpairedMMScale",
  putOffset: "option.mmOffsetScale",
  perpetualIm: "perp.initial",
  perpetualMm: "perp.maintenance",
  perpetualThreshold: "oracleContingency.perpThreshold",
  optionThreshold: "oracleContingency.optionThreshold",
  doubtFactor: "oracleContingency.OCFactor",
};
/** The same by the collateral, which is the market's coin. */
const OF_COLLATERAL = {
  lentMm: "base.marginFactor",
  lentIm: "base.IMScale",
  collateralThreshold: "oracleContingency.baseThreshold",
  collateralDoubtFactor: "oracleContingency.OCFactor",
};

function parametersOf(parameters: Input): Record<string, Parameter> {
  const markets = parameters.list("markets");
  const all = { ...deriveSm.parameters };
  const source = "inputs of the case";
  const take = (names: Record<string, string>, key: string) => {
    for (const [name, path] of Object.entries(names)) {
      const [section, figure] = path.split(".") as [string, string];
      const places = markets.map((market) => ({
        [key]: market.at("market").text,
        is: market.at(section).figure(figure),
      }));
      all[name] = { unit: all[name]!.unit, source, for: places };
    }
  };
  take(OF_MARKET, "underlying");
  take(OF_COLLATERAL, "settlement");
  const depeg = parameters.at("depeg");
  all.pegThreshold = { unit: "USD", source, is: depeg.num("threshold") };
  all.pegFactor = { unit: "share", source, is: depeg.num("factor") };
  return all;
}

/** One unit of 18 decimals, by which the venue replaces a volatility of 0. */
const LEAST_VOL = 1e-18;

interface Book {
  instruments: Instrument[];
  facts: Fact[];
  positions: Portfolio["positions"];
}

function options(book: Book, market: string, held: Input[]): void {
  held.forEach((option, i) => {
    const id = `${market}-O${String(i).padStart(4, "0")}`;
    book.instruments.push({
      id,
      kind: "option",
      underlying: market,
      expiry: momentAfter(option.num("secondsToExpiry")),
      strike: option.num("strike"),
      callPut: option.callPut(),
      settlement: CASH,
      payoff: "linear",
    });
    book.facts.push({ at: { instrument: id }, [VOL]: Math.max(option.num("vol"), LEAST_VOL) });
    book.positions.push({ instrument: id, amount: option.num("quantity") });
  });
}

function documentsOf(inputs: Input): Documents {
  const feeds = inputs.at("feeds");
  const account = inputs.at("account");
  // names that the manager reads, where a case has no option or no collateral
  const none: Fact = { at: {}, forward: 1, forwardConfidence: 1, volConfidence: 1, perpConfidence: 1, [VOL]: 0 };
  const book: Book = {
    instruments: [],
    facts: [none, { at: { settlement: CASH }, confidence: 1 }],
    positions: [],
  };
  const balances: Record<string, number> = { [CASH]: account.num("cash") };
  const currencies = [money(CASH, feeds.at("stable").num("price"))];
  for (const market of feeds.list("markets")) {
    const underlying = market.at("market").text;
    const spot = market.at("spot").num("price");
    const confidence = market.at("spot").figure("confidence", 1);
    const perp = market.has("perp") ? { perpConfidence: market.at("perp").figure("confidence", 1) } : {};
    book.facts.push({ at: { underlying }, spot, spotConfidence: confidence, ...perp });
    for (const expiry of market.list("expiries")) {
      book.facts.push({
        at: { underlying, expiry: momentAfter(expiry.num("secondsToExpiry")) },
        forward: expiry.num("forward"),
        forwardConfidence: expiry.figure("forwardConfidence"),
        volConfidence: expiry.figure("volConfidence"),
      });
    }
    const held = account.list("markets").find((one) => one.at("market").text === underlying);
    if (held === undefined) continue;
    options(book, underlying, held.list("options"));
    const perpetuals = held.num("perpPosition");
    if (perpetuals !== 0) {
      const id = `${underlying}-PERPETUAL`;
      book.instruments.push({ ...perpetual(id, underlying), settlement: CASH });
      book.facts.push({ at: { instrument: id }, mark: market.at("perp").num("price") });
      book.positions.push({ instrument: id, amount: perpetuals });
      balances[CASH]! += held.num("perpUnsettledCash");
    }
    const coins = held.num("baseQuantity");
    if (coins === 0) continue;
    currencies.push({ ...money(underlying, spot), underlying });
    book.facts.push({ at: { settlement: underlying }, confidence });
    balances[underlying] = coins;
  }
  const model: MarginModel = {
    ...deriveSm,
    parameters: parametersOf(inputs.at("parameters")),
    values: { ...deriveSm.values, vol: { at: "instrument", is: VOL } },
  };
  const { positions, ...listed } = book;
  return [model, { format: 1, asOf: AS_OF, currencies, ...listed }, { format: 1, positions, balances }];
}

/** Dollars to what binary64 has of them; a case that says nothing of digits asks for whole dollars. */
const BOUNDS: Bounds = {
  initialMargin: { abs: 1e-8, rel: 1e-12 },
  maintenanceMargin: { abs: 1e-8, rel: 1e-12 },
  markToMarket: { abs: 1e-8, rel: 1e-12 },
  initialMarginWholeDollars: { exact: true },
  maintenanceMarginWholeDollars: { exact: true },
};

function account(inputs: Input): Answer {
  const requirement = margin(...documentsOf(inputs));
  const figures = net(requirement);
  return {
    got: {
      ...figures,
      markToMarket: requirement.outputs!.markToMarket,
      initialMarginWholeDollars: wholeDollars(figures.initialMargin),
      maintenanceMarginWholeDollars: wholeDollars(figures.maintenanceMargin),
    },
    bounds: BOUNDS,
  };
}

function isolated(inputs: Input): Answer {
  const { value } = inputs;
  const market = { market: "ETH", option: (value as Record<string, unknown>).parameters };
  const nothing = { marginFactor: 0, IMScale: 0 };
  const [spot, forward] = [inputs.num("spot"), inputs.num("forward")];
  if (inputs.num("quantity") >= 0) throw new Malformed("inputs.quantity: expected < 0: a short option");
  const whole = new Input({
    account: { cash: 0, markets: [{ market: "ETH", perpPosition: 0, baseQuantity: 0, options: [value] }] },
    feeds: {
      stable: { price: 1 },
      markets: [
        {
          market: "ETH",
          spot: { price: spot },
          expiries: [
            { secondsToExpiry: inputs.num("secondsToExpiry"), forward, forwardConfidence: 1, volConfidence: 1 },
          ],
        },
      ],
    },
    parameters: {
      markets: [
        {
          ...market,
          perp: { initial: 0, maintenance: 0 },
          base: nothing,
          oracleContingency: { perpThreshold: 0, optionThreshold: 0, baseThreshold: 0, OCFactor: 0 },
        },
      ],
      depeg: { threshold: 0, factor: 0 },
    },
  });
  const requirement = margin(...documentsOf(whole));
  return {
    got: {
      initialMargin: -sumOf(requirement, "isolatedIm"),
      maintenanceMargin: -sumOf(requirement, "isolatedMm"),
    },
  };
}

export const deriveStandard: Adapter[] = [
  { family: "Derive standard margin", knows: named("derive-sm"), run: account },
  { family: "Derive isolated options", knows: named("derive-sm-isolated-option"), run: isolated },
];

/** Derive's portfolio managers: the presets with a case's parameters in place of their own, and what a case knows as a market and a portfolio. */
import type { Decimal } from "../../../bindings/documents/decimal.ts";
import type { Fact, Instrument } from "../../../bindings/documents/market.ts";
import type { MarginModel, Parameter } from "../../../bindings/documents/model.ts";
import type { Portfolio } from "../../../bindings/documents/portfolio.ts";
import type { Requirement } from "../../../bindings/documents/requirement.ts";
import { derivePm1 } from "../../../bindings/models/derive/pm1.ts";
import { derivePm2, pm2Rows } from "../../../bindings/models/derive/pm2.ts";
import { shockRows, type Shock } from "../../../bindings/models/derive/portfolio.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import type { Bound } from "../compare.ts";
import { Malformed, type Input } from "../input.ts";
import { margin, type Documents } from "../margin.ts";
import { AS_OF, groupOf, groupsOf, money, perpetual, scanOf } from "./documents.ts";

const UNDERLYING = "ETH";
export const CASH = "USDC";

// parameters

/** Parameter of the preset → section and figure of a case; its moves are multipliers there. */
const SHARED = {
  volUp: "volShock.rangeUp",
  volDown: "volShock.rangeDown",
  shortPower: "volShock.shortTermPower",
  longPower: "volShock.longTermPower",
  imFactor: "margin.imFactor",
  basisAdd: "basisContingency.basisContAddFactor",
  basisPerYear: "basisContingency.basisContMultFactor",
  pegThreshold: "otherContingency.pegLossThreshold",
  pegFactor: "otherContingency.pegLossFactor",
  confidenceThreshold: "otherContingency.confThreshold",
  confidenceMargin: "otherContingency.confMargin",
};
const PM1 = {
  staticBase: "margin.baseStaticDiscount",
  staticRateFactor: "margin.rateMultScale",
  staticRateAdd: "margin.rateAddScale",
  perpetualPercent: "otherContingency.perpPercent",
  basePercent: "otherContingency.basePercent",
  optionPercent: "otherContingency.optionPercent",
};
const PM2 = {
  volFloorUp: "volShock.minVolUpShock",
  mmFactor: "margin.mmFactor",
  staticLongBase: "margin.longBaseStaticDiscount",
  staticLongRateFactor: "margin.longRateMultScale",
  staticLongRateAdd: "margin.longRateAddScale",
  staticShortBase: "margin.shortBaseStaticDiscount",
  staticShortRateFactor: "margin.shortRateMultScale",
  staticShortRateAdd: "margin.shortRateAddScale",
  perpetualPercentMm: "otherContingency.MMPerpPercent",
  perpetualPercentIm: "otherContingency.IMPerpPercent",
  optionPercentMm: "otherContingency.MMOptionPercent",
  optionPercentIm: "otherContingency.IMOptionPercent",
  linearCapBase: "skewShock.linearBaseCap",
  linearCapPerRoot: "skewShock.linearCBase",
  absCapBase: "skewShock.absBaseCap",
  absCapPerRoot: "skewShock.absCBase",
  tiltLeastWidth: "skewShock.minKStar",
  tiltWidthScale: "skewShock.widthScale",
  tiltVol: "skewShock.volParamStatic",
  tiltVolPerRoot: "skewShock.volParamScale",
};

function withFigures(
  preset: MarginModel,
  figures: Record<string, number | Decimal | { settlement: string; is: number }[]>,
) {
  const parameters: Record<string, Parameter> = { ...preset.parameters };
  for (const [name, figure] of Object.entries(figures)) {
    const { unit } = parameters[name]!;
    const of = { unit, source: "inputs of the case" };
    parameters[name] = Array.isArray(figure) ? { ...of, is: 0, for: figure } : { ...of, is: figure };
  }
  return parameters;
}

function figuresOf(parameters: Input, names: Record<string, string>): Record<string, number | Decimal> {
  return Object.fromEntries(
    Object.entries(names).map(([name, path]) => {
      const [section, figure] = path.split(".") as [string, string];
      return [name, parameters.at(section).figure(figure)];
    }),
  );
}

function sharedFigures(parameters: Input): Record<string, number | Decimal> {
  const basis = parameters.at("basisContingency");
  return {
    ...figuresOf(parameters, SHARED),
    daysFloor: parameters.at("volShock").num("dteFloorSeconds") / 86_400,
    basisUp: basis.num("scenarioSpotUp") - 1,
    basisDown: 1 - basis.num("scenarioSpotDown"),
  };
}

function shocksOf(parameters: Input): Shock[] {
  return parameters.list("scenarios").map((row) => {
    const vol = row.at("vol").text;
    if (!["up", "down", "none", "linear", "abs"].includes(vol))
      throw new Malformed(`${row.path}.vol: expected up, down, none, linear or abs, was "${vol}"`);
    return { spot: row.num("spot") - 1, vol: vol as Shock["vol"], damping: row.num("damping", 1) };
  });
}

export function pm1Of(parameters: Input): MarginModel {
  const figures = { ...sharedFigures(parameters), ...figuresOf(parameters, PM1) };
  return {
    ...derivePm1,
    parameters: withFigures(derivePm1, figures),
    scenarios: { ...derivePm1.scenarios, shocks: { rows: shockRows(shocksOf(parameters)) } },
  };
}

function pm2Of(parameters: Input, collaterals: Input[]): MarginModel {
  const haircut = (figure: string) =>
    collaterals.map((one) => ({ settlement: one.at("name").text, is: one.num(figure) }));
  return {
    ...derivePm2,
    parameters: withFigures(derivePm2, {
      ...sharedFigures(parameters),
      ...figuresOf(parameters, PM2),
      haircutMm: haircut("mmHaircut"),
      haircutIm: haircut("imHaircut"),
    }),
    scenarios: { ...derivePm2.scenarios, shocks: { rows: pm2Rows(shocksOf(parameters)) } },
  };
}

// market and portfolio

/** An option that is held, whose expiry is so many seconds away. */
interface Held {
  seconds: number;
  strike: number;
  callPut: 1 | -1;
  quantity: number;
  vol: number;
}
/** What an account holds and what is known of it, whichever manager it is with. */
export interface Account {
  cash: number;
  perpetual: number;
  options: Held[];
  collaterals: { name: string; quantity: number; price: number; confidence: number | Decimal; moves: boolean }[];
}

/** The feed's volatility by a name of its own: some are beyond what a market's `vol` may be. */
export const VOL = "feedVol";
const volOfFeed = (model: MarginModel, { options }: Account): MarginModel =>
  options.length === 0 ? model : { ...model, values: { ...model.values, vol: { at: "instrument", is: VOL } } };

export const momentAfter = (seconds: number): string => new Date(Date.parse(AS_OF) + 1000 * seconds).toISOString();

/** What the account holds by these feeds; `secondsTo` an expiry of them. */
export function documentsOf(
  model: MarginModel,
  account: Account,
  feeds: Input,
  secondsTo: (expiry: Input) => number,
): Documents {
  const spotFeed = feeds.at("spot");
  const instruments: Instrument[] = [];
  const positions: Portfolio["positions"] = [];
  const everywhere: Fact = { at: {}, spot: spotFeed.num("price"), spotConfidence: spotFeed.figure("confidence", 1) };
  const facts: Fact[] = [everywhere];
  everywhere.perpConfidence = feeds.has("perp") ? feeds.at("perp").figure("confidence", 1) : 1;
  if (account.perpetual !== 0) {
    instruments.push({ ...perpetual("PERPETUAL", UNDERLYING), settlement: CASH });
    facts.push({ at: { instrument: "PERPETUAL" }, mark: feeds.at("perp").num("price") });
    positions.push({ instrument: "PERPETUAL", amount: account.perpetual });
  }
  for (const expiry of feeds.list("expiries")) {
    facts.push({
      at: { underlying: UNDERLYING, expiry: momentAfter(secondsTo(expiry)) },
      forward: expiry.num("forwardVariable"),
      forwardFixed: expiry.num("forwardFixed"),
      rate: expiry.num("rate"),
      forwardConfidence: expiry.figure("forwardConfidence"),
      rateConfidence: expiry.figure("rateConfidence"),
      volConfidence: expiry.figure("volConfidence"),
    });
  }
  // names that the managers read, where a case has no option or no collateral
  if (feeds.list("expiries").length === 0) {
    const { spot } = everywhere;
    Object.assign(everywhere, { forward: spot, rate: 0, forwardConfidence: 1, rateConfidence: 1, volConfidence: 1 });
  }
  facts.push({ at: { settlement: CASH }, confidence: 1 });
  account.options.forEach(({ seconds, strike, callPut, quantity, vol }, i) => {
    const id = `O${String(i).padStart(4, "0")}`;
    const expiry = momentAfter(seconds);
    const terms = { underlying: UNDERLYING, settlement: CASH, payoff: "linear" as const };
    instruments.push({ ...terms, id, kind: "option", expiry, strike, callPut });
    facts.push({ at: { instrument: id }, [VOL]: vol });
    positions.push({ instrument: id, amount: quantity });
  });
  const balances: Record<string, number> = { [CASH]: account.cash };
  const currencies = [money(CASH, feeds.at("stable").num("price"))];
  for (const { name, quantity, price, confidence, moves } of account.collaterals) {
    currencies.push({ ...money(name, price), ...(moves && { underlying: UNDERLYING }) });
    facts.push({ at: { settlement: name }, confidence });
    balances[name] = quantity;
  }
  return [
    volOfFeed(model, account),
    { format: 1, asOf: AS_OF, currencies, instruments, facts },
    { format: 1, positions, balances },
  ];
}

const secondsToExpiry = (of: Input) => of.num("secondsToExpiry");

function accountOf(inputs: Input, collaterals: Account["collaterals"]): Account {
  const account = inputs.at("account");
  const perpetual = account.num("perpPosition");
  return {
    // unrealised profit and unpaid funding are of a perpetual that is held
    cash: account.num("cash") + (perpetual === 0 ? 0 : account.num("perpUnsettledCash")),
    perpetual,
    options: account.list("options").map((option) => ({
      seconds: secondsToExpiry(option),
      strike: option.num("strike"),
      callPut: option.callPut(),
      quantity: option.num("quantity"),
      vol: option.num("vol"),
    })),
    collaterals,
  };
}

/** The coin itself, which is worth its spot. */
export const baseOf = (quantity: number, feeds: Input): Account["collaterals"] =>
  quantity === 0
    ? []
    : [{ name: UNDERLYING, quantity, price: feeds.at("spot").num("price"), confidence: 1, moves: true }];

// figures

/** What is left after the requirement, as the venue counts. */
export const net = ({ equity, initial, maintenance }: Pick<Requirement, "equity" | "initial" | "maintenance">) => ({
  initialMargin: equity - initial,
  maintenanceMargin: equity - maintenance,
});

export const sumOf = (requirement: Requirement, charge: string): number =>
  groupsOf(requirement, charge).reduce((sum, { value }) => sum + value, 0);

/** Whole dollars, toward zero, of figures that binary64 has to nine decimals. */
export const wholeDollars = (x: number): number => Math.trunc(Number(x.toFixed(9)));

/** The peer's own bound; of large figures what binary64 keeps of them. */
const CLOSE: Bound = { abs: 1e-10, rel: 1e-13 };

function pm1(inputs: Input): Answer {
  const feeds = inputs.at("feeds");
  const account = accountOf(inputs, baseOf(inputs.at("account").num("baseQuantity", 0), feeds));
  const requirement = margin(...documentsOf(pm1Of(inputs.at("parameters")), account, feeds, secondsToExpiry));
  const { initialMargin, maintenanceMargin } = net(requirement);
  return {
    got: {
      initialMargin,
      maintenanceMargin,
      markToMarket: requirement.equity,
      basisContingency: -sumOf(requirement, "basisContingency"),
      staticContingency: sumOf(requirement, "staticContingency"),
      confidenceContingency: sumOf(requirement, "linearDoubt") + sumOf(requirement, "optionDoubt"),
      initialMarginWholeDollars: wholeDollars(initialMargin),
      maintenanceMarginWholeDollars: wholeDollars(maintenanceMargin),
      worstScenario: worstOf(requirement),
    },
    bounds: {
      initialMargin: CLOSE,
      maintenanceMargin: CLOSE,
      markToMarket: CLOSE,
      basisContingency: CLOSE,
      staticContingency: CLOSE,
      initialMarginWholeDollars: { exact: true },
      maintenanceMarginWholeDollars: { exact: true },
    },
  };
}

/** Losses so close tie, and the first wins: the basis, which the venue looks at first, or the first row. */
const TIE = 2 ** -20;

/** The row that decides, or "basis" where the basis does. */
export function worstOf(requirement: Requirement): number | "basis" {
  const scan = groupOf(requirement, "scenarioLoss");
  return scan.value - sumOf(requirement, "basisContingency") > TIE ? scanOf(scan).row : "basis";
}

function pm2(inputs: Input): Answer {
  const feeds = inputs.at("feeds");
  const held = inputs.at("account").list("collaterals");
  const collaterals = held.map((one) => {
    const name = one.at("name").text;
    const feed = feeds.list("collaterals").find((other) => other.at("name").text === name);
    if (feed === undefined) throw new Malformed(`${one.path}: no feed of ${name}`);
    return {
      name,
      quantity: one.num("quantity"),
      price: feed.num("price"),
      confidence: feed.figure("confidence"),
      moves: one.at("riskCancelling").value === true,
    };
  });
  const account = accountOf(inputs, collaterals);
  const model = pm2Of(inputs.at("parameters"), held);
  const requirement = margin(...documentsOf(model, account, feeds, secondsToExpiry));
  return {
    got: {
      ...net(requirement),
      collateralMtM: sumOf(requirement, "collateralValue"),
      optionMtM: sumOf(requirement, "optionValue"),
      scenarioPnl: scanOf(groupOf(requirement, "scenarioLoss")).profile,
      basisContingency: -sumOf(requirement, "basisContingency"),
      portfolioMtM: requirement.equity,
      oracleContingency: ["perpetualDoubt", "optionDoubt", "collateralDoubt"].reduce(
        (sum, charge) => sum + sumOf(requirement, charge),
        0,
      ),
      mmContingency: sumOf(requirement, "maintenanceAddOn"),
      imContingency: sumOf(requirement, "initialAddOn"),
      worstScenario: worstOf(requirement),
    },
  };
}

export const derivePortfolio: Adapter[] = [
  { family: "Derive PM1", knows: named("derive-pm1"), run: pm1 },
  { family: "Derive PM2", knows: named("derive-pm2"), run: pm2 },
];

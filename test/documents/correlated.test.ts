/** What a correlated charge and its documents refuse, each with the whole message. */
import { describe, expect, test } from "vitest";
import { checkMarket, checkModel } from "../../bindings/documents/check.ts";
import { crifRecords } from "../../bindings/formats/crif.ts";
import { simmDocuments, simmModel, simmParameters } from "../../bindings/models/simm/index.ts";
import { core } from "../core.ts";
import { invented } from "../reference/sensitivities/invented-parameters.ts";
import { refusal } from "./documents.ts";

type Json = Record<string, unknown>;
const figure = (is: unknown) => ({ unit: "test", source: "a test", is });
const matrix = (rows: number[][], labels: unknown[] = rows.map((_, i) => `l${i}`)) => figure({ labels, rows });
const good = [
  [1, 0.5],
  [0.5, 1],
];
const model = (charge: Json = {}, parameters: Json = {}, more: Json = {}): Json => ({
  ...{
    format: 1,
    id: "test",
    edition: "2026-01-01",
    source: "a test",
    currency: "USD",
    keys: ["bucket", "name", "tenor"],
  },
  parameters: { rho: matrix(good), half: figure(0.5), ...parameters },
  charges: { c: { kind: "correlated", factor: ["bucket", "name"], bucket: ["bucket"], within: "half", ...charge } },
  ...{ equity: 0, initial: "c", maintenance: "c" },
  ...more,
});
const checking = (charge: Json, parameters: Json = {}, more: Json = {}) =>
  refusal(() => checkModel(model(charge, parameters, more)));
const matrixOf = (is: unknown) => checking({}, { rho: is });

const sensitivity = (id: string, keys: Json, more: Json = {}) => ({
  ...{ id, kind: "sensitivity", underlying: "X", expiry: "perpetual", settlement: "USD", payoff: "linear" },
  keys,
  ...more,
});
const market = (...instruments: Json[]) => ({
  ...{
    format: 1,
    asOf: "2026-01-01T00:00:00Z",
    currencies: [{ id: "USD", largestTotal: 1e9, price: 1 }],
    instruments,
    facts: [],
  },
});
const held = (instruments: Json[]) => ({
  ...{ format: 1, positions: instruments.map(({ id }) => ({ instrument: id, amount: 1 })), balances: {} },
});
/** Margin of one unit of some sensitivities. */
const margin = (charge: Json, parameters: Json, ...keys: Json[]) => {
  const instruments = keys.map((own, i) => sensitivity(`S${i}`, own));
  return refusal(() =>
    core.margin(model(charge, parameters) as never, market(...instruments) as never, held(instruments) as never, {
      exact: false,
    }),
  );
};

describe("a matrix", () => {
  const at = "model.parameters.rho.is";
  test.each([
    [
      "symmetric",
      [
        [1, 0.5],
        [0.4, 1],
      ],
      `NotSymmetric | ${at}.rows[0][1]: expected 0.4 of l0 and l1, as at rows[1][0], was 0.5`,
    ],
    [
      "1 on the diagonal",
      [
        [1, 0.5],
        [0.5, 0.9],
      ],
      `DiagonalNotOne | ${at}.rows[1][1]: expected 1 on the diagonal, of l1 and l1, was 0.9`,
    ],
    [
      "in range",
      [
        [1, 1.5],
        [1.5, 1],
      ],
      `CorrelationOutOfRange | ${at}.rows[0][1]: expected −1 to 1 of l0 and l1, was 1.5`,
    ],
    [
      "square: a short row",
      [[1, 0.5], [0.5]],
      `NotSquare | ${at}.rows[1]: expected 2 numbers, one for each label, was 1`,
    ],
  ])("%s", (_, rows, message) => expect(matrixOf(matrix(rows))).toBe(message));

  test("square: a row too few", () =>
    expect(matrixOf(matrix([[1, 0]], ["a", "b"]))).toBe(
      `NotSquare | ${at}.rows: expected 2 rows, one for each label, was 1`,
    ));
  test("labels, each once", () =>
    expect(matrixOf(matrix(good, ["a", "a"]))).toBe(`DuplicateLabel | ${at}.labels[1]: "a" is there already`));
  test("numbers", () =>
    expect(
      matrixOf(
        matrix([
          [1, NaN],
          [NaN, 1],
        ]),
      ),
    ).toMatch(/^\w+ \| model\.parameters\.rho\.is/));
  test("a diagonal of pairs need not be 1", () =>
    expect(matrixOf(figure({ labels: ["a"], rows: [[0.3]], diagonal: "pairs" }))).toBe("accepted"));
});

describe("a charge", () => {
  const at = "model.charges.c";
  const keys = "a key of an instrument (";
  test.each<[string, Json, string]>([
    [
      "names a matrix that is there",
      { within: { key: "name", matrix: "sigma" } },
      `UnknownName | ${at}.within.matrix: expected a parameter that is a matrix, was "sigma"`,
    ],
    [
      "names a matrix, not a number",
      { across: { key: "bucket", matrix: "half" } },
      `UnknownName | ${at}.across.matrix: expected a parameter that is a matrix, was "half"`,
    ],
    [
      "has no side: sensitivities are netted",
      { select: { side: "long" } },
      `WrongSelect | ${at}.select.side: sensitivities are netted first: they have no side`,
    ],
    [
      "has a side neither in special",
      { special: { select: { side: "long" } } },
      `WrongSelect | ${at}.special.select.side: sensitivities are netted first: they have no side`,
    ],
    [
      "has a tail of one side",
      { tail: { confidence: 0.99 }, measure: { up: 1, down: 1 } },
      `NotTogether | ${at}.tail: a tail is of one measure, not of { up, down }`,
    ],
    [
      "has concentration of one side",
      { concentration: { threshold: "half" }, measure: { up: 1, down: 1 } },
      `NotTogether | ${at}.concentration: concentration is of one measure, not of { up, down }`,
    ],
    [
      "has no tail of added buckets",
      { tail: { confidence: 0.99 }, across: "sum" },
      `NotTogether | ${at}.across: with a tail, across cannot be "sum"`,
    ],
    [
      "has no tail of absolute values",
      { tail: { confidence: 0.99 }, within: "absolute" },
      `NotTogether | ${at}.within: with a tail, within cannot be "absolute"`,
    ],
    [
      "has no special buckets inside with a tail",
      { tail: { confidence: 0.99 }, special: { select: { bucket: "1" }, inside: true } },
      `NotTogether | ${at}.special.inside: with a tail, special buckets have one of their own`,
    ],
    [
      "names scenarios that are there",
      { measure: { up: "pnl", down: "pnl" }, reprice: { scenarios: "none", up: 0, down: 1 } },
      `UnknownScenarios | ${at}.reprice.scenarios: expected a set of model.scenarios with rows, was "none"`,
    ],
  ])("%s", (_, charge, message) => expect(checking(charge)).toBe(message));

  test("names rows that are there, and measures both", () => {
    const scenarios = { s: { rows: [{ spot: 0.1 }] } };
    const reprice = { scenarios: "s", up: 0, down: 1 };
    expect(checking({ measure: { up: "pnl", down: "pnl" }, reprice }, {}, { scenarios })).toBe(
      `OutOfRange | ${at}.reprice.down: expected a row below 1, was 1`,
    );
    expect(checking({ reprice: { ...reprice, down: 0 } }, {}, { scenarios })).toBe(
      `MeasureNotTwoSided | ${at}.measure: reprice needs a measure { up, down }`,
    );
  });

  test("agrees in keys that there are", () => {
    expect(checking({ within: { agree: ["name", "colour"], is: 1, else: 0 } })).toContain(
      `UnknownKey | ${at}.within.agree[1]: expected ${keys}`,
    );
    expect(checking({ within: [{ key: "colour", matrix: "rho" }] })).toMatch(
      /^UnknownKey \| model\.charges\.c\.within\[0\]\.key: expected .*, was "colour"$/,
    );
  });

  test("says what it does not know", () =>
    expect(checking({ colour: 1 })).toMatch(/^\w+ \| model\.charges\.c\.colour: /));

  test("has levels one inside the other", () => {
    expect(margin({ factor: ["bucket"], bucket: ["bucket", "name"] }, {}, { bucket: "1", name: "a" })).toBe(
      `LevelsApart | ${at}.factor: the factor's level must be as fine as the bucket's, or finer`,
    );
    expect(margin({ at: ["name"] }, {}, { bucket: "1", name: "a" })).toBe(
      `LevelsApart | ${at}.bucket: the bucket's level must be as fine as \`at\`, or finer`,
    );
    expect(margin({ concentration: { at: ["tenor"], threshold: 1 } }, {}, { bucket: "1", name: "a", tenor: "t" })).toBe(
      `LevelsApart | ${at}.concentration.at: concentration is counted by a level between the bucket's and the factor's`,
    );
    expect(margin({ within: { key: "tenor", matrix: "rho" } }, {}, { bucket: "1", name: "a", tenor: "l0" })).toBe(
      `LevelsApart | ${at}.within.key: the key "tenor" does not tell factors apart: they are by {bucket, name}`,
    );
  });

  test("a factor without a label in the matrix: both are named", () =>
    expect(margin({ within: { key: "name", matrix: "rho" } }, {}, { bucket: "1", name: "zinc" })).toBe(
      `UnknownLabel | ${at}: the matrix rho has no "zinc", which the factor bucket 1, name zinc has; its labels are l0, l1`,
    ));

  test("a bucket without a weight or a threshold: parameter and factor are named", () => {
    const weight = { weight: { unit: "weight", source: "a test", for: [{ bucket: "1", is: 2 }] } };
    expect(margin({ weight: "weight" }, weight, { bucket: "9", name: "a" })).toBe(
      'MissingFact | model.parameters.weight: the model has no "weight" for bucket 9; the factor bucket 9, name a of model.charges.c needs it',
    );
    const threshold = { threshold: { unit: "USD", source: "a test", for: [{ bucket: "1", is: 2 }] } };
    expect(margin({ concentration: { threshold: "threshold" } }, threshold, { bucket: "9", name: "a" })).toBe(
      'MissingFact | model.parameters.threshold: the model has no "threshold" for bucket 9; the factor bucket 9, name a of model.charges.c needs it',
    );
  });

  test("a threshold of nothing is no threshold", () =>
    expect(margin({ concentration: { threshold: "zero" } }, { zero: figure(0) }, { bucket: "1", name: "a" })).toBe(
      "ThresholdNotPositive | model.charges.c.concentration.threshold: expected > 0 for bucket 1, name a, was 0",
    ));
});

describe("an instrument", () => {
  const checkingMarket = (instrument: Json) => refusal(() => checkMarket(market(instrument)));
  const at = "market.instruments[0]";
  test("other than a sensitivity has no keys of its own", () =>
    expect(checkingMarket(sensitivity("A", { bucket: "1" }, { kind: "perpetual" }))).toMatch(
      new RegExp(`^\\w+ \\| ${at.replace(/[[\].]/g, "\\$&")}\\.keys: `),
    ));
  test("has no key with the name of a field", () =>
    expect(checkingMarket(sensitivity("A", { settlement: "EUR" }))).toContain(`${at}.keys.settlement: `));
});

describe("parameters of SIMM", () => {
  const parsing = (json: unknown, version?: string) => refusal(() => simmParameters(json, version, "tables.json"));
  test.each<[string, unknown, string | undefined, string]>([
    ["an object", 7, undefined, "WrongType | tables.json: expected an object, was 7"],
    [
      "a version that is there",
      { versions: { "2.5": invented } },
      "2.9",
      'UnknownVersion | tables.json.versions: expected one of 2.5, was "2.9"',
    ],
    [
      "a version, of several",
      { versions: { "2.5": invented, "2.6": invented } },
      undefined,
      "UnknownVersion | tables.json.versions: expected one of 2.5, 2.6, was missing",
    ],
    ["every class", { ...invented, fx: undefined }, undefined, "tables.json.fx: "],
    [
      "every figure",
      { ...invented, equity: { ...invented.equity, hvr: { "10": 0.5 } } },
      undefined,
      'tables.json.equity.hvr["1"]: missing',
    ],
    [
      "as many figures as buckets",
      { ...invented, equity: { ...invented.equity, rho: [0.1] } },
      undefined,
      "tables.json.equity.rho: ",
    ],
    [
      "figures that are numbers",
      { ...invented, creditQ: { ...invented.creditQ, rhoSameName: "high" } },
      undefined,
      "tables.json.creditQ.rhoSameName: ",
    ],
    [
      "correlations in range",
      { ...invented, creditQ: { ...invented.creditQ, rhoSameName: 1.2 } },
      undefined,
      "tables.json.creditQ.rhoSameName: ",
    ],
    [
      "thresholds of every group of currencies",
      { ...invented, interestRate: { ...invented.interestRate, thresholdDeltaUsdMm: { large: 1, small: 1, low: 1 } } },
      undefined,
      "Missing | tables.json.interestRate.thresholdDeltaUsdMm.high: expected a threshold > 0, was missing",
    ],
    [
      "one group of all other currencies",
      { ...invented, interestRate: { ...invented.interestRate, thresholdGroups: { a: ["USD"] } } },
      undefined,
      "Missing | tables.json.interestRate.thresholdGroups: expected lists of currencies, and one group in words for all others",
    ],
  ])("have %s", (_, json, version, message) => expect(parsing(json, version)).toContain(message));
});

describe("numbers that are correlations", () => {
  const three = ["a", "b", "c"].map((name) => ({ bucket: "1", name }));
  const range = (of: string, was: number) => `expected a correlation of ${of} from −1 to 1, was ${was}`;
  test.each<[string, Json, Json, string]>([
    ["a parameter", { within: "half" }, { half: figure(1.5) }, `model.parameters.half: ${range("bucket 1", 1.5)}`],
    ["a number", { within: -5 }, {}, `model.charges.c.within: ${range("bucket 1", -5)}`],
    [
      "an agreement",
      { within: [{ agree: ["name"], is: "large", else: 0 }] },
      { large: { ...figure(0), for: [{ bucket: "1", is: -1.01 }] } },
      `model.parameters.large: ${range("bucket 1", -1.01)}`,
    ],
    [
      "the other side of one",
      {
        within: [
          { agree: ["name"], is: 1, else: { mul: [2, "half"] } },
          { agree: ["name"], is: 1, else: { mul: [4, "half"] } },
        ],
      },
      {},
      `model.charges.c.within[1]: ${range("bucket 1", 2)}`,
    ],
    ["γ", { across: 5 }, {}, `model.charges.c.across: ${range("the account", 5)}`],
  ])("are in range: %s", (_, charge, parameters, message) => {
    expect(margin(charge, parameters, ...three)).toBe(`CorrelationOutOfRange | ${message}`);
  });

  test("by which what is held has a negative variance are refused; two names can have them, three cannot", () => {
    expect(margin({ within: -0.9 }, {}, ...three)).toBe(
      "NotPositiveSemidefinite | model.charges.c.within: no correlations: by them what is held in bucket 1 has a negative variance",
    );
    expect(margin({ within: -0.9 }, {}, ...three.slice(1))).toBe("accepted");
  });

  test.each<[string, Json, Json]>([
    ["a matrix that says so", { within: { key: "name", matrix: "low" } }, { indefinite: "a test" }],
    ["a table of pairs", { within: { key: "name", matrix: "low" } }, { diagonal: "pairs" }],
    ["a regime", { within: { key: "name", matrix: "low" }, regime: "low" }, { indefinite: "a test" }],
    ["two sides", { within: { key: "name", matrix: "low" }, measure: { up: 1, down: 1 } }, { indefinite: "a test" }],
  ])("where %s provides for it, the bucket is marked", (_, charge, more) => {
    const rows = [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? 1 : -0.9)));
    const low = figure({ labels: ["a", "b", "c"], rows, ...more });
    const instruments = three.map((keys, i) => sensitivity(`S${i}`, keys));
    const { initial, nodes } = core.margin(
      model(charge, { low }) as never,
      market(...instruments) as never,
      held(instruments) as never,
      { exact: false },
    );
    expect(initial).toBe(0);
    expect(nodes![0]!.groups[0]!.driver).toMatchObject({ buckets: [{ K: 0, floored: true }] });
  });

  test("across buckets too: the charge is marked", () => {
    const apart = ["1", "2", "3"].map((bucket, i) => sensitivity(`S${i}`, { bucket, name: "a" }));
    const { initial, nodes } = core.margin(
      model({ across: -0.9 }) as never,
      market(...apart) as never,
      held(apart) as never,
      { exact: false },
    );
    expect(initial).toBe(0);
    expect(nodes![0]!.groups[0]!.driver).toMatchObject({ floored: true });
  });

  test("at most 8 agreements", () => {
    const within = Array.from({ length: 9 }, () => ({ agree: ["name"], is: 1, else: 0.9 }));
    expect(checking({ within })).toBe(
      "TooManyAgreements | model.charges.c.within: has 9 agreements; a charge can have 8, since the work doubles with each",
    );
    expect(checking({ within: within.slice(1) })).toBe("accepted");
  });
});

describe("records of SIMM", () => {
  const parameters = simmParameters(invented);
  const run = (row: Json) => {
    const { market: of, portfolio } = simmDocuments(
      crifRecords([{ productClass: "Equity", qualifier: "a", amountUSD: 1, ...row }]),
      parameters,
    );
    return core.margin(simmModel(parameters), of, portfolio, { exact: false });
  };
  test.each<[string, Json, string]>([
    ["risk type", { riskType: "Risk_Shares" }, "UnknownRiskType | crif[0].RiskType: expected Risk_IRCurve, "],
    [
      "bucket",
      { riskType: "Risk_Equity", bucket: "x" },
      'UnknownBucket | crif[0].Bucket: expected a whole number from 1, or Residual, was "x"',
    ],
    [
      "bucket of that number",
      { riskType: "Risk_Commodity", bucket: "18" },
      'UnknownBucket | records[0].bucket: expected a bucket of Risk_Commodity, 1 to 17, was "18"',
    ],
    [
      "tenor",
      { riskType: "Risk_EquityVol", bucket: "1", label1: "4y" },
      'UnknownTenor | crif[0].Label1: expected 2w, 1m, 3m, 6m, 1y, 2y, 3y, 5y, 10y, 15y, 20y or 30y, was "4y"',
    ],
    [
      "currency",
      { riskType: "Risk_FX", qualifier: "EURO" },
      'UnknownCurrency | crif[0].Qualifier: expected a currency in three letters, such as EUR, was "EURO"',
    ],
    [
      "pair",
      { riskType: "Risk_FXVol", qualifier: "EUREUR", label1: "1y" },
      'UnknownPair | crif[0].Qualifier: expected two currencies in six letters, such as EURUSD, was "EUREUR"',
    ],
  ])("have a %s that is known", (_, row, message) => expect(refusal(() => run(row))).toContain(message));

  test("need a weight: parameter, bucket and risk type are named", () => {
    const { market: of, portfolio } = simmDocuments(
      crifRecords([
        { productClass: "Equity", riskType: "Risk_Equity", qualifier: "a", bucket: "Residual", amountUSD: 1 },
      ]),
      parameters,
    );
    const whole = simmModel(parameters);
    const { for: places = [], ...rest } = whole.parameters.equityWeight!;
    const lacking = {
      ...whole,
      parameters: {
        ...whole.parameters,
        equityWeight: { ...rest, for: places.filter(({ bucket }) => bucket !== "Residual") },
      },
    };
    expect(refusal(() => core.margin(lacking, of, portfolio, { exact: false }))).toBe(
      'MissingFact | model.parameters.equityWeight: the model has no "equityWeight" for bucket Residual; the factor bucket Residual, productClass Equity, qualifier a of model.charges.equityDelta of riskType Risk_Equity needs it',
    );
  });
});

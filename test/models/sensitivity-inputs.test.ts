/** What a caller gives to the models of sensitivities: parameters, options, records. A slip is refused and named, and changes no number. */
import { describe, expect, test } from "vitest";
import { documentHash } from "../../bindings/documents/hash.ts";
import { frtbDocuments, frtbModel } from "../../bindings/models/frtb/index.ts";
import {
  simmAmount,
  simmDocuments,
  simmInstrument,
  simmModel,
  simmParameters,
} from "../../bindings/models/simm/index.ts";
import { core } from "../core.ts";
import { basel } from "../reference/sensitivities/basel-parameters.ts";
import { randomFrtb } from "../reference/sensitivities/random-frtb.ts";
import { invented } from "../reference/sensitivities/invented-parameters.ts";
import { randomCrif } from "../reference/sensitivities/random-crif.ts";
import { failure } from "../documents/documents.ts";

type Json = Record<string, any>; // as a file has it

const share = {
  productClass: "Equity",
  riskType: "Risk_Equity",
  qualifier: "a",
  bucket: "5",
  label1: "",
  label2: "",
  amountUSD: 1e8,
} as const;

const copy = () => structuredClone(invented) as unknown as Json;
const altered = (change: (file: Json) => void): Json => {
  const file = copy();
  change(file);
  return file;
};

describe("parameters of SIMM", () => {
  test.each<[string, (file: Json) => void, string]>([
    [
      "an order of ψ with another name",
      ({ psi }) => (psi.order[2] = "Rates"),
      "parameters.psi.order[2]: expected one of InterestRate, CreditQualifying, CreditNonQualifying, Equity, Commodity, FX, was",
    ],
    [
      "an order of ψ with a name twice",
      ({ psi }) => (psi.order[2] = "Equity"),
      'parameters.psi.order[3]: "Equity" is there already',
    ],
    [
      "ψ that is not symmetric",
      ({ psi }) => (psi.matrix[0][5] = 0.5),
      "parameters.psi.matrix[0][5]: expected 0.248 of InterestRate and FX, as at matrix[5][0], was 0.5",
    ],
    [
      "ψ with another diagonal",
      ({ psi }) => (psi.matrix[1][1] = 0.9),
      "parameters.psi.matrix[1][1]: expected 1 on the diagonal",
    ],
    [
      "tenors with another diagonal",
      ({ interestRate }) => (interestRate.tenorRho[1][1] = 0.9),
      "parameters.interestRate.tenorRho[1][1]: expected 1 on the diagonal, of 1m and 1m, was 0.9",
    ],
    [
      "a currency in small letters",
      ({ fx }) => (fx.highVolCurrencies[0] = "try"),
      "parameters.fx.highVolCurrencies[0]",
    ],
    ["a currency with blanks", ({ fx }) => (fx.category1[0] = "USD "), "parameters.fx.category1[0]"],
    [
      "a currency that is there twice",
      ({ fx }) => (fx.highVolCurrencies = ["TRY", "ARS", "TRY"]),
      "parameters.fx.highVolCurrencies[2]: TRY is there already, at parameters.fx.highVolCurrencies[0]",
    ],
    [
      "a currency in two categories",
      ({ fx }) => (fx.category2 = [...fx.category2, fx.category1[0]]),
      "is there already, at parameters.fx.category1[0]",
    ],
    [
      "a currency of two volatilities",
      ({ interestRate }) => {
        interestRate.regularCurrencies = ["USD", "JPY"];
        interestRate.lowVolCurrencies = ["JPY"];
      },
      "parameters.interestRate.lowVolCurrencies[0]: JPY is there already, at parameters.interestRate.regularCurrencies[1]",
    ],
    [
      "a currency in two groups of thresholds",
      ({ interestRate }) => {
        const lists = Object.values(interestRate.thresholdGroups as Json).filter((group) => Array.isArray(group));
        lists[1]!.push(lists[0]![0]);
      },
      "is there already, at parameters.interestRate.thresholdGroups",
    ],
  ])("%s are refused", (_, change, message) => {
    expect(failure(() => simmParameters(altered(change))).message).toContain(message);
  });

  test("ψ that is not positive semidefinite is refused as other matrices are, with the same repair", () => {
    const matrix = [0, 1, 2, 3, 4, 5].map((i) => [0, 1, 2, 3, 4, 5].map((j) => (i === j ? 1 : -0.5)));
    const parameters = simmParameters(altered(({ psi }) => (psi.matrix = matrix)));
    const { market, portfolio } = simmDocuments(randomCrif(invented, 1, 20), parameters);
    const error = failure(() => core.margin(simmModel(parameters), market, portfolio, { exact: false }));
    expect([error.code, error.field]).toEqual(["NotPositiveSemidefinite", "model.parameters.psi.is"]);
    expect(error.message).toContain(
      "its smallest eigenvalue is -1.50. Repair it first, either by (1 − α)·R + α·I with α = 0.600",
    );
  });

  test("are of the version that they say, whatever a caller says", () => {
    const own = altered((file) => (file.version = "2.5"));
    expect(simmParameters(own).version).toBe("2.5");
    expect(simmParameters(own, "2.5").version).toBe("2.5");
    expect(simmParameters(copy(), "mine").version).toBe("mine"); // tables that say none
    const other = failure(() => simmParameters(own, "2.6"));
    expect([other.code, other.message]).toEqual([
      "UnknownVersion",
      'parameters.version: the tables are of "2.5", not of "2.6"',
    ]);
    expect(failure(() => simmParameters({ versions: { "2.6": own } })).field).toBe(
      'parameters.versions["2.6"].version',
    );
    expect(failure(() => simmParameters(altered((file) => (file.version = 2.5)))).message).toBe(
      "parameters.version: expected text, was 2.5",
    );
    expect(failure(() => simmParameters(copy(), 2.5 as never)).message).toBe("version: expected text, was 2.5");
  });

  test("under no version are none", () => {
    expect(failure(() => simmParameters({ versions: {} })).message).toBe(
      "parameters.versions: expected tables by version, was an empty object",
    );
    expect(failure(() => simmParameters({ versions: [] })).code).toBe("WrongType");
  });

  test("whose weights make squares that are no numbers are told apart from wrong correlations", () => {
    const parameters = simmParameters(altered(({ equity }) => equity.rw["10"].fill(1e150)));
    const shares = ["a", "b"].map((qualifier) => ({ ...share, qualifier }));
    const { market, portfolio } = simmDocuments(shares, parameters);
    const error = failure(() => core.margin(simmModel(parameters), market, portfolio, { exact: false }));
    expect([error.code, error.field]).toEqual(["TooLarge", "model.charges.equityDelta"]);
    expect(error.message).toContain("weighted sensitivities in bucket 5, productClass Equity are so large");
  });

  test("altered ones are checked again", () => {
    const parameters = simmParameters(invented);
    const slip = { ...parameters, fx: { ...parameters.fx, highVolCurrencies: ["try"] } };
    expect(failure(() => simmModel(slip)).field).toBe("parameters.fx.highVolCurrencies[0]");
    expect(failure(() => simmDocuments(randomCrif(invented, 1, 5), slip)).field).toBe(
      "parameters.fx.highVolCurrencies[0]",
    );
  });
});

describe("options", () => {
  const parameters = simmParameters(invented);
  test.each<[object | null, string]>([
    [
      { calculationCurrency: "eur" },
      'options.calculationCurrency: expected a currency in three capital letters, such as EUR, was "eur"',
    ],
    [
      { calculationCurrency: "UDS" },
      'options.calculationCurrency: expected the code of a currency in three letters, such as EUR, was "UDS"',
    ],
    [{ side: "Call" }, 'options.side: expected "call" or "post", was "Call"'],
    [{ horizon: 5 }, "options.horizon: expected 10 or 1, was 5"],
    [{ horizon: "1" }, 'options.horizon: expected 10 or 1, was "1"'],
    [{ measureColumns: "yes" }, "options.measureColumns: expected true or false"],
    [{ calcCurrency: "EUR" }, "options.calcCurrency: unknown field"],
    [null, "options: expected an object, was null"],
  ])("of SIMM: %j is refused", (options, message) => {
    expect(failure(() => simmModel(parameters, options as object)).message).toContain(message);
  });

  test.each<[object | null, string]>([
    [{ cryptoScenarios: "no" }, "options.cryptoScenarios: expected true or false"],
    [{ divideFxCurvature: 1 }, "options.divideFxCurvature: expected true or false"],
    [{ divideFXCurvature: true }, "options.divideFXCurvature: unknown field"],
    [null, "options: expected an object, was null"],
  ])("of the Basel method: %j is refused", (options, message) => {
    expect(failure(() => frtbModel(options as object)).message).toContain(message);
  });

  test("undefined ones are the default", () => {
    expect(simmModel(parameters, { horizon: undefined, side: undefined } as object)).toEqual(simmModel(parameters));
    expect(frtbModel({ cryptoScenarios: undefined } as object)).toEqual(frtbModel());
  });
});

describe("records", () => {
  const parameters = simmParameters(invented);
  const record = randomCrif(invented, 1, 1)[0]!;
  const blank = { qualifier: "", bucket: "", label1: "", label2: "", amountUSD: 1 };
  const vol = {
    ...blank,
    productClass: "Equity",
    riskType: "Risk_EquityVol",
    qualifier: "a",
    bucket: "1",
    label1: "1y",
  } as const;
  const multiplier = {
    ...blank,
    productClass: "",
    riskType: "Param_ProductClassMultiplier",
    qualifier: "Equity",
  } as const;
  test.each<[unknown, string]>([
    ["x", "records: expected a list of records, was"],
    [[record, null], "records[1]: expected a record, was null"],
    [[{ ...record, qualifier: undefined }], "records[0].qualifier: expected text, was missing"],
    [[{ ...record, amountUSD: NaN }], "records[0].amountUSD: expected a finite number, was NaN"],
    [[{ ...record, riskType: "Risk_Shares" }], "records[0].riskType: expected Risk_IRCurve, "],
    [[{ ...record, productClass: "Shares" }], "records[0].productClass: expected RatesFX, "],
    [[{ ...record, qualifier: "" }], "records[0].qualifier: expected "],
    [[{ ...vol, label1: "4y" }], "records[0].label1: expected 2w, 1m, "],
    [[{ ...multiplier, amountUSD: 0.5 }], "records[0].amountUSD: expected a multiplier ≥ 1, was 0.5"],
  ])("of SIMM that are none are refused: %j", (records, message) => {
    const error = failure(() => simmDocuments(records as (typeof record)[], parameters));
    expect(error.message).toContain(message);
  });

  test("of one factor in any spelling have one name, and a name and an amount are of a record", () => {
    const spelled = { ...vol, bucket: "residual", label1: "12m" };
    const name = simmInstrument({ ...vol, bucket: "Residual", label1: "1y" });
    expect(simmInstrument(spelled)).toBe(name);
    expect(simmDocuments([spelled], parameters).portfolio.positions[0]!.instrument).toBe(name);
    expect(simmAmount({ ...multiplier, amountUSD: 1.25 })).toBe(0.25);
    for (const what of [simmInstrument, simmAmount] as ((record: never) => unknown)[]) {
      expect(failure(() => what(null as never)).message).toBe("records[0]: expected a record, was null");
      expect(failure(() => what({} as never)).field).toMatch(/^records\[0\]\.\w+$/);
    }
  });

  test("of different factors have different names, whatever is in their texts", () => {
    const credit = {
      ...blank,
      productClass: "Credit",
      riskType: "Risk_CreditNonQ",
      bucket: "1",
      label1: "1y",
    } as const;
    const alike = [
      { ...credit, qualifier: "x", label2: "1|1y|g" },
      { ...credit, qualifier: "x|1|1y", label2: "g" },
      { ...credit, qualifier: "x\\|1|1y", label2: "g" },
    ];
    expect(new Set(alike.map((one) => simmInstrument(one))).size).toBe(3);
    const oil = { riskClass: "commodity", measure: "delta", bucket: "2", factor: "", tenor: 1, amount: 1 } as const;
    const rows = [
      { ...oil, name: "a", location: "b|c" },
      { ...oil, name: "a|b", location: "c" },
    ];
    expect(frtbDocuments(rows).market.instruments).toHaveLength(2);
  });

  test("in any order make the same market", () => {
    const crif = randomCrif(invented, 7, 80);
    const hashOf = (records: typeof crif) => documentHash(simmDocuments(records, parameters).market);
    expect(hashOf(crif.toReversed())).toBe(hashOf(crif));
    const rows = randomFrtb(basel, 7, 80);
    const sbmHash = (records: typeof rows) => documentHash(frtbDocuments(records).market);
    expect(sbmHash(rows.toReversed())).toBe(sbmHash(rows));
    expect(sbmHash(rows.slice(1))).not.toBe(sbmHash(rows));
  });

  const delta = {
    riskClass: "equity",
    measure: "delta",
    bucket: "5",
    name: "a",
    factor: "spot",
    location: "",
    tenor: 0,
  };
  test.each<[unknown, string]>([
    ["x", "records: expected a list of records, was"],
    [[null], "records[0]: expected a record, was null"],
    [
      [{ ...delta, riskClass: "rates", amount: 1 }],
      "records[0].riskClass: expected equity, commodity, fx or crypto, was",
    ],
    [[{ ...delta, bucket: "14", amount: 1 }], "records[0].bucket: expected a whole number from 1 to 13, was"],
    [[{ ...delta, factor: "", amount: 1 }], "records[0].factor: expected spot or repo, was empty"],
    [[{ ...delta, name: "", amount: 1 }], "records[0].name: expected a name, was empty"],
    [
      [{ ...delta, riskClass: "commodity", location: "x", tenor: 4, amount: 1 }],
      "records[0].tenor: expected years, 0, 0.25, ",
    ],
    [
      [{ ...delta, measure: "curvature", cvrUp: 1, cvrDown: 1, divisible: "yes" }],
      "records[0].divisible: expected true or false, was",
    ],
    [[{ measure: "theta" }], "records[0].measure: expected delta, vega or curvature, was"],
    [[{ measure: "vega" }], "records[0].riskClass: expected text, was missing"],
  ])("of the Basel method that are none are refused: %j", (records, message) => {
    expect(failure(() => frtbDocuments(records as never)).message).toContain(message);
  });
});

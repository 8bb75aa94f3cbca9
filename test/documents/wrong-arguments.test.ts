/** Arguments that are missing, or of another kind, are a MarginError of every function: never a TypeError from inside. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MarginError } from "../../bindings/error.ts";
import * as main from "../../bindings/index.ts";
import { marketFacts } from "../../bindings/lab/facts.ts";
import * as models from "../../bindings/models/index.ts";
import { lab } from "../calibration/lab.ts";
import { AS_OF, quotesOf, surface } from "../calibration/synthetic.ts";
import { core } from "../core.ts";
import { refusal } from "./documents.ts";

type Call = (...args: unknown[]) => unknown;
const document = (name: string): unknown => JSON.parse(readFileSync(`examples/sample/${name}.json`, "utf8"));
const column = () => new Float64Array(1);
const contract = { forward: 1, strike: 1, tau: 1, callPut: 1, vol: 1, price: 0.1 };
const quotes = quotesOf(surface([7, 30]));
const options = { asOf: AS_OF, payoff: "inverse" } as const;
const unit = [[1, 0], [0, 1]]; // prettier-ignore
const returns = { names: ["a", "b"], rows: [[1, 2], [2, 1], [3, 5]] }; // prettier-ignore
const [from, to] = ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"];
const [market, portfolio] = [document("market"), document("portfolio")] as [main.Market, main.Portfolio];
const prepared = core.prepare(models.deribitPm, market);
const account = core.prepare(models.deribitPm, market).open(portfolio);
const { correlation, calibrate } = lab;
const { stress } = correlation;

/** Each with arguments that it takes. */
const METHODS: [name: string, of: object, method: string, args: unknown[]][] = [
  ["core.prices", core, "prices", [contract, column()]],
  ["core.greeks", core, "greeks", [contract, { price: column() }]],
  ["core.impliedVols", core, "impliedVols", [contract, column(), new Int32Array(1)]],
  ["core.margin", core, "margin", [models.deribitPm, market, portfolio, {}]],
  ["core.riskArrays", core, "riskArrays", [models.deribitPm, market, portfolio, {}]],
  ["core.prepare", core, "prepare", [models.deribitPm, market, {}]],
  ["core.shrinkCorrelation", core, "shrinkCorrelation", [unit, 0]],
  ["prepared.margin", prepared, "margin", [portfolio, {}]],
  ["prepared.riskArrays", prepared, "riskArrays", [portfolio]],
  ["account.change", account, "change", [[]]],
  ["account.requirement", account, "requirement", [{}]],
  ["lab.calibrate.surface", calibrate, "surface", [quotes, options]],
  ["lab.calibrate.correlation", calibrate, "correlation", [returns, {}]],
  ["lab.eventTime", lab, "eventTime", [from, to, {}]],
  ...["check", "eigenvalues", "principal", "cholesky", "nearest", "spectral"].map(
    (name): [string, object, string, unknown[]] => [`lab.correlation.${name}`, correlation, name, [unit]],
  ),
  ["lab.correlation.shrink", correlation, "shrink", [unit, {}]],
  ["lab.correlation.feasibleInterval", correlation, "feasibleInterval", [unit, 0, 1]],
  ["lab.correlation.equicorrelation", correlation, "equicorrelation", [2, 0.5]],
  ["lab.correlation.logReturns", correlation, "logReturns", [[[1], [2]]]],
  ["lab.correlation.rank", correlation, "rank", [[1, 2, 3], [2, 1, 3]]], // prettier-ignore
  ["lab.correlation.path", correlation, "path", [returns, ["a", "b"], {}]],
  ["lab.correlation.stress.up", stress, "up", [unit, [1, 1], 0.5, {}]],
  ["lab.correlation.stress.breakDown", stress, "breakDown", [unit, 0.5, {}]],
  ["lab.correlation.stress.high", stress, "high", [unit, {}]],
];
const called = METHODS.map(([name, of, method, args]): [string, Call, unknown[]] => [
  name,
  ((of as Record<string, Call>)[method] as Call).bind(of),
  args,
]);
const isPlainFunction = (value: unknown) => typeof value === "function" && !String(value).startsWith("class");
const functions = Object.entries({ ...main, ...models, marketFacts })
  .filter(([, value]) => isPlainFunction(value))
  .map(([name, value]): [string, Call, unknown[]] => [name, value as unknown as Call, [undefined]]);

const WRONG = [
  ...[undefined, null, 0, NaN, "x", true, () => 0, [], [null], [undefined], [1], {}, { length: 3 }],
  ...[new Map([["BTC", 1]]), new Date(0), new Float64Array(1)],
];

/** What is thrown for arguments that are wrong, if it is no MarginError. */
function strangers(call: Call, lists: unknown[][]): string[] {
  return lists.flatMap((args) => {
    try {
      call(...args);
    } catch (error) {
      if (!(error instanceof MarginError)) return [String(error)];
    }
    return [];
  });
}

test("there are functions to look at", () => expect(functions.length).toBeGreaterThan(15));
test.each([...called, ...functions])("%s", (_, call, args) => {
  const lists = args.flatMap((__, i) => WRONG.map((wrong) => args.map((good, j) => (i === j ? wrong : good))));
  expect(strangers(call, [[], ...lists])).toEqual([]);
});

test("options of a surface, and of a clock", () => {
  const fields = ["asOf", "payoff", "maxAge", "previous", "leaveOut", "events", "clock"];
  const lists = fields.flatMap((field) => WRONG.map((wrong) => [quotes, { ...options, [field]: wrong }]));
  expect(strangers(calibrate.surface.bind(calibrate) as Call, lists)).toEqual([]);
  const clocks = ["weekend", "events"].flatMap((field) => WRONG.map((wrong) => [from, to, { [field]: wrong }]));
  expect(strangers(lab.eventTime.bind(lab) as Call, clocks)).toEqual([]);
});

describe("the message says what was expected", () => {
  const none = undefined as never;
  test.each<[string, () => unknown, string]>([
    ["no columns", () => core.prices(none, none), "WrongType | columns: expected an object of columns, was missing"],
    ["nothing to write to", () => core.prices(contract, none), "WrongType | out: expected a Float64Array, was missing"],
    ["null", () => core.impliedVols(null as never, null as never), "WrongType | columns: expected an object of columns, was null"],
    ["another column", () => core.greeks(contract, { price: [1] as never }), "WrongType | price: expected a Float64Array, was a list of 1"],
    ["no columns of Greeks", () => core.greeks(contract, none), "WrongType | out: expected an object of columns, was missing"],
    ["reasons as text", () => core.impliedVols(contract, column(), column() as never), "WrongType | reasons: expected an Int32Array, was a Float64Array"],
    ["a payoff", () => core.prices({ ...contract, payoff: "coin" as never }, column()), 'NotOneOf | payoff: expected "linear" or "inverse", was "coin"'],
    ["no options of a surface", () => calibrate.surface([], none), "WrongType | options: expected an object, was missing"],
    ["a slip in a surface's option", () => calibrate.surface(quotes, { ...options, maxage: 1 } as never), "UnknownField | options.maxage: unknown field; did you mean maxAge?"],
    ["a slice", () => calibrate.surface(quotes, { ...options, previous: { underlyings: [{ underlying: "BTC", slices: [1] }] } as never }), "WrongType | options.previous.underlyings[0].slices[0]: expected a slice with expiry, tau, forward and svi, was 1"],
    ["events", () => calibrate.surface(quotes, { ...options, events: {} as never }), "WrongType | options.events: expected a list, was an empty object"],
    ["margin's options in a Map", () => core.margin(models.deribitPm, market, portfolio, new Map() as never), "WrongType | options: expected an object, was a Map"],
  ])("%s", (_, call, message) => expect(refusal(call)).toBe(message)); // prettier-ignore
});

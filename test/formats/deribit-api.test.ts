import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isChecked } from "../../bindings/documents/check.ts";
import { marketFromDeribit } from "../../bindings/formats/deribit-market.ts";
import { portfolioFromDeribit } from "../../bindings/formats/deribit-portfolio.ts";
import { deribitResponse } from "../../bindings/formats/deribit-response.ts";
import { refusal } from "../documents/documents.ts";

interface Response {
  id: number | string;
  result: Record<string, unknown>[] & Record<string, unknown>;
  [key: string]: unknown;
}
const read = (name: string): Response =>
  JSON.parse(readFileSync(new URL(`../fixtures/deribit/${name}.json`, import.meta.url), "utf8")) as Response;
const BTC = ["instruments-btc", "summary-btc-option", "summary-btc-future", "index-btc"];
const ALL = ["btc", "eth", "usdc"].flatMap((c) => [
  `index-${c}`,
  `summary-${c}-future`,
  `instruments-${c}`,
  `summary-${c}-option`,
]);
const load = (names: string[]) => names.map(read);
/** The message for the BTC responses after a change. */
const refused = (change: (responses: Response[]) => unknown, names = BTC) => {
  const responses = load(names);
  change(responses);
  return refusal(() => marketFromDeribit(responses));
};

describe("a market", () => {
  const market = marketFromDeribit(load(ALL));
  const instrument = (id: string) => market.instruments.find((i) => i.id === id);
  const facts = (at: object) =>
    Object.assign({}, ...market.facts.filter((f) => JSON.stringify(f.at) === JSON.stringify(at))) as Record<
      string,
      unknown
    >;

  it("is checked, and as of the newest stamp", () => {
    expect(isChecked(market, "market")).toBe(true);
    expect(market.asOf).toBe("2026-02-18T09:39:05.017Z");
    expect(marketFromDeribit(load(ALL), { asOf: "2026-02-18T09:40:00Z" }).asOf).toBe("2026-02-18T09:40:00Z");
  });
  it("has options, coin-settled", () => {
    expect(instrument("BTC-27MAR26-75000-C")).toEqual({
      id: "BTC-27MAR26-75000-C",
      kind: "option",
      underlying: "BTC",
      expiry: "2026-03-27T08:00:00Z",
      strike: 75000,
      callPut: 1,
      settlement: "BTC",
      payoff: "inverse",
      lot: 0.1,
    });
    expect(instrument("ETH-27MAR26-1800-P")).toMatchObject({ callPut: -1, settlement: "ETH", lot: 1 });
    const row = read("summary-btc-option").result.find((r) => r["instrument_name"] === "BTC-27MAR26-75000-C")!;
    expect(facts({ instrument: "BTC-27MAR26-75000-C" })).toMatchObject({
      mark: row["mark_price"],
      vol: Number(`${row["mark_iv"] as number}e-2`),
    });
  });
  it("has inverse futures and perpetuals in lots of dollars", () => {
    expect(instrument("BTC-27MAR26")).toMatchObject({
      kind: "future",
      payoff: "inverse",
      lot: 10,
      lotUnit: "quote",
      expiry: "2026-03-27T08:00:00Z",
    });
    expect(instrument("ETH-PERPETUAL")).toMatchObject({
      kind: "perpetual",
      payoff: "inverse",
      lot: 1,
      lotUnit: "quote",
      expiry: "perpetual",
    });
    expect(facts({ instrument: "BTC-PERPETUAL" })["mark"]).toBe(68209.5);
  });
  it("has linear pairs in lots of coin, on the same underlying", () => {
    expect(instrument("BTC_USDC-PERPETUAL")).toEqual({
      id: "BTC_USDC-PERPETUAL",
      kind: "perpetual",
      underlying: "BTC",
      expiry: "perpetual",
      settlement: "USDC",
      payoff: "linear",
      lot: 0.001,
    });
    expect(instrument("BTC_USDC-27MAR26-75000-C")).toMatchObject({ settlement: "USDC", payoff: "linear", lot: 0.01 });
  });
  it("has no spot pairs and no combinations", () => {
    expect(market.instruments.some((i) => i.id === "BTC_USDC" || i.id.includes("-FS-"))).toBe(false);
  });
  it("has spots and forwards: of the coin's own contracts, others beside them", () => {
    expect(facts({ underlying: "BTC" })["spot"]).toBe(68194.59);
    expect(facts({ underlying: "BTC", settlement: "USDC" })["spot"]).toBe(68194.59);
    expect(facts({ underlying: "ETH" })["spot"]).toBe(2020.28);
    // 16 of its rows say 68389.43, 39 or 41: the median.
    expect(facts({ underlying: "BTC", expiry: "2026-03-27T08:00:00Z" })["forward"]).toBe(68389.41);
    expect(facts({ underlying: "BTC", expiry: "2026-03-27T08:00:00Z", settlement: "USDC" })["forward"]).toBe(68389.41);
  });
  it("has the price of each currency, USDC by its index", () => {
    expect(market.currencies).toEqual([
      { id: "BTC", largestTotal: 2 ** 17, price: 68194.59, underlying: "BTC" },
      { id: "ETH", largestTotal: 2 ** 21, price: 2020.28, underlying: "ETH" },
      { id: "USDC", largestTotal: 2 ** 33, price: 0.9998 },
    ]);
    const without = marketFromDeribit(load(ALL.filter((name) => name !== "index-usdc")), {
      largestTotals: { BTC: 2 ** 20 },
    });
    expect(without.currencies.map((c) => [c.id, c.price, c.largestTotal])).toEqual([
      ["BTC", 68194.59, 2 ** 20],
      ["ETH", 2020.28, 2 ** 21],
      ["USDC", 1, 2 ** 33],
    ]);
  });
  it("is the same from bare results, in another order, with more fields", () => {
    const bare = load([...ALL].reverse()).map((r) =>
      typeof r.id === "string"
        ? { ...r, more: 1 }
        : Array.isArray(r.result)
          ? r.result.map((row) => ({ ...row, more: [] }))
          : r.result,
    );
    const other = marketFromDeribit(bare, { asOf: market.asOf });
    const sorted = (list: readonly unknown[]) => list.map((x) => JSON.stringify(x)).sort();
    expect(sorted(other.instruments)).toEqual(sorted(market.instruments));
    expect(sorted(other.facts)).toEqual(sorted(market.facts));
    expect(sorted(other.currencies)).toEqual(sorted(market.currencies));
  });
  it("takes a dated future's mark for a forward where no option tells it", () => {
    const responses = load(BTC);
    responses[0]!.result = responses[0]!.result.filter((r) => r["kind"] === "future") as Response["result"];
    responses[1]!.result = [] as unknown as Response["result"];
    const futures = marketFromDeribit(responses);
    expect(futures.facts.find((f) => f.at["expiry"] === "2026-06-26T08:00:00Z")).toEqual({
      at: { underlying: "BTC", expiry: "2026-06-26T08:00:00Z" },
      forward: 69061.44,
    });
  });
  it("takes the estimated delivery price where no index response is given, and the index where one is", () => {
    expect(marketFromDeribit(load(BTC.slice(0, 3))).facts[0]).toEqual({ at: { underlying: "BTC" }, spot: 68194.59 });
    const responses = load(BTC);
    responses[3]!.result["index_price"] = 68200.25;
    expect(marketFromDeribit(responses).facts[0]).toEqual({ at: { underlying: "BTC" }, spot: 68200.25 });
    expect(marketFromDeribit(load(BTC), { indexes: { btc_usd: 68300 } }).facts[0]).toEqual({
      at: { underlying: "BTC" },
      spot: 68300,
    });
  });
  it("takes an index without a name for the dollar's, also beside a pair in USDC, and one with a name for what it says", () => {
    const responses = load([...ALL].reverse());
    const index = responses.find((r) => r.result["index_price"] === 68194.59)!;
    index.result["index_price"] = 68200;
    const named = { id: "btc_usdc", result: { index_price: 68150 } };
    const spots = marketFromDeribit([named, ...responses]).facts.filter(
      (f) => "spot" in f && f.at["underlying"] === "BTC",
    );
    expect(spots).toEqual([
      { at: { underlying: "BTC" }, spot: 68200 },
      { at: { underlying: "BTC", settlement: "USDC" }, spot: 68150 },
    ]);
  });
  it("takes the newer of two summaries, and instruments twice if they are the same", () => {
    const later = read("summary-btc-future");
    for (const row of later.result) Object.assign(row, { mark_price: 70000, creation_timestamp: 1771407546000 });
    const responses = [later, ...load(BTC), read("instruments-btc")];
    const twice = marketFromDeribit(responses);
    expect(twice.facts.find((f) => f.at["instrument"] === "BTC-PERPETUAL")!["mark"]).toBe(70000);
    expect(twice.asOf).toBe("2026-02-18T09:39:06Z");
  });
  it("leaves unknown what the venue leaves open, rather than to guess", () => {
    const responses = load(BTC);
    Object.assign(responses[1]!.result[0]!, { mark_iv: null, mark_price: 0 });
    const id = responses[1]!.result[0]!["instrument_name"];
    expect(marketFromDeribit(responses).facts.find((f) => f.at["instrument"] === id)).toEqual({
      at: { instrument: id },
      mark: 0,
    });
  });
});

it.each<[string, (r: Response[]) => unknown, string]>([
  [
    "an unknown response",
    (r) => (r[1] = { id: 1, result: { version: "1.2.26" } } as never),
    "UnknownResponse | responses[1].result: expected a result of get_instruments, get_book_summary_by_currency, get_index_price, get_positions or get_account_summary, was an object",
  ],
  [
    "text",
    (r) => (r[1] = "summary" as never),
    'UnknownResponse | responses[1]: expected a result of get_instruments, get_book_summary_by_currency, get_index_price, get_positions or get_account_summary, was "summary"',
  ],
  [
    "an error of the venue",
    (r) => (r[2] = { error: { code: 10028, message: "too_many_requests" } } as never),
    'VenueError | responses[2].error: the venue refused: "too_many_requests", code 10028',
  ],
  [
    "no instruments",
    (r) => r.shift(),
    "Missing | responses: no response of public/get_instruments with an option, future or perpetual",
  ],
  [
    "no summaries of options",
    (r) => r.splice(1, 1),
    "Missing | responses: no response of public/get_book_summary_by_currency for currency BTC, kind option",
  ],
  [
    "no summaries of futures",
    (r) => r.splice(2, 1),
    "Missing | responses: no response of public/get_book_summary_by_currency for currency BTC, kind future",
  ],
  [
    "a summary of an instrument that is not listed",
    (r) => (r[1]!.result[3]!["instrument_name"] = "BTC-3APR26-60000-C"),
    'UnknownInstrument | responses[1].result[3].instrument_name: expected an instrument that a response of public/get_instruments lists, was "BTC-3APR26-60000-C"',
  ],
  [
    "a missing field",
    (r) => Reflect.deleteProperty(r[0]!.result[5]!, "strike"),
    "Missing | responses[0].result[5].strike: expected a number, was missing",
  ],
  [
    "a field of the wrong type",
    (r) => (r[0]!.result[5]!["strike"] = "60000"),
    'WrongType | responses[0].result[5].strike: expected a number, was "60000"',
  ],
  [
    "a row that is no object",
    (r) => ((r[0]!.result as unknown[])[5] = 1),
    "WrongType | responses[0].result[5]: expected an object, was 1",
  ],
  [
    "a zero strike",
    (r) => (r[0]!.result[5]!["strike"] = 0),
    "NotPositive | responses[0].result[5].strike: expected > 0, was 0",
  ],
  [
    "an unknown kind",
    (r) => (r[0]!.result[5]!["kind"] = "warrant"),
    'NotOneOf | responses[0].result[5].kind: expected "option", "future", "spot" or a combo, was "warrant"',
  ],
  [
    "an unknown option type",
    (r) => (r[0]!.result[5]!["option_type"] = "C"),
    'NotOneOf | responses[0].result[5].option_type: expected "call" or "put", was "C"',
  ],
  [
    "an unknown instrument type",
    (r) => (r[0]!.result[5]!["instrument_type"] = "quanto"),
    'NotOneOf | responses[0].result[5].instrument_type: expected "reversed" or "linear", was "quanto"',
  ],
  [
    "two instruments of one name",
    (r) => r[0]!.result.push({ ...r[0]!.result[0], strike: 1 }),
    'DuplicateInstrument | responses[0].result[46].instrument_name: "BTC-27FEB26-58000-C" is already there, and different',
  ],
  [
    "a negative vol",
    (r) => (r[1]!.result[2]!["mark_iv"] = -5),
    "NotPositive | responses[1].result[2].mark_iv: expected > 0, was -5",
  ],
  [
    "a vol in quotes",
    (r) => (r[1]!.result[2]!["mark_iv"] = "50"),
    'WrongType | responses[1].result[2].mark_iv: expected a number, was "50"',
  ],
  [
    "an expiry whose forward nobody tells",
    (r) => {
      for (const row of r[1]!.result) row["underlying_price"] = null;
      for (const row of r[2]!.result) row["mark_price"] = null;
    },
    'Missing | responses: no forward for "BTC-27FEB26-58000-C": its summaries have no underlying_price and no future\'s mark_price',
  ],
  [
    "an index of which nobody tells",
    (r) => (r[3]!.result["index_price"] = 2020),
    'UnknownIndex | responses[3].result.index_price: 2020 does not tell of which index it is (btc_usd); send the request with the index as id: {"id": "btc_usd", …}',
  ],
  [
    "no index at all",
    (r) => {
      r.pop();
      for (const i of [1, 2]) for (const row of r[i]!.result) row["estimated_delivery_price"] = null;
    },
    'Missing | responses: no response of public/get_index_price for btc_usd, the index of "BTC-27FEB26-58000-C"',
  ],
  [
    "no time",
    (r) => {
      for (const response of r) Reflect.deleteProperty(response, "usOut");
      for (const i of [1, 2]) for (const row of r[i]!.result) Reflect.deleteProperty(row, "creation_timestamp");
    },
    "Missing | responses: no usOut and no creation_timestamp tells the time; give asOf",
  ],
])("refuses %s", (_, change, message) => {
  expect(refused(change)).toBe(message);
});

it("refuses a settlement currency without price", () => {
  const names = ["instruments-usdc", "summary-usdc-option", "summary-usdc-future"];
  const euros = (responses: Response[]) => {
    for (const row of responses[0]!.result) row["settlement_currency"] = row["quote_currency"] = "EURR";
  };
  expect(refused(euros, names)).toBe(
    'Missing | responses: no index eurr_usd: the price of the settlement currency "EURR" is unknown',
  );
  const responses = load(names);
  euros(responses);
  expect(marketFromDeribit(responses, { indexes: { eurr_usd: 1.08 } }).currencies[0]).toEqual({
    id: "EURR",
    largestTotal: 2 ** 33,
    price: 1.08,
  });
  expect(refusal(() => marketFromDeribit(responses, { indexes: { eurr_usd: 0 } }))).toBe(
    "NotPositive | options.indexes.eurr_usd: expected > 0, was 0",
  );
  expect(refusal(() => marketFromDeribit({} as never))).toBe(
    "WrongType | responses: expected a list of responses, was an empty object",
  );
});

describe("a portfolio", () => {
  const market = marketFromDeribit(load(ALL));
  const ACCOUNT = ["positions", "accounts"];
  it("has positions in the unit of the lot, and all that futures have won in the balance", () => {
    const portfolio = portfolioFromDeribit([...load(ALL), ...load(ACCOUNT)], market);
    expect(isChecked(portfolio, "portfolio")).toBe(true);
    expect(portfolio).toEqual({
      format: 1,
      positions: [
        { instrument: "BTC-27MAR26-62000-P", amount: -25 },
        { instrument: "BTC-27MAR26-75000-C", amount: -25 },
        { instrument: "BTC-PERPETUAL", amount: -120000 },
        { instrument: "BTC-27MAR26", amount: 300000 },
        { instrument: "BTC_USDC-PERPETUAL", amount: 1.5 },
      ],
      balances: { BTC: 12.5312, USDC: 249687.6 },
    });
    expect(portfolioFromDeribit(load(["positions", "account-btc"])).balances).toEqual({ BTC: 12.5312 });
  });
  it.each<[string, (r: Response[]) => unknown, string]>([
    ["no account", (r) => r.pop(), "Missing | responses: no response of private/get_account_summary"],
    [
      "a currency twice",
      (r) => r.push(read("account-btc")),
      'DuplicateCurrency | responses[2].result.currency: a summary of "BTC" is already there',
    ],
    [
      "an account without equity",
      (r) => Reflect.deleteProperty((r[1]!.result["summaries"] as object[])[1]!, "equity"),
      "Missing | responses[1].result.summaries[1].equity: expected a number, was missing",
    ],
    [
      "a size against its direction",
      (r) => (r[0]!.result[0]!["size"] = 25),
      'WrongSign | responses[0].result[0].size: expected < 0 where direction is "sell", was 25',
    ],
    [
      "an unknown direction",
      (r) => (r[0]!.result[0]!["direction"] = "short"),
      'NotOneOf | responses[0].result[0].direction: expected "buy", "sell" or "zero", was "short"',
    ],
    [
      "a position twice",
      (r) => r[0]!.result.push({ ...r[0]!.result[0] }),
      'DuplicateInstrument | responses[0].result[5].instrument_name: "BTC-27MAR26-62000-P" is already responses[0].result[0].instrument_name',
    ],
    [
      "an instrument that the market has not",
      (r) => (r[0]!.result[0]!["instrument_name"] = "BTC-1JAN27"),
      'UnknownInstrument | responses[0].result[0].instrument_name: expected an instrument of the market, was "BTC-1JAN27"',
    ],
  ])("refuses %s", (_, change, message) => {
    const responses = load(ACCOUNT);
    change(responses);
    expect(refusal(() => portfolioFromDeribit(responses, market))).toBe(message);
  });
  it("passes over what is flat", () => {
    const responses = load(ACCOUNT);
    Object.assign(responses[0]!.result[0]!, { size: 0, direction: "zero" });
    expect(portfolioFromDeribit(responses, market).positions.length).toBe(4);
  });
});

it("tells what a response is of", () => {
  expect(
    ["instruments-btc", "summary-btc-option", "index-btc", "positions", "account-btc", "accounts"].map((name) =>
      deribitResponse(read(name)),
    ),
  ).toEqual(["instruments", "summary", "index", "positions", "account", "account"]);
  expect(deribitResponse({ result: [] })).toBe("empty");
  expect(deribitResponse({ format: 1, asOf: "2026-02-05T08:00:00Z", instruments: [] })).toBeUndefined();
});

/** `margin-core price` and `margin-core iv`: one contract, and rows of them. */
import { describe, expect, it } from "vitest";
import { core } from "../core.ts";
import { command } from "./command.ts";

const CALL = "--forward 70000 --strike 75000 --days 30 --call";
const tau = 30 / 365;
const input = { forward: 70000, strike: 75000, tau, vol: 0.6, callPut: 1 };
const price = core.prices(input, new Float64Array(1))[0]!;
const greeks = core.greeks(input, { delta: new Float64Array(1), ultima: new Float64Array(1) });

describe("one price", () => {
  it("is printed with its Greeks and their units", async () => {
    const { code, out } = await command(`price ${CALL} --vol 60%`);
    expect(code).toBe(0);
    expect(out.split("\n")[0]).toBe("Call, forward 70,000, strike 75,000, 30 days, vol 60 %");
    expect(out).toMatch(/^ {2}price +2,862\.359908 +quote currency$/m);
    expect(out).toMatch(/^ {2}vega +7,618\.420522 +per 1\.00 of vol$/m);
    expect(out).not.toMatch(/ultima/);
  });
  it("as JSON has every digit", async () => {
    const { out } = await command(`price ${CALL} --vol 0.6 --higher --json`);
    expect(JSON.parse(out)).toMatchObject({ price, delta: greeks.delta![0], ultima: greeks.ultima![0] });
  });
  it("takes the time in three ways", async () => {
    const expected = await command(`price ${CALL} --vol 0.6 --json`);
    const rest = "--forward 70000 --strike 75000 --call --vol 0.6 --json";
    expect(await command(`price ${rest} --tau ${tau}`)).toEqual(expected);
    expect(await command(`price ${rest} --expiry 2026-03-27T08:00:00Z --as-of 2026-02-25T08:00:00Z`)).toEqual(expected);
    expect(await command(`price ${rest} --expiry 2026-03-27T08:00:00Z`)).toEqual(expected); // now is 2026-02-25T08:00:00Z
  });
  it("may be in coin", async () => {
    const { out } = await command(`price ${CALL} --vol 0.6 --coin --json`);
    const coin = JSON.parse(out) as Record<string, number>;
    expect(coin["price"]).toBe(price / 70000);
    expect(coin["netTransactionDelta"]).toBeCloseTo(greeks.delta![0]! - price / 70000, 14);
  });
  it.each([
    ["--strike", "-1", "--strike: expected > 0, was -1"],
    ["--forward", "0", "--forward: expected > 0, was 0"],
    ["--vol", "0", "--vol: expected > 0, was 0"],
    ["--days", "-3", "--days: expected at least 0, was -3"],
    ["--discount", "0", "--discount: expected > 0, was 0"],
    ["--forward", "1e308", "--forward: expected from 1e-150 to 1e+150, was 1e+308"],
    ["--strike", "1e-308", "--strike: expected from 1e-150 to 1e+150, was 1e-308"],
  ])("is refused for %s %s", async (option, value, message) => {
    const args = ["price", "--forward", "1", "--strike", "1", "--days", "1", "--vol", "1", "--call", option, value];
    const { code, out, err } = await command(args);
    expect([code, out]).toEqual([1, ""]);
    const said = err.replace(/^error: |\n$/g, "");
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
  });
});

describe("a price without a number", () => {
  it("is refused, and never a gap beside the Greeks", async () => {
    const args = "price --forward 1e150 --strike 1e150 --days 30 --vol 0.6 --call --json";
    const { code, out } = await command(args);
    expect(code).toBe(0);
    expect(out).not.toContain("null");
    expect(await command(`${args} --discount 1e308`)).toEqual({
      code: 1,
      out: "",
      err: "error: price: expected a finite number to come out of the inputs, was Infinity\n",
    });
  });
});

describe("a time that has passed", () => {
  const AT = "--forward 1 --strike 1 --call";
  it.each([
    [
      `price ${AT} --vol 1 --expiry 2026-03-27T08:00:00Z --as-of 2026-03-28T08:00:00Z`,
      "--expiry: 2026-03-27T08:00:00Z is not after --as-of 2026-03-28T08:00:00Z",
    ],
    [
      `price ${AT} --vol 1 --expiry 2026-01-27T08:00:00Z`,
      "--expiry: 2026-01-27T08:00:00Z is not after now, 2026-02-25T08:00:00Z; --as-of gives another moment",
    ],
    [`price ${AT} --vol 1 --tau -1`, "--tau: expected at least 0, was -1"],
    [`iv ${AT} --price 0.1 --days 0`, "--days: expected > 0, was 0"],
    [`iv ${AT} --price 0.1 --days -30`, "--days: expected > 0, was -30"],
    [
      `iv ${AT} --price 0.1 --expiry 2026-02-25T08:00:00Z`,
      "--expiry: 2026-02-25T08:00:00Z is not after now, 2026-02-25T08:00:00Z; --as-of gives another moment",
    ],
  ])("%s", async (args, message) => {
    expect(await command(args)).toEqual({ code: 1, out: "", err: `error: ${message}\n` });
  });
  it.each([
    ["days\n3\n-3\n", "", "stdin: line 3, days: expected at least 0, was -3"],
    ["tau\n-3\n", "", "stdin: line 2, tau: expected at least 0, was -3"],
    [
      "expiry\n2026-01-27T08:00:00Z\n",
      "--as-of 2026-01-28T08:00:00Z",
      "stdin: line 2, expiry: 2026-01-27T08:00:00Z is not after --as-of 2026-01-28T08:00:00Z",
    ],
    ["strike\n1\n", "--days -2", "--days: expected at least 0, was -2"],
  ])("in rows: %j %s", async (stdin, options, message) => {
    const { err } = await command(`price ${AT} --vol 1 ${options}`, { stdin });
    expect(err).toBe(`error: ${message}\n`);
  });
});

describe("one implied vol", () => {
  it("gives back the vol of the price", async () => {
    const { code, out } = await command(`iv ${CALL} --price ${price}`);
    expect([code, out]).toEqual([0, "implied vol 60 %\n"]);
    const json = JSON.parse((await command(`iv ${CALL} --price ${price} --json`)).out) as {
      vol: number;
      reason: string;
    };
    expect(json.reason).toBe("found");
    expect(json.vol).toBeCloseTo(0.6, 14);
    expect((await command(`iv ${CALL} --price ${price / 70000} --coin`)).out).toBe("implied vol 60 %\n");
  });
  it("or the reason why there is none", async () => {
    const none = async (args: string) => (await command(`iv --forward 100 --days 10 ${args}`)).out.trim();
    expect(await none("--strike 80 --call --price 19")).toBe(
      "implied vol none: the price is below the intrinsic value",
    );
    expect(await none("--strike 80 --call --price 20")).toBe("implied vol 0 %: the price is the intrinsic value");
    expect(await none("--strike 80 --call --price 100")).toMatch(/^implied vol none: the price is not below/);
    expect(JSON.parse(await none("--strike 80 --call --price 19 --json"))).toEqual({
      vol: null,
      reason: "below-intrinsic",
    });
  });
});

describe("what is no table", () => {
  const ALL = "--forward 1 --strike 1 --days 1 --call";
  const COLUMNS = (fourth: string) => `forward, strike, tau, days, expiry, ${fourth}, callPut, discount`;
  it.each([
    [
      "price",
      "not json {",
      "expected a column forward, strike, days (or tau, expiry), vol, callPut; or --forward, --strike, --days (or --tau, --expiry), --vol, --call or --put",
    ],
    [
      "iv",
      "null",
      "expected a column forward, strike, days (or tau, expiry), price, callPut; or --forward, --strike, --days (or --tau, --expiry), --price, --call or --put",
    ],
    ["price --forward 1 --days 1 --call", "x,y\n", "expected a column strike, vol; or --strike, --vol"],
    [`price ${ALL} --vol 1`, "x,y\n1,2\n", `expected one of the columns ${COLUMNS("vol")}`],
    [`iv ${ALL} --price 1`, "not json {", `expected one of the columns ${COLUMNS("price")}`],
    [`price ${ALL} --vol 1`, "strike\n", "has a header and no rows"],
    [`iv ${ALL} --price 1`, "[]", "has no rows"],
    ["price", "[]", "has no rows"],
  ])("%s < %j", async (args, text, message) => {
    const [name, ...options] = args.split(" ");
    const files = { "rows.csv": text };
    const expected = { code: 1, out: "", err: `error: rows.csv: ${message}\n` };
    expect(await command([name!, "rows.csv", ...options], { files })).toEqual(expected);
  });
});

describe("rows", () => {
  const CSV = 'note,strike,vol,callPut\n"a, ""b""",75000,60%,C\r\n\nx,65000,0.5,put\n';
  it("of CSV stay as they are, with columns added", async () => {
    const { code, out } = await command("price --forward 70000 --days 30", { stdin: CSV });
    expect(code).toBe(0);
    const lines = out.trim().split("\n");
    expect(lines[0]).toBe("note,strike,vol,callPut,price,delta,gamma,vega,theta,rho,vanna,volga");
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(new RegExp(`^"a, ""b""",75000,60%,C,${price},${greeks.delta![0]},`));
  });
  it("of a file, with other options in the rows", async () => {
    const rows = "forward,strike,expiry,vol,callPut\n70000,75000,2026-03-27T08:00:00Z,0.6,1\n";
    const given = { files: { "rows.csv": rows } };
    expect((await command("price rows.csv --as-of 2026-02-25T08:00:00Z", given)).out).toContain(`,1,${price},`);
  });
  it("of JSON are JSON, from price to vol", async () => {
    const rows = [
      { id: 1, strike: 75000, vol: 0.6, callPut: "call" },
      { id: 2, strike: 65000, vol: 0.5, callPut: -1 },
    ];
    const priced = await command("price --forward 70000 --days 30", { stdin: JSON.stringify(rows) });
    expect(JSON.parse(priced.out)).toMatchObject([{ id: 1, strike: 75000, price }, { id: 2 }]);
    const back = await command("iv --forward 70000 --days 30", { stdin: priced.out });
    const found = JSON.parse(back.out) as { vol: number; volComputed: number; reason: string }[];
    for (const { vol, volComputed, reason } of found) {
      expect(reason).toBe("found");
      expect(volComputed).toBeCloseTo(vol, 13);
    }
    const lines = rows.map((row) => JSON.stringify(row)).join("\n");
    expect(await command("price --forward 70000 --days 30", { stdin: lines })).toEqual(priced);
  });
  it("of CSV become JSON where asked for", async () => {
    const { out } = await command("price --forward 70000 --days 30 --json", { stdin: CSV });
    expect(JSON.parse(out)).toMatchObject([
      { note: 'a, "b"', strike: 75000, vol: "60%" },
      { note: "x", vol: 0.5 },
    ]);
  });
  it("without an answer have none, and the reason", async () => {
    const { code, out } = await command("iv --forward 100 --days 10 --call", { stdin: "strike,price\n80,19\n80,21\n" });
    expect(code).toBe(0);
    expect(out).toMatch(/^strike,price,vol,reason\n80,19,,below-intrinsic\n80,21,1\.147\d+,found\n$/);
  });
  it("may be more than go through the core at once", async () => {
    const n = 40_000;
    const stdin = `strike\n${Array.from({ length: n }, (_, i) => 50_000 + i).join("\n")}\n`;
    const { out } = await command("price --forward 70000 --days 30 --vol 0.6 --call", { stdin });
    const lines = out.trim().split("\n");
    expect(lines).toHaveLength(n + 1);
    expect(lines[25_001]!.startsWith(`75000,${price},`)).toBe(true);
  });
  it.each([
    ["a number that is none", "strike,vol\n1,0.6\n2,abc\n", 'stdin: line 3, vol: expected a number, was "abc"'],
    ["a number out of range", "strike,vol\n1,0.6\n\n-2,0.5\n", "stdin: line 4, strike: expected > 0, was -2"],
    ["a number out of range, in JSON", '[{"strike":1,"vol":0}]', "stdin: [0].vol: expected > 0, was 0"],
    ["NaN", "strike,vol\nNaN,1\n", 'stdin: line 2, strike: expected a number, was "NaN"'],
    ["a missing column", "vol\n1\n", "stdin: expected a column strike; or --strike"],
    ["a cell without a figure", "strike,vol\n,1\n", "stdin: line 2, strike: missing, and no --strike was given"],
    [
      "a vol in per cent",
      "strike,vol\n1,0.6\n1,60\n",
      'stdin: line 3, vol: expected at most 20, written 0.6 or 60%, was "60"',
    ],
    [
      "a vol in per cent, in JSON",
      '[{"strike":1,"vol":60}]',
      "stdin: [0].vol: expected at most 20, written 0.6 or 60%, was 60",
    ],
    ["an absurd vol", "strike,vol\n1,1e9\n", 'stdin: line 2, vol: expected at most 20, written 0.6 or 60%, was "1e9"'],
    ["an absurd strike", "strike,vol\n1e200,1\n", "stdin: line 2, strike: expected from 1e-150 to 1e+150, was 1e+200"],
    [
      "a time said twice",
      "strike,vol,days,tau\n1,1,,0.1\n1,1,30,0.5\n",
      "stdin: line 3, days: tau says the time already: give one of tau, days, expiry",
    ],
    [
      "a time said twice, in JSON",
      '[{"strike":1,"vol":1,"days":3,"expiry":"2026-03-27T08:00:00Z"}]',
      "stdin: [0].expiry: days says the time already: give one of tau, days, expiry",
    ],
    [
      "a figure beyond the range of numbers",
      "strike,vol,discount\n1,1,1\n1,1,1e-308\n1,1,1e308\n",
      "stdin: line 4, gamma: expected a finite number to come out of the inputs, was Infinity",
    ],
    ["a short row", "strike,vol\n1\n", "stdin: line 2: expected 2 fields, as in the header, was 1"],
    ["a column twice", "strike,vol,vol\n1,1,1\n", 'stdin: line 1: the column "vol" is there twice'],
    [
      "a side that is none",
      "strike,vol,callPut\n1,1,X\n",
      'stdin: line 2, callPut: expected 1, "call" or "C"; -1, "put" or "P", was "X"',
    ],
    [
      "a moment that is none",
      "strike,vol,expiry\n1,1,27MAR26\n",
      /^stdin: line 2, expiry: expected an ISO 8601 moment/,
    ],
    ["another separator", "strike;vol\n1;2\n", 'stdin: line 1: the separator must be a comma, was ";"'],
    ["tabs", "strike\tvol\n1\t2\n", "stdin: line 1: the separator must be a comma, was a tab"],
    ["gzip", "\u001f\ufffd\b\0", "stdin: not CSV or JSON, looks like gzip: unpack it first"],
    ["JSON that is no row", "[[1]]", "stdin: [0]: expected an object, was 1"],
  ])("are refused for %s", async (_, stdin, message) => {
    const { code, out, err } = await command("price --forward 1 --days 1 --call", { stdin });
    expect([code, out]).toEqual([1, ""]);
    const said = err.replace(/^error: |\n$/g, "");
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
  });
  it("are named by their file", async () => {
    const { err } = await command("iv rows.csv --days 1", {
      files: { "rows.csv": "forward,strike,price,callPut\n1,0,1,1\n" },
    });
    expect(err).toMatch(/^error: rows\.csv: line 2, strike: /);
  });
});

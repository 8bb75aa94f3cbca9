/** How the command is called: help, version, exit code 2. */
import { describe, expect, it } from "vitest";
import { MODULE_HASH, VERSION } from "../../build/module.js";
import { command, SAMPLE } from "./command.ts";

const COMMANDS = ["margin", "price", "iv", "market", "portfolio", "models", "schema"];

describe("help", () => {
  it("is printed where nothing is asked for, with each command", async () => {
    const bare = await command([]);
    expect(bare).toMatchObject({ code: 0, err: "" });
    expect(bare).toEqual(await command("--help"));
    for (const name of COMMANDS) expect(bare.out).toMatch(new RegExp(`^  ${name}\\b.{3,}`, "m"));
    expect(bare.out).toMatch(/\nExamples:\n {2}\$ margin-core /);
    expect(bare.out).toContain("Exit codes: 0 done, 1 a mistake in the data, 2 a mistake in the command.");
  });
  it.each(COMMANDS)("of %s has examples", async (name) => {
    const { code, out, err } = await command([name, "--help"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(new RegExp(`^Usage: margin-core ${name} `));
    expect(out).toMatch(new RegExp(`\\nExamples:\\n {2}\\$ .*margin-core ${name}`));
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(120);
  });
});

it("the examples of price and iv work at any time", async () => {
  for (const name of ["price", "iv"]) {
    const { out } = await command([name, "--help"]);
    const examples = [...out.replace(/ \\\n +/g, " ").matchAll(/^ {2}\$ margin-core (.*--strike .*)$/gm)];
    expect(examples.length).toBeGreaterThan(1);
    for (const [, args] of examples)
      expect(await command(args!, { now: () => Date.UTC(2030, 0) })).toMatchObject({ code: 0, err: "" });
  }
});

it("the version has the hash of the module", async () => {
  expect(await command("--version")).toEqual({
    code: 0,
    out: `margin-core ${VERSION} (module ${MODULE_HASH.slice(0, 16)})\n`,
    err: "",
  });
});

describe("a mistake in the command", () => {
  it.each<[string, string, string | RegExp]>([
    ["an unknown command", "margn", "unknown command 'margn' (Did you mean margin?)"],
    ["an unknown option", "margin --jsn a.json", "unknown option '--jsn' (Did you mean --json?)"],
    ["an option without its value", "margin --model", "option '--model <id|file>' argument missing"],
    [
      "a count that is none",
      "margin --share-count x",
      /^option '--share-count <n>' argument 'x' is invalid. expected a whole number/,
    ],
    [
      "options that exclude each other",
      "margin --all-models --model deribit-pm",
      "--all-models and --model exclude each other",
    ],
    ["standard input twice", "margin - --market -", "- stands twice: what is piped in can be read once"],
    ["no market", `margin ${SAMPLE[1]}`, "no market: give a market document, or responses of Deribit's public API"],
    [
      "no portfolio",
      `margin ${SAMPLE[0]}`,
      "no portfolio: give a portfolio document, or responses of get_positions and get_account_summary",
    ],
    ["nothing at all", "margin", "no market: give a market document, or responses of Deribit's public API"],
    ["- at a terminal", "margin -", "nothing is piped in: name a file, or pipe one (margin-core … < FILE)"],
    ["an unknown venue", "market --from nyse", /^option '--from <venue>' argument 'nyse' is invalid/],
    [
      "too little for a price",
      "price --forward 1 --strike 1",
      /^needs --days \(or --tau, --expiry\), --vol, --call or --put; or a file of rows/,
    ],
    ["a call and a put", "price --call --put", /^option '--call' cannot be used with option '--put'/],
    ["two times", "iv --days 1 --tau 1", /cannot be used with option/],
    ["a vol in per cent without the sign", "price --vol 60", /a vol of 60 is 6000 %; write 0\.6 or 60%/],
    [
      "a number that is none",
      "price --strike 7e",
      /^option '--strike <n>' argument '7e' is invalid. expected a number/,
    ],
    ["a moment that is none", "price --expiry 2026-03-27", /expected an ISO 8601 moment with a zone/],
    [
      "sensitivities that inverse options have not",
      "price --forward 1 --strike 1 --days 1 --vol 1 --call --coin --higher",
      "--coin and --higher exclude each other",
    ],
    [
      "a moment for a market that has its own",
      `margin ${SAMPLE.join(" ")} --as-of 2026-02-18T10:00:00Z`,
      `--as-of is for responses: ${SAMPLE[0]} is a market document and has its own asOf`,
    ],
    [
      "the same to convert it",
      `market ${SAMPLE[0]} --as-of 2026-02-18T10:00:00Z`,
      `--as-of is for responses: ${SAMPLE[0]} is a market document and has its own asOf`,
    ],
    ["an unknown document", "schema x", /^command-argument value 'x' is invalid/],
  ])("%s", async (_, args, message) => {
    const { code, out, err } = await command(args);
    expect([code, out]).toEqual([2, ""]);
    const said = /^error: ([^\n]*?)(?:; margin-core --help tells more)?\n$/.exec(err)?.[1];
    if (typeof message === "string") expect(said).toBe(message);
    else expect(said).toMatch(message);
  });
  it("is told in one line where standard input is an empty pipe", async () => {
    const { code, err } = await command("price --forward 1", { stdin: "" });
    expect(code).toBe(2);
    expect(err).toMatch(/^error: needs --strike, .*\n$/);
  });
});

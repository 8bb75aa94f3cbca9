/** Sources → market, portfolio and model, whatever mixture of documents and responses they are; errors name the file. */
import { checkMarket, checkModel, checkPortfolio } from "../documents/check.ts";
import type { Market } from "../documents/market.ts";
import type { MarginModel } from "../documents/model.ts";
import type { Portfolio } from "../documents/portfolio.ts";
import { MarginError, short } from "../error.ts";
import { marketFromDeribit, type DeribitOptions } from "../formats/deribit-market.ts";
import { portfolioFromDeribit } from "../formats/deribit-portfolio.ts";
import { deribitResponse } from "../formats/deribit-response.ts";
import { models } from "../models/index.ts";
import { readSources, type Source } from "./sources.ts";
import { UsageError, type Terminal } from "./terminal.ts";

type Kind = "market" | "portfolio" | "model" | "response";
const FIELDS: [Kind, string[]][] = [
  ["model", ["charges", "parameters", "scenarios"]],
  ["portfolio", ["positions", "balances"]],
  ["market", ["currencies", "instruments", "asOf", "facts"]],
];
/** Responses of a market; the others are of an account. */
const OF_MARKET = new Set(["instruments", "summary", "index"]);

/** A document by its fields: two of them, or one and a `format`. What is wrong in it the check tells better. */
function kindOf({ json }: Source): Kind | undefined {
  if (json === null || typeof json !== "object") return undefined;
  if ("jsonrpc" in json || "result" in json || "error" in json) return "response";
  const known = (least: number) =>
    FIELDS.find(([, all]) => all.filter((field) => Object.hasOwn(json, field)).length >= least)?.[0];
  if ("format" in json) return known(1);
  return deribitResponse(json) !== undefined ? "response" : known(2);
}

/** Where the parts of a margin came from, by the root of the paths in errors. */
export class Inputs {
  private readonly sources = new Map<Kind, Source>();
  readonly responses: Source[] = [];

  /** @param expected what the option that named it takes; a market or a portfolio may be responses too */
  add(source: Source, expected?: Exclude<Kind, "response">): void {
    const kind = kindOf(source) ?? expected;
    if (expected !== undefined && kind !== expected && (kind !== "response" || expected === "model")) {
      const found = kind === "response" ? "a response of Deribit's API" : `a ${kind}`;
      throw new MarginError("WrongDocument", nameOf(source), `expected a ${expected}, was ${found}`, {
        value: source.json,
      });
    }
    if (kind === undefined) {
      throw new MarginError(
        "UnknownDocument",
        nameOf(source),
        "expected a market, portfolio or model document or a response of Deribit's public API, was none of them",
        { value: source.json },
      );
    }
    if (kind === "response") {
      this.responses.push(source);
      return;
    }
    const before = this.sources.get(kind);
    if (before !== undefined)
      throw new MarginError("DuplicateDocument", nameOf(source), `a second ${kind}; the first is ${nameOf(before)}`);
    this.sources.set(kind, source);
  }

  has(kind: Kind): boolean {
    return kind === "response" ? this.responses.length > 0 : this.sources.has(kind);
  }

  hasMarket(): boolean {
    return this.has("market") || this.responses.some(isOf(OF_MARKET));
  }

  market(options: DeribitOptions = {}): Market {
    const source = this.sources.get("market");
    if (source !== undefined) {
      if (options.asOf !== undefined)
        throw new UsageError(`--as-of is for responses: ${nameOf(source)} is a market document and has its own asOf`);
      return this.named(() => checkMarket(source.json));
    }
    // a response that is of nothing known, such as a venue's refusal, is told of where it is read
    if (!this.hasMarket() && this.responses.every(({ json }) => deribitResponse(json) !== undefined))
      throw new UsageError("no market: give a market document, or responses of Deribit's public API");
    return this.named(() => marketFromDeribit(this.jsons(), options));
  }

  portfolio(market?: Market): Portfolio {
    const source = this.sources.get("portfolio");
    if (source !== undefined) return this.named(() => checkPortfolio(source.json));
    if (this.responses.every((one) => isOf(OF_MARKET)(one) || isOf(new Set(["empty"]))(one))) {
      throw new UsageError(
        "no portfolio: give a portfolio document, or responses of get_positions and get_account_summary",
      );
    }
    return this.named(() => portfolioFromDeribit(this.jsons(), market));
  }

  model(): MarginModel | undefined {
    const source = this.sources.get("model");
    return source === undefined ? undefined : this.named(() => checkModel(source.json));
  }

  /** Runs `use`; an error's path then begins with the file: `portfolio.json: portfolio.positions[3].lots`. */
  named<T>(use: () => T): T {
    try {
      return use();
    } catch (error) {
      throw error instanceof MarginError ? this.located(error) : error;
    }
  }

  private located(error: MarginError): MarginError {
    const [root = ""] = /^[a-z]+/.exec(error.field) ?? [];
    const problem = error.message.slice(error.field.length + 2);
    const details = {
      cause: error,
      ...(error.row === undefined ? {} : { row: error.row }),
      ...("value" in error ? { value: error.value } : {}),
    };
    const response = /^responses\[(\d+)\]\.?(.*)$/.exec(error.field);
    const source = response === null ? this.sources.get(root as Kind) : this.responses[Number(response[1])];
    if (root === "responses" && response === null) {
      return new MarginError(
        error.code,
        [...new Set(this.responses.map(({ file }) => file))].join(", "),
        problem,
        details,
      );
    }
    if (source === undefined) return error;
    const path = response === null ? error.field : response[2]!;
    return new MarginError(error.code, path === "" ? nameOf(source) : `${nameOf(source)}: ${path}`, problem, details);
  }

  private jsons(): unknown[] {
    return this.responses.map(({ json }) => json);
  }
}

const isOf =
  (kinds: Set<string>) =>
  (source: Source): boolean =>
    kinds.has(deribitResponse(source.json) ?? "");
const nameOf = ({ file, place }: Source) => `${file}${place}`;

export interface Named {
  market?: string;
  portfolio?: string;
}

/** Documents named by options, then those told apart by their content. Without any file, what is piped in. */
export async function gather(files: readonly string[], named: Named, terminal: Terminal): Promise<Inputs> {
  const inputs = new Inputs();
  const all = [...files, named.market, named.portfolio].filter((name) => name !== undefined);
  if (all.filter((name) => name === "-").length > 1)
    throw new UsageError("- stands twice: what is piped in can be read once");
  for (const kind of ["market", "portfolio"] as const) {
    const name = named[kind];
    if (name !== undefined) for (const source of await readSources([name], terminal)) inputs.add(source, kind);
  }
  const rest =
    files.length > 0 || all.includes("-") ? files : terminal.host.stdinIsTerminal || all.length === 2 ? [] : ["-"];
  for (const source of await readSources(rest, terminal)) inputs.add(source);
  return inputs;
}

/**
 * A model by id, or from a file, which is then one of `inputs`: errors name it.
 *
 * @param asked where the id was given, in words
 */
export async function modelOf(
  idOrFile: string,
  terminal: Terminal,
  inputs = new Inputs(),
  asked = "--model",
): Promise<MarginModel> {
  if (Object.hasOwn(models, idOrFile)) return models[idOrFile]!;
  let sources: Source[];
  try {
    sources = await readSources([idOrFile], terminal);
  } catch (error) {
    if (!(error instanceof MarginError) || error.code !== "FileNotRead" || /[./\\]/.test(idOrFile)) throw error;
    const known = Object.keys(models).join(", ");
    throw new MarginError(
      "UnknownModel",
      asked,
      `no model ${short(idOrFile)} (there is ${known}), and no file of that name`,
      { value: idOrFile },
    );
  }
  for (const source of sources) inputs.add(source, "model");
  return inputs.model()!;
}

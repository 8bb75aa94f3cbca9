/** The bundled sample, checked. */
import { readFileSync } from "node:fs";
import { checkMarket, checkPortfolio } from "../../bindings/documents/check.ts";
import type { Market } from "../../bindings/documents/market.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";

const read = (name: string) => JSON.parse(readFileSync(`examples/sample/${name}.json`, "utf8")) as unknown;

export function readSample(): { market: Market; portfolio: Portfolio } {
  return { market: checkMarket(read("market")), portfolio: checkPortfolio(read("portfolio")) };
}

/** The bundled sample, checked. */
import { readFileSync } from "node:fs";
import { checkMarket, checkPortfolio } from "../../bindings/documents/check.ts";
import type { Market } from "../../bindings/documents/market.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";

const read = (name: string) => JSON.parse(readFileSync(`examples/sample/${name}.json`, "utf8")) as unknown;

export function readSample(): { market: Market; portfolio: Portfolio } {
  return { market: checkMarket(read("market")), portfolio: checkPortfolio(read("portfolio")) };
}

/** Feeds that some presets read, and no API that the sample is made of has. */
const FEEDS = {
  rate: 0.04,
  spotConfidence: 1,
  perpConfidence: 1,
  forwardConfidence: 1,
  rateConfidence: 1,
  volConfidence: 1,
  confidence: 1,
};

/** The sample with what every preset reads. */
export function sampleForAll(): { market: Market; portfolio: Portfolio } {
  const { market, portfolio } = readSample();
  return { market: { ...market, facts: [...market.facts, { at: {}, ...FEEDS }] }, portfolio };
}

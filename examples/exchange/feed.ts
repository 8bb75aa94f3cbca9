/** Where the market comes from: how it begins, and what it becomes tick by tick. */
import { readFileSync } from "node:fs";
import { checkMarket, type Fact, type Market } from "margin-core";
import type { Random } from "./flow.ts";

export interface Tick {
  facts: Fact[];
  asOf?: string;
}
export interface Feed {
  market: Market;
  /** Undefined: as many as are asked for. */
  ticks?: number;
  next(): Tick;
}

/** Of the moves of a coin from tick to tick; now and then it falls. */
const MOVE = { usual: 0.002, fall: -0.03, oftenFalls: 0.04 };
/** Vols rise by so many times the fall. */
const VOL_ON_FALL = -1.5;

/** The market of examples/sample, and a walk of its coins from there: forwards and marks go along, vols the other way. */
export function sampleFeed(random: Random): Feed {
  const market = checkMarket(
    JSON.parse(readFileSync(new URL("../sample/market.json", import.meta.url), "utf8")) as Market,
  );
  const underlyings = new Map(market.instruments.map(({ id, underlying }) => [id, underlying]));
  let facts: readonly Fact[] = market.facts;
  return {
    market,
    next() {
      const moves = new Map<string, number>();
      for (const underlying of new Set(underlyings.values())) {
        const fall = random.next() < MOVE.oftenFalls ? MOVE.fall * random.next() : 0;
        moves.set(underlying, Math.exp(MOVE.usual * random.normal() + fall));
      }
      facts = facts.map(({ at, ...figures }) => {
        const underlying = at["underlying"] ?? underlyings.get(String(at["instrument"]));
        const move = moves.get(String(underlying)) ?? 1;
        const moved = Object.entries(figures).map(([name, value]) => {
          const factor = ["spot", "forward", "mark"].includes(name) ? move : name === "vol" ? move ** VOL_ON_FALL : 1;
          return [name, typeof value === "number" ? value * factor : value];
        });
        return { at, ...(Object.fromEntries(moved) as Record<string, unknown>) };
      });
      return { facts: [...facts] };
    },
  };
}

/** What instruments are worth as the market is: marks of futures and perpetuals, Black-76 of options. Prices trade in whole ticks of these. */
import type { Core, Fact, Instrument, Market } from "margin-core";

const YEAR = 365 * 86_400_000;
const place = (at: Fact["at"]) => `${at["instrument"] ?? ""}|${at["underlying"] ?? ""}|${at["expiry"] ?? ""}`;

/** Smallest step of a price: a ten-thousandth coin, a dollar, or about a hundred-thousandth of the spot. */
export function tickSizes(market: Market): (instrument: Instrument) => number {
  const known = new Map(
    market.instruments.map((instrument) => {
      const { kind, payoff, underlying } = instrument;
      const spot = market.facts.find(({ at, spot }) => at["underlying"] === underlying && spot !== undefined)!["spot"];
      const tick =
        kind === "option" ? (payoff === "inverse" ? 1e-4 : 1) : 10 ** Math.floor(Math.log10(spot as number) - 4) / 2;
      return [instrument.id, tick];
    }),
  );
  return ({ id }) => known.get(id)!;
}

export class Marks {
  /** In settlement currency for each unit of base; of futures and perpetuals, the price. */
  readonly of = new Map<string, number>();
  private readonly facts = new Map<string, Fact>();
  private asOf: string;

  constructor(
    private readonly core: Core,
    private readonly market: Market,
  ) {
    this.asOf = market.asOf;
    this.update(market.facts);
  }

  spot(underlying: string): number {
    return this.figure("spot", { underlying });
  }

  update(facts: readonly Fact[], asOf = this.asOf): void {
    this.asOf = asOf;
    for (const fact of facts) this.facts.set(place(fact.at), { ...this.facts.get(place(fact.at)), ...fact });
    const { instruments } = this.market;
    for (const { id, kind, underlying } of instruments)
      if (kind !== "option") this.of.set(id, this.figure("mark", { instrument: id }) || this.spot(underlying));
    for (const payoff of ["inverse", "linear"] as const) {
      const rows = instruments.filter((one) => one.kind === "option" && one.payoff === payoff);
      const column = (value: (row: Instrument) => number) => Float64Array.from(rows, value);
      const columns = {
        payoff,
        forward: column(({ underlying, expiry }) => this.figure("forward", { underlying, expiry })),
        strike: column(({ strike }) => strike!),
        tau: column(({ expiry }) => (Date.parse(expiry) - Date.parse(this.asOf)) / YEAR),
        vol: column(({ id }) => this.figure("vol", { instrument: id })),
        callPut: column(({ callPut }) => callPut!),
      };
      const prices = this.core.prices(columns, new Float64Array(rows.length));
      rows.forEach(({ id }, i) => this.of.set(id, prices[i]!));
    }
  }

  private figure(name: string, at: Fact["at"]): number {
    return Number(this.facts.get(place(at))?.[name] ?? NaN);
  }
}

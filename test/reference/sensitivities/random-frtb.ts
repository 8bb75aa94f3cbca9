/** Seeded random sensitivities for the Basel method, of both signs, over all its classes and measures. */
import { frtbRecords } from "../../../bindings/formats/frtb.ts";
import { Random } from "../random.ts";
import type { FrtbParameters, FrtbSensitivity } from "./frtb-types.ts";

const TENORS = [0, 0.25, 0.5, 1, 2, 3, 5, 10, 15, 20, 30];
const OPTION_TENORS = [0.5, 1, 3, 5, 10];
const CURRENCIES = ["EUR", "GBP", "JPY", "PLN", "THB", "BRL"];

export type FrtbRow = Record<string, string | number>;

/** @param names of each bucket: few, so that records meet */
export function randomFrtbRows(parameters: FrtbParameters, random: Random, count: number, names = 4): FrtbRow[] {
  const amount = () => Math.round(random.sign() * random.logUniform(1e3, 1e7));
  const name = (bucket: number) => `name ${bucket}.${random.whole(1, names)}`;
  const factor: Record<string, (measure: string) => FrtbRow> = {
    equity: (measure) => {
      const bucket = random.whole(1, parameters.equity.rwSpot.length);
      // repo rates have a delta only
      return { bucket, name: name(bucket), factor: random.chance(0.8) || measure !== "delta" ? "spot" : "repo" };
    },
    commodity: () => {
      const bucket = random.whole(1, parameters.commodity.rw.length);
      return {
        bucket,
        name: name(bucket),
        location: random.pick(["Rotterdam", "Houston"]),
        tenor: random.pick(TENORS),
      };
    },
    fx: (measure) => {
      const first = random.pick(CURRENCIES);
      const second = random.pick(CURRENCIES.filter((other) => other !== first));
      return { bucket: measure === "vega" ? first + second : first };
    },
    crypto: () => ({
      bucket: random.pick(["BTC", "ETH"]),
      location: random.pick(["exchange 1", "exchange 2"]),
      tenor: random.pick(TENORS.slice(0, 5)),
    }),
  };
  return Array.from({ length: count }, (): FrtbRow => {
    const riskClass = random.pick(Object.keys(factor));
    const measure = random.pick(["delta", "vega", "curvature"]);
    const row = { riskClass, measure, ...factor[riskClass]!(measure) };
    if (measure === "delta") return { ...row, amount: amount() };
    if (measure === "vega") return { ...row, optionTenor: random.pick(OPTION_TENORS), amount: amount() };
    return { ...row, cvrUp: amount(), cvrDown: amount(), divisible: random.chance(0.5) ? "yes" : "no" };
  });
}

export function randomFrtb(parameters: FrtbParameters, seed: number, count: number): FrtbSensitivity[] {
  return frtbRecords(randomFrtbRows(parameters, new Random(seed), count));
}

/** Seeded random portfolios of sensitivities, of both signs, small and large enough to be concentrated, over all risk classes. */
import { crifRecords } from "../../../bindings/formats/crif.ts";
import { Random } from "../random.ts";
import { TENORS } from "./simm-rules-rates.ts";
import type { SimmParameters, SimmRecord } from "./simm-types.ts";

/** A row as it might be in a file, before it is normalised. */
export interface CrifRow {
  ProductClass: string;
  RiskType: string;
  Qualifier: string;
  Bucket: string;
  Label1: string;
  Label2: string;
  AmountUSD: number;
}

const CREDIT_TENORS = ["1y", "2y", "3y", "5y", "10y"];
const SUB_CURVES = ["OIS", "Libor1m", "Libor3m", "Libor6m", "Libor12m", "Prime", "Municipal"];
const PRODUCTS = ["RatesFX", "Credit", "Equity", "Commodity"];

/** A bucket of an array that ends with the residual, which is met more often than its share. */
const bucketIn = (random: Random, weights: readonly number[]) =>
  random.chance(0.15) ? "Residual" : String(random.whole(1, weights.length - 1));

/** @param names of each bucket: few, so that records meet */
export function randomRows(parameters: SimmParameters, random: Random, count: number, names = 3): CrifRow[] {
  const { equity, commodity, fx, interestRate: rates, creditQ, creditNonQ } = parameters;
  const currencies = [
    ...new Set([...fx.category1, ...fx.category2, ...fx.highVolCurrencies, ...rates.lowVolCurrencies, "PLN", "THB"]),
  ];
  /** Around a threshold in USD millions, of either sign. */
  const around = (million: number) => random.sign() * million * 1e6 * random.logUniform(0.02, 4);
  const tenor = () => random.pick(TENORS);
  const currency = () => random.pick(currencies);
  const place = (bucket: string, of: readonly number[]) =>
    bucket === "Residual" ? of.at(-1)! : of[Number(bucket) - 1]!;
  const rateThreshold = (table: Record<string, number>) => around(random.pick(Object.values(table)));

  const kinds: Record<string, () => Partial<CrifRow>> = {
    Risk_IRCurve: () => ({
      Qualifier: currency(),
      Label1: tenor(),
      Label2: random.pick(SUB_CURVES),
      AmountUSD: rateThreshold(rates.thresholdDeltaUsdMm) / 3,
    }),
    Risk_Inflation: () => ({ Qualifier: currency(), AmountUSD: rateThreshold(rates.thresholdDeltaUsdMm) / 3 }),
    Risk_XCcyBasis: () => ({ Qualifier: currency(), AmountUSD: rateThreshold(rates.thresholdDeltaUsdMm) / 3 }),
    Risk_IRVol: () => ({
      Qualifier: currency(),
      Label1: tenor(),
      AmountUSD: rateThreshold(rates.thresholdVegaUsdMm) / 3,
    }),
    Risk_InflationVol: () => ({
      Qualifier: currency(),
      Label1: tenor(),
      AmountUSD: rateThreshold(rates.thresholdVegaUsdMm) / 6,
    }),
    Risk_CreditQ: () => {
      const Bucket = bucketIn(random, creditQ.rw[10]);
      const [Label1, Label2] = [random.pick(CREDIT_TENORS), random.pick(["USD", "EUR"])];
      return named(Bucket, { Label1, Label2, AmountUSD: around(place(Bucket, creditQ.thresholdDeltaUsdMm)) });
    },
    Risk_CreditVol: () => {
      const [Label1, Label2] = [random.pick(CREDIT_TENORS), random.pick(["USD", "EUR"])];
      return named(bucketIn(random, creditQ.rw[10]), { Label1, Label2, AmountUSD: around(creditQ.thresholdVegaUsdMm) });
    },
    Risk_BaseCorr: () => ({ Qualifier: `index ${random.whole(1, names)}`, AmountUSD: around(0.5) }),
    Risk_CreditNonQ: () => {
      const Bucket = bucketIn(random, creditNonQ.rw[10]);
      const AmountUSD = around(place(Bucket, creditNonQ.thresholdDeltaUsdMm));
      return grouped(named(Bucket, { Label1: random.pick(CREDIT_TENORS), AmountUSD }));
    },
    Risk_CreditVolNonQ: () => {
      const AmountUSD = around(creditNonQ.thresholdVegaUsdMm);
      return grouped(named(bucketIn(random, creditNonQ.rw[10]), { Label1: random.pick(CREDIT_TENORS), AmountUSD }));
    },
    Risk_Equity: () => {
      const Bucket = bucketIn(random, equity.rw[10]);
      return named(Bucket, { AmountUSD: around(place(Bucket, equity.thresholdDeltaUsdMm)) });
    },
    Risk_EquityVol: () => {
      const Bucket = bucketIn(random, equity.rw[10]);
      return named(Bucket, { Label1: tenor(), AmountUSD: around(place(Bucket, equity.thresholdVegaUsdMm)) / 40 });
    },
    Risk_Commodity: () => {
      const Bucket = String(random.whole(1, commodity.rw[10].length));
      return named(Bucket, { AmountUSD: around(place(Bucket, commodity.thresholdDeltaUsdMm)) });
    },
    Risk_CommodityVol: () => {
      const Bucket = String(random.whole(1, commodity.rw[10].length));
      return named(Bucket, { Label1: tenor(), AmountUSD: around(place(Bucket, commodity.thresholdVegaUsdMm)) / 40 });
    },
    Risk_FX: () => ({ Qualifier: currency(), AmountUSD: around(random.pick(fx.thresholdDeltaUsdMm)) }),
    Risk_FXVol: () => {
      const first = currency();
      const second = random.pick(currencies.filter((other) => other !== first));
      const AmountUSD = around(random.pick(Object.values(fx.thresholdVegaUsdMm))) / 15;
      return { Qualifier: first + second, Label1: tenor(), AmountUSD };
    },
  };
  /** One name may be in two buckets. */
  const named = (Bucket: string, rest: Partial<CrifRow>): Partial<CrifRow> => ({
    Qualifier: random.chance(0.1) ? "name of many buckets" : `name ${Bucket}.${random.whole(1, names)}`,
    Bucket,
    ...rest,
  });
  const grouped = (row: Partial<CrifRow>) => ({ ...row, Label2: random.pick(["CMBX", "ABX"]) });
  return Array.from({ length: count }, () => {
    const RiskType = random.pick(Object.keys(kinds));
    const row = { Bucket: "", Label1: "", Label2: "", Qualifier: "", AmountUSD: 0, ...kinds[RiskType]!() };
    return { ProductClass: random.pick(PRODUCTS), RiskType, ...row, AmountUSD: Math.round(row.AmountUSD * 100) / 100 };
  });
}

/** Add-ons of every kind. */
export function randomAddOns(random: Random): CrifRow[] {
  const row = (RiskType: string, Qualifier: string, AmountUSD: number): CrifRow => ({
    ProductClass: "",
    RiskType,
    Qualifier,
    Bucket: "",
    Label1: "",
    Label2: "",
    AmountUSD,
  });
  return [
    row("Param_AddOnFixedAmount", "", random.whole(1, 1e6)),
    row("Param_AddOnNotionalFactor", "product A", random.whole(1, 40) / 4),
    row("Notional", "product A", random.whole(1, 1e8)),
    row("Notional", "product A", random.whole(1, 1e8)),
    row("Notional", "product B", random.whole(1, 1e8)),
    ...PRODUCTS.map((product) => row("Param_ProductClassMultiplier", product, 1 + random.whole(0, 300) / 1000)),
  ];
}

export function randomCrif(parameters: SimmParameters, seed: number, count: number): SimmRecord[] {
  const random = new Random(seed);
  return crifRecords([...randomRows(parameters, random, count), ...randomAddOns(random)]);
}

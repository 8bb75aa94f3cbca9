/**
 * Writes examples/span, out of the built core: a SPAN parameter file of an exchange that does not exist, with two commodities, and a portfolio. Arrays are what the core
 * makes of the scan points, Black-76 on the future, three decimals as such files have.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { Instrument } from "../bindings/documents/market.ts";
import type { Expr } from "../bindings/documents/model.ts";
import { instantiateSync } from "../bindings/host/instantiate.ts";

const DATE = "2026-02-05";
const EXPIRIES = [
  { period: "202603", settles: "2026-03-27" },
  { period: "202606", settles: "2026-06-26" },
];
const COINS = [
  {
    id: "BTCX",
    price: 64_000,
    carry: 0.04,
    vol: 0.6,
    priceScan: 0.16,
    step: 8000,
    size: 0.1,
    calendar: 40,
    minimum: 25,
  },
  { id: "ETHX", price: 1900, carry: 0.03, vol: 0.8, priceScan: 0.2, step: 300, size: 1, calendar: 15, minimum: 8 },
];
const VOL_SCAN = 0.25;
const EXTREME = { times: 3, share: 0.32 };

/** Thirds of the price scan range, each with volatility up and down; then the two extremes. */
const POINTS = [
  ...[0, 1, -1, 2, -2, 3, -3].flatMap((thirds) => [1, -1].map((vol) => ({ thirds, vol, weight: 1 }))),
  ...[1, -1].map((side) => ({ thirds: 3 * EXTREME.times * side, vol: 0, weight: EXTREME.share })),
];

const core = instantiateSync(readFileSync("build/margin.wasm"));
const years = (settles: string) => (Date.parse(settles) - Date.parse(DATE)) / (365 * 86_400_000);
const tag = (name: string, value: string | number) => `<${name}>${value}</${name}>`;

/** Losses of one long contract at each point, and its delta. */
function arraysOf(coin: (typeof COINS)[number], instruments: Instrument[], forwards: Record<string, number>) {
  const model = {
    format: 1 as const,
    id: "scan",
    edition: DATE,
    source: "invented",
    currency: "USD",
    parameters: {},
    values: { discount: { is: 1 } },
    scenarios: {
      points: {
        rows: POINTS.map(({ thirds, vol, weight }) => ({
          spot: (thirds / 3) * coin.priceScan,
          // of futures the same in dollars
          linear: { div: [{ mul: [(thirds / 3) * coin.priceScan, "spot"] }, "forward"] } as Expr,
          volMove: vol * VOL_SCAN,
          scale: weight,
        })),
      },
    },
    charges: { scan: { kind: "scan" as const, scenarios: "points" } },
    equity: 0,
    initial: "scan",
    maintenance: "scan",
  };
  const market = {
    format: 1 as const,
    asOf: `${DATE}T00:00:00Z`,
    currencies: [{ id: "USD", largestTotal: 2 ** 40, price: 1 }],
    instruments,
    facts: [
      { at: {}, spot: coin.price, vol: coin.vol },
      ...Object.entries(forwards).map(([expiry, forward]) => ({ at: { underlying: coin.id, expiry }, forward })),
    ],
  };
  const positions = instruments.map(({ id }) => ({ instrument: id, amount: coin.size }));
  const [set] = core.riskArrays(model, market, { format: 1, positions, balances: {} }, { exact: false });
  return new Map(set!.instruments.map(({ instrument, pnl }) => [instrument, [...pnl].map((gain) => -gain)]));
}

const families: string[] = [];
const commodities: string[] = [];
COINS.forEach((coin, c) => {
  const terms = { underlying: coin.id, settlement: "USD", payoff: "linear" as const };
  const forwards: Record<string, number> = {};
  const instruments: Instrument[] = [];
  for (const { settles } of EXPIRIES) {
    const expiry = `${settles}T00:00:00Z`;
    forwards[expiry] = Math.round(coin.price * (1 + coin.carry * years(settles)));
    instruments.push({ ...terms, id: settles, kind: "future", expiry });
    for (const steps of [-1, 0, 1])
      for (const callPut of [1, -1] as const)
        instruments.push({
          ...terms,
          id: `${settles} ${steps} ${callPut}`,
          kind: "option",
          expiry,
          strike: coin.price + steps * coin.step,
          callPut,
        });
  }
  const arrays = arraysOf(coin, instruments, forwards);
  const options = instruments.filter(({ kind }) => kind === "option");
  const values = {
    forward: Float64Array.from(options, ({ expiry }) => forwards[expiry]!),
    strike: Float64Array.from(options, ({ strike }) => strike!),
    tau: Float64Array.from(options, ({ expiry }) => years(expiry.slice(0, 10))),
    vol: coin.vol,
    callPut: Float64Array.from(options, ({ callPut }) => callPut!),
  };
  const prices = core.prices(values, new Float64Array(options.length));
  const { delta } = core.greeks(values, { delta: new Float64Array(options.length) });
  const ra = (id: string, d: number) =>
    `<ra>${tag("r", 1)}${arrays
      .get(id)!
      .map((loss) => tag("a", loss.toFixed(3)))
      .join("")}${tag("d", d.toFixed(6))}</ra>`;
  const scan = `<scanRate>${tag("r", 1)}${tag("priceScan", (coin.price * coin.priceScan * coin.size).toFixed(2))}`;
  const under = `<undC>${tag("exch", "XIN")}${tag("pfId", 10 * c + 1)}${tag("cId", 1)}</undC>`;
  const family = (name: string, id: number, more: string, contracts: string) =>
    `<${name}>${tag("pfId", id)}${tag("pfCode", coin.id)}${tag("currency", "USD")}${more}${contracts}</${name}>`;
  const none = `<ra>${tag("r", 1)}${POINTS.map(() => tag("a", "0.000")).join("")}${tag("d", "0.000000")}</ra>`;
  families.push(
    family(
      "phyPf",
      10 * c + 1,
      tag("valueMeth", "EQTY"),
      `<phy>${tag("cId", 1)}${tag("pe", "000000")}${tag("p", coin.price)}${tag("cvf", coin.size)}${none}</phy>`,
    ),
    family(
      "futPf",
      10 * c + 2,
      tag("valueMeth", "FUT"),
      EXPIRIES.map(
        ({ period, settles }, k) =>
          `\n<fut>${tag("cId", k + 1)}${tag("pe", period)}${tag("p", forwards[`${settles}T00:00:00Z`]!)}${tag("cvf", coin.size)}` +
          `${tag("setlDate", settles.replaceAll("-", ""))}${tag("t", years(settles).toFixed(6))}${under}${scan}${tag("volScan", 0)}</scanRate>${ra(settles, 1)}</fut>`,
      ).join(""),
    ),
    family(
      "oopPf",
      10 * c + 3,
      tag("valueMeth", "EQTY"),
      EXPIRIES.map(({ period, settles }) => {
        const rows = options
          .map((option, k) => ({ option, k }))
          .filter(({ option }) => option.expiry.startsWith(settles))
          .map(
            ({ option: { id, strike, callPut }, k }) =>
              `\n<opt>${tag("o", callPut === 1 ? "C" : "P")}${tag("k", strike!)}${tag("p", prices[k]!.toFixed(2))}${tag("v", coin.vol)}${ra(id, delta![k]!)}</opt>`,
          );
        return (
          `\n<series>${tag("pe", period)}${tag("setlDate", settles.replaceAll("-", ""))}${tag("t", years(settles).toFixed(6))}${tag("cvf", coin.size)}` +
          `${under}${scan}${tag("volScanPct", VOL_SCAN)}</scanRate>${rows.join("")}\n</series>`
        );
      }).join(""),
    ),
  );
  const link = (type: string, id: number) =>
    `<pfLink>${tag("exch", "XIN")}${tag("pfId", id)}${tag("pfType", type)}${tag("sc", "1.000000")}</pfLink>`;
  const leg = (side: string) =>
    `<tLeg>${tag("cc", coin.id)}${tag("tn", 0)}${tag("rs", side)}${tag("i", "1.000000")}</tLeg>`;
  const rate = (value: number) => `<rate>${tag("r", 1)}${tag("val", value)}</rate>`;
  commodities.push(
    `<ccDef>${tag("cc", coin.id)}${tag("name", `${coin.id}, invented`)}${tag("currency", "USD")}${tag("somMeth", "GROSS")}` +
      `${link("PHY", 10 * c + 1)}${link("FUT", 10 * c + 2)}${link("OOP", 10 * c + 3)}` +
      `<adjRate>${tag("r", 1)}${tag("baseR", 1)}${tag("val", "0.750000")}</adjRate><intraTiers><tier>${tag("tn", 0)}</tier></intraTiers>` +
      `<somTiers><tier>${tag("tn", 0)}${rate(coin.minimum)}</tier></somTiers>` +
      `<dSpread>${tag("spread", 1)}${tag("chargeMeth", "F")}${rate(coin.calendar)}${leg("A")}${leg("B")}</dSpread></ccDef>`,
  );
});

const fraction = (numerator: number, denominator: number) =>
  `${tag("mult", (numerator / denominator).toFixed(6))}${tag("numerator", numerator)}${tag("denominator", denominator)}`;
const points = POINTS.map(
  ({ thirds, vol, weight }, i) =>
    `<scanPointDef>${tag("point", i + 1)}<priceScanDef>${fraction(thirds, 3)}</priceScanDef><volScanDef>${fraction(vol, 1)}</volScanDef>` +
    `${tag("weight", weight)}${tag("pairedPoint", vol === 0 ? i + 1 : i + 1 + vol)}</scanPointDef>`,
);
const between =
  `<interSpreads><dSpread>${tag("spread", 1)}${tag("chargeMeth", "W")}<rate>${tag("r", 1)}${tag("val", "0.500000")}</rate>` +
  `<tLeg>${tag("cc", "BTCX")}${tag("tn", 0)}${tag("rs", "A")}${tag("i", "1.000000")}</tLeg>` +
  `<tLeg>${tag("cc", "ETHX")}${tag("tn", 0)}${tag("rs", "B")}${tag("i", "3.000000")}</tLeg></dSpread></interSpreads>`;

const xml = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  "<!-- invented: no exchange has these contracts or parameters; written by scripts/span-sample.ts -->",
  `<spanFile>${tag("fileFormat", "4.00")}${tag("created", "202602051800")}`,
  `<pointInTime>${tag("date", DATE.replaceAll("-", ""))}${tag("isSetl", 1)}`,
  `<clearingOrg>${tag("ec", "INVENTED")}`,
  `<pointDef>${tag("r", 1)}`,
  ...points,
  "</pointDef>",
  `<exchange>${tag("exch", "XIN")}`,
  ...families,
  "</exchange>",
  ...commodities,
  between,
  "</clearingOrg>",
  "</pointInTime>",
  "</spanFile>",
];
writeFileSync("examples/span/invented.spn", `${xml.join("\n")}\n`);
const positions = [
  ["BTCX-202603", 12],
  ["BTCX-202606", -7],
  ["BTCX-202603-72000-C", -10],
  ["BTCX-202606-56000-P", 5],
  ["ETHX-202603", -20],
  ["ETHX-202606-2200-C", -15],
].map(([instrument, lots]) => ({ instrument, lots }));
writeFileSync(
  "examples/span/portfolio.json",
  `${JSON.stringify({ format: 1, positions, balances: { USD: 60_000 } }, null, 2)}\n`,
);

/**
 * What implementations of SIMM get wrong, as tests on any that has the twin's signature: call `simmTraps` with it in a test file.
 * They read totals and measure columns only, and run on invented parameters.
 */
import { describe, expect, test } from "vitest";
import { crifRecords } from "../../../bindings/formats/crif.ts";
import { invented } from "./invented-parameters.ts";
import { Z_99, Z_995 } from "./quantiles.ts";
import { randomCrif } from "./random-crif.ts";
import type { Simm, SimmOptions, SimmParameters, SimmRecord } from "./simm-types.ts";

const TEN: SimmOptions = { horizon: 10, side: "call", calculationCurrency: "USD" };
const ONE: SimmOptions = { ...TEN, horizon: 1 };
const MULTIPLIER = Math.sqrt(365 / 14) / Z_99;
const LAMBDA = Z_995 * Z_995 - 1;

type Cells = [riskType: string, qualifier: string, bucket: string, label1: string, label2: string, amountUSD: number];
const recordsOf = (...rows: Cells[]): SimmRecord[] =>
  crifRecords(
    rows.map(([riskType, qualifier, bucket, label1, label2, amountUSD]) => ({
      productClass: riskType.startsWith("Param") || riskType === "Notional" ? "" : "Equity",
      ...{ riskType, qualifier, bucket, label1, label2, amountUSD },
    })),
  );
const share = (name: string, bucket: string, amount: number): Cells => ["Risk_Equity", name, bucket, "", "", amount];
const shareVol = (name: string, bucket: string, tenor: string, amount: number): Cells => [
  ...(["Risk_EquityVol", name, bucket, tenor, "", amount] as const),
];
const curve = (currency: string, tenor: string, amount: number, label = "OIS"): Cells => [
  ...(["Risk_IRCurve", currency, "", tenor, label, amount] as const),
];

export function simmTraps(name: string, simm: Simm): void {
  const run = (records: readonly SimmRecord[], options = TEN, parameters = invented) =>
    simm(parameters, records, options);
  const total = (rows: Cells[], options = TEN) => run(recordsOf(...rows), options).total;
  const near = (actual: number, expected: number) =>
    expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThanOrEqual(
      1e-12 * Math.abs(expected),
    );
  const { equity: E, commodity: C, fx: F, interestRate: R, creditQ: Q } = invented;

  describe(`${name}: netting`, () => {
    test("the order of records is nothing", () => {
      const records = randomCrif(invented, 2, 300);
      const [one, other] = [records, records.toReversed()].map((list) => run(list).total);
      near(one!, other!);
    });
    test("a pair of currencies is the same in both orders", () => {
      const both: Cells[] = [
        ["Risk_FXVol", "EURUSD", "", "1y", "", 4e6],
        ["Risk_FXVol", "USDEUR", "", "1y", "", -4e6],
      ];
      expect(total(both)).toBe(0);
    });
    test("FX delta in the calculation currency is dropped, whichever it is", () => {
      const both: Cells[] = [
        ["Risk_FX", "USD", "", "", "", 3e6],
        ["Risk_FX", "EUR", "", "", "", 5e6],
      ];
      near(total(both), F.rwRegularHigh[10][0]![0]! * 5e6);
      near(total(both, { ...TEN, calculationCurrency: "EUR" }), F.rwRegularHigh[10][0]![0]! * 3e6);
    });
    test("FX vega in a pair with the calculation currency is kept", () => {
      expect(total([["Risk_FXVol", "EURUSD", "", "1y", "", 4e6]])).toBeGreaterThan(0);
    });
    test("Residual and residual are one bucket, 12m and 1y one tenor", () => {
      expect(total([share("a", "Residual", 1e6), share("a", "residual", -1e6)])).toBe(0);
      expect(total([curve("EUR", "1y", 1e5), curve("EUR", "12M", -1e5)])).toBe(0);
    });
    test("one name in two buckets is two factors", () => {
      const K = [E.rw[10][0]! * 1e6, E.rw[10][1]! * -1e6] as const;
      near(total([share("a", "1", 1e6), share("a", "2", -1e6)]), root(K[0], K[1], E.gamma[0]![1]!));
    });
    test("the bucket of a rates record does not choose its weight: the currency does", () => {
      const [stated, silent] = ["3", ""].map((bucket) => total([["Risk_IRCurve", "USD", bucket, "1y", "OIS", 1e6]]));
      expect(stated).toBe(silent);
      near(stated!, R.rw[10].regular[4]! * 1e6);
    });
  });

  describe(`${name}: concentration`, () => {
    test("vega meets its threshold as HVR·σ·vega, before VRW", () => {
      const atThreshold = (1e6 * E.thresholdVegaUsdMm[0]!) / (E.hvr[10] * MULTIPLIER * E.rw[10][0]!);
      const vega = (times: number) => run(recordsOf(shareVol("a", "1", "1y", times * atThreshold))).columns.vega;
      near(vega(4), E.vrw[10][0]! * 1e6 * E.thresholdVegaUsdMm[0]! * 4 * 2);
      near(vega(0.999) / 0.999, E.vrw[10][0]! * 1e6 * E.thresholdVegaUsdMm[0]!);
    });
    test("curvature knows no threshold, no HVR and no VRW", () => {
      const CVR = 0.5 * (14 / 365) * MULTIPLIER * E.rw[10][0]! * 9e9;
      near(run(recordsOf(shareVol("a", "1", "1y", 9e9))).columns.curvature, CVR * (1 + LAMBDA));
    });
    test("margin of a large position grows faster than the position, and slower for one day", () => {
      const [one, four] = [1, 4].map((times) => total([share("a", "1", times * 1e6 * E.thresholdDeltaUsdMm[0]!)]));
      near(four!, 8 * one!);
      const [oneDay, fourDay] = [1, 4].map((times) => total([share("a", "1", times * 9e9)], ONE));
      near(fourDay!, 4 * oneDay!);
    });
    test("tenors and payment currencies of an issuer stand under one root", () => {
      const amount = 3 * 1e6 * Q.thresholdDeltaUsdMm[0]!;
      const far: Cells = ["Risk_CreditQ", "a", "1", "10y", "EUR", amount];
      const near1y: Cells = ["Risk_CreditQ", "a", "1", "1y", "USD", amount / 3];
      const [x, y] = [2 * Q.rw[10][0]! * amount, (2 * Q.rw[10][0]! * amount) / 3];
      near(total([far, near1y]), root(x, y, Q.rhoSameName));
    });
    test("cross-currency basis neither makes a concentration nor is scaled by it", () => {
      const basis: Cells = ["Risk_XCcyBasis", "EUR", "", "", "", 9e9];
      near(total([basis]), R.xccyRw[10] * 9e9);
      const amount = 4 * 1e6 * R.thresholdDeltaUsdMm["large"]!;
      const both = total([basis, curve("EUR", "1y", amount)]);
      near(both, root(R.xccyRw[10] * 9e9, 2 * R.rw[10].regular[4]! * amount, R.xccyRho));
    });
    test("inflation counts in the concentration of rates and is scaled by it", () => {
      const amount = 2 * 1e6 * R.thresholdDeltaUsdMm["large"]!;
      const inflation: Cells = ["Risk_Inflation", "EUR", "", "", "", amount];
      const [x, y] = [2 * R.inflationRw[10] * amount, 2 * R.rw[10].regular[4]! * amount];
      near(total([inflation, curve("EUR", "1y", amount)]), root(x, y, R.inflationRho));
    });
    test("what stands under the root is netted: two tenors that offset are not concentrated", () => {
      const amount = 4 * 1e6 * R.thresholdDeltaUsdMm["large"]!;
      const [x, y] = [R.rw[10].regular[4]! * amount, -R.rw[10].regular[5]! * amount];
      near(total([curve("EUR", "1y", amount), curve("EUR", "2y", -amount)]), root(x, y, R.tenorRho[4]![5]!));
    });
    test("basis meets inflation with the ρ of basis", () => {
      const both: Cells[] = [
        ["Risk_XCcyBasis", "EUR", "", "", "", 1e4],
        ["Risk_Inflation", "EUR", "", "", "", 1e4],
      ];
      near(total(both), root(R.xccyRw[10] * 1e4, R.inflationRw[10] * 1e4, R.xccyRho));
    });
    test("of two names f damps ρ inside a bucket; of two currencies g damps γ across", () => {
      const T = 1e6 * E.thresholdDeltaUsdMm[0]!;
      near(
        total([share("a", "1", 4 * T), share("b", "1", T)]),
        root(8 * E.rw[10][0]! * T, E.rw[10][0]! * T, E.rho[0]! / 2),
      );
      const t = 1e6 * R.thresholdDeltaUsdMm["large"]!;
      const [x, y] = [8 * R.rw[10].regular[4]! * t, R.rw[10].regular[4]! * t];
      near(total([curve("USD", "1y", 4 * t), curve("EUR", "1y", t)]), root(x, y, R.gamma / 2));
    });
  });

  describe(`${name}: buckets and correlations`, () => {
    test("the residual is added after the root, and commodity bucket 16 is inside it", () => {
      near(total([share("a", "1", 1e5), share("b", "Residual", -1e5)]), 1e5 * (E.rw[10][0]! + E.rw[10][12]!));
      const wheat: Cells = ["Risk_Commodity", "a", "1", "", "", 1e5];
      const other: Cells = ["Risk_Commodity", "b", "16", "", "", -1e5];
      near(total([wheat, other]), 1e5 * Math.hypot(C.rw[10][0]!, C.rw[10][15]!));
    });
    test("a sum beyond K is clamped to it before it meets other buckets", () => {
      const many = Array.from({ length: 9 }, (_, i) => share(`name ${i}`, "1", 1e5));
      const [w, v] = [E.rw[10][0]! * 1e5, E.rw[10][1]! * 1e5];
      const K = w * Math.sqrt(9 + 72 * E.rho[0]!);
      expect(K).toBeLessThan(9 * w);
      near(total([...many, share("x", "2", 1e5)]), root(K, v, E.gamma[0]![1]!));
    });
    test("one-day FX looks at the groups of both currencies, not twice at one", () => {
      const both: Cells[] = [
        ["Risk_FX", "EUR", "", "", "", 5e6],
        ["Risk_FX", "TRY", "", "", "", 2e6],
      ];
      const rw = F.rwRegularHigh[1];
      near(total(both, ONE), root(rw[0]![0]! * 5e6, rw[1]![0]! * 2e6, F.rhoCalcCcyRegular[0]![1]!));
      const high = { ...ONE, calculationCurrency: "ARS" };
      near(total(both, high), root(rw[0]![1]! * 5e6, rw[1]![1]! * 2e6, F.rhoCalcCcyHigh[0]![1]!));
    });
    test("K² below zero, of a negative ρ, is zero", () => {
      const parameters: SimmParameters = { ...invented, fx: { ...F, rhoCalcCcyRegular: [[0], [0, -0.9]] } };
      const three = recordsOf(
        ["Risk_FX", "TRY", "", "", "", 1e6],
        ["Risk_FX", "ARS", "", "", "", 1e6],
        ["Risk_FX", "NGN", "", "", "", 1e6],
      );
      expect(run(three, TEN, parameters).total).toBe(0);
    });
    test("group, not name, correlates non-qualifying credit", () => {
      const row = (qualifier: string, label2: string): Cells => ["Risk_CreditNonQ", qualifier, "1", "1y", label2, 1e5];
      const N = invented.creditNonQ;
      const w = N.rw[10][0]! * 1e5;
      near(total([row("a", "CMBX"), row("b", "CMBX")]), root(w, w, N.rhoSameGroup));
      near(total([row("a", "CMBX"), row("a", "ABX")]), root(w, w, N.rhoDifferentGroup));
    });
    test("ρ of the residual of credit is one number, for one name too", () => {
      const row = (tenor: string): Cells => ["Risk_CreditQ", "a", "Residual", tenor, "USD", 1e5];
      near(total([row("1y"), row("5y")]), root(Q.rw[10][12]! * 1e5, Q.rw[10][12]! * 1e5, Q.rhoResidual));
    });
  });

  describe(`${name}: factors that are near, and two`, () => {
    const credit = (type: string, tenor: string, payment: string): Cells => [
      ...([type, "a", "1", tenor, payment, 1e4] as const),
    ];
    test.each(["Risk_CreditQ", "Risk_CreditVol"])("tenors and payment currencies of one issuer, %s", (type) => {
      const column = type === "Risk_CreditQ" ? "delta" : "vega";
      const of = (...rows: Cells[]) => run(recordsOf(...rows)).columns[column];
      const single = of(credit(type, "1y", "USD"));
      near(of(credit(type, "1y", "USD"), credit(type, "1y", "EUR")), root(single, single, Q.rhoSameName));
      near(of(credit(type, "1y", "USD"), credit(type, "5y", "USD")), root(single, single, Q.rhoSameName));
    });
    test("sub-curves of one tenor", () => {
      const w = R.rw[10].regular[4]! * 1e4;
      near(total([curve("EUR", "1y", 1e4), curve("EUR", "1y", 1e4, "Libor3m")]), root(w, w, R.subCurvePhi));
    });
  });

  describe(`${name}: vega and curvature`, () => {
    const columns = (rows: Cells[], options = TEN) => run(recordsOf(...rows), options).columns;
    test("the inverse normal is good to 1e-12", () => {
      const { vega, curvature } = columns([shareVol("a", "1", "2w", 1e5)]);
      near(vega / (E.vrw[10][0]! * E.hvr[10] * E.rw[10][0]! * 1e5), 2.1948647123281537);
      near(curvature / (0.5 * E.rw[10][0]! * 1e5 * 2.1948647123281537) - 1, 5.634896601021211);
    });
    test("expiries of a name net in vega; in curvature only after SF", () => {
      const { vega, curvature } = columns([shareVol("a", "1", "1m", 1e5), shareVol("a", "1", "1y", -1e5)]);
      expect(vega).toBe(0);
      expect(curvature).toBeGreaterThan(0);
    });
    test("expiries of inflation net, those of rates do not", () => {
      const vegaOf = (type: string) =>
        columns([
          [type, "EUR", "", "30y", "", 1e5],
          [type, "EUR", "", "2w", "", -1e5],
        ]).vega;
      expect(vegaOf("Risk_InflationVol")).toBe(0);
      expect(vegaOf("Risk_IRVol")).toBeGreaterThan(0);
    });
    test("volatility indexes have a VRW of their own, and no curvature", () => {
      const { vega, curvature } = columns([shareVol("a", "12", "1y", 1e5)]);
      near(vega, E.vrw[10][11]! * E.hvr[10] * E.rw[10][11]! * MULTIPLIER * 1e5);
      expect(curvature).toBe(0);
    });
    test("curvature of rates, and of no other class, is divided by HVR²", () => {
      const CVR = 0.5 * (14 / 365) * 1e6;
      near(columns([["Risk_IRVol", "EUR", "", "1y", "", 1e6]]).curvature, (CVR * (1 + LAMBDA)) / R.hvr[10] ** 2);
      near(columns([["Risk_CreditVol", "a", "1", "1y", "USD", 1e6]]).curvature, CVR * (1 + LAMBDA));
    });
    test("ρ and γ of curvature are squared", () => {
      const CVR = (bucket: number) => 0.5 * MULTIPLIER * E.rw[10][bucket]! * 1e5;
      const [a, b] = [CVR(0), CVR(1)];
      const inside = columns([shareVol("a", "1", "2w", 1e5), shareVol("b", "1", "2w", 1e5)]).curvature;
      near(inside, 2 * a + LAMBDA * root(a, a, E.rho[0]! ** 2));
      const across = columns([shareVol("a", "1", "2w", 1e5), shareVol("b", "2", "2w", 1e5)]).curvature;
      near(across, a + b + LAMBDA * root(a, b, E.gamma[0]![1]! ** 2));
    });
    test("θ is of factors, not of sums of buckets, and the sum of a bucket is clamped to K", () => {
      const CVR = (bucket: number, times: number) => 0.5 * MULTIPLIER * E.rw[10][bucket]! * 1e5 * times;
      const [a, b] = [CVR(0, 1), CVR(0, -3)];
      const theta = (a + b) / (a - b);
      const lambda = LAMBDA * (1 + theta) - theta;
      const both = columns([shareVol("a", "1", "2w", 1e5), shareVol("b", "1", "2w", -3e5)]).curvature;
      near(both, a + b + lambda * root(a, b, E.rho[0]! ** 2));
      const many = Array.from({ length: 9 }, (_, i) => shareVol(`name ${i}`, "1", "2w", 1e5));
      const K = a * Math.sqrt(9 + 72 * E.rho[0]! ** 2);
      const c = CVR(1, 1);
      near(
        columns([...many, shareVol("x", "2", "2w", 1e5)]).curvature,
        9 * a + c + LAMBDA * root(K, c, E.gamma[0]![1]! ** 2),
      );
    });
    test("vega of rates and credit has no HVR and no σ", () => {
      near(columns([["Risk_IRVol", "EUR", "", "1y", "", 1e6]]).vega, R.vrw[10] * 1e6);
      near(columns([["Risk_CreditVol", "a", "1", "1y", "USD", 1e6]]).vega, Q.vrw[10] * 1e6);
    });
    test("the residual has a θ of its own", () => {
      const short = shareVol("a", "1", "2w", -1e5);
      const long = shareVol("b", "Residual", "2w", 1e5);
      near(columns([short, long]).curvature, 0.5 * MULTIPLIER * E.rw[10][12]! * 1e5 * (1 + LAMBDA));
    });
    test("a gain of curvature outside the residual does not pay for a loss in it", () => {
      const gains = ["a", "b"].map((share) => shareVol(share, "1", "2w", -1e5));
      const loss = shareVol("c", "Residual", "2w", 1e5);
      expect(columns(gains).curvature).toBe(0);
      near(columns([...gains, loss]).curvature, columns([loss]).curvature);
    });
    test("call and post differ in the sign of curvature, and in nothing else", () => {
      const records = randomCrif(invented, 5, 200);
      const [call, post] = (["call", "post"] as const).map((side) => run(records, { ...TEN, side }).columns);
      expect({ ...post, curvature: 0, addOn: 0 }).toEqual({ ...call, curvature: 0, addOn: 0 });
      expect(post!.curvature).not.toBe(call!.curvature);
      const mirrored = records.map((record) => ({ ...record, amountUSD: -record.amountUSD }));
      near(run(mirrored, { ...TEN, side: "post" }).columns.curvature, call!.curvature);
    });
    test("SF and σ of one-day margin have 1.4 days", () => {
      const sigma = (E.rw[1][0]! * Math.sqrt(365 / 1.4)) / Z_99;
      const { vega, curvature } = columns([shareVol("a", "1", "1m", 1e5)], ONE);
      near(vega, E.vrw[1][0]! * E.hvr[1] * sigma * 1e5);
      near(curvature, 0.5 * ((1.4 * 12) / 365) * sigma * 1e5 * (1 + LAMBDA));
    });
  });

  describe(`${name}: up the tree`, () => {
    test("columns are margins of one measure each: they do not add up to the total", () => {
      const records = randomCrif(invented, 3, 250).filter(({ productClass }) => productClass !== "");
      const { total, columns } = run(records);
      const { delta, vega, curvature, baseCorr } = columns;
      expect(delta + vega + curvature + baseCorr).toBeGreaterThan(total * 1.0001);
      near(run(records.filter(({ riskType }) => !/Vol|BaseCorr/.test(riskType))).total, delta);
      near(run(records.filter(({ riskType }) => riskType === "Risk_BaseCorr")).total, baseCorr);
    });
    test("nothing offsets between product classes", () => {
      const one = recordsOf(share("a", "1", 1e5))[0]!;
      const two = { ...one, productClass: "Credit" as const, amountUSD: -1e5 };
      near(run([one, two]).total, 2 * E.rw[10][0]! * 1e5);
    });
    test("a multiplier adds its excess over 1 of its product's margin; a factor is in per cent of all its notionals", () => {
      const rows: Cells[] = [share("a", "1", 1e5), ["Param_ProductClassMultiplier", "Equity", "", "", "", 1.25]];
      near(total(rows), 1.25 * E.rw[10][0]! * 1e5);
      const addOn: Cells[] = [
        ["Param_AddOnNotionalFactor", "p", "", "", "", 2.5],
        ["Notional", "p", "", "", "", 1e6],
        ["Notional", "p", "", "", "", 3e6],
        ["Notional", "other", "", "", "", 5e6],
        ["Param_AddOnFixedAmount", "", "", "", "", 7],
        ["Param_AddOnFixedAmount", "", "", "", "", 8],
      ];
      near(total(addOn), 0.025 * 4e6 + 15);
    });
    test("every number of a version reaches the margin: none is a constant of the code", () => {
      const variants = [TEN, ONE, { ...TEN, calculationCurrency: "TRY" }];
      let deaf = leaves(invented);
      // a portfolio has not every bucket and tenor: what one does not hear, the next may
      for (let seed = 1; seed <= 24 && deaf.length > 0; seed++) {
        const records = randomCrif(invented, seed, 900).map((one) =>
          one.productClass === "" ? one : { ...one, productClass: "Equity" as const, amountUSD: 3 * one.amountUSD },
        );
        const before = variants.map((options) => run(records, options).total);
        deaf = deaf.filter((path) => {
          const parameters = nudged(invented, path);
          return variants.every((options, i) => run(records, options, parameters).total === before[i]);
        });
      }
      expect(deaf.map((path) => path.join("."))).toEqual([]);
    });
  });
}

/** √(x² + y² + 2ρxy). */
const root = (x: number, y: number, rho: number) => Math.sqrt(x * x + y * y + 2 * rho * x * y);

type Path = (string | number)[];

/** Numbers, and matrices as a whole. A residual's ρ of zero is a fact of the method, and so are the rows of what correlates with nothing. */
function leaves(node: unknown, path: Path = []): Path[] {
  if (typeof node === "number") return node === 0 ? [] : [path];
  if (typeof node !== "object" || node === null) return [];
  if (Array.isArray(node) && Array.isArray(node[0])) return [path];
  return Object.entries(node).flatMap(([key, value]) => leaves(value, [...path, key]));
}

function nudged(parameters: SimmParameters, path: Path): SimmParameters {
  const copy = structuredClone(parameters);
  let node = copy as unknown as Record<string, unknown>;
  for (const key of path.slice(0, -1)) node = node[key] as Record<string, unknown>;
  const last = path.at(-1)!;
  const scale = (x: unknown): unknown => (Array.isArray(x) ? x.map(scale) : (x as number) * 0.97);
  node[last] = scale(node[last]);
  return copy;
}

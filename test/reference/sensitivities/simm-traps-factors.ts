/** Traps of SIMM up to the bucket: what nets, what is concentrated, what correlates with what. */
import { describe, expect, test } from "vitest";
import { invented } from "./invented-parameters.ts";
import { randomCrif } from "./random-crif.ts";
import {
  curve,
  LAMBDA,
  MULTIPLIER,
  near,
  ONE,
  recordsOf,
  root,
  runs,
  share,
  shareVol,
  TEN,
  type Cells,
} from "./simm-trap-rows.ts";
import type { Simm, SimmParameters } from "./simm-types.ts";

export function factorTraps(name: string, simm: Simm): void {
  const { run, total } = runs(simm);
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
      const rhoCalcCcyRegular = [
        [0, 0],
        [0, -0.9],
      ];
      const parameters: SimmParameters = { ...invented, fx: { ...F, rhoCalcCcyRegular } };
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
}

/** What implementations of the Basel method get wrong, as tests on any that has the twin's signature. */
import { describe, expect, test } from "vitest";
import { frtbRecords } from "../../../bindings/formats/frtb.ts";
import { basel } from "./basel-parameters.ts";
import { randomFrtb } from "./random-frtb.ts";
import { SCENARIOS, type Frtb } from "./frtb-types.ts";

type Row = Record<string, string | number>;
const shareCurvature = (bucket: number, name: string, cvrUp: number, cvrDown: number): Row => ({
  ...{ riskClass: "equity", measure: "curvature", bucket, name, cvrUp, cvrDown },
});
const share = (bucket: number, name: string, amount: number): Row => ({
  ...{ riskClass: "equity", measure: "delta", bucket, name, factor: "spot", amount },
});
const coin = (bucket: string, location: string, amount: number): Row => ({
  ...{ riskClass: "crypto", measure: "delta", bucket, location, tenor: 0, amount },
});

export function frtbTraps(name: string, frtb: Frtb): void {
  const risk = (rows: Row[], scenario: "low" | "medium" | "high" = "medium") =>
    frtb(basel, frtbRecords(rows)).scenarios[scenario].total;
  const near = (actual: number, expected: number) =>
    expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThanOrEqual(
      1e-12 * Math.abs(expected),
    );

  describe(`${name}: curvature`, () => {
    test("ψ: two gains do not meet, a gain and a loss do", () => {
      const loss = shareCurvature(1, "a", 1000, 0);
      const gain = shareCurvature(1, "b", -600, 0);
      const again = shareCurvature(1, "c", -600, 0);
      const rho = 0.15 ** 2;
      near(risk([loss, gain, again]), Math.sqrt(1e6 - 2 * 2 * rho * 6e5));
      expect(risk([gain, again])).toBe(0);
    });
    test("the side with the larger K is taken, bucket by bucket", () => {
      const [up, down] = [shareCurvature(1, "a", 1000, -1000), shareCurvature(2, "b", -500, 500)];
      near(risk([up, down]), Math.sqrt(1e6 + 25e4 + 2 * 0.15 ** 2 * 5e5));
    });
    test("where both sides have one K, the larger sum is taken", () => {
      const tied = shareCurvature(1, "a", -100, -400);
      const other = shareCurvature(2, "b", 1000, 0);
      near(risk([tied, other]), Math.sqrt(1e6 - 2 * 0.15 ** 2 * 1e5));
    });
    test("correlations are squared before the scenario", () => {
      const both = [shareCurvature(12, "a", 1000, 0), shareCurvature(12, "b", 1000, 0)];
      near(risk(both, "low"), 1000 * Math.sqrt(2 + 2 * Math.max(2 * 0.64 - 1, 0.75 * 0.64)));
    });
    test("so are they across buckets, and two buckets of gains do not meet", () => {
      const [a, b] = [shareCurvature(12, "a", 1000, 0), shareCurvature(13, "b", 1000, 0)];
      near(risk([a, b], "low"), 1000 * Math.sqrt(2 + 2 * Math.max(2 * 0.5625 - 1, 0.75 * 0.5625)));
      // S = −900 in each: where they met, the product of both would count
      const gains = [1, 2].flatMap((bucket) => [
        shareCurvature(bucket, `a${bucket}`, 1000, 0),
        shareCurvature(bucket, `b${bucket}`, -1900, -1900),
      ]);
      const squared = 1e6 - 2 * 0.15 ** 2 * 1900 * 1000;
      near(risk(gains), Math.sqrt(2 * squared));
    });
    test("in the other bucket of equity nothing hedges", () => {
      near(risk([shareCurvature(11, "a", 1000, 0), shareCurvature(11, "b", -900, 0)]), 1000);
      near(risk([shareCurvature(11, "a", 1000, 0), shareCurvature(11, "b", 900, 0)]), 1900);
    });
    test("FX is divided by 1.5 on request, and only where a position allows it", () => {
      const row = (divisible: string) => ({
        ...{ riskClass: "fx", measure: "curvature", bucket: "EUR", cvrUp: 900, cvrDown: 0, divisible },
      });
      const records = frtbRecords([row("yes"), row("no")]);
      expect(frtb(basel, records, { divideFxCurvature: true }).total).toBe(1500);
      expect(frtb(basel, records).total).toBe(1800);
    });
  });

  describe(`${name}: buckets and scenarios`, () => {
    test("S is not clamped as long as the root is of a positive number", () => {
      const many = Array.from({ length: 9 }, (_, i) => share(1, `name ${i}`, 100));
      const K = 55 * Math.sqrt(9 + 72 * 0.15);
      near(risk([...many, share(2, "x", 100)]), Math.sqrt(K * K + 3600 + 2 * 0.15 * 9 * 55 * 60));
    });
    test("S is clamped where it would be negative", () => {
      const many = (bucket: number, amount: number) =>
        Array.from({ length: 60 }, (_, i) => share(bucket, `name ${i}`, amount / basel.equity.rwSpot[bucket - 1]!));
      const result = frtb(basel, frtbRecords([...many(9, 1000), ...many(10, -1000)])).scenarios.medium;
      const K = (rho: number) => 1000 * Math.sqrt(60 + 60 * 59 * rho);
      const [k, l] = [K(0.075), K(0.125)];
      near(result.total, Math.sqrt(k * k + l * l - 2 * 0.15 * k * l));
      expect(result.classes.equity!.delta!.alternative).toBe(true);
    });
    test("ρ of vega is of name and of expiry, and the scenario is of their product", () => {
      const vega = (name: string, optionTenor: number): Row => ({
        ...{ riskClass: "equity", measure: "vega", bucket: 12, name, optionTenor, amount: 1000 },
      });
      const w = 1000 * 0.55 * Math.SQRT2;
      const rho = Math.exp(-0.01 * 4);
      near(risk([vega("a", 1), vega("a", 5)], "low"), w * Math.sqrt(2 + 2 * (2 * rho - 1)));
      near(risk([vega("a", 1), vega("a", 5)], "high"), 2 * w);
      near(risk([vega("a", 1), vega("b", 5)]), w * Math.sqrt(2 + 2 * 0.8 * rho));
    });
    test("shares of the other bucket add up in absolute value, and meet no other bucket", () => {
      near(risk([share(11, "a", 100), share(11, "b", -100), share(1, "c", 100)]), Math.hypot(140, 55));
    });
    test("one scenario is the largest for the sum of all classes, not one for each", () => {
      const records = randomFrtb(basel, 8, 200);
      const { total, scenarios } = frtb(basel, records);
      expect(total).toBe(Math.max(...SCENARIOS.map((scenario) => scenarios[scenario].total)));
      const perMeasure = Object.entries(scenarios.low.classes).flatMap(([riskClass, measures]) =>
        Object.keys(measures).map((measure) =>
          Math.max(
            ...SCENARIOS.map((scenario) => scenarios[scenario].classes[riskClass as "fx"]![measure as "delta"]!.risk),
          ),
        ),
      );
      expect(perMeasure.reduce((a, b) => a + b)).toBeGreaterThan(total * 1.0001);
    });
  });

  describe(`${name}: cryptoassets of group 2a`, () => {
    test("coins do not offset, exchanges of one coin do in part", () => {
      near(risk([coin("BTC", "A", 100), coin("ETH", "A", -100)]), 200);
      near(risk([coin("BTC", "A", 100), coin("BTC", "B", -100)]), 100 * Math.sqrt(2 - 2 * 0.94));
    });
    test("scenarios touch them on request only", () => {
      const records = frtbRecords([coin("BTC", "A", 100), coin("BTC", "B", -100)]);
      const { low, high } = frtb(basel, records).scenarios;
      expect(low.total).toBe(high.total);
      const asked = frtb(basel, records, { cryptoScenarios: true }).scenarios;
      near(asked.low.total, 100 * Math.sqrt(2 - 2 * 0.88));
      expect(asked.high.total).toBe(0);
    });
    test("curvature is the larger sum of losses, so that a long option costs nothing", () => {
      const row = (location: string, cvrUp: number, cvrDown: number) => ({
        ...{ riskClass: "crypto", measure: "curvature", bucket: "BTC", location, cvrUp, cvrDown },
      });
      expect(risk([row("A", 300, 100), row("B", -1000, 50)])).toBe(300);
      expect(risk([row("A", -300, -100)])).toBe(0);
    });
  });
}

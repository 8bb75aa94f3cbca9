/** Traps of SIMM in vega and curvature, and from the measures up to the total. */
import { describe, expect, test } from "vitest";
import { invented } from "./invented-parameters.ts";
import { Z_99 } from "./quantiles.ts";
import { randomCrif } from "./random-crif.ts";
import {
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

export function measureTraps(name: string, simm: Simm): void {
  const { run, total, columns } = runs(simm);
  const { equity: E, interestRate: R, creditQ: Q } = invented;

  describe(`${name}: vega and curvature`, () => {
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
      const mirrored = records
        .filter(({ riskType }) => riskType.startsWith("Risk_"))
        .map((record) => ({ ...record, amountUSD: -record.amountUSD }));
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
    }, 120_000);
  });
}

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
  // the 1 on the diagonal of a matrix is what makes it one of correlations
  const scale = (x: unknown): unknown =>
    Array.isArray(x) ? x.map((entry) => (entry === 1 ? 1 : scale(entry))) : (x as number) * 0.97;
  node[last] = scale(node[last]);
  return copy;
}

/** Smiles in the repricer: SVI slices and volatilities by strike, and how they move in a row. The reference is plain JavaScript. */
import { describe, expect, test } from "vitest";
import type { Fact, Instrument } from "../../bindings/documents/market.ts";
import type { Expr, Row } from "../../bindings/documents/model.ts";
import { core } from "../core.ts";
import { price } from "../reference/black76.ts";
import {
  type Svi,
  NEAR,
  MID,
  FAR,
  F,
  years,
  near,
  far,
  variance,
  slope,
  vol,
  sviFacts,
  marketOf,
  modelOf,
  rowsOf,
  option,
} from "./small-market.ts";

const strikes = [30000, 50000, 60000, 64000, 70000, 90000, 130000];
const chain = (expiry: string) => strikes.flatMap((strike) => [option(strike, 1, expiry), option(strike, -1, expiry)]);
/** The fast normal distribution of the repricer: 1e-14 of the forward. */
const DIGITS = 8;

describe("SVI slices", () => {
  const instruments = chain(NEAR);
  const facts = [sviFacts(NEAR, near)];
  const tau = years(NEAR);
  const today = (strike: number, callPut: 1 | -1) =>
    price(callPut, F, strike, vol(near, Math.log(strike / F), tau), tau, 1);

  test("price today: mark is Black-76 at the smile's volatility", () => {
    for (const one of instruments) {
      const model = modelOf([{}]);
      model.outputs = { value: "value" };
      model.charges["value"] = { kind: "amount", on: "signed", measure: "mark" };
      const portfolio = { format: 1 as const, positions: [{ instrument: one.id, amount: 1 }], balances: {} };
      const { outputs } = core.margin(model, marketOf(instruments, facts), portfolio, { exact: false });
      expect(outputs!["value"]).toBeCloseTo(today(one.strike!, one.callPut!), DIGITS);
    }
  });

  test.each([0, 0.5, 1, 2.5])("skew-stickiness ratio %d: σ'(K) = σ(ln(K/F')) + R·skew·x", (R) => {
    const move = -0.12;
    const x = Math.log(1 + move);
    const skew = slope(near, 0) / (2 * Math.sqrt(variance(near, 0) * tau));
    rowsOf(instruments, facts, [{ spot: move, stickiness: R }]).forEach(([pnl], i) => {
      const { strike, callPut } = instruments[i]!;
      const moved = vol(near, Math.log(strike! / F) - x, tau) + R * skew * x;
      expect(pnl).toBeCloseTo(
        price(callPut!, F * (1 + move), strike!, moved, tau, 1) - today(strike!, callPut!),
        DIGITS,
      );
    });
  });

  test("without a ratio the smile stays with the strike, beside rows that have one", () => {
    rowsOf(instruments, facts, [{ spot: 0.1 }, { spot: 0.1, stickiness: 0 }]).forEach(([pnl, other], i) => {
      const { strike, callPut } = instruments[i]!;
      const stays = vol(near, Math.log(strike! / F), tau);
      expect(pnl).toBeCloseTo(price(callPut!, F * 1.1, strike!, stays, tau, 1) - today(strike!, callPut!), DIGITS);
      if (strike !== F) expect(other).not.toBeCloseTo(pnl!, 3);
    });
  });

  test("skew tilts about the money, convexity lifts both wings; moves and floors act on top", () => {
    const calls = [50000, F, 80000].map((strike) => option(strike, 1, NEAR));
    const [low, money, high] = rowsOf(calls, facts, [
      { skew: -0.05 },
      { convexity: 0.05 },
      { skew: -0.05, volMove: 0.5 },
      { volMove: 0.5 },
    ]);
    expect(money![0]).toBeCloseTo(0, 6);
    expect(money![1]).toBeCloseTo(0, 6);
    expect(low![0]).toBeGreaterThan(1);
    expect(high![0]).toBeLessThan(-1);
    expect(low![1]).toBeGreaterThan(1);
    expect(high![1]).toBeGreaterThan(1);
    expect(money![2]).toBeCloseTo(money![3]!, 6);
    expect(low![2]).toBeGreaterThan(low![3]!);
  });

  test("an extreme move is repaired to a smile that prices, not to NaN", () => {
    for (const row of [{ skew: -3 }, { skew: 3 }, { convexity: -3 }, { convexity: 3 }]) {
      const of = () => rowsOf(instruments, facts, [row]);
      // a smile without wings is refused by name; all others are numbers
      try {
        for (const [pnl] of of()) expect(Number.isFinite(pnl)).toBe(true);
      } catch (error) {
        expect((error as Error).message).toMatch(/no smile/);
      }
    }
  });
});

describe("between and beyond slices: linear in total variance at fixed log-moneyness", () => {
  const facts = [sviFacts(NEAR, near), sviFacts(FAR, far)];
  const BEFORE = "2026-02-15T08:00:00Z";
  const BEYOND = "2026-09-05T08:00:00Z";
  test.each([BEFORE, MID, BEYOND])("%s", (expiry) => {
    const t = years(expiry);
    const [t1, t2] = [years(NEAR), years(FAR)];
    for (const strike of strikes) {
      const k = Math.log(strike / F);
      const [w1, w2] = [variance(near, k), variance(far, k)];
      const w = t < t1 ? (w1 * t) / t1 : w1 + ((w2 - w1) * (t - t1)) / (t2 - t1);
      const [[pnl]] = rowsOf([option(strike, 1, expiry)], facts, [{ spot: 0.07 }]) as [[number]];
      const sigma = Math.sqrt(w / t);
      expect(pnl).toBeCloseTo(price(1, F * 1.07, strike, sigma, t, 1) - price(1, F, strike, sigma, t, 1), DIGITS);
    }
  });
});

test("in event time, where the market gives it, calendar time only annualises", () => {
  const clock = { [NEAR]: 0.06, [MID]: 0.11, [FAR]: 0.3 };
  const facts: Fact[] = [
    sviFacts(NEAR, near),
    sviFacts(FAR, far),
    ...Object.entries(clock).map(([expiry, eventTau]) => ({ at: { underlying: "BTC", expiry }, eventTau })),
  ];
  const k = Math.log(70000 / F);
  const share = (clock[MID]! - clock[NEAR]!) / (clock[FAR]! - clock[NEAR]!);
  const w = variance(near, k) + share * (variance(far, k) - variance(near, k));
  const tau = years(MID);
  const sigma = Math.sqrt(w / tau);
  const [[pnl]] = rowsOf([option(70000, 1, MID)], facts, [{ spot: 0.07 }]) as [[number]];
  expect(pnl).toBeCloseTo(price(1, F * 1.07, 70000, sigma, tau, 1) - price(1, F, 70000, sigma, tau, 1), DIGITS);
  // the last expiry out of order; and an option whose expiry has no event time
  const disordered = [...facts, { at: { underlying: "BTC", expiry: FAR }, eventTau: 0.05 }];
  expect(() => rowsOf([option(70000, 1, MID)], disordered.slice(0, 4).concat(disordered[5]!), [{}])).toThrow(
    /eventTau.*more than 0.06/,
  );
  expect(() => rowsOf([option(70000, 1, MID)], [...facts.slice(0, 3), facts[4]!], [{}])).toThrow(/no eventTau/);
});

test("an underlying without event time is on calendar time; a model has no clock of its own", () => {
  const clocked = { at: { underlying: "ETH", expiry: NEAR }, eventTau: 0.05 };
  const one = option(70000, 1, MID);
  const facts = [sviFacts(NEAR, near), sviFacts(FAR, far)];
  const rows = [{ spot: 0.1, stickiness: 0 }];
  const other: Instrument = { ...option(70000, 1, NEAR), id: "ETH", underlying: "ETH" };
  const of = (more: Fact[]) =>
    core.riskArrays(
      modelOf(rows),
      marketOf([one, other], [...facts, ...more, { at: { underlying: "ETH" }, forward: F, spot: F }]),
      { format: 1, positions: [{ instrument: one.id, amount: 1 }], balances: {} },
      { exact: false },
    )[0]!.instruments[0]!.pnl[0];
  expect(of([clocked])).toBe(of([]));
  const model = { ...modelOf(rows), values: { discount: { is: 1 }, eventTau: { is: 0.02 } } };
  const portfolio = { format: 1 as const, positions: [], balances: {} };
  expect(() => core.margin(model, marketOf([one], facts), portfolio)).toThrow(
    "model.values.eventTau: eventTau is a fact of the market only",
  );
});

describe("what else is held changes no row", () => {
  const twin: Instrument = { ...option(60000, 1, NEAR), id: "other", settlement: "USD" };
  const one = option(60000, 1, NEAR);
  const bySettlement = (settlement: string, svi: Svi): Fact => {
    const { at, ...numbers } = sviFacts(NEAR, svi);
    return { ...numbers, at: { ...at, settlement } };
  };
  const pnl = (held: Instrument[], facts: Fact[], row: Row) => {
    const market = marketOf([one, twin], facts);
    market.currencies.push({ id: "USD", largestTotal: 2 ** 33, price: 1 });
    const positions = held.map(({ id }) => ({ instrument: id, amount: 1 }));
    const [set] = core.riskArrays(modelOf([row]), market, { format: 1, positions, balances: {} }, { exact: false });
    return set!.instruments.find(({ instrument }) => instrument === "other")!.pnl[0];
  };
  test.each<[string, Fact[]]>([
    ["two smiles on one forward", [bySettlement("USDC", near), bySettlement("USD", far)]],
    [
      "two smiles, one vol",
      [
        bySettlement("USDC", near),
        bySettlement("USD", far),
        { at: { instrument: one.id }, vol: 0.7 },
        { at: { instrument: "other" }, vol: 0.7 },
      ],
    ],
  ])("%s", (_, facts) => {
    const row = { spot: -0.12, stickiness: 0 };
    expect(pnl([one, twin], facts, row)).toBe(pnl([twin], facts, row));
  });
  test("vols by strike of two settlements", () => {
    const more: Instrument = { ...option(50000, 1, NEAR), id: "more", settlement: "USD" };
    const facts: Fact[] = [one.id, "other"].map((instrument) => ({ at: { instrument }, vol: 0.7 }));
    const market = marketOf([one, twin, more], [...facts, { at: { instrument: "more" }, vol: 1.1 }]);
    market.currencies.push({ id: "USD", largestTotal: 2 ** 33, price: 1 });
    const of = (ids: string[]) =>
      core
        .riskArrays(
          modelOf([{ spot: -0.12, stickiness: 0 }]),
          market,
          { format: 1, positions: ids.map((instrument) => ({ instrument, amount: 1 })), balances: {} },
          { exact: false },
        )[0]!
        .instruments.find(({ instrument }) => instrument === "other")!.pnl[0];
    expect(of([one.id, "other"])).toBe(of(["other"]));
  });
});

test("wings go on no steeper than Lee's bound allows", () => {
  const steep: Svi = { a: 0.01, b: 1.6, rho: -0.5, m: 0, sigma: 0.1 }; // left slope −2.4
  const cap = (steep.sigma * (-1.98 / steep.b - steep.rho)) / Math.sqrt(1 - (-1.98 / steep.b - steep.rho) ** 2);
  const k = Math.log(20000 / F);
  expect(k).toBeLessThan(cap);
  const tau = years(NEAR);
  const sigma = Math.sqrt((variance(steep, cap) + 1.98 * (cap - k)) / tau);
  const [[pnl]] = rowsOf([option(20000, -1, NEAR)], [sviFacts(NEAR, steep)], [{ spot: -0.3 }]) as [[number]];
  expect(pnl).toBeCloseTo(price(-1, F * 0.7, 20000, sigma, tau, 1) - price(-1, F, 20000, sigma, tau, 1), DIGITS);
  expect(sigma).toBeLessThan(vol(steep, k, tau) - 0.1);
});

test("beyond the last slice the forward variance is never negative", () => {
  const facts = [sviFacts(NEAR, far), sviFacts(FAR, near)]; // crossed
  const beyond = "2026-09-05T08:00:00Z";
  const w = variance(near, Math.log(64000 / F));
  const sigma = Math.sqrt(w / years(beyond));
  const [[pnl]] = rowsOf([option(64000, 1, beyond)], facts, [{ spot: 0.07 }]) as [[number]];
  const tau = years(beyond);
  expect(pnl).toBeCloseTo(price(1, F * 1.07, 64000, sigma, tau, 1) - price(1, F, 64000, sigma, tau, 1), DIGITS);
});

describe("volatilities by strike", () => {
  const marks = [0.95, 0.7, 0.62, 0.6, 0.61, 0.7, 0.85];
  const instruments = strikes.map((strike) => option(strike, 1, NEAR));
  const facts = instruments.map(({ id }, i): Fact => ({ at: { instrument: id }, vol: marks[i]! }));
  const tau = years(NEAR);
  const at = (k: number) => {
    const ks = strikes.map((strike) => Math.log(strike / F));
    const right = ks.findIndex((x) => x >= k);
    if (right === 0) return marks[0]!;
    if (right < 0) return marks.at(-1)!;
    const share = (k - ks[right - 1]!) / (ks[right]! - ks[right - 1]!);
    return Math.sqrt(marks[right - 1]! ** 2 + (marks[right]! ** 2 - marks[right - 1]! ** 2) * share);
  };
  test("sticky moneyness between the marks, whatever is held", () => {
    const x = Math.log(1.15);
    for (const [i, one] of instruments.entries()) {
      const held = { format: 1 as const, positions: [{ instrument: one.id, amount: 1 }], balances: {} };
      const [set] = core.riskArrays(modelOf([{ spot: 0.15, stickiness: 0 }]), marketOf(instruments, facts), held, {
        exact: false,
      });
      const moved = at(Math.log(one.strike! / F) - x);
      const pnl = price(1, F * 1.15, one.strike!, moved, tau, 1) - price(1, F, one.strike!, marks[i]!, tau, 1);
      expect(set!.instruments[0]!.pnl[0]).toBeCloseTo(pnl, DIGITS);
    }
  });
  test("a mark beside a slice keeps its distance to it", () => {
    const strike = 70000;
    const one = option(strike, 1, NEAR);
    const [[pnl]] = rowsOf(
      [one],
      [sviFacts(NEAR, near), { at: { instrument: one.id }, vol: 0.8 }],
      [{ spot: -0.1, stickiness: 0 }],
    ) as [[number]];
    const k = Math.log(strike / F);
    const moved = 0.8 + vol(near, k - Math.log(0.9), tau) - vol(near, k, tau);
    expect(pnl).toBeCloseTo(price(1, F * 0.9, strike, moved, tau, 1) - price(1, F, strike, 0.8, tau, 1), DIGITS);
  });
  test("skew without slices is refused by name", () => {
    expect(() => rowsOf(instruments, facts, [{ skew: -0.1 }])).toThrow(/has no slices for instrument/);
    const model = modelOf([{ skew: -0.1 }]);
    const portfolio = { format: 1 as const, positions: [{ instrument: instruments[0]!.id, amount: 1 }], balances: {} };
    expect(() => core.margin(model, marketOf(instruments, facts), portfolio, { exact: false })).toThrow(
      /has no slices for instrument/,
    );
  });
});

test("basis moves forwards, dated futures and perpetuals against spot", () => {
  const future: Instrument = {
    id: "F",
    kind: "future",
    underlying: "BTC",
    expiry: NEAR,
    settlement: "USDC",
    payoff: "linear",
  };
  const one = option(70000, 1, NEAR);
  const instruments = [future, one];
  const rows = rowsOf(
    instruments,
    [sviFacts(NEAR, near)],
    [
      { spot: 0.1, basis: 0.02 },
      { spot: 0.1, basis: 0.02, linear: 0.1 },
    ],
  );
  expect(rows[0]![0]).toBeCloseTo(F * (1.1 * 1.02 - 1), 8);
  expect(rows[0]![1]).toBeCloseTo(F * 0.1, 8);
  const tau = years(NEAR);
  const sigma = vol(near, Math.log(70000 / F), tau);
  expect(rows[1]![0]).toBeCloseTo(
    price(1, F * 1.1 * 1.02, 70000, sigma, tau, 1) - price(1, F, 70000, sigma, tau, 1),
    DIGITS,
  );
});

describe("the surface's own Greeks are what the repricer does", () => {
  const facts = [sviFacts(NEAR, near), sviFacts(FAR, far)];
  const instruments = [...chain(NEAR), ...chain(FAR)];
  const smileDelta = (R: number): Expr => ({
    sum: ["delta", { mul: ["vega", { div: [{ sub: [{ mul: [R, "smileSkew"] }, "smileSlope"] }, "forward"] }] }],
  });
  const measured = (id: string, measure: Expr) => {
    const model = modelOf([{}]);
    model.charges["x"] = { kind: "amount", on: "signed", measure };
    model.outputs = { y: "x" };
    const portfolio = { format: 1 as const, positions: [{ instrument: id, amount: 1 }], balances: {} };
    return core.margin(model, marketOf(instruments, facts), portfolio, { exact: false }).outputs!["y"]!;
  };

  // central differences of rows: the step leaves gamma·h² and the rows' own 1e-14·F/h
  test.each([0, 1, 2])("delta at skew-stickiness ratio %d, to 1e-6", (R) => {
    const h = 1e-4;
    rowsOf(instruments, facts, [
      { spot: h, stickiness: R },
      { spot: -h, stickiness: R },
    ]).forEach(([up, down], i) => {
      expect((up! - down!) / (2 * h * F)).toBeCloseTo(measured(instruments[i]!.id, smileDelta(R)), 6);
    });
  });

  test("vega by expiry, to 1e-6 of it", () => {
    const h = 1e-4;
    const model = modelOf([
      { volShift: { if: [{ is: { expiry: NEAR } }, h, 0] } },
      { volShift: { if: [{ is: { expiry: NEAR } }, -h, 0] } },
    ]);
    model.charges["pillar"] = { kind: "amount", at: "expiry", on: "signed", measure: "vega" };
    const positions = instruments.map(({ id }, i) => ({ instrument: id, amount: ((i * 7) % 5) - 2 }));
    const portfolio = { format: 1 as const, positions, balances: {} };
    const market = marketOf(instruments, facts);
    const [set] = core.riskArrays(model, market, portfolio, { exact: false });
    const sum = (row: number) => set!.instruments.reduce((total, { pnl }) => total + pnl[row]!, 0);
    const groups = core
      .margin(model, market, portfolio, { exact: false })
      .nodes!.find(({ name }) => name === "pillar")!.groups;
    const pillar = groups.find(({ keys }) => keys["expiry"] === NEAR)!.value;
    expect((sum(0) - sum(1)) / (2 * h) / pillar).toBeCloseTo(1, 6);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column, figures, firstDifference, kernels, referenceCase, relativeError, view } from "../kernels.ts";
import { columns, discount, edges, greeksAll, names, type Option, randomOptions } from "./options.ts";

const sign = (type: string) => (type === "call" ? 1 : -1);
const greek = (name: (typeof names)[number], o: Option) =>
  kernels.greek(names.indexOf(name), o[0], o[1], o[2], o[3], o[4], discount(o), o[5]);

describe("vectors", () => {
  const rows = figures<number[][]>("greeks.json");

  // relative to the golden value plus the size of the terms that cancel in it near a zero of its polynomial
  const bounds: Record<(typeof names)[number], number> = {
    price: 2e-10,
    delta: 2e-14,
    gamma: 3e-14,
    vega: 3e-14,
    theta: 3e-14,
    rho: 2e-10,
    vanna: 3e-14,
    volga: 3e-14,
    charm: 3e-14,
    veta: 3e-14,
    speed: 3e-14,
    zomma: 3e-14,
    color: 3e-14,
    ultima: 3e-14,
  };

  it.each(names.map((name, k) => [name, k] as const))("%s within its bound", (name, k) => {
    let worst = 0;
    for (const row of rows) {
      const [F, K, tau, vol, rate, cp] = row as [number, number, number, number, number, number];
      const s = vol * Math.sqrt(tau);
      const d1 = Math.abs(Math.log(F / K)) / s + s;
      const d = 1 + d1 * d1; // ≥ |d1·d2|
      const gamma = row[8]!;
      const vega = row[9]!;
      const scale = {
        price: 0,
        delta: 0,
        gamma: 0,
        vega: 0,
        rho: 0,
        theta: Math.abs(rate * row[6]!) + (gamma * F * F * vol * vol) / 2,
        vanna: ((vega / F) * (1 + d1)) / s,
        volga: (vega * d) / vol,
        charm: Math.abs(rate * row[7]!) + (gamma * F * s * (1 + d1)) / tau,
        veta: (vega * d) / tau,
        speed: (gamma / F) * (1 + d1 / s),
        zomma: (gamma * d) / vol,
        color: (gamma * d) / tau,
        ultima: (vega * d * d) / (vol * vol),
      }[name]!;
      const expected = row[6 + k]!;
      const error =
        Math.abs(greek(name, [F, K, tau, vol, rate, cp]) - expected) / Math.max(Math.abs(expected), scale * 0.1);
      worst = Math.max(worst, error);
    }
    expect(worst).toBeLessThan(bounds[name]);
  });

  it("price is within 2e-15·F absolute", () => {
    for (const row of rows) {
      const o = row.slice(0, 6) as Option;
      expect(Math.abs(greek("price", o) - row[6]!)).toBeLessThan(2e-15 * o[0]);
    }
  });

  it.each(["atm-30d", "otm-call-7d", "otm-put-1h", "deep-itm-call-1y"])("opt.greeks.%s", (id) => {
    const { inputs: i, expected } = referenceCase(`opt.greeks.${id}`);
    const o: Option = [i.F, i.K, i.T, i.sigma, i.r, sign(i.type)];
    for (const name of names) {
      const value = expected[name === "rho" ? "rhoBlack" : name];
      expect(Math.abs(greek(name, o) - value)).toBeLessThanOrEqual(1e-10 * Math.max(Math.abs(value), 1e-12));
    }
  });

  it("inv.option.greeks", () => {
    const { inputs, expected } = referenceCase("inv.option.greeks");
    const options: Option[] = inputs.options.map((o: any) => [o.F, o.K, o.T, o.sigma, 0, sign(o.type)]);
    const c = columns(options);
    const out = column(8 * c.n);
    const stride = 8 * c.n;
    kernels.greekColumns(c.n, c.forward, c.strike, c.tau, c.sqrtTau, c.vol, c.rate, c.discount, c.callPut, out, stride);
    const usd = [0, 1].map((k) => view(out + k * stride, c.n).slice());
    kernels.greeksToCoin(c.n, c.forward, out, stride);
    const coin = names.slice(0, 8).map((_, k) => view(out + k * stride, c.n).slice());
    expected.results.forEach((e: any, i: number) => {
      const F = options[i]![0];
      const pairs: [number, number][] = [
        [usd[0]![i]!, e.priceUsd],
        [usd[1]![i]!, e.blackDelta],
        [coin[0]![i]!, e.priceCoin],
        [coin[1]![i]!, e.deltaCoinPerUsd],
        [coin[2]![i]!, e.gammaCoinPerUsd2],
        [coin[3]![i]!, e.vegaCoin],
        [coin[4]![i]!, e.thetaCoinPerYear],
        [coin[6]![i]!, e.vannaCoin],
        [coin[7]![i]!, e.volgaCoin],
        [kernels.netTransactionDelta(usd[1]![i]!, usd[0]![i]!, F), e.netTransactionDelta],
        [F * coin[1]![i]!, e.netTransactionDelta],
      ];
      for (const [value, figure] of pairs) expect(relativeError(value, figure)).toBeLessThan(1e-11);
    });
  });
});

describe("identities", () => {
  const options = fc
    .record({
      F: fc.double({ min: 50, max: 200, noNaN: true }),
      d: fc.double({ min: -2.5, max: 2.5, noNaN: true }),
      tau: fc.double({ min: 0.02, max: 2, noNaN: true }),
      vol: fc.double({ min: 0.2, max: 1.5, noNaN: true }),
      rate: fc.double({ min: -0.05, max: 0.1, noNaN: true }),
      cp: fc.constantFrom(1, -1),
    })
    .map(({ F, d, tau, vol, rate, cp }): Option => [F, F * Math.exp(d * vol * Math.sqrt(tau)), tau, vol, rate, cp]);

  // [derivative, of, argument, sign]: 0 forward, 2 tau, 3 vol, 4 rate
  const chain = [
    ["delta", "price", 0, 1],
    ["gamma", "delta", 0, 1],
    ["vega", "price", 3, 1],
    ["theta", "price", 2, -1],
    ["rho", "price", 4, 1],
    ["vanna", "delta", 3, 1],
    ["vanna", "vega", 0, 1],
    ["volga", "vega", 3, 1],
    ["charm", "delta", 2, -1],
    ["veta", "vega", 2, -1],
    ["speed", "gamma", 0, 1],
    ["zomma", "gamma", 3, 1],
    ["color", "gamma", 2, -1],
    ["ultima", "volga", 3, 1],
  ] as const;

  it.each(chain)("%s is the difference quotient of %s", (derivative, of, argument, direction) => {
    fc.assert(
      fc.property(options, (o) => {
        const scale = argument === 4 ? 1 : o[argument]! * Math.min(1, o[3] * Math.sqrt(o[2]));
        const at = (k: number) => {
          const moved = [...o] as Option;
          moved[argument] = moved[argument]! + k * 1e-3 * scale;
          return greek(of, moved);
        };
        // central, fourth order
        const quotient = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12e-3 * scale);
        const size = Math.abs(at(0) / scale) + Math.abs(quotient);
        expect(Math.abs(direction * quotient - greek(derivative, o))).toBeLessThan(1e-7 * size + 1e-12);
      }),
    );
  });

  it("a call and a put share gamma, vega, vanna, volga; their deltas differ by D", () => {
    fc.assert(
      fc.property(options, (o) => {
        const call = [...o.slice(0, 5), 1] as Option;
        const put = [...o.slice(0, 5), -1] as Option;
        for (const name of ["gamma", "vega", "vanna", "volga", "speed", "zomma", "ultima"] as const)
          expect(greek(name, call)).toBe(greek(name, put));
        expect(Math.abs(greek("delta", call) - greek("delta", put) - discount(o))).toBeLessThan(3e-16);
      }),
    );
  });
});

describe("columns", () => {
  it("equal the scalars bit for bit, for every count and order", () => {
    const book = [...edges, ...randomOptions(1500, 31)];
    const all = greeksAll(book);
    names.forEach((name, k) =>
      expect(
        firstDifference(
          all[k]!,
          book.map((o) => greek(name, o)),
        ),
      ).toBe(-1),
    );
    for (let n = 1; n <= 131; n += 5) {
      const part = greeksAll(book.slice(n, 2 * n));
      names.forEach((_, k) => expect(firstDifference(part[k]!, all[k]!.slice(n, 2 * n))).toBe(-1));
    }
  });
});

describe("edges", () => {
  it("without time or vol only delta and theta are left", () => {
    for (const [tau, vol] of [
      [0, 0.5],
      [1, 0],
    ] as const) {
      const D = Math.exp(-0.05 * tau);
      const of = (F: number, cp: number) => names.map((name) => greek(name, [F, 100, tau, vol, 0.05, cp]) + 0);
      for (const [F, cp, delta] of [
        [110, 1, 1],
        [90, 1, 0],
        [90, -1, -1],
        [110, -1, 0],
        [100, 1, 0.5],
        [100, -1, -0.5],
      ] as const) {
        const values = of(F, cp);
        expect(values[1]).toBeCloseTo(D * delta, 15);
        expect(values[4]).toBeCloseTo(0.05 * values[0]!, 15);
        for (const k of [2, 3, 6, 7, 9, 10, 11, 12, 13]) expect(values[k]).toBe(0);
        expect(values[8]).toBeCloseTo(0.05 * values[1]!, 15);
      }
    }
  });

  it("no NaN in the wings, at absurd vols or at tiny ones", () => {
    for (const o of edges.slice(0, 15)) for (const name of names) expect(greek(name, o)).not.toBeNaN();
  });

  it("NaN in every output outside the domain", () => {
    for (const o of edges.slice(15)) for (const name of names) expect(greek(name, o)).toBeNaN();
  });
});

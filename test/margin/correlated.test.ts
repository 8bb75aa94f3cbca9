/** Correlated charges against their definition, and what must hold of them whatever the figures are. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Correlated } from "../../bindings/documents/model.ts";
import type { CorrelatedBucket, Requirement, RequirementGroup } from "../../bindings/documents/requirement.ts";
import { Random } from "../reference/random.ts";
import { evaluate, groupOf, sensitivities } from "../vectors/adapters/documents.ts";
import { naive, randomSituation, type Row, type Situation } from "./naive-correlated.ts";

function requirementOf({ rows, charge, parameters }: Situation): Requirement {
  return evaluate({ ...sensitivities(rows), parameters, charges: { charge }, initial: "charge" });
}
const node = (of: Situation): RequirementGroup => groupOf(requirementOf(of), "charge");
function bucketsOf({ driver }: RequirementGroup): CorrelatedBucket[] {
  if (driver === undefined || !("buckets" in driver)) throw new Error("no buckets");
  return driver.buckets;
}

/** A root near zero has half the digits: there its square is compared. */
function near(what: string, actual: number, expected: number, gross: number): void {
  const isNear =
    Math.abs(actual - expected) <= 1e-12 * gross || Math.abs(actual ** 2 - expected ** 2) <= 1e-13 * gross ** 2;
  expect(isNear, `${what}: ${actual} against ${expected}`).toBe(true);
}

const rowOf = (bucket: string, name: string, amount: number, more: Record<string, string> = {}): Row => ({
  keys: { bucket, name, tenor: "x", place: "p", ...more },
  amount,
});
/** A charge on given rows, with figures that are easy to follow: weights 1, threshold 100, ρ = 0.5, γ = 0.25. */
function plain(rows: Row[], charge: Partial<Correlated> = {}): Situation {
  const figure = (is: number) => ({ unit: "test", source: "test", is });
  return {
    rows,
    charge: {
      kind: "correlated",
      factor: ["bucket", "name", "tenor", "place"],
      bucket: ["bucket"],
      within: "rho",
      across: "gamma",
      ...charge,
    },
    parameters: { rho: figure(0.5), gamma: figure(0.25), threshold: figure(100) },
    weight: {},
    threshold: 100,
    matrices: {},
  };
}

describe("against the definition", () => {
  test("random terms, stress, concentration, special buckets, two sides and tails: value, K and S", () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 600; seed++) {
      const situation = randomSituation(seed);
      const expected = naive(situation);
      const group = node(situation);
      const what = `seed ${seed} ${JSON.stringify(situation.charge)}`;
      near(what, group.value, expected.value, expected.gross);
      const buckets = bucketsOf(group);
      expect(buckets.map(({ keys }) => keys.bucket).sort(), what).toEqual(Object.keys(expected.buckets));
      for (const { keys, K, S, special } of buckets) {
        const own = expected.buckets[keys.bucket!]!;
        near(`${what} K of ${keys.bucket}`, K, own.K, expected.gross);
        near(`${what} S of ${keys.bucket}`, S, special ? own.sum : own.S, expected.gross);
      }
      if (expected.limited) seen.add("limited");
      if (expected.value === 0) seen.add("zero");
      for (const key of Object.keys(situation.charge)) seen.add(key);
    }
    for (const field of ["limited", "squared", "regime", "tail", "special", "concentration", "measure", "clamp"])
      expect(seen).toContain(field);
  });

  test("one bucket is the plain quadratic form", () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = new Random(seed);
      const n = random.whole(1, 30);
      const w = Array.from({ length: n }, () => random.sign() * random.logUniform(1, 1e6));
      const rho = random.uniform(0, 1);
      const rows = w.map((amount, i) => rowOf("1", `n${i}`, amount));
      const situation = plain(rows);
      situation.parameters.rho = { unit: "test", source: "test", is: rho };
      const sum = w.reduce((a, b) => a + b, 0);
      const squares = w.reduce((a, b) => a + b * b, 0);
      near(
        `seed ${seed}`,
        node(situation).value,
        Math.sqrt((1 - rho) * squares + rho * sum * sum),
        Math.abs(sum) + Math.sqrt(squares) * n,
      );
    }
  });

  test("factors of different concentration groups may agree, in as many groups as there are: value and shares", () => {
    const random = new Random(11);
    // a name is in two places, and a place has several names; small ones are below the threshold
    const rows = Array.from({ length: 1500 }, (_, i) =>
      rowOf("1", `n${i >> 1}`, random.sign() * random.logUniform(1, 1e4), { place: `p${i % 1100}` }),
    );
    const concentration = { at: ["bucket", "name"], threshold: "threshold" };
    const group = node(plain(rows, { within: { agree: ["place"], is: 0.8, else: 0.3 }, concentration }));
    const total = new Map<string, number>();
    for (const { keys, amount } of rows) total.set(keys.name!, (total.get(keys.name!) ?? 0) + amount);
    const ratio = rows.map(({ keys }) => Math.max(1, Math.sqrt(Math.abs(total.get(keys.name!)!) / 100)));
    const w = rows.map(({ amount }, k) => amount * ratio[k]!);
    const slopes = rows.map(({ keys }, k) =>
      rows.reduce((sum, other, l) => {
        const rho = k === l ? 1 : keys.place === other.keys.place ? 0.8 : 0.3;
        const f = Math.min(ratio[k]!, ratio[l]!) / Math.max(ratio[k]!, ratio[l]!);
        return sum + rho * f * w[l]!;
      }, 0),
    );
    const K = Math.sqrt(slopes.reduce((sum, slope, k) => sum + slope * w[k]!, 0));
    const gross = w.reduce((sum, x) => sum + Math.abs(x), 0);
    near("value", group.value, K, gross);
    const shares = new Map(group.shares);
    expect(shares.size).toBe(rows.length);
    [...shares.values()].forEach((share, k) => {
      expect(Math.abs(share - (w[k]! * slopes[k]!) / K)).toBeLessThan(1e-12 * gross * Math.max(1, Math.abs(w[k]!) / K));
    });
    expect(group.fixed).toBe(true);
  });

  test("what is exempt from concentration is like everything else with a ratio of 1", () => {
    // CR of a is 2; b is exempt, though in the same group: f = 1/2 between them
    const rows = [rowOf("1", "a", 400), rowOf("1", "a", 10, { place: "q" })];
    const concentration = { at: ["bucket", "name"], threshold: "threshold", except: { place: "q" } };
    const { value } = node(plain(rows, { concentration }));
    near("value", value, Math.sqrt(800 ** 2 + 10 ** 2 + 2 * 0.5 * 0.5 * 800 * 10), 1000);
  });
});

describe("order", () => {
  test("of positions and of instruments, and how a position is split, changes no bit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (seed, order) => {
        const situation = randomSituation(seed);
        const random = new Random(order);
        const { instruments, positions, keys } = sensitivities(situation.rows);
        const { parameters, charge } = situation;
        const shuffled = <T>(list: T[]): T[] => {
          const to = [...list];
          for (let i = to.length - 1; i > 0; i--) {
            const j = random.whole(0, i);
            [to[i], to[j]] = [to[j]!, to[i]!];
          }
          return to;
        };
        // a whole part and the rest are exact halves of an amount
        const split = positions.flatMap((position) => {
          const whole = Math.trunc(position.amount!);
          return [
            { ...position, amount: whole },
            { ...position, amount: position.amount! - whole },
          ];
        });
        const of = (listed: typeof instruments, held: typeof positions) =>
          evaluate({ keys, instruments: listed, positions: held, parameters, charges: { charge }, initial: "charge" });
        const [one, other] = [of(instruments, positions), of(shuffled(instruments), shuffled(split))];
        expect(Object.is(one.initial, other.initial)).toBe(true);
        const figures = (requirement: Requirement) =>
          Object.fromEntries(
            bucketsOf(groupOf(requirement, "charge")).map(({ keys: at, K, S }) => [at.bucket, [K, S]]),
          );
        expect(figures(other)).toEqual(figures(one));
      }),
      { numRuns: 150, seed: 1 },
    );
  });
});

describe("shares", () => {
  const shareOf = (group: RequirementGroup) => group.shares!.reduce((total, [, share]) => total + share, 0);

  test("sum to the node", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const situation = randomSituation(seed);
      const group = node(situation);
      if (group.value === 0) continue;
      const gross = group.shares!.reduce((total, [, share]) => total + Math.abs(share), 0);
      expect(Math.abs(shareOf(group) - group.value), `seed ${seed}`).toBeLessThanOrEqual(
        1e-9 * Math.max(gross, group.value),
      );
      expect(group.rescaled, `seed ${seed}`).toBeUndefined();
    }
  });

  test("are q·∂V/∂q by central differences, where no threshold binds and no branch is near", () => {
    let compared = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const situation = randomSituation(seed, { concentration: undefined });
      const group = node(situation);
      const { gross } = naive(situation);
      if (group.value < 1e-3 * gross) continue;
      situation.rows.slice(0, 5).forEach((row, i) => {
        const at = (step: number) =>
          naive({
            ...situation,
            rows: situation.rows.map((one, k) => (k === i ? { ...one, amount: row.amount * (1 + step) } : one)),
          }).value;
        const step = 1e-5;
        const [up, down] = [at(step), at(-step)];
        // the sides differ where a branch lies between them
        if (Math.abs(up + down - 2 * group.value) > 1e-7 * gross) return;
        const [, share] = group.shares!.find(([name]) => name === `S${String(i).padStart(6, "0")}`) ?? ["", 0];
        expect(Math.abs(share - (up - down) / (2 * step)), `seed ${seed} row ${i}`).toBeLessThanOrEqual(1e-6 * gross);
        compared++;
      });
    }
    expect(compared).toBeGreaterThan(400);
  });

  test("of concentrated nodes are marked as with the ratios held fixed, and others are not", () => {
    const concentration = { threshold: "threshold" };
    expect(node(plain([rowOf("1", "a", 101)], { concentration })).fixed).toBe(true);
    expect(node(plain([rowOf("1", "a", 99)], { concentration })).fixed).toBeUndefined();
    const two = node(plain([rowOf("1", "a", 400), rowOf("1", "b", 50)], { concentration }));
    expect(two.fixed).toBe(true);
    expect(shareOf(two)).toBeCloseTo(two.value, 9);
  });
});

describe("scale", () => {
  const scaled = (situation: Situation, by: number): Situation => ({
    ...situation,
    rows: situation.rows.map(({ keys, amount }) => ({ keys, amount: by * amount })),
  });

  test("twice the book is twice the charge where no threshold binds, to the bit", () => {
    for (let seed = 1; seed <= 100; seed++) {
      const situation = randomSituation(seed, { concentration: undefined });
      // a power of two scales every rounding alike; fractions below 2⁻⁶⁰ are rounded where they are summed
      situation.rows.forEach((row) => (row.amount = Math.round(row.amount * 1024) / 1024));
      const [one, two] = [node(situation), node(scaled(situation, 2))];
      expect(two.value, `seed ${seed}`).toBe(2 * one.value);
      expect(bucketsOf(two).map(({ K }) => K)).toEqual(bucketsOf(one).map(({ K }) => 2 * K));
    }
  });

  test("where one binds it grows with the power of one and a half", () => {
    const situation = plain([rowOf("1", "a", 100)], { concentration: { threshold: "threshold" } });
    expect(node(situation).value).toBe(100);
    expect(node(scaled(situation, 4)).value).toBe(800);
    expect(node(scaled(situation, 16)).value).toBe(6400);
  });
});

describe("parts of the format", () => {
  test("pillars: a measure is split between its neighbours, and counts whole beyond the ends", () => {
    const held = (tenor: number, amount: number) => ({ keys: { bucket: "1", years: tenor }, amount });
    const charge: Correlated = {
      kind: "correlated",
      factor: ["bucket"],
      bucket: ["bucket"],
      pillars: { of: "yearsOf", at: [1, 2, 5] },
      within: { key: "pillar", matrix: "pillarRho" },
    };
    const rows = [held(0.5, 10), held(1.25, 100), held(2, 7), held(4, 30), held(9, 1)];
    const yearsOf = { unit: "years", source: "test", for: [0.5, 1.25, 2, 4, 9].map((years) => ({ years, is: years })) };
    const labels = [1, 2, 5];
    const rho = [
      [1, 0.9, 0.8],
      [0.9, 1, 0.95],
      [0.8, 0.95, 1],
    ];
    const pillarRho = { unit: "correlation", source: "test", is: { labels, rows: rho } };
    const requirement = evaluate({
      ...sensitivities(rows),
      parameters: { yearsOf, pillarRho },
      charges: { charge },
      initial: "charge",
    });
    const [bucket] = bucketsOf(groupOf(requirement, "charge"));
    const at = (pillar: number) => bucket!.factors.find(({ keys }) => keys.pillar === pillar)!.sensitivity as number;
    const w = [10 + 75, 25 + 7 + 10, 20 + 1];
    [1, 2, 5].forEach((pillar, i) => expect(at(pillar)).toBeCloseTo(w[i]!, 12));
    const squared = w.reduce((total, x, i) => total + w.reduce((sum, y, j) => sum + rho[i]![j]! * x * y, 0), 0);
    expect(requirement.initial).toBeCloseTo(Math.sqrt(squared), 10);
  });

  test("a diagonal of pairs is the correlation of two factors with one label, not of one with itself", () => {
    const rows = [rowOf("1", "a", 3), rowOf("1", "b", 4)];
    const situation = plain(rows, { within: { key: "tenor", matrix: "pairs" } });
    situation.parameters.pairs = {
      unit: "correlation",
      source: "test",
      is: { labels: ["x"], rows: [[0.5]], diagonal: "pairs" },
    };
    near("value", node(situation).value, Math.sqrt(9 + 16 + 12), 7);
  });
});

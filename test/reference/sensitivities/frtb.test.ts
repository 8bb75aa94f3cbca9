/** The twin of the Basel method against figures of others: ../shared/vectors/simm-frtb.json. */
import { afterAll, describe, expect, test } from "vitest";
import { frtbRecords } from "../../../bindings/formats/frtb.ts";
import { basel } from "./basel-parameters.ts";
import { curvatureRisk } from "./frtb-rules.ts";
import { frtb } from "./frtb.ts";
import { SCENARIOS, type FrtbMeasure } from "./frtb-types.ts";
import { allowed, published, publishedAreThere, publishedCrypto, publishedFrtb, type FrtbCase } from "./published.ts";

const worst = new Map<string, { absolute: number; relative: number; count: number }>();

function close(group: string, what: string, actual: number, expected: number, tolerance: number): void {
  const absolute = Math.abs(actual - expected);
  const relative = expected === 0 ? absolute : absolute / Math.abs(expected);
  const known = worst.get(group) ?? { absolute: 0, relative: 0, count: 0 };
  worst.set(group, {
    absolute: Math.max(known.absolute, absolute),
    relative: Math.max(known.relative, relative),
    count: known.count + 1,
  });
  if (!(absolute <= tolerance)) expect.fail(`${what}: ${actual} against ${expected}`);
}

/**
 * Rows of a case. `namesFrom … namesTo` stands for as many rows with an amount each; a `divisor` says by what the CVR was divided before it was
 * written down, which the record undoes for the twin to do.
 */
function recordsOf({ riskClass, measure, inputs }: FrtbCase) {
  const rows = inputs.flatMap((row): object[] => {
    const { namesFrom, namesTo, amountEach, divisor } = row as Record<string, number>;
    if (namesFrom !== undefined)
      return Array.from({ length: namesTo! - namesFrom + 1 }, (_, i) => ({
        ...row,
        name: `name ${namesFrom + i}`,
        amount: amountEach,
      }));
    if (divisor === undefined) return [row];
    const undone = { cvrUp: Number(row["cvrUp"]) * divisor, cvrDown: Number(row["cvrDown"]) * divisor };
    return [{ ...row, ...undone, divisible: divisor > 1 ? "yes" : "no" }];
  });
  return frtbRecords(rows.map((row) => ({ riskClass, measure, ...row })));
}

describe.skipIf(!publishedAreThere)("published figures (../shared/vectors)", () => {
  afterAll(() => {
    for (const [group, { absolute, relative, count }] of worst)
      console.info(
        `${group}: ${count} figures, worst ${absolute.toPrecision(3)}, ${relative.toExponential(1)} relative`,
      );
  });

  test("our copy of the public tables is theirs", () => {
    const { crypto, ...sba } = basel;
    const equityLarge = expect.closeTo(sba.vegaRw.equityLarge, 14) as number;
    expect(publishedFrtb).toMatchObject({ ...sba, vegaRw: { ...sba.vegaRw, equityLarge } });
    expect(publishedCrypto).toMatchObject({ baselGroup2a: crypto });
  });

  test.each(published?.frtb ?? [])("$id", (one) => {
    const result = frtb(basel, recordsOf(one), { divideFxCurvature: true });
    for (const scenario of SCENARIOS) {
      const { total, classes } = result.scenarios[scenario];
      const figure = one.expected[scenario];
      close(`frtb ${one.tolerance}`, scenario, total, figure, allowed(one.tolerance, figure));
      const measure = classes[one.riskClass]![one.measure as FrtbMeasure]!;
      if (one.alternativeSb !== undefined) expect(measure.alternative).toBe(one.alternativeSb[scenario] === 1);
      if (scenario !== one.bucketScenario) continue;
      for (const [bucket, { kb, sb }] of Object.entries(one.buckets!)) {
        close("frtb buckets", `${bucket} K`, measure.buckets[bucket]!.K, kb, 1e-12 * kb);
        close("frtb buckets", `${bucket} S`, measure.buckets[bucket]!.S, sb, 1e-12 * Math.abs(sb));
      }
    }
  });

  test("a CVR is the change of value less that of a straight line, with the sign of a loss", () => {
    const given = published!.frtb.flatMap(({ inputs }) => inputs).filter((row) => "pnlUp" in row);
    expect(given.length).toBeGreaterThan(0);
    for (const row of given as Record<string, number>[]) {
      const weight = basel.equity.rwSpot[Number(row["bucket"]) - 1]!;
      expect(curvatureRisk(row["pnlUp"]!, weight, row["delta"]!)).toBeCloseTo(row["cvrUp"]!, 9);
      expect(curvatureRisk(row["pnlDown"]!, -weight, row["delta"]!)).toBeCloseTo(row["cvrDown"]!, 9);
    }
  });
});

/** Routes cases to adapters by their shape, judges what comes back, and counts by family. */
import { ADAPTERS } from "./adapters/index.ts";
import { collect, type Case } from "./collect.ts";
import { judge, type FigureError, type Mismatch } from "./compare.ts";
import { by } from "./margin.ts";
import { NotPossible, throughVenue } from "./through-venue.ts";
import { Input, Malformed, NotBuilt } from "./input.ts";

export type Status = "passed" | "failed" | "not built yet";

export interface Result {
  id: string;
  family: string;
  file: string;
  status: Status;
  /** Why it failed or is not built, or why a part is not claimed. */
  reason?: string;
  figures: number;
  worst?: FigureError;
  mismatches: Mismatch[];
  unclaimed: string[];
}
/** Passed cases once more, by way of a venue. */
export interface ThroughVenue {
  cases: number;
  passed: number;
  notPossible: { why: string; cases: number }[];
}
export interface Family {
  family: string;
  cases: number;
  passed: number;
  /** Of the passed: cases of which some figures are not claimed. */
  inPart: number;
  failed: number;
  notBuilt: number;
  figures: number;
  largestError?: FigureError & { id: string };
}
export interface Report {
  folders: { folder: string; missing?: true; cases: number; files: number; without: number }[];
  families: Family[];
  /** Shapes that no adapter runs. */
  notBuilt: { shape: string; cases: number; why?: string }[];
  /** Figures that an adapter leaves out, by family. */
  unclaimed: { family: string; figures: string[]; cases: number; why?: string }[];
  venue: ThroughVenue;
  /** Also of those by way of a venue. */
  failures: Result[];
  total: Omit<Family, "family" | "largestError">;
}

export function runCase(one: Case): Result {
  const adapter = ADAPTERS.find(({ knows }) => knows(one.shape));
  const family = adapter?.family ?? one.shape.name;
  const blank = { id: one.id, family, file: one.file, figures: 0, mismatches: [], unclaimed: [] };
  const failed = (reason: string): Result => ({ ...blank, status: "failed", reason });
  if (one.malformed !== undefined) return failed(`malformed: ${one.malformed}`);
  if (adapter === undefined) return { ...blank, status: "not built yet" };
  try {
    const { got, bounds, note } = adapter.run(new Input(one.inputs));
    const verdict = judge(one.expected, got, one.tolerance, bounds, one.inputs);
    if (verdict.mismatches.length > 0)
      return {
        ...blank,
        ...verdict,
        status: "failed",
        reason: `${verdict.mismatches.length} of ${verdict.figures} figures differ`,
      };
    if (verdict.figures === 0) return failed("malformed: no figure of `expected` is one that this shape has");
    return { ...blank, ...verdict, status: "passed", reason: verdict.unclaimed.length > 0 ? note : undefined };
  } catch (error) {
    if (error instanceof NotBuilt) return { ...blank, status: "not built yet", reason: error.message };
    return failed(`${error instanceof Malformed ? "malformed: " : ""}${(error as Error).message}`);
  }
}

/** The same case with its margins from a venue, or why it cannot be. */
export function runThroughVenue(one: Case): Result | { why: string } {
  let why: string | undefined;
  let held = 0;
  const result = by(
    (...documents) => {
      const [, , { positions, orders = [] }] = documents;
      held += positions.length + orders.length;
      try {
        return throughVenue(...documents);
      } catch (error) {
        if (error instanceof NotPossible) why ??= error.message;
        throw error;
      }
    },
    () => runCase(one),
  );
  if (why === undefined && held === 0) why = "no margin of something that is held is asked for";
  return why === undefined ? result : { why };
}

export function run(folders: string[]): Report {
  const found = folders.map(collect);
  const all = found.flatMap(({ cases }) => cases);
  const results = all.map(runCase);
  const again = all.filter((_, k) => results[k]!.status === "passed").map(runThroughVenue);
  const ran = again.filter((one) => "status" in one);
  const impossible = again.filter((one) => "why" in one);
  const failed = ran.filter(({ status }) => status !== "passed");
  return {
    folders: found.map(({ folder, missing, files, cases }) => ({
      folder,
      missing,
      cases: cases.length,
      files: files.length,
      without: files.filter((file) => file.cases === 0).length,
    })),
    families: grouped(results, ({ family }) => family).map(([family, of]) => familyOf(family, of)),
    notBuilt: grouped(
      results.filter(({ status }) => status === "not built yet"),
      ({ family, reason }) => (reason === undefined ? family : `${family}: ${reason}`),
    ).map(([, of]) => ({ shape: of[0]!.family, cases: of.length, why: of[0]!.reason })),
    unclaimed: grouped(
      results.filter(({ status, unclaimed }) => status === "passed" && unclaimed.length > 0),
      ({ family, unclaimed }) => `${family}: ${unclaimed.join()}`,
    ).map(([, of]) => ({ family: of[0]!.family, figures: of[0]!.unclaimed, cases: of.length, why: of[0]!.reason })),
    venue: {
      cases: ran.length,
      passed: ran.length - failed.length,
      notPossible: grouped(impossible, ({ why }) => why).map(([why, of]) => ({ why, cases: of.length })),
    },
    failures: [
      ...results.filter(({ status }) => status === "failed"),
      ...failed.map((one) => ({ ...one, reason: `through a venue: ${one.reason}` })),
    ],
    total: counts(results),
  };
}

function grouped<T>(items: T[], key: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const of = groups.get(key(item));
    if (of === undefined) groups.set(key(item), [item]);
    else of.push(item);
  }
  return [...groups];
}

function counts(results: Result[]): Report["total"] {
  const of = (status: Status) => results.filter((result) => result.status === status).length;
  return {
    cases: results.length,
    passed: of("passed"),
    inPart: results.filter(({ status, unclaimed }) => status === "passed" && unclaimed.length > 0).length,
    failed: of("failed"),
    notBuilt: of("not built yet"),
    figures: results.reduce((sum, { figures }) => sum + figures, 0),
  };
}

function familyOf(family: string, results: Result[]): Family {
  const worst = results
    .filter((result) => result.worst !== undefined)
    .sort((a, b) => b.worst!.ofBound - a.worst!.ofBound)[0];
  return {
    family,
    ...counts(results),
    largestError: worst === undefined ? undefined : { id: worst.id, ...worst.worst! },
  };
}

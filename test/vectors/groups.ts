/**
 * Groups of a file of sensitivities → cases: `simm` and `frtb` (lists), `simmSuite` (by version: sensitivities by name, and tests that list
 * them), `simmOre` (one CRIF, several versions and sides), `simmLive` (columns and rows), `simmTwoTables` and `simmDerived` (by version a
 * figure for each id, whose inputs are those of a suite of the same file).
 *
 * A case's inputs are all that an adapter needs: records as rows with named columns, version, horizon, side; and the folders where its
 * parameters may be.
 */
import { dirname } from "node:path";
import type { Case } from "./collect.ts";

type Json = Record<string, unknown>;

const isObject = (x: unknown): x is Json => x !== null && typeof x === "object" && !Array.isArray(x);
const SENSITIVITY = ["productClass", "riskType", "qualifier", "bucket", "label1", "label2", "amountUSD"];
/** The last place where parameters are looked for. */
const SHARED = "../shared/vectors";

class Shapeless extends Error {}
const need = (isThere: unknown, path: string, expected: string): void => {
  if (!isThere) throw new Shapeless(`${path}: expected ${expected}`);
};
const object = (x: unknown, path: string): Json => {
  need(isObject(x), path, "an object");
  return x as Json;
};
const list = (x: unknown, path: string): unknown[] => {
  need(Array.isArray(x), path, "a list");
  return x as unknown[];
};

/** What is compared, and with what, before it is known to be well formed. */
type Draft = Pick<Case, "id" | "inputs" | "expected" | "tolerance">;
type Reader = (group: unknown, json: Json) => { id: string; draft: () => Draft }[];

/** `1e-9 relative`, `1e-6 USD`, `1 USD (…)`, `1e-6 absolute (…)`. */
function toleranceOf(text: unknown): unknown {
  const found = typeof text === "string" ? /^([\d.e-]+) (relative|USD|absolute)/.exec(text) : null;
  return found === null ? text : { [found[2] === "relative" ? "rel" : "abs"]: Number(found[1]) };
}

const rowOf = (columns: unknown[], cells: unknown[]): Json =>
  Object.fromEntries(columns.map((column, i) => [String(column), cells[i]]));
const rowsOf = (columns: unknown, rows: unknown, path: string): Json[] => {
  const names = list(columns, `${path}.columns`);
  return list(rows, path).map((cells, i) => rowOf(names, list(cells, `${path}[${i}]`)));
};

const entries = (group: unknown, path: string): [string, unknown][] =>
  Array.isArray(group) ? group.map((one, i) => [`${path}[${i}]`, one]) : isObject(group) ? Object.entries(group) : [];

const idOf = (one: unknown, otherwise: string) => (isObject(one) && typeof one.id === "string" ? one.id : otherwise);

const simm: Reader = (group) =>
  entries(group, "simm").map(([path, one]) => ({
    id: idOf(one, path),
    draft: () => {
      const {
        version,
        mporDays: horizon,
        side,
        calculationCurrency,
        inputs,
        expected,
        margins,
        perBucket,
        ...rest
      } = object(one, path);
      return {
        id: idOf(one, path),
        inputs: { version, horizon, side, calculationCurrency, ...object(inputs, `${path}.inputs`) },
        expected: { ...object(expected, `${path}.expected`), margins, perBucket },
        tolerance: toleranceOf(rest.tolerance),
      };
    },
  }));

const frtb: Reader = (group) =>
  entries(group, "frtb").map(([path, one]) => ({
    id: idOf(one, path),
    draft: () => {
      const { riskClass, measure, inputs, expected, buckets, bucketScenario, alternativeSb, tolerance } = object(
        one,
        path,
      );
      return {
        id: idOf(one, path),
        inputs: { riskClass, measure, rows: inputs, bucketScenario },
        expected: { ...object(expected, `${path}.expected`), buckets, alternativeSb },
        tolerance: toleranceOf(tolerance),
      };
    },
  }));

/** `IR_8*5 IR_9`: five times one sensitivity and once another, of the suite's own or, where it lists none, of the file's other suites. */
function suiteRows(suite: Json, test: Json, path: string, json: Json): Json[] {
  const suites = [suite, ...Object.values(isObject(json.simmSuite) ? json.simmSuite : {}).filter(isObject)];
  const known = object(
    suites.find(({ sensitivities }) => sensitivities !== undefined)?.sensitivities,
    `${path}.sensitivities`,
  );
  need(typeof test.in === "string", `${path}.in`, "names of sensitivities, with blanks between");
  const names = String(test.in).trim().split(/\s+/);
  return names.map((item) => {
    const [name, times] = item.split("*");
    const cells = list(known[name!], `${path}.sensitivities.${name}`);
    return { ...rowOf(SENSITIVITY, cells), times: Number(times ?? 1) };
  });
}

const testsOf = (suite: unknown): [string, unknown][] =>
  isObject(suite) ? entries(suite.tests ?? suite.cases, "tests") : [];

const simmSuite: Reader = (group, json) =>
  entries(group, "simmSuite").flatMap(([version, suite]) =>
    testsOf(suite).map(([name, test]) => {
      const path = `simmSuite.${version}.${name}`;
      return {
        id: path,
        draft: () => {
          const of = object(suite, version);
          const own = object(test, path);
          const columns = (of.columns ?? ["total"]) as unknown[];
          const horizons = ["10d", "1d"].filter((horizon) => own[horizon] !== undefined);
          const figures = (horizon: string) => {
            const given = own[horizon];
            return typeof given === "number" ? { total: given } : rowOf(columns, list(given, `${path}.${horizon}`));
          };
          return {
            id: path,
            inputs: { version, sensitivities: suiteRows(of, own, path, json) },
            expected: Object.fromEntries(horizons.map((horizon) => [horizon, figures(horizon)])),
            tolerance: toleranceOf(of.tolerance),
          };
        },
      };
    }),
  );

const simmOre: Reader = (group, json) =>
  entries(group, "simmOre").map(([path, one]) => ({
    id: idOf(one, path),
    draft: () => {
      const { version, mporDays: horizon, side, calculationCurrency, expected, tolerance } = object(one, path);
      const { columns, rows } = object(json.simmOreCrif, "simmOreCrif");
      const sensitivities = rowsOf(columns, rows, "simmOreCrif.rows");
      return {
        id: idOf(one, path),
        inputs: { version, horizon, side, calculationCurrency, sensitivities },
        expected,
        tolerance: toleranceOf(tolerance),
      };
    },
  }));

const simmLive: Reader = (group) => {
  const of = isObject(group) ? group : {};
  return entries(of.cases, "simmLive.cases").map(([path, one]) => ({
    id: idOf(one, path),
    draft: () => {
      const { version, calculationCurrency, inputs, expected, tolerance } = object(one, path);
      const sensitivities = rowsOf(of.columns, inputs, `${path}.inputs`);
      return {
        id: idOf(one, path),
        inputs: { version, calculationCurrency, sensitivities },
        expected,
        tolerance: toleranceOf(tolerance),
      };
    },
  }));
};

/** By version and id, what a margin is: a ten-day total, a list of [10d, 1d], or an object of horizons or totals. */
const byVersion =
  (name: string): Reader =>
  (group, json) =>
    entries(group, name).flatMap(([version, figures]) => {
      const own =
        isObject(figures) && isObject(figures.cases ?? figures.tests) ? (figures.cases ?? figures.tests) : figures;
      const found = entries(own, name).filter(([, figure]) => typeof figure === "number" || typeof figure === "object");
      return found.map(([key, figure]) => {
        const path = `${name}.${version}.${key}`;
        return {
          id: path,
          draft: () => {
            const suites = entries(json.simmSuite, "simmSuite").filter(
              ([, suite]) => isObject(suite) && isObject(suite.tests) && isObject(suite.tests[key]),
            );
            // the newest suite that is not the version's own
            const suite = suites.sort(([a], [b]) => (a < b ? 1 : -1)).find(([of]) => of !== version) ?? suites[0];
            const named = isObject(figure) && figure.in !== undefined ? figure : undefined;
            need(suite !== undefined, path, `a test ${key} of a suite in simmSuite`);
            const of = suite![1] as Json;
            const test = named ?? ((of.tests as Json)[key] as Json);
            return {
              id: path,
              inputs: { version, sensitivities: suiteRows(of, test, path, json) },
              expected: totalsOf(figure, of.columns as unknown[] | undefined, path),
              tolerance: undefined,
            };
          },
        };
      });
    });

function totalsOf(figure: unknown, columns: unknown[] | undefined, path: string): Json {
  if (typeof figure === "number") return { total10d: figure };
  if (Array.isArray(figure)) return { total10d: figure[0], ...(figure.length > 1 ? { total1d: figure[1] } : {}) };
  const { in: _, ...given } = object(figure, path);
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (typeof value === "number") return [/^\d+d$/.test(name) ? `total${name}` : name, value];
      return [name, Array.isArray(value) ? rowOf(columns ?? ["total"], value) : value];
    }),
  );
}

const READERS: Record<string, Reader> = {
  simm,
  frtb,
  simmSuite,
  simmOre,
  simmLive,
  simmTwoTables: byVersion("simmTwoTables"),
  simmDerived: (group, json) => (Array.isArray(group) ? simm(group, json) : byVersion("simmDerived")(group, json)),
};

/** Cases of the groups that a file has; one that is not of its group's shape is malformed. */
export function casesOfGroups(json: Json, file: string): Case[] {
  return Object.entries(READERS).flatMap(([name, read]) => {
    if (json[name] === undefined) return [];
    return read(json[name], json).map(({ id, draft }): Case => {
      const blank = { file, shape: { name, has: () => false }, tolerance: undefined };
      try {
        const { inputs, expected, ...rest } = draft();
        const all = defined({ ...(inputs as Json), parametersIn: [dirname(file), SHARED] }) as Json;
        return {
          ...blank,
          ...rest,
          shape: { name, has: (key) => key in all },
          inputs: all,
          expected: defined(expected),
        };
      } catch (error) {
        if (!(error instanceof Shapeless)) throw error;
        return { ...blank, id, inputs: {}, expected: {}, malformed: error.message };
      }
    });
  });
}

/** Without the fields that a case does not have. */
const defined = (expected: unknown): unknown =>
  isObject(expected)
    ? Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined))
    : expected;

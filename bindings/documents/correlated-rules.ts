/** What the parts of a correlated charge demand of one another and of the model; and what makes a matrix one of correlations. */
import { MarginError, step, unexpected } from "../error.ts";
import type { Matrix, Select } from "./expression.ts";
import type { Correlated, CorrelationTerm, Level, MarginModel, Parameter } from "./model.ts";

/** Sets of agreements are 2^n, and so is the work of each bucket; published rules have up to three. */
const MOST_AGREEMENTS = 8;

/** Fields of a correlated charge that are no expressions. */
export const CORRELATED_PLAIN = ["factor", "bucket", "reprice", "squared", "regime", "clamp", "special", "tail"];

export function isMatrix(figure: Parameter["is"]): figure is Matrix {
  return typeof figure === "object" && !Array.isArray(figure);
}

/** The terms of the correlation within a bucket. */
export function termsOf({ within }: Correlated): CorrelationTerm[] {
  return within === "absolute" ? [] : Array.isArray(within) ? within : [within];
}

export function correlatedRules(
  document: MarginModel,
  charge: Correlated,
  path: string,
  level: (path: string, at: Level | undefined) => void,
  keys: Set<string>,
): void {
  level(`${path}.factor`, charge.factor);
  level(`${path}.bucket`, charge.bucket);
  level(`${path}.concentration.at`, charge.concentration?.at);
  const sided = (select: Select | undefined, at: string) => {
    if (select?.side !== undefined)
      throw new MarginError("WrongSelect", `${at}.side`, "sensitivities are netted first: they have no side", {
        value: select.side,
      });
  };
  sided(charge.select, `${path}.select`);
  sided(charge.concentration?.except, `${path}.concentration.except`);
  sided(charge.special?.select, `${path}.special.select`);
  const known = (key: string, at: string) => {
    if (!keys.has(key) && !(key === "pillar" && charge.pillars !== undefined))
      throw unexpected("UnknownKey", at, `a key of an instrument (${[...keys].join(", ")}), or of pillars`, key);
  };
  const matrix = ({ key, matrix: name }: { key: string; matrix: string }, at: string) => {
    known(key, `${at}.key`);
    const parameter = Object.hasOwn(document.parameters, name) ? document.parameters[name] : undefined;
    if (parameter === undefined || !isMatrix(parameter.is))
      throw unexpected("UnknownName", `${at}.matrix`, "a parameter that is a matrix", name);
  };
  termsOf(charge).forEach((term, i) => {
    const at = Array.isArray(charge.within) ? `${path}.within[${i}]` : `${path}.within`;
    if (typeof term !== "object") return;
    if ("matrix" in term) matrix(term, at);
    if ("agree" in term) term.agree.forEach((key, k) => known(key, `${at}.agree[${k}]`));
  });
  const agreements = termsOf(charge).filter((term) => typeof term === "object" && "agree" in term).length;
  if (agreements > MOST_AGREEMENTS)
    throw new MarginError(
      "TooManyAgreements",
      `${path}.within`,
      `has ${agreements} agreements; a charge can have ${MOST_AGREEMENTS}, since the work doubles with each`,
      { value: agreements },
    );
  const { across, measure, reprice, tail, special, concentration } = charge;
  if (typeof across === "object" && "matrix" in across) matrix(across, `${path}.across`);
  const isTwoSided = typeof measure === "object" && "up" in measure;
  if (reprice !== undefined) {
    const rows = Object.hasOwn(document.scenarios ?? {}, reprice.scenarios)
      ? document.scenarios![reprice.scenarios]!.rows
      : undefined;
    if (rows === undefined)
      throw unexpected(
        "UnknownScenarios",
        `${path}.reprice.scenarios`,
        "a set of model.scenarios with rows",
        reprice.scenarios,
      );
    for (const side of ["up", "down"] as const) {
      if (reprice[side] >= rows.length)
        throw unexpected("OutOfRange", `${path}.reprice.${side}`, `a row below ${rows.length}`, reprice[side]);
    }
    if (!isTwoSided)
      throw new MarginError("MeasureNotTwoSided", `${path}.measure`, "reprice needs a measure { up, down }");
  }
  const apart = (isSet: boolean, field: string, why: string) => {
    if (isSet) throw new MarginError("NotTogether", `${path}.${field}`, why);
  };
  if (isTwoSided) {
    apart(tail !== undefined, "tail", "a tail is of one measure, not of { up, down }");
    apart(concentration !== undefined, "concentration", "concentration is of one measure, not of { up, down }");
  }
  if (tail !== undefined) {
    apart(special?.inside === true, "special.inside", "with a tail, special buckets have one of their own");
    apart(across === "sum", "across", 'with a tail, across cannot be "sum"');
    apart(charge.within === "absolute", "within", 'with a tail, within cannot be "absolute"');
  }
  for (const key of Object.keys(special?.select ?? {})) {
    if (!keys.has(key))
      throw unexpected("UnknownKey", `${path}.special.select${step(key)}`, "a key of the bucket", key);
  }
}

/**
 * Square, named rows, symmetric, 1 on the diagonal, −1 to 1 elsewhere. That no portfolio has a negative variance the core checks.
 *
 * @param table where the rows stand, for errors
 */
export function matrixRules(path: string, { labels, rows, diagonal }: Matrix, table = `${path}.rows`): void {
  labels.forEach((label, i) => {
    if (labels.indexOf(label) < i)
      throw new MarginError("DuplicateLabel", `${path}.labels[${i}]`, `${JSON.stringify(label)} is there already`, {
        row: i,
        value: label,
      });
  });
  if (rows.length !== labels.length)
    throw unexpected("NotSquare", table, `${labels.length} rows, one for each label`, rows.length);
  rows.forEach((row, i) => {
    if (row.length !== labels.length)
      throw unexpected("NotSquare", `${table}[${i}]`, `${labels.length} numbers, one for each label`, row.length);
  });
  const name = (i: number, j: number) => `${table}[${i}][${j}]`;
  const end = table.slice(table.lastIndexOf(".") + 1);
  const of = (i: number, j: number) => `of ${labels[i]} and ${labels[j]}`;
  rows.forEach((row, i) => {
    if (row[i] !== 1 && diagonal === undefined)
      throw unexpected("DiagonalNotOne", name(i, i), `1 on the diagonal, ${of(i, i)}`, row[i]);
    row.forEach((rho, j) => {
      if (!(Math.abs(rho) <= 1)) throw unexpected("CorrelationOutOfRange", name(i, j), `−1 to 1 ${of(i, j)}`, rho);
      if (rho !== rows[j]![i])
        throw unexpected("NotSymmetric", name(i, j), `${rows[j]![i]} ${of(i, j)}, as at ${end}[${j}][${i}]`, rho);
    });
  });
}

/**
 * Holds what the core gave against what a case expects, leaf by leaf.
 *
 * Adapters give an object shaped like `expected`, made from the inputs alone. What they leave out is reported as not claimed.
 */

/** Bounds of one figure; it passes where it is within any of them. */
export interface Bound {
  abs?: number;
  rel?: number;
  ulp?: number;
  /** Half a unit of the last digit that is printed. */
  printed?: true;
  exact?: true;
  /** `rel` is relative to at least this. */
  floor?: number;
}
/** By the first key of the figure's path; stands in place of the case's tolerance. */
export type Bounds = Record<string, Bound>;

export interface FigureError {
  figure: string;
  value: number;
  unit: "abs" | "rel" | "ulp";
  /** Share of the bound that is used; over 1 fails. */
  ofBound: number;
}
export interface Mismatch {
  figure: string;
  got: unknown;
  expected: unknown;
  problem: string;
}
export interface Verdict {
  figures: number;
  worst?: FigureError;
  mismatches: Mismatch[];
  unclaimed: string[];
}

export class ToleranceError extends Error {}

const double = new DataView(new ArrayBuffer(8));

/** The double as an integer that counts ulps: neighbours differ by one. */
function ordinal(x: number): bigint {
  double.setFloat64(0, x);
  const bits = double.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

/** Distance of two doubles in units of the last place. */
export function ulps(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity;
  const distance = ordinal(a) - ordinal(b);
  return Number(distance < 0n ? -distance : distance);
}

/** `0x3fe1464507526871`: the bits of a double. */
export function doubleOf(hex: string): number {
  double.setBigUint64(0, BigInt(hex));
  return double.getFloat64(0);
}

const HEX = /^0x[0-9a-f]{16}$/i;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A figure as a number: a number, a decimal string, or the bits of a double. */
export function figureOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  if (HEX.test(value)) return doubleOf(value);
  return DECIMAL.test(value.trim()) ? Number(value) : undefined;
}

/** Half a unit of the last digit of a number as it is printed. */
export function halfLastDigit(printed: string | number): number {
  const [mantissa = "", power = "0"] = String(printed).toLowerCase().split("e");
  const decimals = mantissa.split(".")[1]?.length ?? 0;
  return 0.5 * 10 ** (Number(power) - decimals);
}

type Path = (string | number)[];

/**
 * A number, or an expression of numbers, `max`, `min`, `+`, `*` and names of columns of `expected` (their entry in the same row):
 * `max(8e-16, 4*halfUlpPriceErrorInRelVol)`.
 */
export function amountOf(text: unknown, expected: unknown, path: Path): number {
  if (typeof text === "number") return text;
  if (typeof text !== "string") throw new ToleranceError(`tolerance: expected a number, was ${JSON.stringify(text)}`);
  const tokens = text.match(/\d+\.?\d*(?:e[+-]?\d+)?|[A-Za-z]\w*|[(),*+]/gi) ?? [];
  if (tokens.join("") !== text.replace(/\s+/g, "")) throw new ToleranceError(`tolerance "${text}" is not understood`);
  let at = 0;
  const next = (token: string) => tokens[at] === token && ++at > 0;
  const need = (token: string) => {
    if (!next(token)) throw new ToleranceError(`tolerance "${text}": expected "${token}"`);
  };
  const atom = (): number => {
    const token = tokens[at++];
    if (token === undefined) throw new ToleranceError(`tolerance "${text}" is cut short`);
    if (/^\d/.test(token)) return Number(token);
    if (token === "(") {
      const value = sum();
      need(")");
      return value;
    }
    if (token === "max" || token === "min") {
      need("(");
      const values = [sum()];
      while (next(",")) values.push(sum());
      need(")");
      return Math[token](...values);
    }
    const row = path.find((key) => typeof key === "number");
    const column = (expected as Record<string, unknown>)[token];
    const value = figureOf(Array.isArray(column) && row !== undefined ? column[row as number] : column);
    if (value === undefined) throw new ToleranceError(`tolerance "${text}": no column "${token}" in this row`);
    return value;
  };
  const product = (): number => {
    let value = atom();
    while (next("*")) value *= atom();
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (next("+")) value += product();
    return value;
  };
  const value = sum();
  if (at !== tokens.length) throw new ToleranceError(`tolerance "${text}" is not understood`);
  return value;
}

/** A bare number is absolute; of large figures it cannot ask for more than this relative error, which doubles hold. */
const LEAST_REL = 1e-9;

/** The bound of one figure by the case's own tolerance. */
export function boundOf(tolerance: unknown, expected: unknown, path: Path): Bound {
  if (typeof tolerance === "number")
    return tolerance === 0 ? { exact: true } : { abs: tolerance, rel: Math.min(tolerance, LEAST_REL) };
  if (tolerance === "printed digits") return { printed: true };
  if (tolerance === "exact") return { exact: true };
  if (typeof tolerance === "string") {
    const amount = amountOf(tolerance, expected, path);
    return boundOf(amount, expected, path);
  }
  if (tolerance === null || typeof tolerance !== "object") throw new ToleranceError("the case has no tolerance");
  const { abs, rel, ulp, exact, publishedAbs, printed, note } = tolerance as Record<string, unknown>;
  const amount = (text: unknown) => amountOf(text, expected, path);
  const isPublished = path.some((key) => typeof key === "string" && key.startsWith("published"));
  if (publishedAbs !== undefined && (isPublished || (abs ?? rel ?? ulp ?? exact) === undefined))
    return { abs: amount(publishedAbs) };
  const bound: Bound = {};
  if (abs !== undefined) bound.abs = amount(abs);
  if (rel !== undefined) bound.rel = amount(rel);
  if (ulp !== undefined) bound.ulp = amount(ulp);
  if (exact === true) bound.exact = true;
  if (printed !== undefined && printed !== false) bound.printed = true;
  if (Object.keys(bound).length === 0)
    throw new ToleranceError(`tolerance ${JSON.stringify(tolerance)} is not understood`);
  const floor = typeof note === "string" ? /max\(\|expected\|, *([\d.e+-]+)\)/.exec(note)?.[1] : undefined;
  if (floor !== undefined) bound.floor = Number(floor);
  return bound;
}

/** The error of a number in the unit in which it uses least of its bound. */
export function errorOf(
  got: number,
  expected: number,
  bound: Bound,
  printedAs: string | number = expected,
): Omit<FigureError, "figure"> {
  const difference = got === expected ? 0 : Math.abs(got - expected);
  const relative = difference === 0 ? 0 : difference / Math.max(Math.abs(expected), bound.floor ?? 0);
  const shares: Omit<FigureError, "figure">[] = [];
  const share = (value: number, unit: FigureError["unit"], most: number) =>
    shares.push({ value, unit, ofBound: value === 0 ? 0 : Number.isNaN(value) ? Infinity : value / most });
  if (bound.abs !== undefined) share(difference, "abs", bound.abs);
  if (bound.rel !== undefined) share(relative, "rel", bound.rel);
  if (bound.ulp !== undefined) share(ulps(got, expected), "ulp", bound.ulp);
  // 1e-9 of slack: half a unit in decimals is not a double
  if (bound.printed) share(difference, "abs", halfLastDigit(printedAs) * (1 + 1e-9));
  if (shares.length === 0) share(difference, "abs", 0);
  return shares.reduce((least, one) => (one.ofBound < least.ofBound ? one : least));
}

const name = (path: Path) =>
  path.map((key, i) => (typeof key === "number" ? `[${key}]` : i === 0 ? key : `.${key}`)).join("");

/** Columns that a tolerance reads are no figures. */
function withoutTolerances(expected: unknown, tolerance: unknown): unknown {
  if (expected === null || typeof expected !== "object" || tolerance === null || typeof tolerance !== "object")
    return expected;
  const { note: _, ...amounts } = tolerance as Record<string, unknown>;
  const read = new Set<string>(JSON.stringify(amounts).match(/[A-Za-z]\w*/g));
  return Object.fromEntries(Object.entries(expected).filter(([key]) => !read.has(key)));
}

export function judge(
  expected: unknown,
  got: unknown,
  tolerance: unknown,
  bounds: Bounds = {},
  inputs?: unknown,
): Verdict {
  const verdict: Verdict = { figures: 0, mismatches: [], unclaimed: [] };
  const unlike = (path: Path, is: unknown, should: unknown, problem: string) => {
    verdict.figures++;
    miss(path, is, should, problem);
  };
  const miss = (path: Path, is: unknown, should: unknown, problem: string) =>
    verdict.mismatches.push({ figure: name(path), got: is, expected: should, problem });
  const leaf = (should: unknown, is: unknown, path: Path) => {
    verdict.figures++;
    const number = figureOf(should);
    if (typeof is !== "number" || number === undefined) {
      if (should !== is) miss(path, is, should, "differs");
      return;
    }
    const bound = bounds[String(path[0])] ?? boundOf(tolerance, expected, path);
    const error = { figure: name(path), ...errorOf(is, number, bound, should as string | number) };
    if (verdict.worst === undefined || error.ofBound > verdict.worst.ofBound) verdict.worst = error;
    if (error.ofBound > 1) miss(path, is, should, `${error.unit} error ${error.value.toPrecision(3)}`);
  };
  const walk = (should: unknown, is: unknown, path: Path): void => {
    if (is === undefined) {
      // an input that `expected` repeats is no result
      if (
        typeof should !== "object" &&
        path.reduce<unknown>((x, key) => (x as Record<string, unknown> | undefined)?.[key], inputs) === should
      )
        return;
      verdict.unclaimed.push(name(path.filter((key) => typeof key !== "number")));
    } else if (Array.isArray(should)) {
      // a number stands for a list of itself
      if (typeof is === "number") return should.forEach((entry, i) => walk(entry, is, [...path, i]));
      if (!Array.isArray(is)) return unlike(path, is, should, "expected a list");
      if (is.length !== should.length)
        return unlike(path, `${is.length} entries`, `${should.length} entries`, "lengths differ");
      should.forEach((entry, i) => walk(entry, is[i], [...path, i]));
    } else if (should !== null && typeof should === "object") {
      if (is === null || typeof is !== "object") return unlike(path, is, should, "expected an object");
      for (const [key, entry] of Object.entries(should))
        walk(entry, (is as Record<string, unknown>)[key], [...path, key]);
    } else leaf(should, is, path);
  };
  walk(withoutTolerances(expected, tolerance), got, []);
  verdict.unclaimed = [...new Set(verdict.unclaimed)];
  return verdict;
}

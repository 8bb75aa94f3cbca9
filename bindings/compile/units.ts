/** The unit of a charge: each group in its settlement currency, all in the model's, or base units (a delta, an amount). */
import { MarginError } from "../error.ts";
import type { Amount, Charge, Correlated, Expr, MeasureUnit, Spread } from "../documents/model.ts";
import { ratesOf } from "../documents/spread-rules.ts";
import { hasKey, type Level } from "./levels.ts";
import type { Names } from "./names.ts";

export type Unit = "settlement" | "model" | "base";

export function unitOf(names: Names, charge: Charge, level: Level, path: string): Unit {
  if (charge.kind === "formula") return infer(names, charge.value, level, `${path}.value`) ?? byLevel(level);
  if (charge.kind === "spread")
    return [charge.measure, ...ratesOf(charge)].some(mentionsConversion) ? "model" : byLevel(level);
  if (charge.kind === "correlated") return mentionsConversion(charge.measure) ? "model" : byLevel(level);
  const rate = charge.rate ?? (charge.kind === "amount" ? charge.charge : undefined);
  const measure = charge.kind === "amount" ? charge.measure : undefined;
  const isBase = charge.kind === "amount" && rate === undefined && measureUnit(charge) === "base";
  if (isBase) return "base";
  return mentionsConversion(rate) || mentionsConversion(measure) ? "model" : byLevel(level);
}

/** What a measure counts: as the document says, or as its name tells. */
export function measureUnit(charge: Amount | Spread): MeasureUnit {
  if (charge.measureUnit !== undefined) return charge.measureUnit;
  if (charge.measure === undefined || charge.measure === "delta") return "base";
  if (charge.measure === "gamma" || charge.measure === "vega" || charge.measure === "theta") return "quote";
  return mentionsConversion(charge.measure) ? "model" : "settlement";
}

function byLevel(level: Level): Unit {
  return hasKey(level, "settlement") ? "settlement" : "model";
}

function mentionsConversion(expr: Expr | Correlated["measure"]): boolean {
  return expr !== undefined && JSON.stringify(expr).includes('"conversion"');
}

/** The unit of an expression; undefined where it is a plain number. Unlike units are not added, compared or chosen between. */
function infer(names: Names, expr: Expr, level: Level, path: string): Unit | undefined {
  if (typeof expr === "number") return undefined;
  if (typeof expr === "string") {
    if (Object.hasOwn(names.model.charges, expr)) return names.charge(expr).unit;
    return expr === "unrealised" ? "settlement" : undefined;
  }
  const [operator, operand] = Object.entries(expr)[0] as [string, Expr | Expr[]];
  const at = `${path}.${operator}`;
  if (!Array.isArray(operand)) return infer(names, operand, level, at);
  const units = operand.map((e, i) =>
    operator === "if" && i === 0 ? undefined : infer(names, e, level, `${at}[${i}]`),
  );
  if (operator === "mul") {
    if (operand.includes("conversion")) return "model";
    // base units times anything but a number: a price of them is what makes sense
    if (units.includes("base") && operand.some((e, i) => units[i] === undefined && typeof e !== "number"))
      return byLevel(level);
    return units.find((unit) => unit === "settlement") ?? units.find((unit) => unit !== undefined);
  }
  if (operator === "round") return units[0];
  if (["div", "pow", "step", "progressive", "interpolate"].includes(operator))
    return units[0] === "base" ? undefined : units[0];
  const found = units.filter((unit) => unit !== undefined && unit !== "base");
  if (found.length === 0) return units.find((unit) => unit !== undefined);
  if (names.levels.of(["settlement"]).groups.length > 1 && new Set(found).size > 1) {
    throw new MarginError(
      "UnlikeUnits",
      at,
      "some of these are in settlement currencies, others in the model's; multiply by conversion first",
    );
  }
  return found[0];
}

/** The charge that decides the initial margin of the account in the book: from the result down, the largest part, or the argument taken. */
import type { Expr } from "../documents/expression.ts";
import type { CompiledCharge } from "../compile/charges.ts";
import type { Reader } from "../core/prepared.ts";

export function bindingOf(reader: Reader): string | undefined {
  return decide(reader, reader.program.model.initial, 0);
}

/** Formulas are no deeper than the charges are many. */
const DEEPEST = 100;

function decide(reader: Reader, expr: Expr, depth: number): string | undefined {
  if (depth > DEEPEST) return undefined;
  if (typeof expr === "number") return undefined;
  const { charges, model } = reader.program;
  if (typeof expr === "string") {
    const charge = charges.find(({ name }) => name === expr);
    if (charge === undefined) {
      const value =
        model.values !== undefined && Object.hasOwn(model.values, expr) ? model.values[expr]!.is : undefined;
      return value === undefined ? undefined : decide(reader, value, depth + 1);
    }
    const document = model.charges[expr]!;
    return document.kind === "formula" ? (decide(reader, document.value, depth + 1) ?? expr) : expr;
  }
  const operands = Object.values(expr).flat() as Expr[];
  const found = operands.map((operand) => decide(reader, operand, depth + 1));
  const known = found.filter((name) => name !== undefined);
  if (known.length < 2) return known[0];
  const size = (name: string) =>
    largest(
      reader,
      charges.find((charge) => charge.name === name)!,
    );
  return known.reduce((best, name) => (size(name) > size(best) ? name : best));
}

/** The largest value of a charge in any held group. */
function largest(reader: Reader, charge: CompiledCharge): number {
  return Math.max(
    0,
    ...Array.from(reader.heldGroups(charge.level), (_, at) => Math.abs(reader.value(charge.node, at))),
  );
}

/** Documents as JSON that people can read. */

const WIDTH = 110;

/** JSON in which a list or object stands on one line where that is short, or where it holds no other. */
export function json(value: unknown, indent = ""): string {
  const flat = JSON.stringify(value) ?? "null";
  if (value === null || typeof value !== "object" || indent.length + flat.length <= WIDTH) return flat;
  if (Object.values(value).every((item) => item === null || typeof item !== "object")) return flat;
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => inner + json(item, inner))
    : Object.entries(value).flatMap(([key, item]) =>
        item === undefined ? [] : `${inner}${JSON.stringify(key)}: ${json(item, inner)}`,
      );
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${items.join(",\n")}\n${indent}${close}`;
}

/** Finds cases in folders: JSON files with `vectors`, SIMM/FRTB groups, and tables (`.csv`, `.csv.gz`) of a known form. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Shape } from "./adapter.ts";
import { casesOfReference } from "./references.ts";
import { casesOfGroups } from "./groups.ts";
import { casesOfTable } from "./tables.ts";

export interface Case {
  id: string;
  file: string;
  shape: Shape;
  inputs: unknown;
  expected: unknown;
  tolerance: unknown;
  /** Why it cannot be run at all. */
  malformed?: string;
}
export interface Found {
  folder: string;
  /** Why nothing was read. */
  missing?: true;
  files: { file: string; cases: number }[];
  cases: Case[];
}

const isObject = (x: unknown): x is Record<string, unknown> => x !== null && typeof x === "object" && !Array.isArray(x);
const hasKey = (x: unknown) => (key: string) => isObject(x) && Object.hasOwn(x, key);

/** What a file says of the shape of a case: ../../../shared/vectors/README.md. */
function shapeOf(vector: Record<string, unknown>): Shape | undefined {
  const { model, inputs, id } = vector;
  const inner = isObject(inputs) ? inputs.model : undefined;
  const name =
    typeof model === "string"
      ? model
      : typeof inner === "string"
        ? inner
        : typeof id === "string"
          ? id.split(".").slice(0, 2).join(".")
          : undefined;
  return name === undefined ? undefined : { name, has: hasKey(inputs) };
}

function caseOf(vector: unknown, file: string, index: number): Case {
  const fallback = `${file}[${index}]`;
  if (!isObject(vector)) return broken(fallback, file, "a case is not an object");
  const id = typeof vector.id === "string" ? vector.id : fallback;
  const shape = shapeOf(vector);
  if (shape === undefined) return broken(id, file, "neither `model`, `inputs.model` nor `id` tells the shape");
  const { inputs, expected, tolerance } = vector;
  const found: Case = { id, file, shape, inputs, expected, tolerance };
  if (!isObject(inputs)) found.malformed = "inputs: expected an object";
  else if (!isObject(expected)) found.malformed = "expected: expected an object";
  return found;
}

/** A case that names another as its `dataset` has the inputs of that one, beside its own. */
function withDataset(vector: unknown, all: unknown[]): unknown {
  if (!isObject(vector) || !isObject(vector.inputs) || typeof vector.inputs.dataset !== "string") return vector;
  const { dataset } = vector.inputs;
  const found = all.find((one) => isObject(one) && one.id === dataset);
  if (!isObject(found) || !isObject(found.inputs)) return vector;
  return { ...vector, inputs: { ...found.inputs, ...vector.inputs } };
}

function broken(id: string, file: string, malformed: string): Case {
  return {
    id,
    file,
    shape: { name: "unreadable", has: () => false },
    inputs: {},
    expected: {},
    tolerance: undefined,
    malformed,
  };
}

function casesOfJson(text: string, file: string): Case[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return [broken(file, file, `not JSON: ${(error as Error).message}`)];
  }
  if (!isObject(json)) return [];
  if (Array.isArray(json.vectors)) {
    const vectors: unknown[] = json.vectors;
    return vectors.map((vector, i) => caseOf(withDataset(vector, vectors), file, i));
  }
  const reference = casesOfReference(json, file);
  return reference.length > 0 ? reference : casesOfGroups(json, file);
}

function* filesIn(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (/\.(json|csv|csv\.gz)$/.test(entry.name)) yield path;
  }
}

export function casesOfFile(file: string): Case[] {
  try {
    const bytes = readFileSync(file);
    if (file.endsWith(".json")) return casesOfJson(bytes.toString("utf8"), file);
    return casesOfTable((file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"), file);
  } catch (error) {
    return [broken(file, file, `cannot be read: ${(error as Error).message}`)];
  }
}

/** Cases of a folder and the folders in it, or of one file. */
export function collect(folder: string): Found {
  if (!existsSync(folder)) return { folder, missing: true, files: [], cases: [] };
  const files = statSync(folder).isDirectory() ? [...filesIn(folder)] : [folder];
  const found = files.map((file) => ({ file, cases: casesOfFile(file) }));
  return {
    folder,
    files: found.map(({ file, cases }) => ({ file, cases: cases.length })),
    cases: found.flatMap(({ cases }) => cases),
  };
}

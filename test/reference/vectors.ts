/** Published cases kept beside the repository, in ../shared/vectors; absent in a bare checkout, where their tests are skipped. */
import { existsSync, readFileSync } from "node:fs";

const folder = new URL("../../../shared/vectors/", import.meta.url);

export const vectorsAreThere = existsSync(folder);

export interface Vector<Inputs, Expected> {
  id: string;
  source: string;
  inputs: Inputs;
  expected: Expected;
}

export function vector<Inputs, Expected>(
  file: "exchanges.json" | "risk-reference.json" | "other-engines.json",
  id: string,
): Vector<Inputs, Expected> {
  const { vectors } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as {
    vectors: Vector<Inputs, Expected>[];
  };
  const found = vectors.find((v) => v.id === id);
  if (found === undefined) throw new Error(`no vector ${id}`);
  return found;
}

/** Ids of the cases of a file that begin with `prefix`. */
export function vectorIds(file: string, prefix: string): string[] {
  if (!vectorsAreThere) return [];
  const { vectors } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { vectors: { id: string }[] };
  return vectors.flatMap(({ id }) => (id.startsWith(prefix) ? [id] : []));
}

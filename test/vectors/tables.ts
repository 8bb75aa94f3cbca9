/** Tables of reference cases, one a row: which columns are inputs and which are expected. */
import type { Case } from "./collect.ts";

interface TableForm {
  name: string;
  /** Input by its name here ← column. */
  inputs: Record<string, string>;
  expected: Record<string, string>;
}

const FORMS: TableForm[] = [
  {
    // Jäckel's reference implementation: F, K, T, σ, q = ±1; x and s are the arguments of the normalised functions
    name: "let's be rational",
    inputs: {
      forward: "F",
      strike: "K",
      tau: "T",
      vol: "sigma",
      callPut: "q",
      price: "black_mp40",
      x: "x",
      s: "s",
      z: "z",
    },
    expected: {
      black: "black_mp40",
      impliedVol: "sigma",
      normalisedPrice: "normalised_black_c",
      normalisedVega: "normalised_vega_c",
      distribution: "norm_cdf_z",
    },
  },
];

export function casesOfTable(text: string, file: string): Case[] {
  const [header = "", ...lines] = text.trim().split(/\r?\n/);
  const columns = header.split(",");
  const form = FORMS.find(({ inputs, expected }) =>
    [...Object.values(inputs), ...Object.values(expected)].every((column) => columns.includes(column)),
  );
  if (form === undefined) return [];
  return lines.map((line, i) => {
    const cells = line.split(",");
    const pick = (of: Record<string, string>) =>
      Object.fromEntries(Object.entries(of).map(([name, column]) => [name, cells[columns.indexOf(column)]]));
    const inputs = pick(form.inputs);
    return {
      id: `${file}:${i + 2}`,
      file,
      shape: { name: form.name, has: (key) => key in inputs },
      inputs,
      expected: pick(form.expected),
      tolerance: undefined,
    };
  });
}

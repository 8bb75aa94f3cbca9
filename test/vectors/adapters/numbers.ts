/** `num.*` and `det.exp`, `det.log`: the core's own mathematics. */
import { kernels } from "../../kernels.ts";
import type { Adapter } from "../adapter.ts";
import { named } from "../adapter.ts";
import { doubleOf } from "../compare.ts";
import type { Input } from "../input.ts";

function table(shape: string, argument: string, f: (x: number) => number): Adapter {
  const argumentsOf = (inputs: Input) =>
    inputs.has(`${argument}Hex`)
      ? inputs.list(`${argument}Hex`).map(({ text }) => doubleOf(text))
      : inputs.numbers(argument);
  return {
    family: shape,
    knows: named(shape),
    run: (inputs) => {
      const value = argumentsOf(inputs).map(f);
      return { got: { value, hex: value } };
    },
  };
}

export const numbers: Adapter[] = [
  table("num.normcdf", "x", kernels.normalDistribution),
  table("num.norminv", "p", kernels.normalQuantile),
  table("num.erfcx", "x", kernels.erfcx),
  table("det.exp", "x", kernels.exp),
  table("det.log", "x", kernels.log),
];

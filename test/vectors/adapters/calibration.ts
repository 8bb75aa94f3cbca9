/** `svi.calibration`: slices fitted to total variances by least squares, with m and sigma given or free. */
import { lab } from "../../calibration/columns.ts";
import type { Adapter, Answer } from "../adapter.ts";
import { named } from "../adapter.ts";
import type { Input } from "../input.ts";

function run(inputs: Input): Answer {
  const k = inputs.numbers("k");
  const w = inputs.numbers("w");
  if (!inputs.has("m")) {
    const { slice, sse } = lab.leastSquares(k, w);
    return { got: { ...slice, sse, objective: sse, bestObjective: sse } };
  }
  const { slice, sse } = lab.leastSquaresAt(k, w, inputs.num("m"), inputs.num("sigma"));
  const c = slice.b * slice.sigma;
  const reduced = { a: slice.a, d: slice.rho * c, c };
  return { got: { ...reduced, sse, unconstrained: reduced } };
}

export const calibration: Adapter[] = [{ family: "svi.calibration", knows: named("svi.calibration"), run }];

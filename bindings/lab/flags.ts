/** What a fit has to say of itself, in words; bits and numbers as in assembly/calibration/block.ts. */
import type { Method } from "./types.ts";

export const METHODS: readonly Method[] = ["svi", "repaired", "essvi", "mixture", "previous"];

export interface Told {
  quotes: number;
  wide: number;
  rmse: number;
  /** basis points */
  forwardMoved: number;
  /** expiry that lent its shape */
  shapeOf: string | undefined;
  /** share of the fall-back */
  bent: number;
  mixtureRmse: number;
}

const count = (n: number) => (n === 1 ? "1 quote" : `${n} quotes`);
const percent = (x: number) => `${(100 * x).toFixed(x < 0.1 ? 1 : 0)} %`;

const WORDS: ((told: Told) => string)[] = [
  ({ quotes, shapeOf }) => `${count(quotes)}: shape drawn to that of ${shapeOf}`,
  ({ quotes }) => `${count(quotes)}: shape drawn to that of the fit before`,
  () => "no quotes: the fit before at its own level",
  () => "least squares had arbitrage: fitted again under heavier penalties",
  ({ bent }) => `bent ${percent(bent)} of the way to eSSVI`,
  ({ quotes }) => `eSSVI in place of SVI${quotes < 6 ? `: ${count(quotes)}` : ""}`,
  ({ bent }) => `held ${percent(bent)} to the earlier expiry's slice`,
  ({ wide }) => `too few narrow quotes: ${wide} wide ones used`,
  ({ forwardMoved }) => `given forward ${forwardMoved.toFixed(1)} bp outside put–call parity: moved to its edge`,
  ({ rmse }) => `misses its quotes by ${rmse.toFixed(2)} vol points`,
  ({ mixtureRmse }) =>
    `SVI cannot follow the event in it: two-point mixture, which misses by ${mixtureRmse.toFixed(2)} vol points`,
  ({ shapeOf }) => `no quotes: vols of ${shapeOf}`,
];

export function wordsOf(bits: number, told: Told): string[] {
  return WORDS.flatMap((words, i) => ((bits >> i) & 1 ? [words(told)] : []));
}

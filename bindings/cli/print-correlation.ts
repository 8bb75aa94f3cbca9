/** A correlation estimate on the terminal. */
import type { CorrelationFit } from "../lab/correlation-types.ts";
import {
  conditionWords,
  ESTIMATOR_WORDS,
  meanRho,
  pairs,
  parameterWords,
  percentText,
  repairWords,
  rhoText,
  shortNames,
  shrinkageWords,
} from "../report/correlation.ts";
import { number, significant } from "../report/numbers.ts";
import { table } from "./print.ts";
import type { Terminal } from "./terminal.ts";

type Colours = Terminal["colours"];

/** So many names are printed as a matrix: more do not fit a line. */
const MOST_NAMES = 12;
const MOST_PAIRS = 6;

export function correlationReport(fit: CorrelationFit, notes: string[], colours: Colours): string {
  const { bold, dim, yellow } = colours;
  const { names, rows, from, to, effectiveRows } = fit;
  const when = from === undefined ? "" : `, ${from} to ${to}`;
  const worth = effectiveRows === rows ? "" : `, worth ${significant(effectiveRows, 3)} of equal weight`;
  const head = [
    `${bold(`Correlation of ${names.length} names:`)} ${dim([ESTIMATOR_WORDS[fit.estimator], ...parameterWords(fit)].join("; "))}`,
    dim(`${number(rows, 0)} returns${when}${worth}`),
    ...notes.map((note) => dim(note)),
  ];
  const marked = [shrinkageWords(fit), repairWords(fit)].filter((words) => words !== undefined);
  const facts =
    `Mean correlation ${rhoText(meanRho(fit))}; smallest eigenvalue ${significant(fit.smallestEigenvalue, 4)}, ` +
    `condition number ${conditionWords(fit)}.`;
  return [
    head.join("\n"),
    names.length <= MOST_NAMES ? matrixText(fit, colours) : pairText(fit, colours),
    ...marked.map(yellow),
    facts,
  ].join("\n\n");
}

const percent = (volatility: number) => `${percentText(100 * volatility)} %`;
/** Longer names would tear the table apart. */
const LONGEST = 8;

function matrixText({ names, correlation, volatility }: CorrelationFit, colours: Colours): string {
  const { dim } = colours;
  const rows = names.map((name, i) => [
    name,
    dim(percent(volatility[i]!)),
    ...names.map((_, j) => (j > i ? "" : j === i ? dim("1") : rhoText(correlation[i]![j]!))),
  ]);
  return table(["", dim("volatility"), ...shortNames(names, LONGEST).map(dim)], rows, colours);
}

function pairText(fit: CorrelationFit, colours: Colours): string {
  const { dim } = colours;
  const all = pairs(fit);
  const few = Math.min(MOST_PAIRS, all.length >> 1);
  const [low, high] = [all.slice(-few).reverse(), all.slice(0, few)];
  const rows = high.map((pair, k) => [
    pair.names.join(" "),
    rhoText(pair.rho),
    low[k]!.names.join(" "),
    rhoText(low[k]!.rho),
  ]);
  const vols = [...fit.volatility].sort((a, b) => a - b);
  return [
    table(["largest", "", "smallest", ""].map(dim), rows, colours, [0, 2]),
    dim(
      `Volatility of one return from ${percent(vols[0]!)} to ${percent(vols.at(-1)!)}. --picture draws all, --json lists them.`,
    ),
  ].join("\n");
}

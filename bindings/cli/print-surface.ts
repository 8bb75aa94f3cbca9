/** A fitted surface on the terminal. */
import type { DroppedQuote, Quote, SurfaceFit } from "../lab/types.ts";
import { significant } from "../report/numbers.ts";
import { droppedCounts, minute, surfaceTables, type SurfaceCell, type SurfaceTable } from "../report/surface.ts";
import { table } from "./print.ts";
import { optionName, type QuoteRow } from "./quotes.ts";
import type { Terminal } from "./terminal.ts";

type Colours = Terminal["colours"];

export function surfaceReport(fit: SurfaceFit, rows: QuoteRow[], notes: string[], colours: Colours): string {
  const quotes = rows.map(({ quote }) => quote);
  const head = [
    `${colours.bold("Volatility surface")} ${colours.dim(`as of ${minute(fit.asOf)} UTC`)}`,
    ...notes.map(colours.dim),
  ];
  return [
    head.join("\n"),
    ...surfaceTables(fit, quotes).map((one) => underlyingText(one, colours)),
    droppedLine(fit, quotes, colours),
  ].join("\n\n");
}

function underlyingText({ underlying, head, left, rows, notes, totals }: SurfaceTable, colours: Colours): string {
  const { bold, dim, yellow } = colours;
  const body = table(
    head.map((text) => dim(text)),
    rows.map((cells) => cells.map((cell) => toned(cell, colours))),
    colours,
    left,
  );
  const flags = notes.map((note) => yellow(`  ${note}`));
  return [bold(underlying), body, ...flags, `${totals}.`].join("\n");
}

function toned({ text, tone }: SurfaceCell, { red, yellow, dim, bold }: Colours): string {
  return tone === "bad" ? red(bold(text)) : tone === "warn" ? yellow(text) : tone === "quiet" ? dim(text) : text;
}

function droppedLine(fit: SurfaceFit, quotes: Quote[], { dim }: Colours): string {
  const counts = droppedCounts(fit);
  const all = `${quotes.length} ${quotes.length === 1 ? "quote" : "quotes"}`;
  if (counts.length === 0) return `${all}, none dropped.`;
  const reasons = counts.map(([reason, n]) => `${n} ${reason}`).join(", ");
  return `${all}, ${fit.dropped.length} not used: ${dim(reasons)}.`;
}

/** Each quote that was not used, with its place in the file. */
export function droppedTable(dropped: DroppedQuote[], rows: QuoteRow[], colours: Colours): string {
  const price = (value: number | null) => (value === null ? "–" : significant(value, 6));
  const lines = dropped.map(({ row, reason }) => {
    const { quote, where } = rows[row]!;
    return [reason, optionName(quote), price(quote.bid), price(quote.ask), colours.dim(where)];
  });
  return table(["not used", "option", "bid", "ask", ""], lines, colours, [0, 1, 4]);
}

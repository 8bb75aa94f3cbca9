/** `npm run vectors -- FOLDER…`: runs the cases in folders against the core. */
import { existsSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { printed } from "./print.ts";
import { run } from "./runner.ts";

/** Read when none is named. */
export const DEFAULT_FOLDERS = [
  "../shared/vectors",
  "../shared/data/ref_lets_be_rational.csv.gz",
  "../shared/data/ref_covariance_shrinkage.json",
  "../shared/data/ref_nearest_correlation.json",
  "test/vectors",
];

const command = new Command("vectors")
  .description("Runs every case of a known shape in folders (or files) and counts by family.")
  .argument("[folders...]", `folders to read; default: ${DEFAULT_FOLDERS.join(", ")}`)
  .option("--json", "print the report as JSON")
  .option("--failed", "list each failure with what was got and expected")
  .addHelpText(
    "after",
    "\nExit code: 0, 1 when a case fails, 2 when the call is wrong.\nExample: npm run vectors -- ../shared/vectors --failed",
  )
  .exitOverride();

function main(): number {
  try {
    command.parse();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { json, failed } = command.opts<{ json?: boolean; failed?: boolean }>();
  const missing = command.args.find((folder) => !existsSync(folder));
  if (missing !== undefined) {
    console.error(`vectors: no such folder: ${missing}`);
    return 2;
  }
  const report = run(command.args.length > 0 ? command.args : DEFAULT_FOLDERS);
  const colours = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  // JSON has no infinities: errors against a bound of 0
  const finite = (_: string, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  console.log(json ? JSON.stringify(report, finite, 2) : printed(report, { colours, failed: failed === true }));
  return report.failures.length > 0 ? 1 : 0;
}

process.exitCode = main();

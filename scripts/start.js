// `npm start`: margins the bundled sample under every model there is, then explains the first of them.
import { spawnSync } from "node:child_process";

const sample = ["examples/sample/market.json", "examples/sample/portfolio.json"];

/** The command's exit code: 1 where a document was refused. */
function run(...args) {
  const { status } = spawnSync(process.execPath, ["dist/cli.js", ...args], { stdio: "inherit" });
  if (status !== 0 && status !== 1) process.exit(status ?? 1);
  return status;
}

console.log(`An options desk in BTC, ETH and USDC (examples/sample), under every model:\n`);
if (run("margin", ...sample, "--all-models") === 1)
  console.log(
    "\nModels without a figure read feeds that this market does not have, such as Derive's confidences and rates.",
  );
console.log();
if (run("margin", ...sample, "--matrices", "1") !== 0) process.exit(1);
console.log(`
All risk matrices, or your own book:   node dist/cli.js margin ${sample.join(" ")}
Prices, implied vols, venue responses: node dist/cli.js --help`);

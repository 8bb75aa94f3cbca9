// `npm start`: margins the bundled sample under every model there is, then explains the first of them.
import { spawnSync } from "node:child_process";

const sample = ["examples/sample/market.json", "examples/sample/portfolio.json"];

function run(...args) {
  const { status } = spawnSync(process.execPath, ["dist/cli.js", ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

console.log(`An options desk in BTC, ETH and USDC (examples/sample), under every model:\n`);
run("margin", ...sample, "--all-models");
console.log();
run("margin", ...sample, "--matrices", "1");
console.log(`
All risk matrices, or your own book:   node dist/cli.js margin ${sample.join(" ")}
Prices, implied vols, venue responses: node dist/cli.js --help`);

/** `margin-core/pool` and `margin-core/log-nats` as built: threads that find their script and module, as ES modules and as CommonJS. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { root } from "../hosts/bundle.ts";

const body = `
  const market = JSON.parse(readFileSync("examples/sample/market.json", "utf8"));
  const options = { model: models["deribit-pm"], market, shards: 2 };
  const events = ["a", "b", "c", "d"].flatMap((account, n) => [
    { type: "open", account },
    { type: "deposit", account, currency: "BTC", amount: n + 1 },
    { type: "fill", account, instrument: "BTC-PERPETUAL", lots: 100 * n - 150, price: 66000 },
  ]);
  const run = async () => {
    const pool = await openPool(options);
    const { refused } = await pool.apply([...events, { type: "remargin" }]);
    await pool.kill(1);
    const { initial } = await pool.requirement("d");
    const found = [refused.length, initial > 0, (await pool.riskiest(4)).length, pool.restarts];
    await pool.close();
    const gone = await natsLog({ servers: "127.0.0.1:1", patience: 1 }).catch((error) => error.code);
    console.log(JSON.stringify([...found, gone]));
  };
  run();`;

test.each([
  [
    "import",
    "module",
    `import { readFileSync } from "node:fs";
     import { models } from "margin-core/models";
     import { openPool } from "margin-core/pool";
     import { natsLog } from "margin-core/log-nats";`,
  ],
  [
    "require",
    "commonjs",
    `const { readFileSync } = require("node:fs");
     const { models } = require("margin-core/models");
     const { openPool } = require("margin-core/pool");
     const { natsLog } = require("margin-core/log-nats");`,
  ],
])("by %s", (_, type, head) => {
  const out = execFileSync(process.execPath, [`--input-type=${type}`, "--eval", head + body], {
    cwd: root,
    encoding: "utf8",
  });
  expect(JSON.parse(out)).toEqual([0, true, 4, 1, "BrokerGone"]);
});

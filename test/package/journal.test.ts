/** The journal's entry stands alone: nothing else of the package needs its peer dependency, and both module systems share one venue with it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { root } from "../hosts/bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "margin-core-journal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const dist = join(root, "dist");

test("only journal-level asks for classic-level, and it is optional", () => {
  const asking = readdirSync(dist, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(js|cjs|mts|cts)$/.test(name))
    .filter((name) => /["']classic-level["']/.test(readFileSync(join(dist, name), "utf8")));
  expect(asking.sort()).toEqual(["journal-level.cjs", "journal-level.js"]);
  const { peerDependencies, peerDependenciesMeta } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of Object.keys(peerDependencies)) expect(peerDependenciesMeta[name]).toEqual({ optional: true });
});

const body = `
  const market = {
    format: 1,
    asOf: "2026-02-18T09:00:00Z",
    currencies: [{ id: "USD", largestTotal: 2 ** 33, price: 1 }],
    instruments: [],
    facts: [{ at: { underlying: "BTC" }, spot: 64000 }],
  };
  const open = async () =>
    openJournaled(loadSync(), await LevelJournal.open(process.argv.at(-1)), { model: models["deribit-pm"], market });
  const first = await open();
  first.apply({ type: "open", account: "alice" });
  first.apply({ type: "deposit", account: "alice", currency: "USD", amount: 250 });
  try {
    first.apply({ type: "deposit", account: "bob", currency: "USD", amount: 1 });
  } catch (error) {
    console.log(error instanceof MarginError, error.code);
  }
  console.log(await open().catch((error) => error instanceof MarginError && error.code));
  await first.close();
  const again = await open();
  console.log(again.sequence, again.venue.find("alice").money().USD.balance);
  await again.close();`;
const names = "{ loadSync, MarginError }";

test.each([
  [
    "module",
    `import ${names} from "margin-core"; import { models } from "margin-core/models"; import { openJournaled } from "margin-core/venue"; import { LevelJournal } from "margin-core/journal-level"; ${body}`,
  ],
  [
    "commonjs",
    `const ${names} = require("margin-core"); const { models } = require("margin-core/models"); const { openJournaled } = require("margin-core/venue"); const { LevelJournal } = require("margin-core/journal-level"); (async () => {${body}})();`,
  ],
])("a venue in a folder, by the package's own names: %s", (type, code) => {
  const args = [`--input-type=${type}`, "-e", code, "--", join(folder, type)];
  const out = execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  expect(out).toBe("true UnknownAccount\nJournalInUse\n2 250\n");
});

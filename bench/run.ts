/** `npm run bench -- [names…] [--quick] [--save]`: runs benches, writes RESULTS.md (a full run only), compares with baseline.json. */
import { accounts } from "./accounts.ts";
import { bytes } from "./bytes.ts";
import type { Effort, Table } from "./harness.ts";
import { correlations } from "./correlations.ts";
import { impliedVols } from "./implied-vol.ts";
import { Native } from "./native.ts";
import { portfolio } from "./portfolio.ts";
import { pricing } from "./pricing.ts";
import { quadratic } from "./quadratic.ts";
import { losses, markdown, saveBaseline, sectionOf, writeResults, type Section } from "./report.ts";
import { repricing } from "./repricing.ts";
import { scans } from "./scans.ts";
import { sensitivities } from "./sensitivities.ts";
import { surfaces } from "./surfaces.ts";
import { venue } from "./venue.ts";

const native = new Native();
const tables =
  (bench: (effort: Effort, native: Native) => Table[] | Promise<Table[]>) =>
  async (effort: Effort): Promise<Section[]> =>
    (await bench(effort, native)).map(sectionOf);

const benches: Record<string, (effort: Effort) => Section[] | Promise<Section[]>> = {
  pricing: tables(pricing),
  "implied-vol": tables(impliedVols),
  repricing: tables(repricing),
  accounts: tables(accounts),
  scans: tables(scans),
  quadratic: tables(quadratic),
  sensitivities: tables(sensitivities),
  surfaces: tables(surfaces),
  correlations: tables(correlations),
  venue,
  portfolio,
  bytes,
};

const args = process.argv.slice(2);
const flags = args.filter((arg) => arg.startsWith("--"));
const unknown = [
  ...flags.filter((flag) => flag !== "--quick" && flag !== "--save"),
  ...args.filter((arg) => !arg.startsWith("--") && !Object.hasOwn(benches, arg)),
];
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(" ")}\nbenches: ${Object.keys(benches).join(" ")}\nflags: --quick --save`);
  process.exit(2);
}
const effort: Effort = { quick: flags.includes("--quick") };
const names = args.filter((arg) => !arg.startsWith("--"));
if (native.missing !== undefined) console.log(`skipped: all C++ rows: ${native.missing}\n`);

const sections: Section[] = [];
const started = performance.now();
for (const [name, bench] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue;
  for (const section of await bench(effort)) {
    sections.push(section);
    console.log(markdown(section));
  }
}
if (flags.includes("--save")) saveBaseline(sections);
const compared = losses(sections, effort.quick);
console.log(compared.join("\n"));
if (names.length === 0 && !effort.quick) writeResults(sections, compared);
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);

/**
 * `npm run bench -- [names…] [--quick] [--save]`: runs benches, writes RESULTS.md (a full run only), compares with baseline.json.
 *
 * `npm run bench -- venue-scale` takes minutes and gigabytes: it runs only where it is named, and has a file of its own.
 */
import { accounts } from "./accounts.ts";
import { bytes } from "./bytes.ts";
import type { Effort, Table } from "./harness.ts";
import { correlations } from "./correlations.ts";
import { impliedVols } from "./implied-vol.ts";
import { Native } from "./native.ts";
import { portfolio } from "./portfolio.ts";
import { pricing } from "./pricing.ts";
import { quadratic } from "./quadratic.ts";
import { losses, markdown, saveBaseline, sectionOf, writeLong, writeResults, type Section } from "./report.ts";
import { repricing } from "./repricing.ts";
import { scans } from "./scans.ts";
import { sensitivities } from "./sensitivities.ts";
import { surfaces } from "./surfaces.ts";
import { venue } from "./venue.ts";
import { venueScale } from "./venue-scale.ts";

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

/** Long ones, run where they are named. */
const long: typeof benches = { "venue-scale": venueScale };
const all = { ...benches, ...long };

const args = process.argv.slice(2);
const flags = args.filter((arg) => arg.startsWith("--"));
const unknown = [
  ...flags.filter((flag) => flag !== "--quick" && flag !== "--save"),
  ...args.filter((arg) => !arg.startsWith("--") && !Object.hasOwn(all, arg)),
];
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(" ")}\nbenches: ${Object.keys(all).join(" ")}\nflags: --quick --save`);
  process.exit(2);
}
const effort: Effort = { quick: flags.includes("--quick") };
const names = args.filter((arg) => !arg.startsWith("--"));
if (native.missing !== undefined) console.log(`skipped: all C++ rows: ${native.missing}\n`);

const sections: Section[] = [];
const started = performance.now();
for (const [name, bench] of Object.entries(all)) {
  if (names.length > 0 ? !names.includes(name) : Object.hasOwn(long, name)) continue;
  const own = await bench(effort);
  for (const section of own) console.log(markdown(section));
  if (Object.hasOwn(long, name)) {
    if (!effort.quick) writeLong(name, own);
  } else sections.push(...own);
}
if (flags.includes("--save")) saveBaseline(sections);
const compared = losses(sections, effort.quick);
console.log(compared.join("\n"));
if (names.length === 0 && !effort.quick) writeResults(sections, compared);
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);

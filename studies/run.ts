/** `npm run study -- NAME FILES…`: runs one study on files of real data and prints what it finds. */
import { MarginError } from "../bindings/error.ts";
import { chains } from "./chains.ts";
import { surfaces } from "./surfaces.ts";

const studies: Record<string, { run: (files: string[]) => void; what: string }> = {
  chains: {
    run: chains,
    what: "option chains: prices and implied vols against the venue's marks, a portfolio of each snapshot margined",
  },
  surfaces: {
    run: surfaces,
    what: "option chains: a surface fitted to each snapshot, its distance from the quotes, arbitrage, smoothness",
  },
};

const [name, ...files] = process.argv.slice(2);
const study = name === undefined || !Object.hasOwn(studies, name) ? undefined : studies[name];
if (study === undefined || files.length === 0) {
  const list = Object.entries(studies).map(([id, { what }]) => `  ${id}  ${what}`);
  process.stderr.write(`usage: npm run study -- NAME FILES…\n\n${list.join("\n")}\n`);
  process.exit(2);
}
try {
  study.run(files);
} catch (error) {
  if (!(error instanceof MarginError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
}

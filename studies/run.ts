/** `npm run study -- NAME FILES…`: runs one study on files of real data and prints what it finds. */
import { chains } from "./chains.ts";

const studies: Record<string, { run: (files: string[]) => void; what: string }> = {
  chains: {
    run: chains,
    what: "option chains: prices and implied vols against the venue's marks, a portfolio of each snapshot margined",
  },
};

const [name, ...files] = process.argv.slice(2);
const study = name === undefined || !Object.hasOwn(studies, name) ? undefined : studies[name];
if (study === undefined || files.length === 0) {
  const list = Object.entries(studies).map(([id, { what }]) => `  ${id}  ${what}`);
  process.stderr.write(`usage: npm run study -- NAME FILES…\n\n${list.join("\n")}\n`);
  process.exit(2);
}
study.run(files);

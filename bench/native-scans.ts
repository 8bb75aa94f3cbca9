/** The C++ programs that scan accounts: the worst of 51 scenarios over the positions of each. */
import { mustAgree, type Contender } from "./harness.ts";
import { titles, type Library, type Native } from "./native.ts";
import { POSITIONS, type Holdings } from "./scan-venue.ts";

/** Of accounts2, two passes with all accumulators in registers, there is a version for an even number of vectors only. */
const PROGRAMS: [Library, symbol: string, name: string][] = [
  ["m_128", "accounts", titles.m_128],
  ["m_128", "accounts2", `${titles.m_128}, two passes`],
  ["m_256", "accounts", titles.m_256],
];

/** Contenders that agree with `expected` to the last bit; what is missing is said in `remarks`. */
export async function nativeScans(
  native: Native,
  { R, quantity, index, accounts }: Holdings & { R: Float64Array },
  expected: Float64Array,
  remarks: string[],
): Promise<Contender[]> {
  const losses = new Float64Array(accounts);
  const contenders: Contender[] = [];
  for (const [library, symbol, name] of PROGRAMS) {
    const f = await native.find(library, symbol);
    if (typeof f === "string") {
      remarks.push(f);
      continue;
    }
    const run = () => (f(R, quantity, index, losses, accounts, POSITIONS), losses[5]!);
    run();
    mustAgree(name, losses, expected, 0);
    contenders.push({ name, units: accounts, run });
  }
  return contenders;
}

/** How many accounts can a venue margin from rows it has repriced once? */
import { column, kernels, release, view } from "../test/kernels.ts";
import { bookKernels, bound, GRID, optionMarket, scanModel } from "./books.ts";
import { SCENARIOS } from "./cases.ts";
import { compare, mustAgree, type Contender, type Effort, type Table } from "./harness.ts";
import type { Native } from "./native.ts";
import { nativeScans } from "./native-scans.ts";
import { INSTRUMENTS, POSITIONS, rows } from "./scan-venue.ts";
import { Random } from "../test/reference/random.ts";
import * as twin from "./twin/margin.ts";

/** The whole road of one account: the core's `evaluate` under a model with one scan. */
function evaluator(quantity: Float64Array, index: Int32Array): { run: () => number; accounts: number } {
  const exports = bookKernels();
  const market = optionMarket(INSTRUMENTS);
  const book = bound(exports, scanModel(GRID), market);
  const accounts = 64;
  const n = accounts * POSITIONS;
  const address = exports.allocate(24 * n);
  new Float64Array(exports.memory.buffer, address, n).set(quantity.subarray(0, n));
  new Float64Array(exports.memory.buffer, address + 8 * n, n).fill(NaN);
  const words = new Int32Array(exports.memory.buffer, address + 16 * n, 2 * n);
  words.set(index.subarray(0, n).map((i) => book.program.universe.index.get(market.instruments[i]!.id)!));
  words.fill(0, n);
  const initial = book.placed.column.get(book.program.results[1]!.node)! >> 3;
  const f64 = new Float64Array(exports.memory.buffer);
  const run = () => {
    let sum = 0;
    for (let a = 0; a < accounts; a++) {
      const at = a * POSITIONS;
      const i = address + 16 * n + 4 * at;
      const status = exports.evaluate(
        book.placed.book,
        POSITIONS,
        0,
        i,
        address + 8 * at,
        i + 4 * n,
        address + 8 * (n + at),
      );
      if (status !== 0) throw new Error(`evaluate: ${status}`);
      sum += f64[initial]!;
    }
    return sum;
  };
  return { run, accounts };
}

export async function accounts(effort: Effort, native: Native): Promise<Table[]> {
  release();
  const n = effort.quick ? 10_000 : 100_000;
  const random = new Random(5);
  const R = rows();
  const quantity = Float64Array.from({ length: n * POSITIONS }, () => random.whole(-500, 500));
  const index = Int32Array.from({ length: n * POSITIONS }, () => random.whole(0, INSTRUMENTS - 1));

  const risk = column(R.length, R);
  const lots = column(quantity.length, quantity);
  const instrument = column(index.length / 2);
  new Int32Array(kernels.memory.buffer, instrument, index.length).set(index);
  const out = column(n);
  kernels.accountLosses(n, POSITIONS, instrument, lots, risk, out);
  const expected = new Float64Array(n);
  twin.accountLosses(R, quantity, index, expected, n, POSITIONS);
  mustAgree("accounts", view(out, n), expected, 0); // exact sums: the same bits in any order
  const losses = new Float64Array(n);
  twin.accountLossesTuned(R, quantity, index, losses, n, POSITIONS);
  mustAgree("tuned twin", losses, expected, 0);

  const whole = evaluator(quantity, index);
  const contenders: Contender[] = [
    {
      name: "margin-core, sums of rows",
      units: n,
      run: () => (kernels.accountLosses(n, POSITIONS, instrument, lots, risk, out), 1),
      note: "the block of portfolio/sums.ts",
    },
    {
      name: "margin-core, evaluate",
      units: whole.accounts,
      run: whole.run,
      note: "positions checked and merged, exact range kept, a model's program",
    },
    {
      name: "JS twin, tuned",
      units: n / 10,
      run: () => (twin.accountLossesTuned(R, quantity, index, losses, n / 10, POSITIONS), losses[5]!),
      note: "13 accumulators in locals",
    },
    {
      name: "JS twin",
      units: n / 10,
      run: () => (twin.accountLosses(R, quantity, index, losses, n / 10, POSITIONS), losses[5]!),
    },
  ];
  const remarks: string[] = ["All contenders agree to the last bit (rows in whole quanta)."];
  contenders.push(...(await nativeScans(native, { R, quantity, index, accounts: n }, expected, remarks)));
  remarks.push(`${n.toLocaleString("en")} accounts; the JS twins do a tenth of them.`);
  const title = `Accounts of ${POSITIONS} positions × ${SCENARIOS} scenarios`;
  const table = compare(title, "ns per account", contenders, effort, remarks);
  release();
  return [table];
}

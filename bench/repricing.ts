/** What does the value of one option in one scenario cost? */
import { bookKernels, bound, GRID, optionMarket, portfolioOf, riskOf, scanModel } from "./books.ts";
import { SCENARIOS, SPOT_MOVES, UNMOVED, VOL_FACTORS } from "./cases.ts";
import { compare, mustAgree, type Contender, type Effort, type Table } from "./harness.ts";
import { titles, type Library, type Native } from "./native.ts";
import { pricePeers } from "./peers.ts";
import * as twin from "./twin/margin.ts";

const { LANES } = twin;
const scenarios = twin.scenarioColumns(SPOT_MOVES, VOL_FACTORS);

/** F, K, σ√τ of the distinct strikes, and τ, σ of each for those who want them apart. */
function strikesOf(market: ReturnType<typeof optionMarket>) {
  const calls = market.instruments.filter(({ callPut }) => callPut === 1);
  const vols = new Map(market.facts.map((fact) => [fact.at["instrument"], fact["vol"] as number]));
  const tau = calls.map(({ expiry }) => (Date.parse(expiry) - Date.parse(market.asOf)) / 86_400_000 / 365);
  const vol = calls.map(({ id }) => vols.get(id)!);
  return { F: 60_000, strike: calls.map(({ strike }) => strike!), tau, vol, n: calls.length };
}

/** One account of 100 calls: reprice all of it and find its worst loss. */
async function portfolio(effort: Effort, native: Native): Promise<Table> {
  const n = 100;
  const market = optionMarket(n, true);
  const held = portfolioOf(market, n);
  const kernels = bookKernels();
  const book = bound(kernels, scanModel(GRID), market, false); // no rounding, as the others
  const { F, strike, tau, vol } = strikesOf(market);
  const quantity = Float64Array.from(held.positions, ({ lots }) => lots! * 0.01);
  const options = Float64Array.from([
    ...strike.map(() => F),
    ...strike,
    ...vol.map((sigma, i) => sigma * Math.sqrt(tau[i]!)),
    ...quantity,
  ]);
  const rows = new Float64Array(LANES);

  // the account's columns in the core's memory
  const address = kernels.allocate(n * 24);
  new Float64Array(kernels.memory.buffer, address, n).set(quantity);
  new Float64Array(kernels.memory.buffer, address + 8 * n, n).fill(NaN);
  const index = new Int32Array(kernels.memory.buffer, address + 16 * n, 2 * n);
  held.positions.forEach(({ instrument }, i) => (index[i] = book.program.universe.index.get(instrument)!));
  index.fill(1, n);
  const initial = book.placed.column.get(book.program.results[1]!.node)! >> 3;
  const f64 = new Float64Array(kernels.memory.buffer);
  const evaluate = () =>
    kernels.evaluate(book.placed.book, n, 0, address + 16 * n, address, address + 20 * n, address + 8 * n);

  const worst = twin.revalue(options, scenarios, rows, n, UNMOVED, SCENARIOS);
  evaluate();
  mustAgree("worst loss", [f64[initial]!], [worst], 1e-10);
  const units = n * SCENARIOS;
  const contenders: Contender[] = [
    {
      name: "margin-core, reprice and evaluate",
      units,
      run: () => {
        kernels.repriceSet(book.placed.book, 0);
        evaluate();
        return f64[initial]!;
      },
    },
    { name: "margin-core, reprice", units, run: () => (kernels.repriceSet(book.placed.book, 0), 1) },
    {
      name: "margin-core, bind and evaluate",
      units,
      run: () => {
        kernels.bind(book.placed.book, book.placed.inputsEnd, book.placed.repriced);
        evaluate();
        return f64[initial]!;
      },
      note: "the model's program over the market too",
    },
    { name: "JS twin", units, run: () => twin.revalue(options, scenarios, rows, n, UNMOVED, SCENARIOS) },
  ];
  const remarks: string[] = [];
  for (const library of ["m_128", "m_256", "mvec", "plain"] satisfies Library[]) {
    const f = await native.find(library, "reval");
    if (typeof f === "string") {
      remarks.push(f);
      continue;
    }
    mustAgree(titles[library], [f(options, scenarios, rows, n, UNMOVED, SCENARIOS)], [worst], 1e-10);
    contenders.push({
      name: titles[library],
      units,
      run: () => f(options, scenarios, rows, n, UNMOVED, SCENARIOS),
    });
  }
  for (const { name, rows: most, price } of pricePeers) {
    if (name.includes("default")) continue;
    const held = Math.max(1, Math.floor((n * Math.min(most, 256)) / 256 / (most < 64 ? 4 : 1)));
    const loss = (count: number) => {
      const pnl = new Float64Array(SCENARIOS);
      for (let i = 0; i < count; i++) {
        for (let s = 0; s < SCENARIOS; s++) {
          const forward = F * scenarios[3 * LANES + s]!;
          pnl[s]! += quantity[i]! * price(forward, strike[i]!, tau[i]!, vol[i]! * scenarios[LANES + s]!, 0, 1);
        }
      }
      return Math.max(0, ...pnl.map((x) => pnl[UNMOVED]! - x));
    };
    const got = loss(n);
    mustAgree(name, [got], [worst], 1e-3);
    const note = `worst loss off by ${Math.abs(got / worst - 1).toExponential(0)}`;
    contenders.push({ name: `${name}, loop`, units: held * SCENARIOS, run: () => loss(held), note });
  }
  return compare("Portfolio of 100 options × 51 scenarios", "ns per option and scenario", contenders, effort, remarks);
}

/** All rows of a venue's 500 strikes, calls and puts. */
async function venue(effort: Effort, native: Native): Promise<Table> {
  const n = 1000;
  const market = optionMarket(n);
  const kernels = bookKernels();
  const book = bound(kernels, scanModel(GRID), market);
  const plain = bound(kernels, scanModel(GRID), market, false);
  const { F, strike, tau, vol } = strikesOf(market);
  const strikes = strike.length;
  const options = Float64Array.from([
    ...strike.map(() => F),
    ...strike,
    ...vol.map((sigma, i) => sigma * Math.sqrt(tau[i]!)),
    ...strike,
  ]);
  const R = new Float64Array(n * LANES);
  twin.riskArrays(options, scenarios, R, strikes, UNMOVED);
  const own = riskOf(kernels, plain);
  const exact = riskOf(kernels, book);
  const { stride } = plain.placed.sets[0]!;
  market.instruments.forEach(({ id }, i) => {
    const at = plain.program.universe.index.get(id)! * stride;
    const expected = R.subarray(i * LANES, i * LANES + SCENARIOS);
    mustAgree(id, own.subarray(at, at + SCENARIOS), expected, 1e-10, F);
    // lots of 0.01, rounded to quanta of 2^-13
    const inLots = expected.map((pnl) => 0.01 * pnl);
    mustAgree(`${id}, exact`, exact.subarray(at, at + SCENARIOS), inLots, 1e-9, 0.51 * 2 ** -13 * 1e9);
  });
  const units = n * SCENARIOS;
  const contenders: Contender[] = [
    {
      name: "margin-core, reprice",
      units,
      run: () => (kernels.repriceSet(book.placed.book, 0), 1),
      note: "rounded to quanta, largest of each row found",
    },
    { name: "margin-core, reprice, exact: false", units, run: () => (kernels.repriceSet(plain.placed.book, 0), 1) },
    {
      name: "margin-core, bind",
      units,
      run: () => kernels.bind(book.placed.book, book.placed.inputsEnd, book.placed.repriced) + 1,
      note: "the model's program over the market too",
    },
    { name: "JS twin", units, run: () => (twin.riskArrays(options, scenarios, R, strikes, UNMOVED), R[7]!) },
  ];
  const remarks: string[] = [];
  for (const library of ["m_128", "m_256"] satisfies Library[]) {
    const f = await native.find(library, "risk");
    if (typeof f === "string") {
      remarks.push(f);
      continue;
    }
    const other = new Float64Array(n * LANES);
    f(options, scenarios, other, strikes, UNMOVED, SCENARIOS);
    mustAgree(titles[library], other, R, 1e-9, 60_000);
    contenders.push({
      name: titles[library],
      units,
      run: () => f(options, scenarios, other, strikes, UNMOVED, SCENARIOS),
    });
  }
  return compare(
    "Rows of 1,000 instruments × 51 scenarios",
    "ns per instrument and scenario",
    contenders,
    effort,
    remarks,
  );
}

export async function repricing(effort: Effort, native: Native): Promise<Table[]> {
  return [await portfolio(effort, native), await venue(effort, native)];
}

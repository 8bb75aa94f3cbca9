/** What does the margin of sensitivities cost: a whole SIMM, one more trade, and a Basel delta charge of 18,316 names? */
import type { Exports } from "../bindings/core/exports.ts";
import { checkPortfolio } from "../bindings/documents/check.ts";
import type { Market } from "../bindings/documents/market.ts";
import type { MarginModel } from "../bindings/documents/model.ts";
import type { Portfolio } from "../bindings/documents/portfolio.ts";
import { frtbDocuments, frtbModel } from "../bindings/models/frtb/index.ts";
import { simmDocuments, simmModel, simmParameters } from "../bindings/models/simm/index.ts";
import { core } from "../test/core.ts";
import { Random } from "../test/reference/random.ts";
import { basel } from "../test/reference/sensitivities/basel-parameters.ts";
import { frtb } from "../test/reference/sensitivities/frtb.ts";
import type { FrtbSensitivity } from "../test/reference/sensitivities/frtb-types.ts";
import { invented } from "../test/reference/sensitivities/invented-parameters.ts";
import { published, publishedParameters, suiteRecords } from "../test/reference/sensitivities/published.ts";
import { randomCrif } from "../test/reference/sensitivities/random-crif.ts";
import { simm } from "../test/reference/sensitivities/simm.ts";
import type { SimmOptions, SimmParameters, SimmRecord } from "../test/reference/sensitivities/simm-types.ts";
import { bookKernels, bound } from "./books.ts";
import { compare, mustAgree, type Contender, type Effort, type Table } from "./harness.ts";
import * as twin from "./twin/simm.ts";

const OPTIONS: SimmOptions = { horizon: 10, side: "call", calculationCurrency: "USD" };
const RECORDS = 246;
const NAMES = 18_316;

/** A book in the core, and one evaluation or change of it through the exports: what an engine that keeps its own columns calls. */
function raw(model: MarginModel, market: Market, { positions }: Portfolio) {
  const exports: Exports = bookKernels();
  const { program, placed } = bound(exports, model, market, false);
  const n = positions.length;
  const address = exports.allocate(160 * n);
  const write = (rows: Portfolio["positions"]) => {
    const m = rows.length;
    new Float64Array(exports.memory.buffer, address, m).set(rows.map(({ amount }) => amount!));
    new Float64Array(exports.memory.buffer, address + 8 * n, m).fill(NaN);
    const words = new Int32Array(exports.memory.buffer, address + 16 * n, 2 * n);
    words.set(rows.map(({ instrument }) => program.universe.index.get(instrument)!));
    words.fill(1, n);
  };
  const initial = placed.column.get(program.results[1]!.node)! >> 3;
  const check = (status: number) => {
    if (status !== 0) throw new Error(`status ${status}`);
    return new Float64Array(exports.memory.buffer)[initial]!;
  };
  const at = [address + 16 * n, address, address + 20 * n] as const;
  const evaluate = () => check(exports.evaluate(placed.book, n, 0, ...at, address + 8 * n));
  /** Adds some positions, and takes them away again at the next call: two changes a run. */
  const changing = (rows: Portfolio["positions"]) => {
    write(rows);
    const quantity = new Float64Array(exports.memory.buffer, address, rows.length);
    return () => {
      const value = check(exports.change(placed.book, rows.length, ...at, address + 8 * n, address + 24 * n));
      for (let r = 0; r < quantity.length; r++) quantity[r]! *= -1;
      check(exports.change(placed.book, rows.length, ...at, address + 8 * n, address + 24 * n));
      for (let r = 0; r < quantity.length; r++) quantity[r]! *= -1;
      return value;
    };
  };
  write(positions);
  return { evaluate, changing };
}

interface SimmBook {
  name: string;
  parameters: SimmParameters;
  records: SimmRecord[];
}

function simmBook(): SimmBook {
  const suite = published?.simmSuite["2.5"];
  const test = suite?.tests["C478"];
  if (suite !== undefined && test !== undefined)
    return {
      name: "test C478 of the published suite of 2.5",
      parameters: publishedParameters("2.5"),
      records: suiteRecords(suite, test.in),
    };
  const isRisk = ({ riskType }: SimmRecord) => riskType.startsWith("Risk_");
  return {
    name: "random records, invented parameters",
    parameters: invented,
    records: randomCrif(invented, 1, RECORDS).filter(isRisk),
  };
}

function simmTables(effort: Effort): Table[] {
  const { name, parameters, records } = simmBook();
  const typed = simmParameters(parameters);
  const model = simmModel(typed);
  const documents = simmDocuments(records, typed);
  const market = documents.market;
  const portfolio = checkPortfolio(documents.portfolio);
  const expected = simm(parameters, records, OPTIONS).total;
  const tuned = twin.prepare(parameters, records, OPTIONS);
  const amounts = Float64Array.from(records, ({ amountUSD }) => amountUSD);
  const whole = raw(model, market, portfolio);
  const prepared = core.prepare(model, market, { exact: false });
  mustAgree("tuned twin", [twin.evaluate(tuned, amounts)], [expected], 1e-12);
  mustAgree("evaluate", [whole.evaluate()], [expected], 1e-12);
  mustAgree("margin", [prepared.margin(portfolio, { explain: false }).initial], [expected], 1e-12);
  const remarks = [
    `${records.length} records, ${market.instruments.length} sensitivities: ${name}. All agree with the plain twin to 1e-12.`,
  ];
  const naive: Contender = {
    name: "JS twin, naive",
    units: 1,
    run: () => simm(parameters, records, OPTIONS).total,
    note: "written to be read: everything looked up again",
  };
  const tunedTwin: Contender = {
    name: "JS twin, tuned",
    units: 1,
    run: () => twin.evaluate(tuned, amounts),
    note: "correlations looked up before; dense double sums",
  };
  const full = compare(
    "SIMM of a portfolio, prepared",
    "ns",
    [
      { name: "margin-core, evaluate", units: 1, run: whole.evaluate },
      tunedTwin,
      {
        name: "margin-core, margin()",
        units: 1,
        run: () => prepared.margin(portfolio, { explain: false }).initial,
        note: "from a checked document to totals",
      },
      {
        name: "margin-core, margin() explained",
        units: 1,
        run: () => prepared.margin(portfolio).initial,
        note: "with the tree and its shares",
      },
      naive,
    ],
    effort,
    remarks,
  );
  // trades on what is held, spread over the classes; the last of them on what is not
  const random = new Random(5);
  const positions = (count: number) =>
    Array.from({ length: count }, () => ({
      instrument: random.pick(market.instruments).id,
      amount: 1000 * random.whole(-500, 500),
    }));
  const [one, five] = [positions(1), positions(5)];
  const book = raw(model, market, portfolio);
  const other = raw(model, market, portfolio);
  book.evaluate();
  other.evaluate();
  const account = prepared.open(portfolio);
  const after = account.change(one).initial;
  account.change(one.map(({ instrument, amount }) => ({ instrument, amount: -amount })));
  const [changeOne, changeFive] = [book.changing(one), other.changing(five)];
  mustAgree("change", [changeOne()], [after], 0);
  const libraryChange = (rows: typeof one) => {
    const back = rows.map(({ instrument, amount }) => ({ instrument, amount: -amount }));
    return () => account.change(rows).initial + account.change(back).initial;
  };
  const changes = compare(
    "SIMM after one more trade",
    "ns per change",
    [
      { name: "margin-core, change of 1", units: 2, run: changeOne, note: `on ${one[0]!.instrument}` },
      { ...tunedTwin, note: "evaluated anew" },
      { name: "margin-core, change of 5", units: 2, run: changeFive },
      { name: "margin-core, Account.change of 1", units: 2, run: libraryChange(one), note: "documents in, totals out" },
      { name: "margin-core, Account.change of 5", units: 2, run: libraryChange(five) },
      { ...naive, note: "evaluated anew" },
    ],
    effort,
    ["Each change is taken back by the next. The result has the bits of a new evaluation."],
  );
  return [full, changes];
}

/** Equity delta over its buckets, three scenarios: the closed form of one ρ, as one would write it by hand. */
function equityDelta(records: readonly FrtbSensitivity[]) {
  const { rwSpot, rhoName, gamma, otherBucket } = basel.equity;
  const bucket = Int32Array.from(records, (record) => Number(record.bucket) - 1);
  const B = rwSpot.length;
  const [sum, squares, gross] = [new Float64Array(B), new Float64Array(B), new Float64Array(B)];
  const K = new Float64Array(B);
  const stress = [(x: number) => Math.max(2 * x - 1, 0.75 * x), (x: number) => x, (x: number) => Math.min(1.25 * x, 1)];
  return (amounts: Float64Array): number => {
    sum.fill(0);
    squares.fill(0);
    gross.fill(0);
    for (let i = 0; i < amounts.length; i++) {
      const b = bucket[i]!;
      const w = rwSpot[b]! * amounts[i]!;
      sum[b]! += w;
      squares[b]! += w * w;
      gross[b]! += Math.abs(w);
    }
    let worst = 0;
    for (const stressed of stress) {
      let squared = 0;
      for (let b = 0; b < B; b++) {
        const rho = stressed(rhoName[b] ?? 0);
        K[b] =
          b + 1 === otherBucket ? gross[b]! : Math.sqrt(Math.max(0, (1 - rho) * squares[b]! + rho * sum[b]! * sum[b]!));
        squared += K[b]! * K[b]!;
        for (let c = 0; c < b; c++) squared += 2 * stressed(gamma[b]![c]!) * sum[b]! * sum[c]!;
      }
      worst = Math.max(worst, Math.sqrt(squared));
    }
    return worst;
  };
}

function frtbTable(effort: Effort): Table {
  const random = new Random(9);
  const records = Array.from({ length: NAMES }, (_, i): FrtbSensitivity => {
    const amount = Math.round(random.uniform(-1, 1.2) * 1e6);
    return {
      riskClass: "equity",
      measure: "delta",
      bucket: String(1 + (i % 13)),
      name: `name ${i}`,
      factor: "spot",
      location: "",
      tenor: 0,
      amount,
    };
  });
  const model = frtbModel();
  const documents = frtbDocuments(records);
  const { market } = documents;
  const portfolio = checkPortfolio(documents.portfolio);
  const few = records.slice(0, 500);
  const fewDocuments = frtbDocuments(few);
  const amounts = Float64Array.from(records, (record) => (record as { amount: number }).amount);
  const tuned = equityDelta(records);
  mustAgree("closed form", [equityDelta(few)(amounts.subarray(0, 500))], [frtb(basel, few).total], 1e-12);
  mustAgree(
    "few",
    [raw(model, fewDocuments.market, fewDocuments.portfolio).evaluate()],
    [frtb(basel, few).total],
    1e-12,
  );
  const whole = raw(model, market, portfolio);
  const prepared = core.prepare(model, market, { exact: false });
  mustAgree("evaluate", [whole.evaluate()], [tuned(amounts)], 1e-12);
  mustAgree("margin", [prepared.margin(portfolio, { explain: false }).initial], [tuned(amounts)], 1e-12);
  const again = raw(model, market, portfolio);
  again.evaluate();
  // the first name of each bucket
  const everyBucket = again.changing(
    Array.from({ length: 13 }, (_, b) => ({ instrument: portfolio.positions[b]!.instrument, amount: 1000 })),
  );
  return compare(
    `Basel equity delta, ${NAMES.toLocaleString("en")} names, three scenarios`,
    "ns",
    [
      {
        name: "margin-core, evaluate",
        units: 1,
        run: whole.evaluate,
        note: "exact sums, positions checked and put in order",
      },
      {
        name: "margin-core, change in every bucket",
        units: 2,
        run: everyBucket,
        note: "what stands behind the sums: weights, K and S of all names, the three totals",
      },
      {
        name: "JS twin, closed form",
        units: 1,
        run: () => tuned(amounts),
        note: "no netting: one row a name, in the book's order",
      },
      {
        name: "margin-core, margin()",
        units: 1,
        run: () => prepared.margin(portfolio, { explain: false }).initial,
        note: "from a checked document to totals",
      },
    ],
    effort,
    [
      "500 names agree with the plain twin to 1e-12, all with the closed form. The plain twin's double sums over all names are not measured.",
    ],
  );
}

export function sensitivities(effort: Effort): Table[] {
  return [...simmTables(effort), frtbTable(effort)];
}

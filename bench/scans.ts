/**
 * What does the raw scan of a venue cost: of one account with an order (`npm run bench -- scans`), and of all accounts from their positions?
 *
 * A million accounts, workers and the full model: bench/venue-scale.ts.
 */
import { SCENARIOS } from "./cases.ts";
import { compare, mustAgree, type Contender, type Effort, type Table } from "./harness.ts";
import { titles, type Native } from "./native.ts";
import { nativeScans } from "./native-scans.ts";
import { holdings, INSTRUMENTS, LANES, POSITIONS, rows, ScanVenue } from "./scan-venue.ts";
import { Random } from "../test/reference/random.ts";
import * as twin from "./twin/margin.ts";

/** Accounts of the table of single orders: 1.7 MB of sums. */
const ACCOUNTS = 4096;
/** So many that no contender finds the sums of its accounts near because it has just read them. */
const ORDERS = 65_536;

interface Orders {
  /** [n][2] account, instrument */
  of: Int32Array;
  /** [2n] lots; behind them what the C++ answers */
  q: Float64Array;
}

function orders(accounts: number): Orders {
  const random = new Random(19);
  const of = new Int32Array(2 * ORDERS);
  const q = new Float64Array(2 * ORDERS);
  for (let o = 0; o < ORDERS; o++) {
    of[2 * o] = random.whole(0, accounts - 1);
    of[2 * o + 1] = random.whole(0, INSTRUMENTS - 1);
    q[o] = random.sign() * random.whole(1, 500);
  }
  return { of, q };
}

export async function scans(effort: Effort, native: Native): Promise<Table[]> {
  const R = rows();
  return [await ofOrders(R, effort, native), await ofAccounts(R, effort, native)];
}

async function ofOrders(R: Float64Array, effort: Effort, native: Native): Promise<Table> {
  const venue = new ScanVenue(holdings(ACCOUNTS), R, "in order");
  venue.sum();
  const many = effort.quick ? 20_000 : 100_000;
  const { kernels, risk } = venue;
  const sums = venue.keptSums();
  // 42 MB of sums more; what is in them does not matter
  const far = venue.allocate(8 * LANES * many);
  const { of, q } = orders(ACCOUNTS);
  const farOrders = orders(many).of;
  const at = venue.allocate(24 * ORDERS);
  new Int32Array(kernels.memory.buffer, at, 2 * ORDERS).set(of);
  new Float64Array(kernels.memory.buffer, at + 8 * ORDERS, ORDERS).set(q.subarray(0, ORDERS));
  const f64 = new Float64Array(kernels.memory.buffer);
  f64.fill(1, far / 8, far / 8 + LANES * many);
  const V = f64.slice(sums / 8, sums / 8 + LANES * ACCOUNTS);
  const results = (at + 16 * ORDERS) / 8;

  const expected = Float64Array.from({ length: ORDERS }, (_, o) =>
    twin.scanOrder(V, R, of[2 * o]!, of[2 * o + 1]!, q[o]!),
  );
  const single = Float64Array.from({ length: ORDERS }, (_, o) =>
    kernels.scanOrder(sums, risk, of[2 * o]!, of[2 * o + 1]!, q[o]!),
  );
  mustAgree("one order", single, expected, 0);
  kernels.scanOrders(ORDERS, sums, risk, at, at + 8 * ORDERS, at + 16 * ORDERS);
  mustAgree("many orders", f64.subarray(results, results + ORDERS), expected, 0);

  const contenders: Contender[] = [
    {
      name: "margin-core, one call each",
      units: ORDERS,
      run: () => {
        let sum = 0;
        for (let o = 0; o < ORDERS; o++) sum += kernels.scanOrder(sums, risk, of[2 * o]!, of[2 * o + 1]!, q[o]!);
        return sum;
      },
      note: "a call from JavaScript for each order",
    },
    {
      name: "margin-core, one call each, far",
      units: ORDERS,
      run: () => {
        let sum = 0;
        for (let o = 0; o < ORDERS; o++)
          sum += kernels.scanOrder(far, risk, farOrders[2 * o]!, farOrders[2 * o + 1]!, q[o]!);
        return sum;
      },
      note: `${many.toLocaleString("en")} accounts, ${Math.round((8 * LANES * many) / 1e6)} MB of sums`,
    },
    {
      name: "margin-core, batch",
      units: ORDERS,
      run: () => (kernels.scanOrders(ORDERS, sums, risk, at, at + 8 * ORDERS, at + 16 * ORDERS), f64[results]!),
      note: "all orders in a call",
    },
    {
      name: "margin-core, an empty call",
      units: ORDERS,
      run: () => {
        let sum = 0;
        for (let o = 0; o < ORDERS; o++) sum += kernels.emptyCall(sums, risk, of[2 * o]!, of[2 * o + 1]!, q[o]!);
        return sum;
      },
      note: "the same arguments, nothing done",
    },
    {
      name: "JS twin",
      units: ORDERS,
      run: () => {
        let sum = 0;
        for (let o = 0; o < ORDERS; o++) sum += twin.scanOrder(V, R, of[2 * o]!, of[2 * o + 1]!, q[o]!);
        return sum;
      },
    },
  ];
  const remarks = [
    `${ACCOUNTS.toLocaleString("en")} accounts at random, ${INSTRUMENTS.toLocaleString("en")} instruments.`,
  ];
  for (const library of ["m_128", "m_256"] as const) {
    const f = await native.find(library, "pretrade");
    if (typeof f === "string") {
      remarks.push(f);
      continue;
    }
    f(V, R, of, q, ORDERS, 0);
    mustAgree(titles[library], q.subarray(ORDERS), expected, 0);
    contenders.push({
      name: `${titles[library]}, batch`,
      units: ORDERS,
      run: () => f(V, R, of, q, ORDERS, 0),
    });
  }
  const title = `One order against the sums of an account, worst of ${SCENARIOS} scenarios`;
  return compare(title, "ns per order", contenders, effort, remarks);
}

async function ofAccounts(R: Float64Array, effort: Effort, native: Native): Promise<Table> {
  const n = effort.quick ? 10_000 : 100_000;
  const held = holdings(n);
  const { index, quantity } = held;
  const inOrder = new ScanVenue(held, R, "in order");
  const scattered = new ScanVenue(held, R, "at random");
  const losses = new Float64Array(n);
  const expected = new Float64Array(n);
  twin.accountLosses(R, quantity, index, expected, n, POSITIONS);
  const ours: [name: string, note: string, venue: ScanVenue, run: () => number][] = [
    ["columns", "positions in columns, one account after the other", inOrder, () => inOrder.scanColumns()],
    ["a venue's accounts", "a block for each, filled in order", inOrder, () => inOrder.scan()],
    ["the same, scattered", "filled in random order", scattered, () => scattered.scan()],
    ["the same, sums kept", "filled in order; 416 bytes of sums and the deciding row", inOrder, () => inOrder.sum()],
  ];
  const contenders = ours.map(([name, note, venue, run]): Contender => {
    venue.losses().fill(NaN);
    run();
    mustAgree(name, venue.losses(), expected, 0);
    return { name: `margin-core, ${name}`, units: n, run, note };
  });
  const tuned = () => (twin.accountLossesTuned(R, quantity, index, losses, n / 10, POSITIONS), losses[5]!);
  contenders.push({ name: "JS twin, tuned", units: n / 10, run: tuned, note: "13 accumulators in locals" });
  const remarks = [
    "All contenders agree to the last bit (rows in whole quanta). C++ and twin have positions in columns.",
  ];
  contenders.push(...(await nativeScans(native, { R, ...held }, expected, remarks)));
  remarks.push(
    `${n.toLocaleString("en")} accounts; the JS twin does a tenth of them. The scan alone: no cash, no charges, no range check.`,
  );
  const title = `Scan of a venue's accounts, ${POSITIONS} positions × ${SCENARIOS} scenarios`;
  return compare(title, "ns per account", contenders, effort, remarks);
}

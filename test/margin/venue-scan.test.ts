/** The scan kernels of bench/: a venue's accounts over rows of 52, held to the plain sum, exactly (rows and lots are whole). */
import { describe, expect, it } from "vitest";
import { holdings, LANES, POSITIONS, ScanVenue, INSTRUMENTS, type Holdings } from "../../bench/scan-venue.ts";
import { Random } from "../reference/random.ts";

const random = new Random(41);
const R = Float64Array.from({ length: INSTRUMENTS * LANES }, () => random.whole(-(2 ** 20), 2 ** 20));
const held = holdings(37, 3); // no multiple of what is read ahead
// an account that loses in no row, one of nothing, one whose least is in the last lane, and one that loses as much in two rows
R.fill(1, 0, LANES);
R.fill(1, LANES, 2 * LANES);
R[2 * LANES - 1] = -7;
R.fill(-1, 2 * LANES, 3 * LANES);
only(held, 0, 0, 5);
only(held, 1, 0, 0);
only(held, 2, 1, 3);
only(held, 3, 2, 2);

/** One instrument, in pieces. */
function only({ index, quantity }: Holdings, account: number, instrument: number, lots: number): void {
  const from = account * POSITIONS;
  index.fill(instrument, from, from + POSITIONS);
  quantity.fill(0, from, from + POSITIONS);
  quantity[from + 3] = lots + 11;
  quantity[from + 9] = -11;
}

function sumsOf(account: number): number[] {
  const sums = Array.from({ length: LANES }, () => 0);
  for (let k = account * POSITIONS; k < (account + 1) * POSITIONS; k++)
    for (let j = 0; j < LANES; j++) sums[j]! += held.quantity[k]! * R[held.index[k]! * LANES + j]!;
  return sums;
}
const sums = Array.from({ length: held.accounts }, (_, a) => sumsOf(a));
const lossOf = (row: readonly number[]) => Math.max(0, ...row.map((x) => 0 - x));
const losses = sums.map(lossOf);

describe.each(["in order", "at random"] as const)("accounts filled %s", (order) => {
  const venue = new ScanVenue(held, R, order);

  it("scan their worst row", () => {
    expect([losses[0], losses[1], losses[2], losses[3]]).toEqual([0, 0, 21, 2]);
    venue.losses().fill(NaN);
    venue.scan();
    expect([...venue.losses()]).toEqual(losses);
  });

  it("scan the same from columns", () => {
    venue.losses().fill(NaN);
    venue.scanColumns();
    expect([...venue.losses()]).toEqual(losses);
  });

  it("keep their sums and the first row that decides", () => {
    venue.sum();
    expect([...venue.losses()]).toEqual(losses);
    const kept = new Float64Array(venue.kernels.memory.buffer, venue.keptSums(), LANES * held.accounts);
    sums.forEach((row, a) => expect([...kept.subarray(a * LANES, (a + 1) * LANES)]).toEqual(row.map((x) => x + 0)));
    const first = sums.map((row, a) => (losses[a]! > 0 ? row.indexOf(-losses[a]!) : -1));
    expect([...venue.deciding()]).toEqual(first);
    expect([first[0], first[2], first[3]]).toEqual([-1, LANES - 1, 0]);
  });

  it("scan after an order, one by one and many", () => {
    venue.sum();
    const { kernels, risk } = venue;
    const kept = venue.keptSums();
    const n = 200;
    const orders = Array.from({ length: n }, () => ({
      account: random.whole(0, held.accounts - 1),
      instrument: random.whole(0, INSTRUMENTS - 1),
      q: random.whole(-50, 50),
    }));
    const expected = orders.map(({ account, instrument, q }) =>
      lossOf(sums[account]!.map((x, j) => x + q * R[instrument * LANES + j]!)),
    );
    const each = orders.map(({ account, instrument, q }) => kernels.scanOrder(kept, risk, account, instrument, q));
    expect(each).toEqual(expected);
    expect(kernels.emptyCall(kept, risk, 1, 1, -5)).toBe(-5);
    const at = venue.allocate(24 * n);
    const { buffer } = kernels.memory;
    new Float64Array(buffer, at, n).set(orders.map(({ q }) => q));
    const words = orders.flatMap(({ account, instrument }) => [account, instrument]);
    new Int32Array(buffer, at + 8 * n, 2 * n).set(words);
    kernels.scanOrders(n, kept, risk, at + 8 * n, at, at + 16 * n);
    expect([...new Float64Array(buffer, at + 16 * n, n)]).toEqual(expected);
  });
});

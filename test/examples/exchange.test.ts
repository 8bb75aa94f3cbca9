import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { Book, type RestingOrder } from "../../examples/exchange/book.ts";
import { root } from "../hosts/bundle.ts";
import { Random } from "../reference/random.ts";

const command = ["--import", "tsx", "examples/exchange/main.ts"];
const run = async (...args: string[]) =>
  (await promisify(execFile)(process.execPath, [...command, ...args], { cwd: root, encoding: "utf8" })).stdout;
/** The lines without what depends on the machine. */
const outcome = (out: string) => {
  const lines = out.split("\n");
  return [
    ...lines.filter((line) => /^accepted/.test(line)),
    ...lines.slice(
      lines.indexOf("refused for"),
      lines.findIndex((line) => line.trimStart().startsWith("µs")),
    ),
  ];
};
const numbers = (out: string, pattern: RegExp) => pattern.exec(out)!.slice(1).map(Number);

describe("a run", () => {
  test("is the same for a seed; money is kept, refusals add up", async () => {
    const args = ["--orders", "4000", "--accounts", "60", "--tick", "200"];
    const [first, again, other] = await Promise.all([
      run(...args, "--seed", "7"),
      run(...args, "--seed", "7"),
      run(...args, "--seed", "8"),
    ]);
    expect(outcome(again)).toEqual(outcome(first));
    expect(outcome(other)).not.toEqual(outcome(first));
    const [accepted, refused, trades, , ticks, liquidations] = numbers(
      first,
      /accepted (\d+), refused (\d+); (\d+) trades, (\d+) cancels, (\d+) ticks, (\d+) liquidations/,
    );
    expect(accepted! + refused!).toBe(4000);
    expect(refused).toBeGreaterThan(100);
    expect(trades).toBeGreaterThan(500);
    expect(ticks).toBe(20);
    expect(liquidations).toBeGreaterThan(0);
    const [, reasons] = /refused for\n([^]*?)\n\n/.exec(first)!;
    const counts = reasons!.split("\n").map((line) => Number(/(\d+)$/.exec(line)![1]));
    expect(counts.reduce((a, b) => a + b, 0)).toBe(refused);
    expect(first).not.toContain("NOT KEPT");
    expect(first.match(/change 0, costs of open contracts 0: kept$/gm)!.length).toBe(3);
    for (const work of ["check", "fill", "tick", "remargin"]) {
      expect(first).toMatch(new RegExp(`^  ${work} +\\d+( +[\\d.]+){5}$`, "m"));
      const [n] = numbers(first, new RegExp(`^  ${work} +(\\d+) `, "m"));
      const [, bars] = new RegExp(`^  ${work}, up to\n([^]*?)(\n\n|\n$)`, "m").exec(first)!;
      const sum = [...bars!.matchAll(/ █+ (\d+)$/gm)].reduce((total, found) => total + Number(found[1]), 0);
      expect(sum).toBe(n);
    }
  });

  const crash = join(root, "../shared/data/deribit_chain_btc_eth_2026-02-04_07_crash.csv.gz");
  test.skipIf(!existsSync(crash))("of a recorded crash prints how the liquidation list grew", async () => {
    const out = await run("--orders", "8000", "--replay", crash);
    const short = [...out.matchAll(/^ {2}2026-02-0\S+ +\d+ +\d+ +(\d+) /gm)].map((found) => Number(found[1]));
    expect(short).toHaveLength(15);
    // the worst of it was on the fifth, in the evening
    expect(Math.max(...short)).toBe(Math.max(...short.slice(5, 8)));
    expect(Math.max(...short)).toBeGreaterThan(5);
    expect(out).not.toContain("NOT KEPT");
  });

  test.each([[["--orders", "abc"]], [["--orders", "0"]], [["--seed", "1.5"]], [["--what", "1"]], [["10"]]])(
    "%j is a mistake in the command",
    (args) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [...command, ...args], {
        cwd: root,
        encoding: "utf8",
      });
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(/\nusage: [^\n]+\n$/);
    },
  );
});

describe("the book", () => {
  const order = (id: number, account: string, side: 1 | -1, ticks: number, lots: number): RestingOrder => ({
    id,
    account,
    side,
    ticks,
    lots,
  });

  test("by price, then by time; never with oneself", () => {
    const book = new Book();
    for (const one of [
      order(1, "a", -1, 101, 5),
      order(2, "b", -1, 100, 5),
      order(3, "c", -1, 100, 5),
      order(4, "d", -1, 100, 5),
    ])
      book.rest(one);
    expect([book.bid, book.ask]).toEqual([undefined, 100]);
    const { matches, own } = book.meet("c", 1, 12, 101);
    expect(matches.map(({ maker, lots }) => [maker.id, lots])).toEqual([
      [2, 5],
      [4, 5],
      [1, 2],
    ]);
    expect(own.map(({ id }) => id)).toEqual([3]);
    expect(book.meet("z", 1, 12, 99).matches).toEqual([]);
  });

  test("as a list that is sorted at each match", () => {
    const random = new Random(5);
    const book = new Book();
    let list: RestingOrder[] = [];
    for (let id = 1; id < 4000; id++) {
      const [account, side] = [`account ${random.whole(0, 5)}`, random.sign()];
      const [ticks, lots] = [random.whole(90, 110), random.whole(1, 20)];
      const better = (a: RestingOrder, b: RestingOrder) => side * (a.ticks - b.ticks) || a.id - b.id;
      const others = list.filter((one) => one.side !== side && side * one.ticks <= side * ticks).sort(better);
      const expected: [number, number][] = [];
      let left = lots;
      for (const one of others.filter((other) => other.account !== account)) {
        if (left === 0) break;
        expected.push([one.id, Math.min(left, one.lots)]);
        left -= expected.at(-1)![1];
      }
      const { matches, own } = book.meet(account, side, lots, ticks);
      expect(matches.map(({ maker, lots: part }) => [maker.id, part])).toEqual(expected);
      for (const one of own) book.fill(one, one.lots);
      for (const { maker, lots: part } of matches) book.fill(maker, part);
      const rest = lots - matches.reduce((sum, match) => sum + match.lots, 0);
      if (rest > 0) {
        const one = order(id, account, side, ticks, rest);
        book.rest(one);
        list.push(one);
      }
      list = list.filter((one) => one.lots > 0);
      if (random.chance(0.2) && list.length > 0) {
        const gone = random.pick(list);
        book.fill(gone, gone.lots);
        list = list.filter((one) => one.lots > 0);
      }
      const of = (sign: 1 | -1) => list.filter((one) => one.side === sign).map((one) => one.ticks);
      expect(book.bid).toBe(of(1).length === 0 ? undefined : Math.max(...of(1)));
      expect(book.ask).toBe(of(-1).length === 0 ? undefined : Math.min(...of(-1)));
      expect([...book.resting()].map((one) => one.id)).toEqual(list.map((one) => one.id));
    }
  });
});

import { describe, expect, it } from "vitest";
import { moment, placeOf, words } from "../../bindings/report/names.ts";

it("names are words", () => {
  expect(words("standardTable")).toBe("standard table");
  expect(words("delta2a")).toBe("delta 2a");
  expect(words("mr1")).toBe("mr1");
  expect(words("equityInUsd", new Set(["USD"]))).toBe("equity in USD");
  expect(words("mr1")).toBe("mr1");
  expect(words("IMFactor")).toBe("IM factor");
});

describe("a place", () => {
  const inverse = { payoff: "inverse", settlement: "BTC", underlying: "BTC" };
  const linear = { payoff: "linear", settlement: "USDC", underlying: "BTC" };
  const inCoin = { payoff: "linear", settlement: "BTC", underlying: "BTC" };
  it("is told by the fewest keys", () => {
    expect(placeOf(inverse, [inverse])).toBe("BTC");
    expect(placeOf(inverse, [inverse, linear])).toBe("BTC");
    expect(placeOf(linear, [inverse, linear])).toBe("BTC USDC");
    expect(placeOf(inverse, [inverse, inCoin])).toBe("BTC inverse");
    expect(placeOf({}, [{}])).toBe("");
  });
  it("does not say again what is said above", () => {
    expect(placeOf(inverse, [inverse], { settlement: "BTC" })).toBe("");
    expect(placeOf(linear, [linear], { settlement: "USDC" })).toBe("BTC");
    const expiry = { underlying: "BTC", expiry: "2026-03-27T08:00:00Z" };
    expect(placeOf(expiry, [expiry, { ...expiry, expiry: "2026-06-26T08:00:00Z" }], { underlying: "BTC" })).toBe(
      "2026-03-27",
    );
  });
  it("of an instrument is its name", () => {
    const keys = { instrument: "BTC-27MAR26-70000-C", underlying: "BTC", settlement: "BTC", strike: 70000, callPut: 1 };
    expect(placeOf(keys, [keys, { ...keys, instrument: "BTC-27MAR26-70000-P", callPut: -1 }])).toBe(
      "BTC-27MAR26-70000-C",
    );
    expect(placeOf({ callPut: -1 }, [{ callPut: -1 }, { callPut: 1 }])).toBe("put");
  });
});

it("moments are short", () => {
  expect(moment("2026-03-27T08:00:00Z")).toBe("2026-03-27");
  expect(moment("2026-03-27T09:30:00Z")).toBe("2026-03-27 09:30");
  expect(moment("2026-03-27T09:30:05Z")).toBe("2026-03-27 09:30:05");
});

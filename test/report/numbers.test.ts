import { describe, expect, it } from "vitest";
import { aligned, decimalsOf, number, significant } from "../../bindings/report/numbers.ts";

describe("a number", () => {
  it("has thousands separated, and a true minus", () => {
    expect(number(1234567.891, 2)).toBe("1,234,567.89");
    expect(number(-1234.5, 2)).toBe("−1,234.50");
    expect(number(999, 0)).toBe("999");
    expect(number(12.5, 2, "both")).toBe("+12.50");
    expect(number(-12.5, 2, "both")).toBe("−12.50");
  });
  it("is 0 only where it is 0", () => {
    expect(number(0, 2)).toBe("0");
    expect(number(-0, 2)).toBe("0");
    expect(number(0.001234, 2)).toBe("0.0012");
    expect(number(-4e-9, 6)).toBe("−0.0000000040");
    expect(number(3e-20, 2)).toBe("3.0e−20");
  });
  it("may be none or endless, or very large", () => {
    expect(number(NaN, 2)).toBe("none");
    expect(number(-Infinity, 2)).toBe("−∞");
    expect(number(1e21, 2)).toBe("1.0e21");
    expect(number(1e20, 2)).toBe("100,000,000,000,000,000,000.00");
  });
  it("has the digits that count, where any size may come", () => {
    expect(significant(7618.42052169408, 10)).toBe("7,618.420522");
    expect(significant(75000)).toBe("75,000");
    expect(significant(0.1)).toBe("0.1");
    expect(significant(-3.7459e-10, 10)).toBe("−3.7459e−10");
    expect(significant(0)).toBe("0");
  });
});

describe("decimals", () => {
  it("are two of what is counted in cents", () => {
    for (const unit of ["USD", "USDC", "USDT", "EURR", "PYUSD"]) expect(decimalsOf(unit, 12)).toBe(2);
  });
  it("give eight digits to the largest figure of a coin", () => {
    expect(decimalsOf("BTC", 12.5)).toBe(6);
    expect(decimalsOf("BTC", 0.0597)).toBe(8);
    expect(decimalsOf("ETH", 1420)).toBe(4);
    expect(decimalsOf("DOGE", 9e9)).toBe(2);
    expect(decimalsOf("BTC", 0)).toBe(8);
  });
});

it("numbers of one column have their points below each other", () => {
  expect(aligned(["1,234.50", "0", "−2.125"])).toEqual(["1,234.50 ", "    0    ", "   −2.125"]);
  expect(aligned([])).toEqual([]);
});

import { expect, it } from "vitest";
import { canonical, milliseconds, momentText } from "../../bindings/documents/moment.ts";

it("reads moments as the host does, and writes them in one form", () => {
  for (const text of [
    "2026-02-05T08:00:00Z",
    "2024-02-29T23:59:59.123Z",
    "2026-02-05T08:00:00+05:30",
    "2026-01-01T00:30:00-11:00",
  ]) {
    expect(milliseconds(text)).toBe(Date.parse(text));
  }
  expect(milliseconds("2026-02-05T08:00:00.123456789Z")).toBe(Date.parse("2026-02-05T08:00:00.123Z"));
  expect(milliseconds("2026-02-05T08:00Z")).toBe(Date.parse("2026-02-05T08:00:00Z"));
  expect(momentText(Date.parse("2026-02-05T08:00:00.5Z"))).toBe("2026-02-05T08:00:00.500Z");
  expect(canonical("2026-02-05T09:00:00+01:00")).toBe("2026-02-05T08:00:00Z");
  expect(canonical("perpetual")).toBe("perpetual");
});

it.each([
  "2026-02-30T00:00:00Z",
  "2025-02-29T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-01-01T24:00:00Z",
  "2026-01-01T00:60:00Z",
  "2026-01-01T00:00:60Z",
  "2026-01-01",
  "2026-01-01T00:00:00",
  "2026-01-01 00:00:00Z",
  "2026-01-01T00:00:00+0100",
  "1969-12-31T00:00:00Z",
  "2026-01-00T00:00:00Z",
  "",
])("%s is no moment", (text) => {
  expect(milliseconds(text)).toBeNaN();
});

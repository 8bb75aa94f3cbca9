/**
 * OKX portfolio margin as far as it is published. Source: OKX announcement of 2 Jan 2025 (ranges) and API reference,
 * position-builder response example; rates marked `assumed` fit that response (../shared/reference/exchange-margin.md section 2).
 * For the twin's own test: every account currency is USDT, and the response's "potential borrow" is its balance.
 */
import type { MarginModel } from "../../bindings/documents/model.ts";

const thirds = (k: number) => k / 3;

export const okx: MarginModel = {
  format: 1,
  id: "okx-pm-published",
  edition: "2025-01-06",
  currency: "USDT",
  source: "OKX announcement of 2 Jan 2025; API reference, position-builder response",
  parameters: {
    spotRange: {
      unit: "relative",
      source: "announcement",
      is: 0.25,
      for: [
        { underlying: "BTC", is: 0.12 },
        { underlying: "LTC", is: 0.18 },
      ],
    },
    extreme: {
      unit: "relative",
      source: "announcement",
      is: 0.5,
      for: [
        { underlying: "BTC", is: 0.24 },
        { underlying: "LTC", is: 0.36 },
      ],
    },
    basisRate: {
      unit: "per |delta| USD",
      assumed: "fits the response",
      is: 0.008,
      for: [{ underlying: "BTC", is: 0.002 }],
    },
    minimumRate: {
      unit: "per |delta| USD",
      assumed: "fits the response",
      is: 0.007,
      for: [{ underlying: "BTC", is: 0.0045 }],
    },
  },
  scenarios: {
    shock: { rows: [-3, -2, -1, 0, 1, 2, 3].map((k) => ({ spot: { mul: [thirds(k), "spotRange"] } })) },
    jump: {
      rows: [
        { spot: { neg: "extreme" }, weight: 0.5 },
        { spot: "extreme", weight: 0.5 },
      ],
    },
  },
  charges: {
    mr1: { kind: "scan", at: "underlying", scenarios: "shock" },
    mr6: { kind: "scan", at: "underlying", scenarios: "jump" },
    mr4: { kind: "amount", at: "underlying", measure: "deltaUsd", rate: "basisRate", select: { kind: "perpetual" } },
    mr7: { kind: "amount", at: "underlying", measure: "deltaUsd", rate: "minimumRate", select: { kind: "perpetual" } },
    unit: { kind: "formula", at: "underlying", value: { max: [{ sum: [{ max: ["mr1", "mr6"] }, "mr4"] }, "mr7"] } },
    borrowed: { kind: "amount", net: "instrument", on: "short", select: { kind: "cash" } },
    cash: { kind: "amount", net: "instrument", on: "signed", select: { kind: "cash" } },
  },
  equity: "cash",
  maintenance: { sum: ["unit", { mul: [0.02, "borrowed"] }] },
  initial: { sum: [{ mul: [1.3, "unit"] }, { mul: [0.1, "borrowed"] }] },
};

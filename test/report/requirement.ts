/** A requirement drawn up by hand: two currencies, a scan, a max, a name that is no charge. */
import type { MarginModel } from "../../bindings/documents/model.ts";
import type { Requirement } from "../../bindings/documents/requirement.ts";

const btc = { payoff: "inverse", settlement: "BTC", underlying: "BTC" };
const usdc = { payoff: "linear", settlement: "USDC", underlying: "BTC" };

export const requirement = (): Requirement => ({
  format: 1,
  model: { id: "test-pm", edition: "2024-06-17" },
  market: { asOf: "2026-02-05T08:00:00Z" },
  currency: "USD",
  equity: 1000,
  initial: 3830.25,
  maintenance: 3064.2,
  excess: -2830.25,
  outputs: { reserve: 12 },
  nodes: [
    {
      name: "riskMatrix",
      kind: "scan",
      unit: "by settlement",
      of: [],
      groups: [
        {
          keys: btc,
          unit: "BTC",
          value: 0.0597,
          driver: { row: 1, label: "price −0.75·range, vol up", profile: [0.01, -0.0597, 0, -0.02] },
          shares: [
            ["BTC-A", 0.01],
            ["BTC-B", 0.05],
            ["BTC-C", -0.002],
            ["BTC-D", 0.0007],
            ["BTC-E", 0.001],
          ],
        },
        {
          keys: usdc,
          unit: "USDC",
          value: 0,
          driver: { row: 0, label: "price −0.75·range, vol down", profile: [0, 0, 0, 0] },
        },
      ],
    },
    {
      name: "least",
      kind: "amount",
      unit: "by settlement",
      of: [],
      groups: [
        { keys: btc, unit: "BTC", value: 0.01 },
        { keys: usdc, unit: "USDC", value: 10.25 },
      ],
    },
    {
      name: "worstCase",
      kind: "formula",
      unit: "by settlement",
      of: ["riskMatrix", "least"],
      groups: [
        { keys: btc, unit: "BTC", value: 0.0597, driver: { argument: 0, name: "riskMatrix" } },
        { keys: usdc, unit: "USDC", value: 10.25, driver: { argument: 1, name: "least" } },
      ],
    },
    {
      name: "inUsd",
      kind: "formula",
      unit: "by settlement",
      of: ["through"],
      groups: [
        { keys: { settlement: "BTC" }, unit: "USD", value: 3820 },
        { keys: { settlement: "USDC" }, unit: "USD", value: 10.25 },
      ],
    },
    // `of` may mention the charge itself: a word in its `select`
    {
      name: "cash",
      kind: "amount",
      unit: "USD",
      value: 1000,
      of: ["cash"],
      groups: [{ keys: {}, unit: "USD", value: 1000 }],
    },
    { name: "equity", kind: "result", unit: "USD", of: ["cash"], groups: [{ keys: {}, unit: "USD", value: 1000 }] },
    {
      name: "initial",
      kind: "result",
      unit: "USD",
      of: ["inUsd"],
      groups: [
        {
          keys: {},
          unit: "USD",
          value: 3830.25,
          shares: [
            ["BTC-A", 700],
            ["BTC-B", 3130.25],
          ],
        },
      ],
    },
    {
      name: "maintenance",
      kind: "result",
      unit: "USD",
      of: ["inUsd"],
      groups: [{ keys: {}, unit: "USD", value: 3064.2 }],
    },
  ],
});

const row = (label: string) => ({ label });
export const model = (): MarginModel => ({
  format: 1,
  id: "test-pm",
  edition: "2024-06-17",
  source: "a test",
  currency: "USD",
  parameters: {},
  values: { through: { at: "settlement", is: { mul: ["worstCase", "conversion"] } } },
  scenarios: {
    grid: {
      rows: [
        row("price −0.75·range, vol down"),
        row("price −0.75·range, vol up"),
        row("price same, vol down"),
        row("price same, vol up"),
      ],
    },
  },
  charges: { riskMatrix: { kind: "scan", scenarios: "grid" }, least: { kind: "amount" } },
  equity: 0,
  initial: 0,
  maintenance: 0,
});

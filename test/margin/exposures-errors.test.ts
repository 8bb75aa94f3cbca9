/** Exposures that cannot be: what is refused, what is named, and that nothing of it stays in an account. */
import { describe, expect, it } from "vitest";
import type { Exposure, MarginModel } from "../../bindings/documents/model.ts";
import type { Portfolio } from "../../bindings/documents/portfolio.ts";
import { MarginError } from "../../bindings/error.ts";
import { greekVectorsModel } from "../../bindings/models/greek-vectors.ts";
import { readSample } from "../cli/sample.ts";
import { core } from "../core.ts";

describe("exposures", () => {
  const { market, portfolio } = readSample();
  const caught = (use: () => unknown): MarginError => {
    try {
      use();
    } catch (error) {
      if (error instanceof MarginError) return error;
      throw error;
    }
    throw new Error("nothing was thrown");
  };
  const withExposure = (exposure: Exposure): MarginModel => ({ ...greekVectorsModel, exposures: { one: exposure } });
  it("a missing volatility names the instrument", () => {
    const id = "BTC-27MAR26-50000-P";
    const facts = market.facts.filter((fact) => fact.at["instrument"] !== id);
    const error = caught(() => core.margin(greekVectorsModel, { ...market, facts }, portfolio));
    expect(error.code).toBe("MissingFact");
    expect(error.message).toContain("vol");
    expect(error.message).toContain(id);
  });
  it("an unknown level, a side, a key that is none", () => {
    const factor = caught(() => core.margin(withExposure({ factor: "nowhere", measure: 1 }), market, portfolio));
    expect([factor.code, factor.field]).toEqual(["UnknownLevel", "model.exposures.one.factor"]);
    const side = withExposure({ factor: "expiry", measure: 1, select: { side: "long" } });
    const error = caught(() => core.margin(side, market, portfolio));
    expect([error.code, error.field]).toEqual(["WrongSelect", "model.exposures.one.select.side"]);
    const key = withExposure({ factor: "expiry", measure: 1, select: { colour: "red" } });
    expect(caught(() => core.margin(key, market, portfolio)).field).toBe("model.exposures.one.select.colour");
  });
  it("a measure or a place between pillars that is none names what is missing", () => {
    const known = { at: { instrument: "BTC-27MAR26-50000-P" }, weight: 1 };
    const facts = [...market.facts, known];
    const measured = withExposure({ factor: "expiry", measure: "weight" });
    const error = caught(() => core.margin(measured, { ...market, facts }, portfolio));
    expect([error.code, error.message.includes("weight")]).toEqual(["MissingFact", true]);
    const placed = withExposure({ factor: "underlying", measure: 1, pillars: { of: "weight", at: [0, 1] } });
    const other = caught(() => core.margin(placed, { ...market, facts }, portfolio));
    expect([other.code, other.message.includes("weight")]).toEqual(["MissingFact", true]);
  });
  it("a measure cannot read a charge", () => {
    const model: MarginModel = {
      ...withExposure({ factor: "expiry", measure: "cost" }),
      charges: { cost: { kind: "amount", measure: 1, select: { kind: "option" }, measureUnit: "model" } },
    };
    expect(caught(() => core.margin(model, market, portfolio)).code).toBe("MeasureNeedsAccount");
  });
  it("what cannot be measured leaves no trace once it is gone", () => {
    const [known, unknown] = ["BTC-27MAR26-50000-P", "BTC-27MAR26-62000-P"];
    const facts = [...market.facts, { at: { instrument: known }, weight: 3 }];
    using prepared = core.prepare(withExposure({ factor: "expiry", measure: "weight" }), { ...market, facts });
    const start: Portfolio = { format: 1, positions: [{ instrument: known, lots: 5 }], balances: {} };
    const account = prepared.open(start);
    const before = account.exposures();
    account.change([{ instrument: unknown, lots: 2 }]);
    expect(caught(() => account.exposures()).code).toBe("MissingFact");
    account.change([{ instrument: unknown, lots: -2 }]);
    expect(account.exposures()).toEqual(before);
  });
  it("a change after which a charge is no number is refused, and leaves the account as it was", () => {
    const [known, unknown] = ["BTC-27MAR26-50000-P", "BTC-27MAR26-62000-P"];
    const facts = [...market.facts, { at: { instrument: known }, weight: 3 }];
    const model: MarginModel = {
      ...greekVectorsModel,
      charges: {
        spread: {
          kind: "correlated",
          factor: "instrument",
          bucket: "expiry",
          measure: "weight",
          within: 0.5,
          select: { kind: "option" },
        },
      },
      initial: "spread",
    };
    using prepared = core.prepare(model, { ...market, facts });
    const account = prepared.open({ format: 1, positions: [{ instrument: known, lots: 5 }], balances: {} });
    const before = account.requirement();
    expect(caught(() => account.change([{ instrument: unknown, lots: 2 }])).code).toBe("MissingFact");
    expect(account.requirement()).toEqual(before);
    expect(account.change([{ instrument: known, lots: 5 }]).initial).toBe(2 * before.initial);
  });
});

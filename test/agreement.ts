/** Core against twin: the same documents through both, every node of the tree compared. */
import { expect } from "vitest";
import type { Market } from "../bindings/documents/market.ts";
import type { MarginModel } from "../bindings/documents/model.ts";
import type { Portfolio } from "../bindings/documents/portfolio.ts";
import type { Requirement, RequirementNode } from "../bindings/documents/requirement.ts";
import { core } from "./core.ts";
import { evaluate as twin } from "./reference/evaluate.ts";

/**
 * The core's fast normal distribution has 3.6e-15 absolute error, so an option value differs by up to about 1e-14 of the forward;
 * against the sums of a book that is 1e-10 at worst (small differences of large sums).
 */
const RELATIVE = 1e-9;

function placeOf(keys: Record<string, string | number>): string {
  return Object.keys(keys)
    .sort()
    .map((key) => `${key}=${keys[key]}`)
    .join();
}

function nodeNamed(requirement: Requirement, { kind, name }: RequirementNode): RequirementNode {
  return requirement.nodes!.find((node) => node.name === name && (node.kind === "result") === (kind === "result"))!;
}

/** The largest difference, relative where numbers are above 1. */
export function difference(a: Requirement, b: Requirement): { by: number; at: string } {
  let worst = { by: 0, at: "" };
  for (const node of a.nodes!) {
    const there = new Map(nodeNamed(b, node).groups.map((group) => [placeOf(group.keys), group.value]));
    for (const { keys, value } of node.groups) {
      // a group that one of them does not list is nothing there
      const other = there.get(placeOf(keys)) ?? 0;
      const by = Math.abs(value - other) / Math.max(1, Math.abs(value), Math.abs(other));
      if (!(by <= worst.by)) worst = { by, at: `${node.name} ${placeOf(keys)}: ${value}, ${other}` };
    }
  }
  return worst;
}

export function expectAgreement(model: MarginModel, market: Market, portfolio: Portfolio, exact: boolean): Requirement {
  const ours = core.margin(model, market, portfolio, { exact });
  const theirs = twin(model, market, portfolio, { exact });
  const { by, at } = difference(ours, theirs);
  if (!(by <= RELATIVE)) expect.fail(`core and twin differ by ${by}: ${at}`);
  return ours;
}

/** The twin's answer, once the core has given the same; both must refuse alike. For tests written against the twin. */
export function evaluate(
  model: MarginModel,
  market: Market,
  portfolio: Portfolio,
  options: { exact: boolean },
): Requirement {
  let theirs: Requirement;
  try {
    theirs = twin(model, market, portfolio, options);
  } catch (refusal) {
    expect(() => core.margin(model, market, portfolio, options), `core after: ${String(refusal)}`).toThrow();
    throw refusal;
  }
  const ours = core.margin(model, market, portfolio, options);
  const { by, at } = difference(theirs, ours);
  if (!(by <= RELATIVE)) expect.fail(`core and twin differ by ${by}: ${at}`);
  return theirs;
}

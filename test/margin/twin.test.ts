/** The core against the plain twin on seeded random books, and on each of them again with every input moved by 1 %. */
import { describe, test } from "vitest";
import { deribitPm } from "../../bindings/models/deribit/portfolio.ts";
import { expectAgreement } from "../agreement.ts";
import { everyStep } from "../reference/every-step-model.ts";
import { moved, randomBook } from "../reference/random-book.ts";

describe.each([
  { model: deribitPm, books: 1000 },
  // every row field, profile step, reduction, operator and computed name
  { model: everyStep, books: 150 },
])("$model.id on $books random books", ({ model, books }) => {
  const PART = 50;
  for (let from = 1; from <= books; from += PART) {
    test(`seeds ${from} to ${from + PART - 1}`, () => {
      for (let seed = from; seed < from + PART; seed++) {
        const { market, lots, amounts } = randomBook(seed);
        // whole lots and fractional amounts take turns, so that both are on every kind of book
        const exact = seed % 2 === 0;
        const inputs = { model, market, portfolio: exact ? lots : amounts };
        expectAgreement(inputs.model, inputs.market, inputs.portfolio, exact);
        const other = moved(inputs, 1.01);
        expectAgreement(other.model, other.market, other.portfolio, exact);
      }
    });
  }
});

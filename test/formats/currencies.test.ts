import { expect, test } from "vitest";
import { isCurrency } from "../../bindings/formats/currencies.ts";

test("whatever the host knows as a currency is one", () => {
  expect(Intl.supportedValuesOf("currency").filter((code) => !isCurrency(code))).toEqual([]);
});

test.each(["CNH", "XAG", "ZWG"])("%s is one too", (code) => expect(isCurrency(code)).toBe(true));

test.each(["", "usd", "UDS", "BTC", "XXX", "XTS", "EURUSD"])("%j is none", (code) => {
  expect(isCurrency(code)).toBe(false);
});

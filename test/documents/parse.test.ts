import fc from "fast-check";
import { expect, it } from "vitest";
import { parseDocument } from "../../bindings/documents/check.ts";
import { refusal } from "./documents.ts";

it.each<[string, string, string]>([
  ["nothing", "", "NotJson | portfolio: not JSON at line 1, column 1: expected a value, found the end"],
  [
    "a trailing comma",
    '{\n  "a": 1,\n}',
    'NotJson | portfolio: not JSON at line 3, column 1: expected a key in double quotes, found "}"',
  ],
  [
    "bytes that are not UTF-8",
    '{"a":\n "Caf\ufffd"}',
    "NotText | portfolio: not UTF-8 at line 2, column 6: some bytes there are no text",
  ],
  ["a missing comma", "[1,\n 2 3]", 'NotJson | portfolio: not JSON at line 2, column 4: expected , or ], found "3"'],
  ["a missing colon", '{"a" 1}', 'NotJson | portfolio: not JSON at line 1, column 6: expected :, found "1"'],
  ["a missing value", '{"a": }', 'NotJson | portfolio: not JSON at line 1, column 7: expected a value, found "}"'],
  ["an open object", '{"a": 1', "NotJson | portfolio: not JSON at line 1, column 8: expected , or }, found the end"],
  ["NaN", '{"a": NaN}', 'NotJson | portfolio: not JSON at line 1, column 7: expected a value, found "NaN"'],
  [
    "single quotes",
    "{'a': 1}",
    'NotJson | portfolio: not JSON at line 1, column 2: expected a key in double quotes, found "\'"',
  ],
  ["a comment", "{} // x", 'NotJson | portfolio: not JSON at line 1, column 4: expected the end, found "/"'],
  [
    "text with a line break",
    '\r\n["a\nb"]',
    'NotJson | portfolio: not JSON at line 2, column 2: expected text that ends in double quotes, without line breaks or unknown escapes, found "\\""',
  ],
  ["a leading zero", "[01]", 'NotJson | portfolio: not JSON at line 1, column 3: expected , or ], found "1"'],
  [
    "a key twice",
    '{"balances": {"BTC": 1,\n "BTC": 2}}',
    'DuplicateKey | portfolio: refused at line 2, column 2: the key "BTC" is there twice',
  ],
  [
    "a key twice, once escaped",
    '{"a": 1, "\\u0061": 2}',
    'DuplicateKey | portfolio: refused at line 1, column 10: the key "a" is there twice',
  ],
  ["a thousand brackets", "[".repeat(1000), "TooDeep | portfolio: refused at line 1, column 258: nested too deeply"],
])("refuses %s", (_, text, message) => {
  expect(refusal(() => parseDocument(text, "portfolio"))).toBe(message);
});

it("reads what JSON.parse reads, also after a byte order mark", () => {
  expect(parseDocument('\uFEFF {"a": [1, -2.5e-3, true, false, null, "\\u00e9\\n", {}, []]} \n', "x")).toEqual({
    a: [1, -2.5e-3, true, false, null, "é\n", {}, []],
  });
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.boolean(), (text, pretty) => {
      const json = pretty ? JSON.stringify(JSON.parse(text), null, 2) : text;
      let expected: unknown;
      try {
        expected = parseDocument(json, "x");
      } catch (error) {
        expect((error as { code: string }).code).toBe("DuplicateKey"); // nothing else may be refused
        return;
      }
      expect(expected).toEqual(JSON.parse(json));
    }),
    { seed: 1, numRuns: 500 },
  );
});

it("refuses what JSON.parse refuses", () => {
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 4 }),
      fc.nat(),
      fc.constantFrom("", ",", "}", "]", '"', "x", "\\", "0", "\n"),
      (text, where, put) => {
        const at = where % (text.length + 1);
        const broken = text.slice(0, at) + put + text.slice(at + 1);
        let valid = true;
        try {
          JSON.parse(broken);
        } catch {
          valid = false;
        }
        const result = refusal(() => parseDocument(broken, "x"));
        if (result.startsWith("DuplicateKey")) return; // what comes after it is not read
        expect(result).toMatch(valid ? /^accepted$/ : /^NotJson \| x: not JSON at line \d+, column \d+: /);
      },
    ),
    { seed: 2, numRuns: 2000 },
  );
});

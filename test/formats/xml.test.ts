/** The part of XML that is read: what it gives, and what is refused with which line. */
import { describe, expect, test } from "vitest";
import { readXml, type XmlElement } from "../../bindings/formats/xml.ts";

const whole = (text: string) => readXml(text, "f.xml", () => true);
/** `a(b:1 c:2)` */
const shape = ({ name, text, children }: XmlElement): string =>
  `${name}${text === "" ? "" : `:${text}`}${children.length === 0 ? "" : `(${children.map(shape).join(" ")})`}`;

describe("elements", () => {
  test.each([
    ["nested, with text trimmed", "<a><b> 1 </b><c>x y</c></a>", "a(b:1 c:x y)"],
    ["empty ones, in both forms", "<a><b/><c></c><d /></a>", "a(b c d)"],
    [
      "a declaration, comments and instructions",
      '\ufeff<?xml version="1.0"?><!-- <b> --><a><?x ?><b>1<!-- 2 -->3</b></a>\n',
      "a(b:13)",
    ],
    ["attributes are read over", `<a x="1 > 0" y='"'><b z = "2">1</b></a>`, "a(b:1)"],
    ["references", "<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;&#x1F600;</a>", `a:<&>"'AB😀`],
    ["CDATA", "<a><![CDATA[<b>&amp;]]]></a>", "a:<b>&amp;]"],
    ["lines of any system", "<a>\r\n<b>1</b>\r\n</a>", "a(b:1)"],
  ])("%s", (_, text, expected) => expect(shape(whole(text))).toBe(expected));

  test("know their line", () => {
    const root = whole("<a>\n<b>\n</b>\n\n<c/></a>");
    expect(root.children.map(({ line }) => line)).toEqual([2, 5]);
  });

  test("are handed over as they end, with those around them, and only kept where wanted", () => {
    const seen: string[] = [];
    const root = readXml("<a><b><c>1</c><d>2</d></b><b/></a>", "f.xml", ({ name }, around) => {
      seen.push([...around.map((one) => one.name), name].join("/"));
      return name !== "c";
    });
    expect(seen).toEqual(["a/b/c", "a/b/d", "a/b", "a/b", "a"]);
    expect(shape(root)).toBe("a(b(d:2) b)");
  });
});

describe("refused", () => {
  test.each([
    ["an element that is not closed", "<a>\n<b>\n</a>", "f.xml: line 3: expected </b>, was </a>"],
    ["the outermost one", "<a>\n<b></b>\n", "f.xml: line 3: <a> of line 1 is not closed"],
    ["an end without a beginning", "<a/>\n</b>", "f.xml: line 2: nothing is open, was </b>"],
    ["a second root", "<a/>\n<b/>", "f.xml: line 2: <a> is closed: nothing may follow"],
    ["text outside", "<a/>\nx", 'f.xml: line 2: expected an element, was "x"'],
    ["CDATA outside", "<![CDATA[x]]><a/>", "f.xml: line 1: text outside of every element"],
    ["nothing", " \n ", "f.xml: line 2: expected an element, found none"],
    [
      "a document type, which can define entities",
      '<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>',
      "f.xml: line 1: a document type is not read",
    ],
    [
      "an entity that is none of the five",
      "<a>&nbsp;</a>",
      'f.xml: line 1: expected &lt; &gt; &amp; &quot; &apos; or a character\'s number, was "&nbsp;"',
    ],
    [
      "a bare ampersand",
      "<a>x & y</a>",
      'f.xml: line 1: expected &lt; &gt; &amp; &quot; &apos; or a character\'s number, was "&"',
    ],
    ["a number that is no character", "<a>&#x110000;</a>", 'was "&#x110000;"'],
    ["a tag without a name", "<a>< b></a>", "f.xml: line 1: expected a name after <"],
    ["a tag without an end", "<a><b c</a>", "f.xml: line 1: the tag <b is not closed by >"],
    ["an end tag without an end", "<a></a", "f.xml: line 1: the tag </a is not closed by >"],
    ["a comment without an end", "<a>\n<!-- </a>", "f.xml: line 2: a comment that begins here is not closed"],
  ])("%s", (_, text, message) => expect(() => whole(text)).toThrow(message));
});

/**
 * JSON text → value, refused with line and column. The scan comes before JSON.parse because that tells no position on some hosts, and
 * silently keeps the last of two equal keys: a balance given twice must not vanish.
 */
import { MarginError, short, unexpected } from "../error.ts";

/** Deeper than any document; bounds the recursion. */
const DEEPEST = 256;

/** @param name of the document or file, for the message: `portfolio: not JSON at line 3, column 7: expected a value, found "}"` */
export function parseDocument(text: string, name: string): unknown {
  if (typeof text !== "string") throw unexpected("WrongType", name, "text", text);
  refuseReplaced(text, name);
  const json = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text; // a byte order mark, as editors write it
  new Scan(json, name).document();
  return JSON.parse(json) as unknown;
}

/** What decoding puts in the place of bytes that are not UTF-8. */
const REPLACED = "\ufffd";

/** Refuses text of bytes that were not UTF-8: two names that differ in such bytes alone would have become one. */
export function refuseReplaced(text: string, name: string): void {
  const at = text.indexOf(REPLACED);
  if (at < 0) return;
  const { line, column } = placeIn(text, at);
  throw new MarginError("NotText", name, `not UTF-8 at line ${line}, column ${column}: some bytes there are no text`);
}

function placeIn(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at);
  return {
    line: before.split(/\r\n|\n|\r/).length,
    column: at - Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")),
  };
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\n\r]*/y;

class Scan {
  private at = 0;
  constructor(
    private readonly text: string,
    private readonly name: string,
  ) {}

  document(): void {
    this.value(0);
    if (this.at < this.text.length) this.fail("expected the end");
  }

  private value(depth: number): void {
    if (depth > DEEPEST) this.fail("nested too deeply", "TooDeep");
    this.space();
    switch (this.text[this.at]) {
      case "{":
        this.object(depth);
        break;
      case "[":
        this.list(depth);
        break;
      case '"':
        this.string();
        break;
      case "t":
        this.word("true");
        break;
      case "f":
        this.word("false");
        break;
      case "n":
        this.word("null");
        break;
      default:
        if (!this.match(NUMBER)) this.fail("expected a value");
    }
    this.space();
  }

  private object(depth: number): void {
    this.at++;
    this.space();
    if (this.text[this.at] === "}") {
      this.at++;
      return;
    }
    const keys = new Set<string>();
    for (;;) {
      this.space();
      const start = this.at;
      if (this.text[start] !== '"') this.fail("expected a key in double quotes");
      this.string();
      const raw = this.text.slice(start + 1, this.at - 1);
      const key = raw.includes("\\") ? (JSON.parse(`"${raw}"`) as string) : raw;
      if (keys.has(key)) {
        this.at = start;
        this.fail(`the key ${short(key)} is there twice`, "DuplicateKey");
      }
      keys.add(key);
      this.space();
      if (this.text[this.at] !== ":") this.fail("expected :");
      this.at++;
      this.value(depth + 1);
      if (this.text[this.at] === "}") break;
      if (this.text[this.at] !== ",") this.fail("expected , or }");
      this.at++;
    }
    this.at++;
  }

  private list(depth: number): void {
    this.at++;
    this.space();
    if (this.text[this.at] === "]") {
      this.at++;
      return;
    }
    for (;;) {
      this.value(depth + 1);
      if (this.text[this.at] === "]") break;
      if (this.text[this.at] !== ",") this.fail("expected , or ]");
      this.at++;
    }
    this.at++;
  }

  private string(): void {
    if (!this.match(STRING))
      this.fail("expected text that ends in double quotes, without line breaks or unknown escapes");
  }

  private word(word: string): void {
    if (!this.text.startsWith(word, this.at)) this.fail("expected a value");
    this.at += word.length;
  }

  private match(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.text)) return false;
    this.at = pattern.lastIndex;
    return true;
  }

  private space(): void {
    if (this.text.charCodeAt(this.at) <= 32) this.match(SPACE);
  }

  private fail(problem: string, code = "NotJson"): never {
    const { line, column } = placeIn(this.text, this.at);
    const found =
      this.at < this.text.length
        ? short(/^[\w.+-]{1,20}|^[^]/u.exec(this.text.slice(this.at, this.at + 24))![0])
        : "the end";
    const kind = code === "NotJson" ? "not JSON" : "refused";
    const words = code === "NotJson" ? `${problem}, found ${found}` : problem;
    throw new MarginError(code, this.name, `${kind} at line ${line}, column ${column}: ${words}`);
  }
}

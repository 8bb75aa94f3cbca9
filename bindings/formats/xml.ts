/**
 * The part of XML that parameter files are written in, read element by element: a file of hundreds of megabytes is never a tree.
 *
 * Elements, text, references to characters and to the five predefined entities, CDATA, comments, processing instructions. Attributes are read
 * over. A document type is refused: it can define entities that unfold without end, and no parameter file has one.
 *
 * Source: W3C, Extensible Markup Language (XML) 1.0, fifth edition.
 */
import { MarginError, short } from "../error.ts";

export interface XmlElement {
  name: string;
  /** Line of the file in which it begins, from 1. */
  line: number;
  /** Its own text, without that of its children. */
  text: string;
  children: XmlElement[];
}

/** Of an element that has just ended, with those around it, the outermost first: does it stay among its parent's children? */
export type OnElement = (element: XmlElement, around: readonly XmlElement[]) => boolean;

const NAME = /[\p{L}_:][\p{L}\p{N}_:.\-·]*/uy;
const ATTRIBUTE = /\s+[\p{L}_:][\p{L}\p{N}_:.\-·]*\s*=\s*(?:"[^<"]*"|'[^<']*')/uy;
const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/**
 * @param file by which errors speak of it
 * @returns the outermost element
 */
export function readXml(text: string, file: string, onElement: OnElement): XmlElement {
  return new Reader(text, file, onElement).read();
}

class Reader {
  private at = 0;
  private line = 1;
  /** Up to where lines are counted. */
  private counted = 0;
  private readonly open: XmlElement[] = [];
  private root: XmlElement | undefined;

  constructor(
    private readonly text: string,
    private readonly file: string,
    private readonly onElement: OnElement,
  ) {}

  read(): XmlElement {
    const { text } = this;
    if (text.startsWith("\ufeff")) this.at = 1;
    while (this.at < text.length) {
      const next = text.indexOf("<", this.at);
      this.characters(text.slice(this.at, next < 0 ? text.length : next));
      if (next < 0) {
        this.at = text.length;
        break;
      }
      this.at = next;
      this.markup();
    }
    const unclosed = this.open.at(-1);
    if (unclosed !== undefined)
      throw this.error("NotClosed", `<${unclosed.name}> of line ${unclosed.line} is not closed`);
    if (this.root === undefined) throw this.error("Empty", "expected an element, found none");
    return this.root;
  }

  private markup(): void {
    const { text } = this;
    if (text.startsWith("<!--", this.at)) this.skip("-->", "a comment");
    else if (text.startsWith("<?", this.at)) this.skip("?>", "a processing instruction");
    else if (text.startsWith("<![CDATA[", this.at)) {
      const from = this.at + 9;
      this.skip("]]>", "a CDATA section");
      this.add(text.slice(from, this.at - 3));
    } else if (text.startsWith("<!", this.at)) throw this.error("DocumentType", "a document type is not read");
    else if (text.startsWith("</", this.at)) this.close();
    else this.begin();
  }

  private skip(end: string, what: string): void {
    const found = this.text.indexOf(end, this.at + 2);
    if (found < 0) throw this.error("NotClosed", `${what} that begins here is not closed`);
    this.at = found + end.length;
  }

  private begin(): void {
    if (this.root !== undefined && this.open.length === 0)
      throw this.error("AfterRoot", `<${this.root.name}> is closed: nothing may follow`);
    const line = this.lineNow();
    this.at++;
    const name = this.match(NAME);
    if (name === undefined) throw this.error("BadTag", "expected a name after <");
    while (this.match(ATTRIBUTE) !== undefined);
    const element: XmlElement = { name, line, text: "", children: [] };
    this.root ??= element;
    const end = this.match(/\s*\/?>/y);
    if (end === undefined) throw this.error("BadTag", `the tag <${name} is not closed by >`);
    this.open.push(element);
    if (end.endsWith("/>")) this.end();
  }

  private close(): void {
    this.at += 2;
    const name = this.match(NAME) ?? "";
    const inside = this.open.at(-1)?.name;
    if (name !== inside) {
      const expected = inside === undefined ? "nothing is open" : `expected </${inside}>`;
      throw this.error("WrongEnd", `${expected}, was </${name}>`);
    }
    if (this.match(/\s*>/y) === undefined) throw this.error("BadTag", `the tag </${name} is not closed by >`);
    this.end();
  }

  private end(): void {
    const element = this.open.pop()!;
    element.text = element.text.trim();
    if (this.onElement(element, this.open)) this.open.at(-1)?.children.push(element);
  }

  private characters(raw: string): void {
    if (raw === "") return;
    if (this.open.length === 0) {
      this.at += raw.length - raw.trimStart().length;
      if (raw.trim() !== "") throw this.error("OutsideRoot", `expected an element, was ${short(raw.trim())}`);
      return;
    }
    this.add(raw.includes("&") ? this.resolved(raw) : raw);
  }

  private add(part: string): void {
    const element = this.open.at(-1);
    if (element === undefined) throw this.error("OutsideRoot", "text outside of every element");
    element.text += part;
  }

  private resolved(raw: string): string {
    return raw.replace(/&([^;&\s]*);?/g, (whole, name: string) => {
      const number = /^#(?:x([0-9a-f]+)|(\d+))$/i.exec(name);
      const code = number === null ? NaN : number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16);
      const found = Object.hasOwn(ENTITIES, name)
        ? ENTITIES[name]
        : code > 0 && code <= 0x10ffff
          ? String.fromCodePoint(code)
          : undefined;
      if (found === undefined || !whole.endsWith(";"))
        throw this.error(
          "UnknownEntity",
          `expected &lt; &gt; &amp; &quot; &apos; or a character's number, was ${short(whole)}`,
        );
      return found;
    });
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private lineNow(): number {
    for (let next = this.text.indexOf("\n", this.counted); next >= 0 && next < this.at;) {
      this.line++;
      this.counted = next + 1;
      next = this.text.indexOf("\n", this.counted);
    }
    return this.line;
  }

  private error(code: string, problem: string): MarginError {
    return new MarginError(code, `${this.file}: line ${this.lineNow()}`, problem);
  }
}

/** Fields of elements of a SPAN file, by name; what is missing or no figure is refused with its line. */
import type { MarginError } from "../error.ts";
import { unexpected } from "../error.ts";
import type { XmlElement } from "./xml.ts";

export const all = (parent: XmlElement, name: string): XmlElement[] =>
  parent.children.filter((child) => child.name === name);
export const optional = (parent: XmlElement, name: string): XmlElement | undefined =>
  parent.children.find((child) => child.name === name);

export class Fields {
  constructor(protected readonly file: string) {}

  protected one(parent: XmlElement, name: string): XmlElement {
    const found = optional(parent, name);
    if (found === undefined) throw this.wrong(parent, "Missing", `<${name}> in <${parent.name}>`, undefined);
    return found;
  }

  protected text(parent: XmlElement, name: string): string {
    const found = this.one(parent, name);
    if (found.text === "") throw this.wrong(found, "Empty", `text in <${name}>`, "");
    return found.text;
  }

  protected number(parent: XmlElement, name: string): number {
    return this.numberOf(this.one(parent, name));
  }

  /** undefined where it is not there. */
  protected maybe(parent: XmlElement, name: string): number | undefined {
    const found = optional(parent, name);
    return found && this.numberOf(found);
  }

  protected numberOf(element: XmlElement): number {
    const { text } = element;
    const number = Number(text);
    if (text === "" || !Number.isFinite(number))
      throw this.wrong(element, "NotANumber", `a number in <${element.name}>`, text);
    return number;
  }

  protected positive(parent: XmlElement, name: string): number {
    const number = this.number(parent, name);
    if (!(number > 0)) throw this.wrong(this.one(parent, name), "NotPositive", `> 0 in <${name}>`, number);
    return number;
  }

  /** `20160531` → `2016-05-31`. */
  protected day(parent: XmlElement, name: string): string {
    const found = this.one(parent, name);
    const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(found.text) ?? [];
    const iso = `${year}-${month}-${day}`;
    if (Number.isNaN(Date.parse(`${iso}T00:00:00Z`)))
      throw this.wrong(found, "NotADay", "a day such as 20160531", found.text);
    return iso;
  }

  protected where(element: XmlElement): string {
    return `${this.file}: line ${element.line}`;
  }

  protected wrong(element: XmlElement, code: string, expected: string, value: unknown): MarginError {
    return unexpected(code, this.where(element), expected, value);
  }
}

/** Without the fields that are undefined. */
export function defined<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

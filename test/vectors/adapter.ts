/** What an adapter is. It sees a case's shape and inputs, never its id or what is expected. */
import type { Bounds } from "./compare.ts";
import type { Input } from "./input.ts";

export interface Shape {
  /** What the file says of the shape: `model`, `inputs.model`, the first two parts of an id, or the columns of a table. */
  name: string;
  /** Keys of the inputs, for a name that has several shapes. */
  has: (key: string) => boolean;
}

export interface Answer {
  /** Shaped like `expected`; what is left out is not claimed. */
  got: Record<string, unknown>;
  /** By first key of `expected`, where the project holds itself to a narrower bound than the case, or the case gives none. */
  bounds?: Bounds;
  /** Why something is left out. */
  note?: string;
}

export interface Adapter {
  family: string;
  knows: (shape: Shape) => boolean;
  run: (inputs: Input) => Answer;
}

export const named =
  (...names: string[]) =>
  (shape: Shape): boolean =>
    names.includes(shape.name);

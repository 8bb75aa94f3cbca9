/** Bytes of a WebAssembly module: functions over the core's memory, written instruction by instruction (WebAssembly core specification 2.0, section 5). */

export const I32 = 0x7f;
export const F64 = 0x7c;
export const V128 = 0x7b;
export type Type = typeof I32 | typeof F64 | typeof V128;

/** Number of a parameter or local of a function. */
export type Local = number;

/** Scalar instructions by their name in the specification. */
const OPCODES = {
  return: 0x0f,
  select: 0x1b,
  "i32.eqz": 0x45,
  "i32.eq": 0x46,
  "i32.ne": 0x47,
  "i32.gt_s": 0x4a,
  "i32.le_s": 0x4c,
  "i32.ge_s": 0x4e,
  "f64.ne": 0x62,
  "f64.lt": 0x63,
  "f64.gt": 0x64,
  "f64.le": 0x65,
  "i32.add": 0x6a,
  "i32.sub": 0x6b,
  "i32.mul": 0x6c,
  "i32.and": 0x71,
  "i32.or": 0x72,
  "i32.shl": 0x74,
  "f64.abs": 0x99,
  "f64.ceil": 0x9b,
  "f64.trunc": 0x9d,
  "f64.sqrt": 0x9f,
  "f64.add": 0xa0,
  "f64.sub": 0xa1,
  "f64.mul": 0xa2,
  "f64.div": 0xa3,
  "f64.min": 0xa4,
  "f64.max": 0xa5,
  "f64.convert_i32_s": 0xb7,
} as const;

/** Those of two lanes, behind a prefix. */
const VECTOR = {
  "f64x2.splat": 0x14,
  "f64x2.gt": 0x4a,
  "v128.bitselect": 0x52,
  "f64x2.abs": 0xec,
  "f64x2.add": 0xf0,
  "f64x2.sub": 0xf1,
  "f64x2.mul": 0xf2,
  "f64x2.min": 0xf4,
  "f64x2.pmin": 0xf6,
} as const;

export type Name = keyof typeof OPCODES | keyof typeof VECTOR | typeof TRUNC;

const PREFIX = 0xfd;
const TRUNC = "i32.trunc_sat_f64_u";
const EMPTY = 0x40;

function unsigned(x: number): number[] {
  const bytes: number[] = [];
  do {
    const low = x & 0x7f;
    x >>>= 7;
    bytes.push(x === 0 ? low : low | 0x80);
  } while (x !== 0);
  return bytes;
}

function signed(x: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = x & 0x7f;
    x >>= 7;
    const isLast = (x === 0 && (low & 0x40) === 0) || (x === -1 && (low & 0x40) !== 0);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}

function float(x: number): number[] {
  return [...new Uint8Array(new Float64Array([x]).buffer)];
}

const vector = (items: number[][]) => [...unsigned(items.length), ...items.flat()];
const text = (name: string) => vector([...new TextEncoder().encode(name)].map((byte) => [byte]));

/** The body of one function. */
export class Code {
  private readonly bytes: number[] = [];
  private readonly types: Type[] = [];

  constructor(private readonly parameters: number) {}

  local(type: Type): Local {
    return this.parameters + this.types.push(type) - 1;
  }

  get(...locals: Local[]): this {
    for (const local of locals) this.bytes.push(0x20, ...unsigned(local));
    return this;
  }

  set(local: Local): this {
    this.bytes.push(0x21, ...unsigned(local));
    return this;
  }

  tee(local: Local): this {
    this.bytes.push(0x22, ...unsigned(local));
    return this;
  }

  i32(x: number): this {
    this.bytes.push(0x41, ...signed(x | 0));
    return this;
  }

  f64(x: number): this {
    this.bytes.push(0x44, ...float(x));
    return this;
  }

  do(...names: Name[]): this {
    for (const name of names) {
      if (name === TRUNC) this.bytes.push(0xfc, 0x03);
      else if (name in OPCODES) this.bytes.push(OPCODES[name as keyof typeof OPCODES]);
      else this.bytes.push(PREFIX, ...unsigned(VECTOR[name as keyof typeof VECTOR]));
    }
    return this;
  }

  call(f: number): this {
    this.bytes.push(0x10, ...unsigned(f));
    return this;
  }

  /** Loads from the address on the stack. Alignment is a hint; addresses are those of the core, aligned as it reads them. */
  load(type: Type, offset = 0): this {
    this.bytes.push(...{ [I32]: [0x28, 2], [F64]: [0x2b, 3], [V128]: [PREFIX, 0, 3] }[type], ...unsigned(offset));
    return this;
  }

  load8(offset = 0): this {
    this.bytes.push(0x2d, 0, ...unsigned(offset));
    return this;
  }

  store(type: Type, offset = 0): this {
    this.bytes.push(...{ [I32]: [0x36, 2], [F64]: [0x39, 3], [V128]: [PREFIX, 11, 3] }[type], ...unsigned(offset));
    return this;
  }

  lane(k: 0 | 1): this {
    this.bytes.push(PREFIX, 0x21, k);
    return this;
  }

  /** The f64 on the stack becomes lane 1 of the vector below it. */
  replaceLane1(): this {
    this.bytes.push(PREFIX, 0x22, 1);
    return this;
  }

  if(then: () => void, otherwise?: () => void): this {
    this.bytes.push(0x04, EMPTY);
    then();
    if (otherwise !== undefined) {
      this.bytes.push(0x05);
      otherwise();
    }
    return this.end();
  }

  /** `body` again and again until it leaves by `leaveIf`. */
  loop(body: (leaveIf: () => void) => void): this {
    this.bytes.push(0x02, EMPTY, 0x03, EMPTY);
    body(() => this.bytes.push(0x0d, 1));
    this.bytes.push(0x0c, 0);
    return this.end().end();
  }

  private end(): this {
    this.bytes.push(0x0b);
    return this;
  }

  body(): number[] {
    const locals = vector(this.types.map((type) => [1, type]));
    const body = [...locals, ...this.bytes, 0x0b];
    return [...unsigned(body.length), ...body];
  }
}

export interface Signature {
  parameters: Type[];
  result: Type;
}

export interface Import extends Signature {
  name: string;
}

export interface Definition extends Signature {
  /** Name of the export, none where it is called from inside only. */
  name?: string;
  write: (code: Code) => void;
}

/** A module with the memory `core.memory` and functions of `core`, then its own. Functions are numbered in this order. */
export function assemble(imports: Import[], definitions: Definition[]): Uint8Array<ArrayBuffer> {
  const types = [...imports, ...definitions].map(({ parameters, result }) => [
    0x60,
    ...vector(parameters.map((type) => [type])),
    ...vector([[result]]),
  ]);
  const imported = [
    [...text("core"), ...text("memory"), 0x02, 0x00, 0x00],
    ...imports.map(({ name }, type) => [...text("core"), ...text(name), 0x00, ...unsigned(type)]),
  ];
  const exported = definitions.flatMap(({ name }, k) =>
    name === undefined ? [] : [[...text(name), 0x00, ...unsigned(imports.length + k)]],
  );
  const bodies = definitions.map(({ parameters, write }) => {
    const code = new Code(parameters.length);
    write(code);
    return code.body();
  });
  const section = (id: number, content: number[]) => [id, ...unsigned(content.length), ...content];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(2, vector(imported)),
    ...section(3, vector(definitions.map((_, k) => unsigned(imports.length + k)))),
    ...section(7, vector(exported)),
    ...section(10, vector(bodies)),
  ]);
}

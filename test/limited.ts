/** A module with a limit to its memory. */
function readUint(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, at];
  }
}

function uint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

const MEMORY = 5;

/** The module with a memory of at most `pages` of 64 KiB; it has one memory and says no limit. */
export function limitedTo(pages: number, wasm: Uint8Array): Uint8Array {
  let at = 8;
  while (at < wasm.length) {
    const id = wasm[at]!;
    const [size, content] = readUint(wasm, at + 1);
    if (id === MEMORY) {
      const [least] = readUint(wasm, content + 2);
      const body = [1, 1, ...uint(least), ...uint(Math.max(pages, least))];
      return new Uint8Array([
        ...wasm.subarray(0, at),
        MEMORY,
        ...uint(body.length),
        ...body,
        ...wasm.subarray(content + size),
      ]);
    }
    at = content + size;
  }
  throw new Error("the module has no memory");
}

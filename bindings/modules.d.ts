/** What bundlers and hosts make of a WebAssembly file. */
declare module "*.wasm" {
  const module: object;
  export default module;
}
declare module "*.wasm?module" {
  const module: object;
  export default module;
}
declare module "inline:margin.wasm" {
  const base64: string;
  export default base64;
}
declare module "canonicalize" {
  export default function canonicalize(value: unknown): string | undefined;
}

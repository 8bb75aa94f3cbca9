/** One instruction of the flat program: see opcodes.ts. */
import { Column, Indices } from "../memory/column";
import { Op } from "./opcodes";

@unmanaged
export class Instruction {
  op: Op;
  level: i32;
  to: usize;
  a: usize;
  b: usize;
  c: usize;
  d: usize;
  e: usize;
}

@inline export function instruction(program: usize, i: i32): Instruction {
  return changetype<Instruction>(program + <usize>i * offsetof<Instruction>());
}

@inline export function column(address: usize): Column {
  return changetype<Column>(address);
}

@inline export function indices(address: usize): Indices {
  return changetype<Indices>(address);
}

@inline export function word(address: usize, i: i32): usize {
  return <usize>load<u32>(address + (<usize>i << 2));
}

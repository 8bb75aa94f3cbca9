/**
 * Frames: of each group that an account holds, the sums over its positions, and what coarser groups read of it. With them a change in one
 * instrument is a change of one frame by level: siblings are read, not evaluated again.
 *
 * Layout of an account's frames: equity, initial and maintenance margin (f64); by frame level, how many groups are held and where the first
 * is (two i32); then the groups, in order of their numbers: group and held rows (two i32), and the level's columns one behind another.
 * `bindings/core/path/place.ts` writes the levels, `bindings/core/path` the code that reads frames.
 */
import { Indices } from "../memory/column";
import { FrameBytes } from "./opcodes";

@unmanaged
export class FrameLevel {
  level: i32;
  /** bytes of a group with its head */
  bytes: i32;
  /** columns that are copied, by address and bytes per group; then HeldMasks, whose rows are counted: address of mask and side */
  columnCount: i32;
  columns: Indices;
  maskCount: i32;
  masks: Indices;
  /** does a balance count in some sum of the level, under the market as it is? */
  countsCash: i32;
}

export const TOTALS: usize = FrameBytes.Totals;
export const HEAD: usize = FrameBytes.Head;

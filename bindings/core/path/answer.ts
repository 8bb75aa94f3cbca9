/** What the code of a path answers. */
export enum Answer {
  /** the core's instructions have to do it */
  None,
  Done,
}

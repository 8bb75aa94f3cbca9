/** `true satisfies Same<A, B>` does not compile where two types part: an interface written for readers, and what a schema lets through. */
export type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

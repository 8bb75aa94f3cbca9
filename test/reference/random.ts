/** Seeded random numbers: mulberry32 (Tommy Ettinger, public domain), 32 bits of state, the same on every host. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** In [0, 1). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let x = this.state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  }

  uniform(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** As likely between 1 and 10 as between 10 and 100. */
  logUniform(low: number, high: number): number {
    return low * (high / low) ** this.next();
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length - 1)]!;
  }

  sign(): 1 | -1 {
    return this.chance(0.5) ? 1 : -1;
  }
}

/** x with so many decimals, as a person would write it. */
export function decimals(x: number, places: number): number {
  return Number(x.toFixed(places));
}

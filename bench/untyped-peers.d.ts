/** What the benches use of npm packages that bring no types. */
declare module "black-scholes" {
  const all: { blackScholes(s: number, k: number, t: number, v: number, r: number, callPut: string): number };
  export default all;
}
declare module "greeks" {
  type Greek = (s: number, k: number, t: number, v: number, r: number, callPut: string, scale?: number) => number;
  const all: {
    getDelta: Greek;
    getTheta: Greek;
    getRho: Greek;
    getVega(s: number, k: number, t: number, v: number, r: number): number;
    getGamma(s: number, k: number, t: number, v: number, r: number): number;
  };
  export default all;
}
declare module "implied-volatility" {
  const all: {
    getImpliedVolatility(
      price: number,
      s: number,
      k: number,
      t: number,
      r: number,
      callPut: string,
      guess?: number,
    ): number;
  };
  export default all;
}
declare module "option-pricing" {
  export class Option {
    constructor(terms: Record<string, string | number>);
    price(method: string): number;
  }
}

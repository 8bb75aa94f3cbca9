/** Option libraries of npm behind one signature. Where they price from spot they get S = F·e^(−rτ), which is the same option. */
import * as ql from "@quantlib/ql";
import uqee from "@uqee/black-scholes";
import blackScholes from "black-scholes";
import greeks from "greeks";
import impliedVolatility from "implied-volatility";
import { Option } from "option-pricing";
import type { Options } from "./cases.ts";

export interface Peer {
  name: string;
  /** Rows it gets in a sample: fewer where it is slow. */
  rows: number;
  price: (F: number, K: number, tau: number, vol: number, rate: number, callPut: number) => number;
}

export interface GreeksPeer {
  name: string;
  rows: number;
  /** price, delta, gamma, vega, theta, rho; delta and gamma by the forward. */
  greeks: (o: Options, i: number, out: Float64Array) => void;
}

export interface ImpliedPeer {
  name: string;
  rows: number;
  vol: (price: number, F: number, K: number, tau: number, rate: number, callPut: number) => number;
}

const nameOf = (callPut: number) => (callPut > 0 ? "call" : "put");
const typeOf = (callPut: number) => (callPut > 0 ? ql.Option.Type.Call : ql.Option.Type.Put);
const single = new uqee.BlackScholes({});
const double = new uqee.BlackScholes({ sigmaToPricePrecision: "double" });
const newton = new uqee.BlackScholes({
  sigmaToPricePrecision: "double",
  priceToSigmaMethod: "newton-raphson",
  priceToSigmaAccuracy: 1e-9,
  priceToSigmaNRIteractions: 50,
});

const uqeeOption = (
  by: typeof single,
  F: number,
  K: number,
  tau: number,
  sigma: number,
  rate: number,
  callPut: number,
) => by.option({ rate, sigma, strike: K, time: tau, type: nameOf(callPut), underlying: F * Math.exp(-rate * tau) });

const optionPricing = (F: number, K: number, tau: number, vol: number, rate: number, callPut: number) =>
  new Option({
    style: "european",
    type: nameOf(callPut),
    initialSpotPrice: F,
    strikePrice: K,
    timeToMaturity: tau,
    volatility: vol,
    riskFreeRate: rate,
    dividendYield: rate,
  }).price("black-scholes");

export const pricePeers: Peer[] = [
  {
    name: "@quantlib/ql blackFormula1",
    rows: 1000,
    price: (F, K, tau, vol, rate, callPut) =>
      ql.blackFormula1(typeOf(callPut), K, F, vol * Math.sqrt(tau), Math.exp(-rate * tau), 0),
  },
  { name: "@uqee/black-scholes, double", rows: 1000, price: (...o) => uqeeOption(double, ...o).price },
  { name: "@uqee/black-scholes, its default", rows: 1000, price: (...o) => uqeeOption(single, ...o).price },
  { name: "option-pricing", rows: 256, price: optionPricing },
  {
    name: "black-scholes",
    rows: 32,
    price: (F, K, tau, vol, rate, callPut) =>
      blackScholes.blackScholes(F * Math.exp(-rate * tau), K, tau, vol, rate, nameOf(callPut)),
  },
];

export const greeksPeers: GreeksPeer[] = [
  {
    name: "@quantlib/ql BlackCalculator, 6 outputs",
    rows: 1000,
    greeks({ forward, strike, tau, sqrtTau, vol, discount, callPut }, i, out) {
      const F = forward[i]!;
      const t = tau[i]!;
      const of = new ql.BlackCalculator().init2(
        typeOf(callPut[i]!),
        strike[i]!,
        F,
        vol[i]! * sqrtTau[i]!,
        discount[i]!,
      );
      out[0] = of.value();
      out[1] = of.deltaForward();
      out[2] = of.gammaForward();
      out[3] = of.vega(t);
      out[4] = of.theta(F, t);
      out[5] = of.rho(t);
    },
  },
  {
    name: "@uqee/black-scholes, double, 6 outputs",
    rows: 1000,
    greeks({ forward, strike, tau, vol, rate, discount, callPut }, i, out) {
      const of = uqeeOption(double, forward[i]!, strike[i]!, tau[i]!, vol[i]!, rate[i]!, callPut[i]!);
      const D = discount[i]!;
      out[0] = of.price;
      out[1] = of.delta * D;
      out[2] = of.gamma * D * D;
      out[3] = of.vega;
      out[4] = of.theta;
      out[5] = of.rho;
    },
  },
  {
    name: "black-scholes + greeks, 6 outputs",
    rows: 16,
    greeks({ forward, strike, tau, vol, rate, discount, callPut }, i, out) {
      const D = discount[i]!;
      const S = forward[i]! * D;
      const K = strike[i]!;
      const t = tau[i]!;
      const v = vol[i]!;
      const r = rate[i]!;
      const type = nameOf(callPut[i]!);
      out[0] = blackScholes.blackScholes(S, K, t, v, r, type);
      out[1] = greeks.getDelta(S, K, t, v, r, type) * D;
      out[2] = greeks.getGamma(S, K, t, v, r) * D * D;
      out[3] = greeks.getVega(S, K, t, v, r) * 100; // it gives a vol point
      out[4] = greeks.getTheta(S, K, t, v, r, type, 1);
      out[5] = greeks.getRho(S, K, t, v, r, type, 1);
    },
  },
];

const solvable = (f: () => number): number => {
  try {
    return f();
  } catch {
    return NaN;
  }
};

export const impliedPeers: ImpliedPeer[] = [
  {
    name: "@quantlib/ql LiRS, 1e-12",
    rows: 256,
    vol: (price, F, K, tau, rate, callPut) =>
      solvable(() =>
        ql.blackFormulaImpliedStdDevLiRS1(
          typeOf(callPut),
          K,
          F,
          price,
          Math.exp(-rate * tau),
          0,
          undefined,
          1,
          1e-12,
          100,
        ),
      ) / Math.sqrt(tau),
  },
  {
    name: "@quantlib/ql ImpliedStdDev, 1e-12",
    rows: 256,
    vol: (price, F, K, tau, rate, callPut) =>
      solvable(() =>
        ql.blackFormulaImpliedStdDev1(typeOf(callPut), K, F, price, Math.exp(-rate * tau), 0, undefined, 1e-12, 100),
      ) / Math.sqrt(tau),
  },
  {
    name: "@uqee/black-scholes, Newton, double, 1e-9",
    rows: 256,
    vol: (price, F, K, tau, rate, callPut) =>
      newton.sigma({ price, rate, strike: K, time: tau, type: nameOf(callPut), underlying: F * Math.exp(-rate * tau) }),
  },
  {
    name: "@uqee/black-scholes, its default",
    rows: 256,
    vol: (price, F, K, tau, rate, callPut) =>
      single.sigma({ price, rate, strike: K, time: tau, type: nameOf(callPut), underlying: F * Math.exp(-rate * tau) }),
  },
  {
    name: "implied-volatility",
    rows: 2,
    vol: (price, F, K, tau, rate, callPut) =>
      impliedVolatility.getImpliedVolatility(price, F * Math.exp(-rate * tau), K, tau, rate, nameOf(callPut)),
  },
];

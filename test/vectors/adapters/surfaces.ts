/**
 * Surfaces: `svi.*`, `ssvi.*`, `essvi.*`, `event.*`, and Derive's SVI feed, through the core's own code in build/kernels.wasm.
 *
 * The second part of an id names the slice, not the question, so the keys of the inputs tell the shape. One slice may be asked
 * many things: all are answered. `svi.calibration` is a fit and has its adapter elsewhere.
 */
import { column, kernels, release, view } from "../../kernels.ts";
import { named, type Adapter, type Shape } from "../adapter.ts";
import type { Input } from "../input.ts";
import { Malformed } from "../input.ts";

type Raw = [a: number, b: number, rho: number, m: number, sigma: number];
const RAW = ["a", "b", "rho", "m", "sigma"];
const WINGS = ["v", "psi", "p", "c", "vTilde"];

const rawOf = (inputs: Input): Raw => RAW.map((key) => inputs.num(key)) as Raw;
const tauOf = (inputs: Input, otherwise?: number) => (inputs.has("T") ? inputs.num("T") : inputs.num("t", otherwise));

/** Runs `f` with `n` doubles of room, and gives them back. */
function filled(n: number, f: (out: number) => void): number[] {
  const out = column(n);
  f(out);
  return [...view(out, n)];
}

/** One of the functions of a slice at each k: 0 w, 1 w′, 2 w″, 3 vol, 4 skew, 5 g, 6 density. */
function sviOf(which: number, slice: Raw, k: number[], tau = 1): number[] {
  release();
  const [at, where] = [column(5, slice), column(k.length, k)];
  return filled(k.length, (out) => kernels.sviScalars(which, k.length, where, at, tau, out));
}
const W = 0;
const VOL = 3;
const SKEW = 4;
const G = 5;
const DENSITY = 6;

/** The grid of the cases: ±4 in steps of 0.01. */
const GRID = [-4, 4, 800] as const;

/** Least g on the grid and refined. */
function leastG(slice: Raw, [from, to, steps]: readonly [number, number, number] = GRID) {
  release();
  const at = column(5, slice);
  const [k, g, argmin, least] = filled(4, (out) => kernels.leastDurrleman(at, from, to, steps, out)) as [
    number,
    number,
    number,
    number,
  ];
  return { k, g, argmin, least, isFree: Boolean(kernels.isButterflyFree(at, from, to, steps)) };
}

const jumpWings = (slice: Raw, tau: number) => filled(5, (out) => kernels.sviToJumpWings(...slice, tau, out));

/** A range of k for `wAt1`, `wAtMinus0.5`, …: the case names its points in `expected`. */
const POINTS = Array.from({ length: 41 }, (_, i) => (i - 20) / 10);
const namedPoints = (slice: Raw) =>
  Object.fromEntries(sviOf(W, slice, POINTS).map((w, i) => [`wAt${POINTS[i]!}`.replace("-", "Minus"), w]));

function raw(shape: string): (shape: Shape) => boolean {
  const keys = shape.split(" ");
  return ({ name, has }) => name.startsWith("svi.") && name !== "svi.calibration" && keys.every(has);
}

/** A slice on its own: butterflies, jump-wings, repair; at each k where k are given; Lee's slopes where a forward is. */
const slice: Adapter = {
  family: "svi.slice",
  knows: raw(RAW.join(" ")),
  run: (inputs) => {
    const slice = rawOf(inputs);
    const tau = tauOf(inputs, 1);
    const [, b, rho, m] = slice;
    const got: Record<string, unknown> = {
      leeRightSlope: b * (1 + rho),
      leeLeftSlope: b * (1 - rho),
      wAtM: sviOf(W, slice, [m])[0],
      volAtM: sviOf(VOL, slice, [m], tau)[0],
      ...namedPoints(slice),
    };
    if (inputs.has("forward")) got.strikeAtM = inputs.num("forward") * kernels.exp(m);
    if (inputs.has("k")) {
      const k = inputs.numbers("k");
      ["w", "dw", "d2w", "vol", "skew", "g", "density"].forEach((key, which) => {
        got[key] = sviOf(which, slice, k, tau);
      });
    }
    const { least, argmin } = leastG(slice);
    const at = column(5, slice);
    const [from, to] = filled(2, (out) => kernels.negativeStretch(at, ...GRID, out)).map((k) => (k === k ? k : null));
    const jw = jumpWings(slice, tau);
    Object.assign(got, { minG: least, argminG: argmin, gNegativeFrom: from, gNegativeTo: to, jw, published: jw });
    const repaired = filled(5, (out) => {
      // cut: the closed form has a butterfly itself
      if (kernels.repairSlice(at, out) !== 0) view(out, 5).fill(NaN);
    }) as Raw;
    const [, , , cPrime, vTildePrime] = jumpWings(repaired, tau);
    Object.assign(got, {
      rawRepaired: repaired,
      cPrime,
      vTildePrime,
      publishedC: cPrime,
      publishedVTilde: vTildePrime,
      minGOnGrid: leastG(repaired).g,
    });
    return {
      got,
      // seven digits are printed: half a unit of the last, which for c is more than the case's common bound
      bounds: { published: { printed: true } },
      note: "asked of the slice in one case and of its repair in another, with the same inputs; the stretch and the least g say it",
    };
  },
};

const fromJumpWings: Adapter = {
  family: "svi.jump-wings",
  knows: raw(WINGS.join(" ")),
  run: (inputs) => {
    const wings = WINGS.map((key) => inputs.num(key)) as Raw;
    release();
    const slice = filled(5, (out) => kernels.sviFromJumpWings(...wings, tauOf(inputs), out)) as Raw;
    const { k, g, isFree } = leastG(slice);
    return { got: { raw: slice, arbitrageFree: isFree, minGOnGrid: g, atK: k } };
  },
};

const fromNatural: Adapter = {
  family: "svi.natural",
  knows: raw("Delta mu rho omega zeta"),
  run: (inputs) => {
    const [delta, mu, rho, omega, zeta] = ["Delta", "mu", "rho", "omega", "zeta"].map((key) => inputs.num(key)) as Raw;
    release();
    const slice = filled(5, (out) => kernels.sviFromNatural(delta, mu, rho, omega, zeta, out)) as Raw;
    return { got: { ...Object.fromEntries(RAW.map((key, i) => [key, slice[i]])), ...namedPoints(slice) } };
  },
};

/** Range in which two slices are compared. */
const WIDE = [-10, 10, 2000] as const;

const crossing: Adapter = {
  family: "svi.crossing",
  knows: raw("near far"),
  run: (inputs) => {
    const [near, far] = [rawOf(inputs.at("near")), rawOf(inputs.at("far"))];
    // the points of the case are in `expected`
    const k = [-3, -1, 0, 1];
    const [w1, w2] = [sviOf(W, near, k), sviOf(W, far, k)];
    release();
    const pair = column(10, [...near, ...far]);
    const out = column(4);
    const crossings = [...view(out, kernels.sliceCrossings(pair, ...WIDE, out))];
    const isNegativeLeft = sviOf(W, far, [-10])[0]! < sviOf(W, near, [-10])[0]!;
    const side = isNegativeLeft ? "below" : "above";
    return {
      got: {
        crossings,
        differenceAt: { k, wFarMinusNear: w2.map((w, i) => w - w1[i]!) },
        arbitrageRegion: crossings.length === 1 ? `k ${side} the crossing` : undefined,
      },
    };
  },
};

const expiries: Adapter = {
  family: "svi.expiries",
  knows: raw("T vol queryT"),
  run: (inputs) => {
    const times = inputs.numbers("T");
    const w = inputs.numbers("vol").map((vol, i) => vol * vol * times[i]!);
    release();
    const [at, variance] = [column(times.length, times), column(w.length, w)];
    const forward = times.slice(1).map((t, i) => Math.sqrt(kernels.forwardVariance(w[i]!, times[i]!, w[i + 1]!, t)));
    return {
      got: {
        vol: inputs.numbers("queryT").map((t) => Math.sqrt(kernels.termVariance(t, times.length, at, variance) / t)),
        forwardVol: forward.length === 1 ? forward[0] : forward,
      },
    };
  },
};

const density: Adapter = {
  family: "svi.density",
  knows: raw(`${RAW.join(" ")} callStrikeOverForward`),
  run: (inputs) => {
    const slice = rawOf(inputs);
    const density = inputs.has("kForDensity") ? sviOf(DENSITY, slice, inputs.numbers("kForDensity")) : [];
    release();
    const at = column(5, slice);
    const moments = filled(3, (out) => kernels.densityMoments(at, inputs.num("callStrikeOverForward"), out));
    return { got: { mass: moments[0], mean: moments[1], callOverForward: moments[2], density } };
  },
};

const stickyDelta: Adapter = {
  family: "svi.sticky",
  knows: raw(`${RAW.join(" ")} F K`),
  run: (inputs) => {
    const slice = rawOf(inputs);
    const [F, tau] = [inputs.num("F"), tauOf(inputs)];
    const strikes = inputs.numbers("K");
    const k = strikes.map((K) => kernels.logRatio(K, F));
    const vols = sviOf(VOL, slice, k, tau);
    const skews = sviOf(SKEW, slice, k, tau);
    const atm = sviOf(SKEW, slice, [0], tau)[0]!;
    const perStrike = strikes.map((K, i) => {
      const [vol, skew] = [vols[i]!, skews[i]!];
      return {
        iv: vol,
        skewDsigmaDk: skew,
        deltaStickyStrike: kernels.stickyStrikeDelta(F, K, tau, vol, 1, 1),
        deltaStickyMoneyness: kernels.smileDelta(F, K, tau, vol, 1, 1, skew, atm, 0),
        vega: kernels.greek(3, F, K, tau, vol, 0, 1, 1),
      };
    });
    return { got: { perStrike, atmSkew: atm } };
  },
};

const stickyScenario: Adapter = {
  family: "svi.sticky",
  knows: raw(`${RAW.join(" ")} F scenarios`),
  run: (inputs) => {
    const slice = rawOf(inputs);
    const [F, tau] = [inputs.num("F"), tauOf(inputs)];
    const results = inputs.list("scenarios").map((scenario) => {
      const K = scenario.num("K");
      const moved = F * (1 + scenario.num("move"));
      const [strike, moneyness] = sviOf(VOL, slice, [kernels.logRatio(K, F), kernels.logRatio(K, moved)], tau);
      const call = (vol: number) => kernels.price(moved, K, tau, vol, 1, 1);
      return {
        volStickyStrike: strike,
        volStickyMoneyness: moneyness,
        callStickyStrike: call(strike!),
        callStickyMoneyness: call(moneyness!),
      };
    });
    return { got: { results } };
  },
};

/** Derive publishes a slice with its own forward and τ, and holds k within ±4·√(a + bσ). */
const feed: Adapter = {
  family: "svi (Derive's feed)",
  knows: named("svi"),
  run: (inputs) => {
    const slice = rawOf(inputs);
    const [a, b, , , sigma] = slice;
    const limit = 4 * Math.sqrt(a + b * sigma);
    const k = Math.max(-limit, Math.min(limit, kernels.logRatio(inputs.num("strike"), inputs.num("forward"))));
    return { got: { k, vol: sviOf(VOL, slice, [k], inputs.num("tau"))[0] } };
  },
};

const ssviRaw = (theta: number, rho: number, phi: number) =>
  filled(5, (out) => kernels.ssviToRaw(theta, rho, phi, out)) as Raw;

const powerLaw: Adapter = {
  family: "ssvi.power-law",
  knows: ({ name, has }) => name.startsWith("ssvi.") && has("eta") && has("gamma"),
  run: (inputs) => {
    const [eta, gamma, rho] = [inputs.num("eta"), inputs.num("gamma"), inputs.num("rho")];
    const thetas = inputs.list("slices").map((slice) => slice.num("theta"));
    const k = inputs.numbers("k");
    const phis = thetas.map((theta) => kernels.ssviPowerLaw(theta, eta, gamma));
    release();
    const raws = thetas.map((theta, i) => ssviRaw(theta, rho, phis[i]!));
    const bound = eta * (1 + Math.abs(rho));
    const isRising = thetas.every((theta, i) => i === 0 || theta >= thetas[i - 1]!);
    return {
      got: {
        w: thetas.map((theta, i) => k.map((x) => kernels.ssviTotalVariance(x, theta, rho, phis[i]!))),
        g: raws.map((raw) => sviOf(G, raw, k)),
        raw: raws,
        phi: phis,
        arbitrageFree: bound <= 2 && isRising,
        etaTimesOnePlusAbsRho: bound,
      },
    };
  },
};

const butterflies: Adapter = {
  family: "ssvi.butterfly",
  knows: ({ name, has }) => name.startsWith("ssvi.") && has("slices") && !has("eta"),
  run: (inputs) => ({
    got: {
      results: inputs.list("slices").map((slice) => {
        const [theta, rho, phi] = [slice.num("theta"), slice.num("rho"), slice.num("phi")];
        release();
        return {
          theta,
          rho,
          phi,
          cond1: kernels.ssviWingCondition(theta, rho, phi),
          cond2: kernels.ssviBodyCondition(theta, rho, phi),
          sufficientHolds: Boolean(kernels.ssviIsButterflyFree(theta, rho, phi)),
          // the case scans ±20 in steps of 0.02
          minG: leastG(ssviRaw(theta, rho, phi), [-20, 20, 2000]).g,
        };
      }),
    },
  }),
};

const essviCalendar: Adapter = {
  family: "essvi.calendar",
  knows: ({ name, has }) => name.startsWith("essvi.") && has("pairs"),
  run: (inputs) => ({
    got: {
      results: inputs.list("pairs").map((pair) => {
        const [near, far] = ["near", "far"].map((key) => {
          const slice = pair.at(key);
          return [slice.num("theta"), slice.num("rho"), slice.num("phi")] as const;
        });
        if (near === undefined || far === undefined) throw new Malformed("a pair has two slices");
        release();
        const both = column(10, [...ssviRaw(...near), ...ssviRaw(...far)]);
        const [k, onGrid, , refined] = filled(4, (out) => kernels.leastDifference(both, ...WIDE, out));
        return {
          minDifference: onGrid,
          atK: k,
          necessary: Boolean(kernels.essviMayBeOrdered(...near, ...far)),
          hendriksMartiniSufficient: Boolean(kernels.essviIsOrdered(...near, ...far)),
          noCalendarArbitrage: refined! >= 0,
        };
      }),
    },
  }),
};

/** 30 days, for which the cases ask the vol before and after. */
const MONTH = 30 / 365;

const eventVariance: Adapter = {
  family: "event.variance",
  knows: ({ name, has }) => name.startsWith("event.") && has("vol1") && has("vol2"),
  run: (inputs) => {
    const [vol1, vol2] = [inputs.num("vol1"), inputs.num("vol2")];
    const variance = kernels.eventVariance(vol1, vol2, inputs.num("T2"));
    return {
      got: {
        eventVariance: variance,
        eventSd: Math.sqrt(variance),
        expectedAbsMove: kernels.expectedMove(variance),
        volAfterEventForExpiry2: kernels.volOverEvent(vol1, 0, inputs.num("T2")),
        volOf30DayExpiryBefore: kernels.volOverEvent(vol1, variance, MONTH),
        volOf30DayExpiryAfter: kernels.volOverEvent(vol1, 0, MONTH),
      },
    };
  },
};

const binaryJump: Adapter = {
  family: "event.binary-jump",
  knows: ({ name, has }) => name.startsWith("event.") && has("u") && has("p"),
  run: (inputs) => {
    const [F, vol, tau, u, p] = ["F", "sigma", "T", "u", "p"].map((key) => inputs.num(key)) as Raw;
    const strikes = inputs.numbers("K");
    return {
      got: {
        call: strikes.map((K) => kernels.eventPrice(F, K, tau, vol, 1, 1, u, p)),
        put: strikes.map((K) => kernels.eventPrice(F, K, tau, vol, 1, -1, u, p)),
        impliedVol: strikes.map((K) => kernels.eventVol(F, K, tau, vol, u, p)),
        d: kernels.eventOtherJump(u, p),
      },
    };
  },
};

/** The first that knows a shape runs it: more keys go before fewer. */
export const surfaces: Adapter[] = [
  stickyDelta,
  stickyScenario,
  density,
  slice,
  fromJumpWings,
  fromNatural,
  crossing,
  expiries,
  feed,
  powerLaw,
  butterflies,
  essviCalendar,
  eventVariance,
  binaryJump,
];

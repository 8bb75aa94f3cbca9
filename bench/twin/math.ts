/** exp, the Gauss factor and ln(F/K) in plain JavaScript, twice: with Math.*, and the core's own algorithms with typed-array bit tricks. */

export interface Functions {
  exp: (a: number) => number;
  /** e^(−d²/2) */
  gauss: (d: number) => number;
  /** ln(F/K) */
  logRatio: (F: number, K: number) => number;
}

export const builtIn: Functions = {
  exp: (a) => Math.exp(a),
  gauss: (d) => Math.exp(-0.5 * d * d),
  logRatio: (F, K) => Math.log(F / K),
};

const LN2_HIGH = 0.6931471787393093;
const LN2_LOW = 1.8206359985041462e-9;
const LOG2E = 1.4426950408889634;
const MAGIC = 6755399441055744; // 1.5·2^52: adding it rounds to a whole number
const powers = Float64Array.from({ length: 2200 }, (_, i) => 2 ** (i - 1100));
const double = new Float64Array(2);
const words = new Int32Array(double.buffer);

/** e^r for |r| ≤ ln(2)/2. */
function expOfRest(r: number): number {
  const r2 = r * r;
  const r4 = r2 * r2;
  const high = 2.7630248481096747e-7 + 2.5000058855318826e-8 * r;
  const middle =
    0.0013888888943630487 + 0.00019841269506569307 * r + (2.48014930985778e-5 + 2.7557586382339298e-6 * r) * r2;
  const low = 0.5000000000000011 + 0.16666666666666413 * r + (0.041666666666530155 + 0.008333333333494466 * r) * r2;
  return 1 + (r2 * ((high * r4 + middle) * r4 + low) + r);
}

export const own: Functions = {
  exp(a) {
    const n = a * LOG2E + MAGIC - MAGIC;
    return expOfRest(a - n * LN2_HIGH - n * LN2_LOW) * powers[n + 1100]!;
  },
  gauss(d) {
    const y = Math.abs(d);
    if (!(y <= 37.6)) return 0;
    // d split at 26 bits, so that the square is exact
    double[0] = y;
    words[0]! &= 0xf8000000;
    const high = double[0];
    const low = y - high;
    const a = -0.5 * high * high;
    const b = -0.5 * low * (y + high);
    const n = (a + b) * LOG2E + MAGIC - MAGIC;
    return expOfRest(a - n * LN2_HIGH + (b - n * LN2_LOW)) * powers[n + 1100]!;
  },
  logRatio(F, K) {
    double[0] = F;
    double[1] = K;
    const e = (words[1]! - words[3]! + 0x80000) >> 20;
    const scaled = F * powers[1100 - e]!;
    const f = (scaled - K) / (scaled + K);
    const z = f * f;
    const z2 = z * z;
    const high = 0.1818744997488429 + 0.1522904237348323 * z + 0.15527156328824454 * z2;
    const low = 0.28571429746101557 + 0.22222110843821138 * z;
    const g = (high * z2 + low) * z2 + (0.6666666666667657 + 0.39999999994135155 * z);
    return e * LN2_HIGH + (f + f + (f * z * g + e * LN2_LOW));
  },
};

/** Numerator of E(y) = e^(y²/2)·N(−y); q = y². Coefficients of assembly/math/normal.ts. */
export function millsP(y: number, q: number): number {
  const even =
    (((10.725250038004964 * q + 1177.2583777971563) * q + 28125.78516532928) * q + 171011.94714647092) * q +
    143936.1226359419;
  const odd =
    (((0.3989422804002491 * q + 141.18623846570588) * q + 6800.508774100251) * q + 83292.68447322049) * q +
    223066.37671109824;
  return odd * y + even;
}

/** Denominator of E(y). */
export function millsQ(y: number, q: number): number {
  const even =
    ((((q + 354.9014173842835) * q + 17398.249114806218) * q + 225132.4129622204) * q + 737315.370937064) * q +
    287872.2452718838;
  const odd =
    (((26.884214997136127 * q + 2977.833348110628) * q + 73398.06567563108) * q + 493530.073149824) * q +
    675821.5734082853;
  return odd * y + even;
}

/** The same pair for profit and loss: 3.6e-15 absolute on N(−y). */
export function fastMillsP(y: number, q: number): number {
  const even = ((0.3989424278060644 * q + 60.681093771984415) * q + 934.3077850427024) * q + 1599.0470572629954;
  return ((7.214315734388875 * q + 301.36973188555885) * q + 1737.1661833484309) * y + even;
}

export function fastMillsQ(y: number, q: number): number {
  const even = ((18.083642764707477 * q + 773.5339134277596) * q + 5077.654614434948) * q + 3198.0941145259794;
  return (((q + 153.1036121603889) * q + 2491.670516959015) * q + 6026.042284673948) * y + even;
}

/**
 * The standard normal: density, distribution, scaled tails.
 *
 * Everything rests on the scaled upper tail ("Mills value")
 *
 *   E(y) = e^(y²/2)·N(−y) = ½·erfcx(y/√2)
 *
 * which is smooth and falls like 1/(y√2π), so one rational serves [0, 40] without a branch. Numerator
 * and denominator are separate functions: a kernel with two tails divides once for both. All
 * coefficients are positive, so nothing cancels. They are own minimax fits, reproduced by
 * test/vectors/pricing/fit.py.
 *
 *   function          interval             max error: 15,000 random points each against 45 digits
 *   millsP/millsQ     y ≥ 0                6e-16 relative (5.2e-17 before rounding)
 *   slopeP/slopeQ     y ≥ 0                as E (7.5e-17 before rounding)
 *   nodeMills + millsBeside   −0.75 ≤ y ≤ 6    1e-17 absolute before the two are added: by a table, for implied vols
 *   fastMillsP/Q      y ≥ 0                3.6e-15 absolute on N(−y)
 *   density           |x| ≤ 37.5           3e-16 relative
 *   distribution      x ≥ −37.5            6.5e-16 relative; subnormal below
 *   erfcx             x ≥ −26.6            7e-16 relative
 */
import * as lanes from "./lanes";
import { expSum, gauss, productError } from "./exp-log";

export const INVERSE_SQRT_2PI: f64 = 0.3989422804014327; // 1/√(2π) = φ(0)
export const SQRT_2PI: f64 = 2.5066282746310002;

/**
 * Kernels clamp y to this: e^(−y²/2) is 0 in doubles beyond 38.6. The fits are minimax on [0, 39] and
 * drift to 8e-14 relative at 64, where only the smaller tail of a pair still counts.
 */
export const FAR: f64 = 64.0;

/** Numerator of E(y); q = y². Degree 9, even and odd halves. */
@inline export function millsP<T>(y: T, q: T): T {
  let even = lanes.mulAdd<T>(lanes.splat<T>(10.725250038004964), q, lanes.splat<T>(1177.2583777971563));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(28125.78516532928));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(171011.94714647092));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(143936.1226359419));
  let odd = lanes.mulAdd<T>(lanes.splat<T>(0.3989422804002491), q, lanes.splat<T>(141.18623846570588));
  odd = lanes.mulAdd<T>(odd, q, lanes.splat<T>(6800.508774100251));
  odd = lanes.mulAdd<T>(odd, q, lanes.splat<T>(83292.68447322049));
  odd = lanes.mulAdd<T>(odd, q, lanes.splat<T>(223066.37671109824));
  return lanes.mulAdd<T>(odd, y, even);
}

/** Denominator of E(y); q = y². Degree 10, leading coefficient 1. */
@inline export function millsQ<T>(y: T, q: T): T {
  let even = lanes.mulAdd<T>(lanes.add<T>(q, lanes.splat<T>(354.9014173842835)), q, lanes.splat<T>(17398.249114806218));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(225132.4129622204));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(737315.370937064));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(287872.2452718838));
  let odd = lanes.mulAdd<T>(lanes.splat<T>(26.884214997136127), q, lanes.splat<T>(2977.833348110628));
  odd = lanes.mulAdd<T>(odd, q, lanes.splat<T>(73398.06567563108));
  odd = lanes.mulAdd<T>(odd, q, lanes.splat<T>(493530.073149824));
  odd = lanes.mulAdd<T>(odd, q, lanes.splat<T>(675821.5734082853));
  return lanes.mulAdd<T>(odd, y, even);
}

/** Numerator of −E′(y) = 1/√2π − y·E(y), which cancels to y² ulp when computed from E. Degree 9. */
@inline export function slopeP<T>(y: T, q: T): T {
  let even = lanes.mulAdd<T>(lanes.splat<T>(11.21393150709662), q, lanes.splat<T>(1412.7351319229645));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(40974.232159513806));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(322173.78225963545));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(382049.0297447155));
  let odd = lanes.mulAdd<T>(lanes.splat<T>(0.3989422803978769), q, lanes.splat<T>(157.0244598379041));
  odd = lanes.mulAdd<T>(odd, q, lanes.splat<T>(8927.441506105764));
  odd = lanes.mulAdd<T>(odd, q, lanes.splat<T>(136777.72416122758));
  odd = lanes.mulAdd<T>(odd, q, lanes.splat<T>(492148.77384470275));
  return lanes.mulAdd<T>(odd, y, even);
}

/** Denominator of −E′(y); degree 11, leading coefficient 1. */
@inline export function slopeQ<T>(y: T, q: T): T {
  let even = lanes.mulAdd<T>(lanes.splat<T>(28.109157783506284), q, lanes.splat<T>(3625.5292878737787));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(113162.10513112208));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(1095619.1506126805));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(2900326.783741878));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(957654.9002534439));
  let odd = lanes.mulAdd<T>(lanes.add<T>(q, lanes.splat<T>(396.6019510332169)), q, lanes.splat<T>(23552.583631665366));
  odd = lanes.mulAdd<T>(odd, q, lanes.splat<T>(407664.95212957746));
  odd = lanes.mulAdd<T>(odd, q, lanes.splat<T>(2144116.227204584));
  odd = lanes.mulAdd<T>(odd, q, lanes.splat<T>(2433876.4570012307));
  return lanes.mulAdd<T>(odd, y, even);
}

/** Numerator of E(y) for scenario profit and loss, where 3.6e-15 of the forward is far below a tick. Degree 6. */
@inline export function fastMillsP<T>(y: T, q: T): T {
  let even = lanes.mulAdd<T>(lanes.splat<T>(0.3989424278060644), q, lanes.splat<T>(60.681093771984415));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(934.3077850427024));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(1599.0470572629954));
  let odd = lanes.mulAdd<T>(lanes.splat<T>(7.214315734388875), q, lanes.splat<T>(301.36973188555885));
  odd = lanes.mulAdd<T>(odd, q, lanes.splat<T>(1737.1661833484309));
  return lanes.mulAdd<T>(odd, y, even);
}

/** Denominator that goes with `fastMillsP`. Degree 7, leading coefficient 1. */
@inline export function fastMillsQ<T>(y: T, q: T): T {
  let even = lanes.mulAdd<T>(lanes.splat<T>(18.083642764707477), q, lanes.splat<T>(773.5339134277596));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(5077.654614434948));
  even = lanes.mulAdd<T>(even, q, lanes.splat<T>(3198.0941145259794));
  let odd = lanes.mulAdd<T>(lanes.add<T>(q, lanes.splat<T>(153.1036121603889)), q, lanes.splat<T>(2491.670516959015));
  odd = lanes.mulAdd<T>(odd, q, lanes.splat<T>(6026.042284673948));
  return lanes.mulAdd<T>(odd, y, even);
}

/** E(y) = e^(y²/2)·N(−y) for 0 ≤ y < 1e30. */
@inline export function mills<T>(y: T): T {
  const q = lanes.mul<T>(y, y);
  return lanes.div<T>(millsP<T>(y, q), millsQ<T>(y, q));
}

/** The table of tails serves y in [−0.75, NEAR]. */
export const NEAR: f64 = 6.0;
const STEPS: f64 = 8.0; // nodes per unit
const FIRST: i32 = -6; // the first node is −0.75

// E at the nodes c = k/8, k = −6 … 48, each as a double and what the double leaves; by test/vectors/pricing/fit.py
// prettier-ignore
const nodes: usize = memory.data<f64>([
  1.0245522963889147, -1.915e-17, 0.8923346618048855, -1.864e-17, 0.7835296183464282, 4.429e-17,
  0.6932389645660182, 1.639e-17, 0.6177113045513672, 4.985e-18, 0.5540498751655556, 2.746e-17,
  0.5, 0.0, 0.45379322204089234, 1.483e-17, 0.4140321029477354, 1.659e-17,
  0.37960442786885923, 9.356e-18, 0.34961883472039806, 5.852e-18, 0.323356168715662, -2.358e-17,
  0.30023246233995093, 2.354e-18, 0.2797705702723972, -1.827e-17, 0.2615782918651234, -8.474e-18,
  0.24533138893179401, -1.375e-17, 0.23076032130563176, 1.276e-17, 0.2176398236545568, -8.985e-18,
  0.2057806669773947, -3.144e-18, 0.1950231099182575, 4.215e-19, 0.18523166467823896, 5.205e-18,
  0.1762908913558997, -1.183e-17, 0.1681020012231706, 1.241e-17, 0.16058009965156322, 8.519e-18,
  0.15365193742384164, -5.694e-18, 0.14725406811450736, 2.755e-18, 0.1413313313805753, 1.171e-17,
  0.1358355990527586, 3.802e-18, 0.13072473410074711, 1.188e-19, 0.12596172279110265, 5.144e-18,
  0.12151394835556217, -6.432e-18, 0.11735258076253542, 4.454e-18, 0.11345206212929865, -6.866e-18,
  0.10978967122602923, 4.411e-18, 0.10634515363370545, -4.714e-19, 0.10310040660100768, 6.335e-18,
  0.10003920963545321, -3.426e-18, 0.09714699346527685, -5.197e-18, 0.09441064130196894, -2.772e-18,
  0.09181831738201464, -1.124e-18, 0.08935931861967142, 1.340e-18, 0.0870239458994306, 2.465e-18,
  0.08480339210780034, 4.270e-18, 0.08268964447351632, -1.606e-18, 0.08067539917254936, 3.247e-18,
  0.07875398647475142, -6.091e-19, 0.07691930497500629, 4.140e-18, 0.07516576367325004, 3.993e-18,
  0.07348823085269288, -3.488e-18, 0.07188198886048079, 2.642e-18, 0.07034269402512788, 4.472e-18,
  0.0688663410546034, -1.045e-18, 0.0674492313514587, -6.488e-18, 0.0660879447596847, 2.256e-18,
  0.06477931432444685, 4.321e-19,
], 16);

/** The address of a node's pair from the bits of y·STEPS + ROUND. */
@inline function nodeAddress(bits: u64): usize {
  return nodes + (<usize>(<i32>bits - FIRST) << 4);
}

const ROUND: f64 = 6755399441055744.0; // 1.5·2^52: x + ROUND holds the nearest integer of x in its low bits

/** The node next to y, as y·STEPS + ROUND. */
@inline export function nodeOf<T>(y: T): T {
  return lanes.mulAdd<T>(y, lanes.splat<T>(STEPS), lanes.splat<T>(ROUND));
}

/** Where the node is. */
@inline export function nodeAt<T>(node: T): T {
  return lanes.mul<T>(lanes.sub<T>(node, lanes.splat<T>(ROUND)), lanes.splat<T>(1.0 / STEPS));
}

/** E at the node, as a double. */
@inline export function nodeMills<T>(node: T): T {
  if (isVector<T>()) {
    const first = v128.load64_zero(nodeAddress(i64x2.extract_lane(node, 0)));
    return v128.load64_lane(nodeAddress(i64x2.extract_lane(node, 1)), first, 1);
  } else return <T>load<f64>(nodeAddress(reinterpret<u64>(<f64>node)));
}

/** E at the node minus its double. */
@inline function nodeRest<T>(node: T): T {
  if (isVector<T>()) {
    const first = v128.load64_zero(nodeAddress(i64x2.extract_lane(node, 0)), 8);
    return v128.load64_lane(nodeAddress(i64x2.extract_lane(node, 1)), first, 1, 8);
  } else return <T>load<f64>(nodeAddress(reinterpret<u64>(<f64>node)), 8);
}

/** E(c + d) − e0 for a node c with E(c) ≈ e0 and |d| ≤ 1/16, to 1e-17 absolute: ten terms of Taylor's series. */
@inline export function millsBeside<T>(node: T, e0: T, d: T): T {
  return besideNode<T>(node, e0, d);
}

/** A call: inline, this and the series in t would be 1.2 kB more and save 2 ns per implied vol. */
function besideNode<T>(node: T, e0: T, d: T): T {
  const c = nodeAt<T>(node);
  const c1 = lanes.sub<T>(lanes.mul<T>(c, e0), lanes.splat<T>(INVERSE_SQRT_2PI));
  const c2 = lanes.mul<T>(lanes.mulAdd<T>(c, c1, e0), lanes.splat<T>(1.0 / 2.0));
  const c3 = lanes.mul<T>(lanes.mulAdd<T>(c, c2, c1), lanes.splat<T>(1.0 / 3.0));
  const c4 = lanes.mul<T>(lanes.mulAdd<T>(c, c3, c2), lanes.splat<T>(1.0 / 4.0));
  const c5 = lanes.mul<T>(lanes.mulAdd<T>(c, c4, c3), lanes.splat<T>(1.0 / 5.0));
  const c6 = lanes.mul<T>(lanes.mulAdd<T>(c, c5, c4), lanes.splat<T>(1.0 / 6.0));
  const c7 = lanes.mul<T>(lanes.mulAdd<T>(c, c6, c5), lanes.splat<T>(1.0 / 7.0));
  const c8 = lanes.mul<T>(lanes.mulAdd<T>(c, c7, c6), lanes.splat<T>(1.0 / 8.0));
  const c9 = lanes.mul<T>(lanes.mulAdd<T>(c, c8, c7), lanes.splat<T>(1.0 / 9.0));
  const c10 = lanes.mul<T>(lanes.mulAdd<T>(c, c9, c8), lanes.splat<T>(1.0 / 10.0));
  const d2 = lanes.mul<T>(d, d);
  const d4 = lanes.mul<T>(d2, d2);
  const high = lanes.mulAdd<T>(c10, d2, lanes.mulAdd<T>(c9, d, c8));
  const middle = lanes.mulAdd<T>(lanes.mulAdd<T>(c7, d, c6), d2, lanes.mulAdd<T>(c5, d, c4));
  const upper = lanes.mulAdd<T>(high, d4, middle);
  const low = lanes.mulAdd<T>(lanes.mulAdd<T>(upper, d2, lanes.mulAdd<T>(c3, d, c2)), d, c1);
  return lanes.mulAdd<T>(low, d, nodeRest<T>(node));
}

/** Below this t `millsDifference` beats two rationals at every h; see black76.ts for a finer rule. */
export const SMALL_T: f64 = 0.15;

/**
 * E(h − t) − E(h + t) for h ≥ 0, 0 ≤ t ≤ 0.15 + h/50, by the odd Taylor terms about h:
 *
 *   −2·(t·E′ + t³·E‴/3! + … + t¹¹·E⁽¹¹⁾/11!),   E⁽ⁿ⁺¹⁾ = h·E⁽ⁿ⁾ + n·E⁽ⁿ⁻¹⁾
 *
 * The difference of two rationals would lose E/(2t·|E′|) ulp. E′ has its own fit, since E′ = h·E − 1/√2π
 * loses h² ulp. Measured alternatives: terms to t⁹ hold to t = 0.1 and leave prices an error of 9.4e-15 just
 * above it; terms to t¹³ hold to 0.25, gain no accuracy and cost 1.6 ns per option.
 */
@inline export function millsDifference<T>(h: T, t: T): T {
  const y = lanes.pmin<T>(h, lanes.splat<T>(FAR));
  const q = lanes.mul<T>(y, y);
  const Q = millsQ<T>(y, q);
  const S = slopeQ<T>(y, q);
  const inverse = lanes.div<T>(lanes.splat<T>(1.0), lanes.mul<T>(Q, S)); // one division for both
  const e0 = lanes.mul<T>(lanes.mul<T>(millsP<T>(y, q), S), inverse);
  const e1 = lanes.neg<T>(lanes.mul<T>(lanes.mul<T>(slopeP<T>(y, q), Q), inverse));
  return oddTerms<T>(y, e0, e1, t);
}

/** The series of `millsDifference` from E and E′ at y. */
@inline export function oddTerms<T>(y: T, e0: T, e1: T, t: T): T {
  // c_n = E⁽ⁿ⁾/n!, so that n·c_n = h·c_{n−1} + c_{n−2}
  const c2 = lanes.mul<T>(lanes.mulAdd<T>(y, e1, e0), lanes.splat<T>(1.0 / 2.0));
  const c3 = lanes.mul<T>(lanes.mulAdd<T>(y, c2, e1), lanes.splat<T>(1.0 / 3.0));
  const c4 = lanes.mul<T>(lanes.mulAdd<T>(y, c3, c2), lanes.splat<T>(1.0 / 4.0));
  const c5 = lanes.mul<T>(lanes.mulAdd<T>(y, c4, c3), lanes.splat<T>(1.0 / 5.0));
  const c6 = lanes.mul<T>(lanes.mulAdd<T>(y, c5, c4), lanes.splat<T>(1.0 / 6.0));
  const c7 = lanes.mul<T>(lanes.mulAdd<T>(y, c6, c5), lanes.splat<T>(1.0 / 7.0));
  const c8 = lanes.mul<T>(lanes.mulAdd<T>(y, c7, c6), lanes.splat<T>(1.0 / 8.0));
  const c9 = lanes.mul<T>(lanes.mulAdd<T>(y, c8, c7), lanes.splat<T>(1.0 / 9.0));
  const c10 = lanes.mul<T>(lanes.mulAdd<T>(y, c9, c8), lanes.splat<T>(1.0 / 10.0));
  const c11 = lanes.mul<T>(lanes.mulAdd<T>(y, c10, c9), lanes.splat<T>(1.0 / 11.0));
  const u = lanes.mul<T>(t, t);
  const u2 = lanes.mul<T>(u, u);
  const low = lanes.mulAdd<T>(c5, u, c3);
  const middle = lanes.mulAdd<T>(c9, u, c7);
  const tail = lanes.mulAdd<T>(lanes.mulAdd<T>(c11, u2, middle), u2, low);
  return lanes.mul<T>(lanes.mul<T>(lanes.splat<T>(-2.0), t), lanes.mulAdd<T>(tail, u, e1));
}

/** The same as a call: the forms of an implied vol share it. */
function calledOddTerms<T>(y: T, e0: T, e1: T, t: T): T {
  return oddTerms<T>(y, e0, e1, t);
}

/**
 * `millsDifference` for h ≥ NEAR − 0.3, from E′ alone: E = (1/√2π + E′)/h loses nothing where |E′| is far below 1/√2π.
 */
@inline export function farDifference<T>(h: T, t: T): T {
  const y = lanes.pmin<T>(h, lanes.splat<T>(FAR));
  const q = lanes.mul<T>(y, y);
  const slope = lanes.div<T>(slopeP<T>(y, q), slopeQ<T>(y, q));
  const e0 = lanes.div<T>(lanes.sub<T>(lanes.splat<T>(INVERSE_SQRT_2PI), slope), y);
  return calledOddTerms<T>(y, e0, lanes.neg<T>(slope), t);
}

/** `millsDifference` for h < NEAR with E(h) from the table: h·E(h) rounds far below 1/√2π, so E′ needs no fit of its own. */
@inline export function nearDifference<T>(h: T, t: T): T {
  const node = nodeOf<T>(h);
  const mills = nodeMills<T>(node);
  const e0 = lanes.add<T>(mills, millsBeside<T>(node, mills, lanes.sub<T>(h, nodeAt<T>(node))));
  return calledOddTerms<T>(h, e0, lanes.sub<T>(lanes.mul<T>(h, e0), lanes.splat<T>(INVERSE_SQRT_2PI)), t);
}

/** φ(x) = e^(−x²/2)/√2π, 0 beyond |x| = 37.59. */
@inline export function densityLanes<T>(x: T): T {
  return lanes.mul<T>(lanes.splat<T>(INVERSE_SQRT_2PI), gauss<T>(x, lanes.splat<T>(0.0)));
}

/** N(x) for any x, subnormal tails included. */
@inline export function distributionLanes<T>(x: T): T {
  const y = lanes.pmin<T>(lanes.abs<T>(x), lanes.splat<T>(FAR));
  const square = lanes.mul<T>(y, y);
  const half = lanes.splat<T>(-0.5);
  const e = expSum<T>(lanes.mul<T>(half, square), lanes.mul<T>(half, productError<T>(y, y, square)));
  const tail = lanes.div<T>(lanes.mul<T>(e, millsP<T>(y, square)), millsQ<T>(y, square));
  const upper = lanes.sub<T>(lanes.splat<T>(1.0), tail);
  return lanes.select<T>(lanes.gt<T>(x, lanes.splat<T>(0.0)), upper, tail);
}

/** Standard normal density φ(x). */
export function density(x: f64): f64 {
  return densityLanes<f64>(x);
}

/** Standard normal distribution N(x), with relative accuracy in the lower tail. */
export function distribution(x: f64): f64 {
  return distributionLanes<f64>(x);
}

const SQRT2: f64 = 1.4142135623730951;
const INVERSE_SQRT_PI: f64 = 0.5641895835477563; // 1/√π

/** 1/(x√π)·(1 − z + 3z² − 15z³ + …), z = 1/(2x²), for x ≥ 26: seven terms leave 2e-17. */
function erfcxFar(x: f64): f64 {
  const z = 0.5 / x / x;
  const series = ((((((-135135.0 * z + 10395.0) * z - 945.0) * z + 105.0) * z - 15.0) * z + 3.0) * z - 1.0) * z;
  return (INVERSE_SQRT_PI / x) * (1.0 + series);
}

/**
 * Scaled complementary error function e^(x²)·erfc(x) = 2·E(x√2); ∞ below −26.6.
 * For x < 0: 2·e^(x²) − erfcx(−x).
 */
export function erfcx(x: f64): f64 {
  if (x != x) return x;
  const size = f64.abs(x);
  const upper = size > 26.0 ? erfcxFar(size) : 2.0 * mills<f64>(size * SQRT2);
  if (x >= 0.0) return upper;
  if (x < -27.0) return Infinity;
  const square = x * x;
  return 2.0 * expSum<f64>(square, productError<f64>(x, x, square)) - upper;
}

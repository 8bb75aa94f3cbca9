/**
 * sin(π·x/2), for |x| ≤ 1: what maps Kendall's τ to a correlation. Error below 3e-16 of the value.
 *
 * By Taylor's series about 0 where |x| ≤ 1/2, else as the cosine of the rest of the quarter turn, so that no term cancels another.
 */
const HALF_PI: f64 = 1.5707963267948966;

/** sin z for |z| ≤ π/4: the term of z¹⁹ is below 1e-19. */
function sine(z: f64): f64 {
  const y = z * z;
  const inner = 1.0 - (y / 110.0) * (1.0 - (y / 156.0) * (1.0 - (y / 210.0) * (1.0 - y / 272.0)));
  return z * (1.0 - (y / 6.0) * (1.0 - (y / 20.0) * (1.0 - (y / 42.0) * (1.0 - (y / 72.0) * inner))));
}

function cosine(z: f64): f64 {
  const y = z * z;
  const inner = 1.0 - (y / 90.0) * (1.0 - (y / 132.0) * (1.0 - (y / 182.0) * (1.0 - (y / 240.0) * (1.0 - y / 306.0))));
  return 1.0 - (y / 2.0) * (1.0 - (y / 12.0) * (1.0 - (y / 30.0) * (1.0 - (y / 56.0) * inner)));
}

/** sin(π·x/2); NaN outside |x| ≤ 1. */
export function sineOfHalfTurns(x: f64): f64 {
  const size = Math.abs(x);
  if (!(size <= 1)) return NaN;
  const value = size <= 0.5 ? sine(HALF_PI * size) : cosine(HALF_PI * (1.0 - size));
  return x < 0 ? -value : value;
}

/** Nearest correlation, QIS and shrinkage to the identity in plain JavaScript: the same steps over Float64Array, no lanes. */

/** Householder and QL as in assembly/math/eigen.ts; z becomes the vectors, one a row, where `hasVectors`. */
export function eigen(n: number, z: Float64Array, d: Float64Array, e: Float64Array, hasVectors: boolean): void {
  for (let j = 0; j < n; j++) d[j] = z[j * n + n - 1]!;
  for (let i = n - 1; i > 0; i--) {
    let scale = 0;
    let h = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(d[k]!);
    if (scale === 0) {
      e[i] = d[i - 1]!;
      for (let j = 0; j < i; j++) {
        d[j] = z[j * n + i - 1]!;
        z[j * n + i] = z[i * n + j] = 0;
      }
    } else {
      for (let k = 0; k < i; k++) {
        d[k]! /= scale;
        h += d[k]! * d[k]!;
      }
      let f = d[i - 1]!;
      let g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
      e[i] = scale * g;
      h -= f * g;
      d[i - 1] = f - g;
      for (let j = 0; j < i; j++) e[j] = 0;
      for (let j = 0; j < i; j++) {
        f = d[j]!;
        z[i * n + j] = f;
        g = e[j]! + z[j * n + j]! * f;
        for (let k = j + 1; k < i; k++) {
          const x = z[j * n + k]!;
          g += x * d[k]!;
          e[k]! += x * f;
        }
        e[j] = g;
      }
      f = 0;
      for (let j = 0; j < i; j++) {
        e[j]! /= h;
        f += e[j]! * d[j]!;
      }
      const half = f / (h + h);
      for (let j = 0; j < i; j++) e[j]! -= half * d[j]!;
      for (let j = 0; j < i; j++) {
        f = d[j]!;
        g = e[j]!;
        for (let k = j; k < i; k++) z[j * n + k]! -= f * e[k]! + g * d[k]!;
        d[j] = z[j * n + i - 1]!;
        z[j * n + i] = 0;
      }
    }
    d[i] = h;
  }
  e[0] = 0;
  if (hasVectors) {
    const last = n - 1;
    for (let i = 0; i < last; i++) {
      z[i * n + last] = z[i * n + i]!;
      z[i * n + i] = 1;
      const h = d[i + 1]!;
      const next = (i + 1) * n;
      if (h !== 0) {
        for (let k = 0; k <= i; k++) d[k] = z[next + k]! / h;
        for (let j = 0; j <= i; j++) {
          let g = 0;
          for (let k = 0; k <= i; k++) g += z[next + k]! * z[j * n + k]!;
          for (let k = 0; k <= i; k++) z[j * n + k]! -= g * d[k]!;
        }
      }
      for (let k = 0; k <= i; k++) z[next + k] = 0;
    }
    for (let j = 0; j < n; j++) {
      d[j] = z[j * n + last]!;
      z[j * n + last] = 0;
    }
    z[last * n + last] = 1;
  } else for (let j = 0; j < n; j++) d[j] = z[j * n + j]!;
  for (let i = 1; i < n; i++) e[i - 1] = e[i]!;
  e[n - 1] = 0;
  let shift = 0;
  let size = 0;
  for (let l = 0; l < n; l++) {
    size = Math.max(size, Math.abs(d[l]!) + Math.abs(e[l]!));
    let m = l;
    while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * size) m++;
    if (m > l) {
      do {
        let g = d[l]!;
        let p = (d[l + 1]! - g) / (2 * e[l]!);
        let r = p < 0 ? -Math.sqrt(p * p + 1) : Math.sqrt(p * p + 1);
        d[l] = e[l]! / (p + r);
        d[l + 1] = e[l]! * (p + r);
        const next = d[l + 1]!;
        let h = g - d[l]!;
        for (let i = l + 2; i < n; i++) d[i]! -= h;
        shift += h;
        p = d[m]!;
        let c = 1;
        let c2 = 1;
        let c3 = 1;
        let s = 0;
        let s2 = 0;
        const after = e[l + 1]!;
        for (let i = m - 1; i >= l; i--) {
          c3 = c2;
          c2 = c;
          s2 = s;
          g = c * e[i]!;
          h = c * p;
          r = Math.sqrt(p * p + e[i]! * e[i]!);
          e[i + 1] = s * r;
          s = e[i]! / r;
          c = p / r;
          p = c * d[i]! - s * g;
          d[i + 1] = h + s * (c * g + s * d[i]!);
          if (!hasVectors) continue;
          const a = i * n;
          const b = a + n;
          for (let k = 0; k < n; k++) {
            const x = z[a + k]!;
            const y = z[b + k]!;
            z[a + k] = c * x - s * y;
            z[b + k] = s * x + c * y;
          }
        }
        p = (-s * s2 * c3 * after * e[l]!) / next;
        e[l] = s * p;
        d[l] = c * p;
      } while (Math.abs(e[l]!) > Number.EPSILON * size);
    }
    d[l]! += shift;
    e[l] = 0;
  }
  for (let i = 0; i < n - 1; i++) {
    let least = i;
    for (let j = i + 1; j < n; j++) if (d[j]! < d[least]!) least = j;
    if (least === i) continue;
    const smallest = d[least]!;
    d[least] = d[i]!;
    d[i] = smallest;
    if (!hasVectors) continue;
    for (let k = 0; k < n; k++) {
      const x = z[i * n + k]!;
      z[i * n + k] = z[least * n + k]!;
      z[least * n + k] = x;
    }
  }
}

function addSpectrum(
  n: number,
  z: Float64Array,
  factor: (k: number) => number,
  from: number,
  to: number,
  out: Float64Array,
) {
  for (let k = from; k < to; k++) {
    const f = factor(k);
    for (let i = 0; i < n; i++) {
      const x = f * z[k * n + i]!;
      for (let j = 0; j <= i; j++) out[i * n + j]! += x * z[k * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) out[j * n + i] = out[i * n + j]!;
}

const MEMORY = 5;

/** Projections accelerated as in assembly/correlation/nearest.ts, on the way that needs no restart. */
export function nearest(n: number, matrix: Float64Array, tolerance: number): Float64Array {
  const z = new Float64Array(n * n);
  const [values, scratch, d, g] = [0, 0, 0, 0].map(() => new Float64Array(n)) as [Float64Array, Float64Array, Float64Array, Float64Array]; // prettier-ignore
  const residual = (): number => {
    z.set(matrix);
    for (let i = 0; i < n; i++) z[i * n + i] = d[i]!;
    eigen(n, z, values, scratch, true);
    const negative = values.findIndex((x) => x >= 0);
    for (let i = 0; i < n; i++) g[i] = 1 - d[i]!;
    for (let k = 0; k < negative; k++) {
      for (let i = 0; i < n; i++) g[i]! += values[k]! * z[k * n + i]! * z[k * n + i]!;
    }
    let most = 0;
    for (let i = 0; i < n; i++) most = Math.max(most, Math.abs(g[i]!));
    return most;
  };
  d.fill(1);
  let now = residual();
  const stepsD: Float64Array[] = [];
  const stepsG: Float64Array[] = [];
  for (let steps = 0; now > tolerance && steps < 200; steps++) {
    const [lastD, lastG] = [d.slice(), g.slice()];
    const basis: Float64Array[] = [];
    const upper: number[][] = [];
    for (const column of stepsG) {
      const q = column.slice();
      const own: number[] = [];
      for (let pass = 0; pass < 2; pass++) {
        basis.forEach((b, k) => {
          const part = b.reduce((sum, x, i) => sum + x * q[i]!, 0);
          own[k] = (own[k] ?? 0) + part;
          for (let i = 0; i < n; i++) q[i]! -= part * b[i]!;
        });
      }
      const left = Math.sqrt(q.reduce((sum, x) => sum + x * x, 0));
      upper.push([...own, left]);
      basis.push(q.map((x) => x / left));
    }
    const gamma: number[] = [];
    for (let c = basis.length - 1; c >= 0; c--) {
      let x = basis[c]!.reduce((sum, b, i) => sum + b * g[i]!, 0);
      for (let k = c + 1; k < basis.length; k++) x -= upper[k]![c]! * gamma[k]!;
      gamma[c] = x / upper[c]![c]!;
    }
    for (let i = 0; i < n; i++) {
      d[i]! += g[i]!;
      gamma.forEach((x, c) => (d[i]! -= x * (stepsD[c]![i]! + stepsG[c]![i]!)));
    }
    now = residual();
    // the newest first
    stepsD.unshift(d.map((x, i) => x - lastD[i]!));
    stepsG.unshift(g.map((x, i) => x - lastG[i]!));
    stepsD.length = stepsG.length = Math.min(MEMORY, stepsD.length);
  }
  residual();
  const out = matrix.slice();
  for (let i = 0; i < n; i++) out[i * n + i] = d[i]!;
  addSpectrum(n, z, (k) => -values[k]!, 0, values.findIndex((x) => x >= 0), out); // prettier-ignore
  const scale = Float64Array.from({ length: n }, (_, i) => Math.sqrt(out[i * n + i]!));
  return out.map((x, k) => (k % (n + 1) === 0 ? 1 : x / (scale[Math.floor(k / n)]! * scale[k % n]!)));
}

/** Quadratic-inverse shrinkage, more rows than columns. */
export function qis(n: number, rows: number, sample: Float64Array): Float64Array {
  const z = sample.slice();
  const [values, scratch] = [new Float64Array(n), new Float64Array(n)];
  eigen(n, z, values, scratch, true);
  const c = n / rows;
  const inverse = values.map((x) => 1 / x);
  const width = Math.min(c * c, 1 / (c * c)) ** 0.35 / n ** 0.35;
  const delta = inverse.map((own) => {
    let theta = 0;
    let hilbert = 0;
    for (let j = 0; j < n; j++) {
      const at = inverse[j]!;
      const gap = at - own;
      const below = gap * gap + width * width * at * at;
      theta += (at * gap) / below;
      hilbert += (at * width * at) / below;
    }
    theta /= n;
    hilbert /= n;
    const square = theta * theta + hilbert * hilbert;
    return 1 / ((1 - c) ** 2 * own + 2 * c * (1 - c) * own * theta + c * c * own * square);
  });
  const part = values.reduce((sum, x) => sum + x, 0) / delta.reduce((sum, x) => sum + x, 0);
  const out = new Float64Array(n * n);
  addSpectrum(n, z, (k) => part * delta[k]!, 0, n, out);
  return out;
}

/** α of the shrinkage to the identity, by bisection over Cholesky factors to the last digit. */
export function alphaByBisection(n: number, matrix: Float64Array): number {
  const lower = new Float64Array(n * n);
  const isDefinite = (alpha: number): boolean => {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let x = i === j ? 1 : (1 - alpha) * matrix[i * n + j]!;
        for (let k = 0; k < j; k++) x -= lower[i * n + k]! * lower[j * n + k]!;
        if (i === j && !(x > 0)) return false;
        lower[i * n + j] = i === j ? Math.sqrt(x) : x / lower[j * n + j]!;
      }
    }
    return true;
  };
  if (isDefinite(0)) return 0;
  let [low, high] = [0, 1];
  for (let step = 0; step < 50; step++) {
    const middle = 0.5 * (low + high);
    if (isDefinite(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The same α by the smallest eigenvalue. */
export function alphaByEigenvalue(n: number, matrix: Float64Array): number {
  const [z, values, scratch] = [matrix.slice(), new Float64Array(n), new Float64Array(n)];
  eigen(n, z, values, scratch, false);
  return Math.max(0, -values[0]! / (1 - values[0]!));
}

/**
 * Correlation between two factors of a bucket, told by which of their keys agree and by their labels, so that
 *
 *   Σ_k Σ_l ρ_kl w_k w_l = Σ_k (1 − ρ_kk') w_k² + Σ_T Σ_groups(T) Wᵀ·C_T·W       W[label] = Σ w of a group
 *
 * costs O(n) instead of O(n²): T runs over the sets of agreements, the groups of T are the factors that agree in all of T, and C_T is the
 * Möbius inverse of ρ, C_T = ρ(T) − Σ_{U ⊂ T} C_U, where ρ(T) is the correlation of factors which agree in exactly T. ρ_kk' is that of two
 * different factors alike in everything. Exact, also for stressed correlations.
 */
import { Column } from "../memory/column";
import { Regime, TermKind } from "../record/opcodes";
import { term, Aggregation } from "../record/aggregation";

/** Works out C and the rest from the terms, whose columns are known by then. */
export function invertCorrelation(at: Aggregation): void {
  const L = at.labels;
  const buckets = at.shared != 0 ? min(1, at.factors.buckets) : at.factors.buckets;
  for (let b = 0; b < buckets; b++) {
    for (let t = 0; t < L; t++) {
      for (let u = 0; u < L; u++) {
        for (let T = 0; T < at.sets; T++) {
          let c = stressed(at, product(at, b, T, t, u));
          if (T + 1 == at.sets && t == u) changetype<Column>(at.alike)[b * L + t] = c;
          for (let U = 0; U < T; U++) if ((U & T) == U) c -= inverse(at, b, U)[t * L + u];
          inverse(at, b, T)[t * L + u] = c;
        }
      }
    }
  }
}

/** C_T of a bucket, [labels][labels]. */
@inline export function inverse(at: Aggregation, b: i32, T: i32): Column {
  const bucket = at.shared != 0 ? 0 : b;
  return changetype<Column>(at.inverse + (<usize>((bucket * at.sets + T) * at.labels * at.labels) << 3));
}

/** ρ of two different factors with the same label that agree in everything, [labels]. */
@inline export function alike(at: Aggregation, b: i32): Column {
  return changetype<Column>(at.alike + (<usize>((at.shared != 0 ? 0 : b) * at.labels) << 3));
}

function product(at: Aggregation, b: i32, T: i32, t: i32, u: i32): f64 {
  const place = at.bucketPlace[b];
  let rho: f64 = 1;
  for (let i = 0; i < at.terms; i++) {
    const one = term(at, i);
    if (one.kind == TermKind.Number) rho *= one.a[place];
    else if (one.kind == TermKind.Matrix) rho *= one.matrix[one.code[t] * one.size + one.code[u]];
    else {
      rho *= ((T >> one.bit) & 1) != 0 ? one.a[place] : one.b[place];
    }
  }
  return rho;
}

/** Squared first and stressed then, as the peers of FRTB do: docs/sensitivities.md. */
export function stressed(at: Aggregation, rho: f64): f64 {
  const x = at.power == 2 ? rho * rho : rho;
  if (at.regime == Regime.High) return min(1.25 * x, 1);
  return at.regime == Regime.Low ? max(2 * x - 1, 0.75 * x) : x;
}

#!/usr/bin/env python3
"""Writes correlations.json: cases carried over from a reference file, and cases computed here.

    python3 make-correlations.py risk-reference.json ref_nearest_correlation.json   (both of ../shared; numpy is needed)

What is computed here follows the authors' published code line by line in numpy, over whole matrices and LAPACK's eigen-decomposition;
the core has the same formulas as loops over columns and a QL iteration of its own.
"""
import json
import sys

import numpy as np

CARRIED = ["data.returns24x5", "cov.", "corr.", "dcc."]
NEAREST = ["tec03", "bhwi01", "mmb13", "fing97", "tyda99r1", "tyda99r2", "tyda99r3", "higham2002_tridiag"]


def parts(returns):
    Y = returns - returns.mean(axis=0)
    n = len(Y) - 1
    sample = Y.T @ Y / n
    pi = (Y**2).T @ (Y**2) / n - sample**2
    return Y, n, sample, pi


def mixed(sample, target, pi, rho, n):
    kappa = (pi.sum() - rho) / np.linalg.norm(sample - target) ** 2
    delta = max(0.0, min(1.0, kappa / n))
    return {"shrinkage": delta, "covariance": (delta * target + (1 - delta) * sample).tolist()}


def one_parameter(returns):
    _, n, sample, pi = parts(returns)
    p = len(sample)
    return mixed(sample, np.trace(sample) / p * np.eye(p), pi, 0, n)


def two_parameter(returns):
    Y, n, sample, pi = parts(returns)
    p = len(sample)
    variance = np.trace(sample) / p
    covariance = (sample.sum() - np.trace(sample)) / p / (p - 1)
    target = variance * np.eye(p) + covariance * (np.ones((p, p)) - np.eye(p))
    sample2 = (Y**2).T @ (Y**2) / n
    diagonal = (sample2.sum() - np.trace(sample) ** 2) / p
    temp = Y.sum(axis=1) ** 2 - (Y**2).sum(axis=1)
    off = ((temp**2).sum() / p / n - (sample.sum() - np.trace(sample)) ** 2 / p) / (p - 1)
    return mixed(sample, target, pi, diagonal + off, n)


def diagonal(returns):
    _, n, sample, pi = parts(returns)
    return mixed(sample, np.diag(np.diag(sample)), pi, np.trace(pi), n)


def market(returns):
    Y, n, sample, pi = parts(returns)
    m = Y.mean(axis=1, keepdims=True)
    cov = Y.T @ m / n
    var = (m.T @ m / n).item()
    target = cov @ cov.T / var
    np.fill_diagonal(target, np.diag(sample))
    temp = Y * m
    v1 = (Y**2).T @ temp / n - cov * sample
    off1 = (v1 * cov.T).sum() / var - (np.diag(v1) * cov[:, 0]).sum() / var
    v3 = temp.T @ temp / n - var * sample
    off3 = (v3 * (cov @ cov.T)).sum() / var**2 - (np.diag(v3) * cov[:, 0] ** 2).sum() / var**2
    return mixed(sample, target, pi, np.trace(pi) + 2 * off1 - off3, n)


def spectrum(returns, loss):
    Y = returns - returns.mean(axis=0)
    n, p = len(Y) - 1, Y.shape[1]
    c = p / n
    sample = Y.T @ Y / n
    lam, u = np.linalg.eigh((sample + sample.T) / 2)
    lam = lam.clip(min=0)
    h = min(c**2, 1 / c**2) ** 0.35 / p**0.35
    inv = 1 / lam[max(1, p - n + 1) - 1 :]
    k = min(p, n)
    Lj = np.tile(inv, (k, 1))
    Lji = Lj - Lj.T
    theta = (Lj * Lji / (Lji**2 + h**2 * Lj**2)).mean(axis=1)
    H = (Lj * (h * Lj) / (Lji**2 + h**2 * Lj**2)).mean(axis=1)
    A2 = theta**2 + H**2
    if p <= n:
        quadratic = 1 / ((1 - c) ** 2 * inv + 2 * c * (1 - c) * inv * theta + c**2 * inv * A2)
        linear = 1 / np.maximum((1 - c) * inv + 2 * c * inv * theta, inv.min())
    else:
        quadratic = np.concatenate([np.full(p - n, 1 / ((c - 1) * inv.mean())), 1 / (inv * A2)])
        linear = None
    if loss == "qis":
        value = quadratic * lam.sum() / quadratic.sum()
    elif loss == "lis":
        value = linear
    else:
        value = np.sqrt(quadratic * linear)
    return {"covariance": (u @ np.diag(value) @ u.T).tolist(), "eigenvalues": sorted(value.tolist())}


def stress(R, exposure, gamma):
    s = np.where(np.array(exposure) < 0, -1.0, 1.0)
    ones = np.eye(len(R))
    basel = lambda f: (np.where(ones == 1, 1.0, f(R))).tolist()
    return {
        "up": ((1 - gamma) * R + gamma * np.outer(s, s)).tolist(),
        "breakDown": ((1 - gamma) * R + gamma * ones).tolist(),
        "high": basel(lambda x: np.minimum(1.25 * x, 1)),
        "low": basel(lambda x: np.maximum(2 * x - 1, 0.75 * x)),
    }


def own(id, source, inputs, expected, tolerance={"rel": 1e-11}):
    made = {"id": id, "source": source, "inputs": inputs, "expected": expected, "tolerance": tolerance}
    return {**made, "producedBy": f"make-correlations.py, numpy {np.__version__}"}


def line(case):
    return json.dumps(case, ensure_ascii=False)


def main():
    reference, nearest = (json.load(open(path)) for path in sys.argv[1:3])
    cases = [c for c in reference["vectors"] if any(c["id"].startswith(start) for start in CARRIED)]
    returns = np.array(cases[0]["inputs"]["returns"])
    code = "Ledoit & Wolf's published code (pald22/covShrinkage, MIT), transcribed"
    data = {"dataset": "data.returns24x5"}
    for name, f in {
        "one-parameter": one_parameter,
        "two-parameter": two_parameter,
        "diagonal": diagonal,
        "market": market,
        "gis": lambda r: spectrum(r, "gis"),
        "lis": lambda r: spectrum(r, "lis"),
    }.items():
        cases.append(own(f"cov.{name}", code, data, f(returns)))
    few = returns[:4]
    cases.append(
        own("cov.qis.fewer-rows-than-columns", code, {"returns": few.tolist()}, spectrum(few, "qis"), {"rel": 1e-9})
    )
    R = [[1, 0.6, -0.3, 0.1], [0.6, 1, 0.2, 0.4], [-0.3, 0.2, 1, 0.5], [0.1, 0.4, 0.5, 1]]
    exposure = [3, -1, 2, 0]
    cases.append(
        own(
            "corr.stress",
            "risk-models section 4.3; Basel Committee, MAR21.6",
            {"matrix": R, "exposure": exposure, "gamma": 0.5},
            stress(np.array(R), exposure, 0.5),
            {"abs": 1e-15},
        )
    )
    for name in NEAREST:
        one = nearest["matrices"][name]
        cases.append(
            {
                "id": f"corr.higham.{name}",
                "source": "Higham & Strabić, matrices-correlation-invalid (BSD-2), and Higham (2002)",
                "inputs": {"matrix": one["A"]},
                "expected": {"nearest": one["nearest"], "frobeniusDistance": one["frobenius_distance"]},
                "tolerance": {"abs": 1e-11},
                "producedBy": "alternating projections with Dykstra's correction, checked by the dual problem; twelve decimals",
            }
        )
    body = ",\n".join(f"    {line(c)}" for c in cases)
    with open("correlations.json", "w") as out:
        out.write('{\n  "vectors": [\n' + body + "\n  ]\n}\n")


main()

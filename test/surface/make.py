"""Golden numbers of surfaces: test/vectors/own/surfaces.json, at 60 digits.

    python3 test/surface/make.py            needs mpmath (1.2.1 was used)

Inputs are facts: slices and figures printed in Gatheral & Jacquier (2014), the SVI fits of SPX options of 15 September
2005 in Gatheral's Baruch lectures, the slice of QuantLib's test suite. Every figure is computed here from the formulas
in the mpmath below, but for those named "published", which are as printed.
"""
import json, os
import mpmath as mp

mp.mp.dps = 60
F = float
RAW = ("a", "b", "rho", "m", "sigma")


def dec(x):
    """The decimal that a parameter was printed as."""
    return mp.mpf(repr(x))


def w(k, s, order=0):
    a, b, rho, m, sigma = s
    x, h = k - m, mp.sqrt((k - m) ** 2 + sigma**2)
    return (a + b * (rho * x + h), b * (rho + x / h), b * sigma**2 / h**3)[order]


def g(k, s):
    v, v1, v2 = (w(k, s, i) for i in range(3))
    return (1 - k * v1 / (2 * v)) ** 2 - v1**2 / 4 * (1 / v + mp.mpf(1) / 4) + v2 / 2


def density(k, s):
    v = w(k, s)
    d2 = -k / mp.sqrt(v) - mp.sqrt(v) / 2
    return g(k, s) / mp.sqrt(2 * mp.pi * v) * mp.exp(-d2**2 / 2)


def wings(s, t):
    a, b, rho, m, sigma = s
    w0 = w(0, s)
    root = mp.sqrt(w0)
    psi = b / (2 * root) * (rho - m / mp.sqrt(m**2 + sigma**2))
    return [w0 / t, psi, b * (1 - rho) / root, b * (1 + rho) / root, (a + b * sigma * mp.sqrt(1 - rho**2)) / t]


def raw_of_wings(v, psi, p, c, low, t):
    root = mp.sqrt(v * t)
    b = root * (c + p) / 2
    rho = 1 - p * root / b
    beta = rho - 2 * psi * root / b
    if beta == 0:
        m, sigma = mp.mpf(0), (v - low) * t / (b * (1 - mp.sqrt(1 - rho**2)))
    else:
        alpha = mp.sign(beta) * mp.sqrt(1 / beta**2 - 1)
        m = (v - low) * t / (b * (-rho + mp.sign(alpha) * mp.sqrt(1 + alpha**2) - alpha * mp.sqrt(1 - rho**2)))
        sigma = alpha * m
    return [low * t - b * sigma * mp.sqrt(1 - rho**2), b, rho, m, sigma]


def ssvi(k, theta, rho, phi):
    return theta / 2 * (1 + rho * phi * k + mp.sqrt((phi * k + rho) ** 2 + 1 - rho**2))


def ssvi_raw(theta, rho, phi):
    return [theta * (1 - rho**2) / 2, theta * phi / 2, rho, -rho / phi, mp.sqrt(1 - rho**2) / phi]


def call(f, K, t, vol):
    s = vol * mp.sqrt(t)
    d1 = mp.log(f / K) / s + s / 2
    return f * mp.ncdf(d1) - K * mp.ncdf(d1 - s)


def implied(f, K, t, price):
    low, high = mp.mpf("0.1"), mp.mpf(5)
    for _ in range(150):
        middle = (low + high) / 2
        low, high = (middle, high) if call(f, K, t, middle) < price else (low, middle)
    return low


def grid(low, high, n):
    return [low + (high - low) * mp.mpf(i) / n for i in range(n + 1)]


def floats(x):
    if isinstance(x, (list, tuple)):
        return [floats(y) for y in x]
    if isinstance(x, dict):
        return {key: floats(y) for key, y in x.items()}
    return F(x) if isinstance(x, mp.mpf) else x


vectors = []


def case(name, source, inputs, expected, tolerance):
    vectors.append({"id": name, "source": source, "inputs": inputs, "expected": floats(expected), "tolerance": tolerance})


PAPER = "Gatheral & Jacquier (2014), Arbitrage-free SVI volatility surfaces"
vogt_in = dict(zip(RAW, (-0.041, 0.1331, 0.306, 0.3586, 0.4153)), t=1)
vogt = [dec(vogt_in[key]) for key in RAW]
K12 = [-1.5, -1, -0.5, 0, 0.25, 0.5, 0.75, 0.85, 0.9, 1.0, 1.25, 1.5]
case("svi.vogt.slice", f"{PAPER}, example 3.1: Vogt's slice", {**vogt_in, "k": K12},
     {name: [f(dec(k), vogt) for k in K12] for name, f in
      (("w", w), ("dw", lambda k, s: w(k, s, 1)), ("d2w", lambda k, s: w(k, s, 2)), ("g", g), ("density", density))},
     {"rel": 1e-12})
root = lambda f, x: mp.findroot(f, mp.mpf(x))
lowest = root(lambda k: mp.diff(lambda x: g(x, vogt), k), 0.88)
case("svi.vogt.butterfly", f"{PAPER}, example 3.1: where g < 0", vogt_in,
     {"gNegativeFrom": root(lambda k: g(k, vogt), 0.64), "gNegativeTo": root(lambda k: g(k, vogt), 1.26),
      "argminG": lowest, "minG": g(lowest, vogt)}, {"abs": 1e-12})
jw = wings(vogt, 1)
case("svi.vogt.jumpwings", f"{PAPER}, example 3.1", vogt_in,
     {"jw": jw, "published": [0.01742625, -0.1752111, 0.6997381, 1.316798, 0.0116249]}, {"rel": 1e-13})
v, psi, p, c, low = jw
c1 = p + 2 * psi
low1 = v * 4 * p * c1 / (p + c1) ** 2
repaired = raw_of_wings(v, psi, p, c1, low1, 1)
case("svi.vogt.repair", f"{PAPER}, section 5.1", vogt_in,
     {"cPrime": c1, "vTildePrime": low1, "rawRepaired": repaired, "publishedC": 0.3493158, "publishedVTilde": 0.01548182,
      "minGOnGrid": min(g(k, repaired) for k in grid(-4, 4, 800))}, {"rel": 1e-11, "publishedAbs": 5e-8})
best_in = dict(zip(("v", "psi", "p", "c", "vTilde"), (0.01742625, -0.1752111, 0.6997381, 0.8564763, 0.0116249)), t=1)
best = raw_of_wings(*(dec(best_in[key]) for key in ("v", "psi", "p", "c", "vTilde")), 1)
least = min((g(k, best), k) for k in grid(-4, 4, 800))
case("svi.vogt.optimum", f"{PAPER}, example 5.1: the least-squares repair as printed", best_in,
     {"raw": best, "arbitrageFree": True, "minGOnGrid": least[0], "atK": least[1]}, {"rel": 1e-11})
zero = {"v": 0.3, "psi": -0.05, "p": 0.4, "c": 0.2, "vTilde": 0.28, "t": 0.25}  # c − p = 4ψ, so m = 0
zero_raw = raw_of_wings(*(dec(zero[key]) for key in ("v", "psi", "p", "c", "vTilde")), dec(0.25))
assert abs(zero_raw[3]) < 1e-50
case("svi.symmetric.wings", "jump-wings whose m is 0, the source's second branch", zero,
     {"raw": zero_raw}, {"rel": 1e-13, "abs": 1e-15})
nat = dict(Delta=0.01, mu=0.05, rho=-0.4, omega=0.08, zeta=2.5)
D, mu, rho, omega, zeta = (dec(nat[key]) for key in ("Delta", "mu", "rho", "omega", "zeta"))
r = mp.sqrt(1 - rho**2)
n_raw = [D + omega / 2 * (1 - rho**2), omega * zeta / 2, rho, mu - rho / zeta, r / zeta]
natural = lambda k: D + omega / 2 * (1 + zeta * rho * (k - mu) + mp.sqrt((zeta * (k - mu) + rho) ** 2 + 1 - rho**2))
case("svi.natural-to-raw", f"{PAPER}, lemma 3.1; w from the natural form itself", nat,
     {**dict(zip(RAW, n_raw)), "wAtMinus1": natural(-1), "wAt0": natural(0), "wAt0.7": natural(dec(0.7))}, {"rel": 1e-14})
ql = {"t": 11 / 365, "forward": 123.45, **dict(zip(RAW, (-0.0666, 0.229, 0.439, 0.193, 0.337)))}
q_raw = [dec(ql[key]) for key in RAW]
case("svi.quantlib.slice", "QuantLib, test suite, svivolatility.cpp: parameters of an 11-day slice", ql,
     {"strikeAtM": dec(123.45) * mp.exp(q_raw[3]), "wAtM": w(q_raw[3], q_raw),
      "volAtM": mp.sqrt(w(q_raw[3], q_raw) / mp.mpf(ql["t"])), "leeRightSlope": q_raw[1] * (1 + q_raw[2]),
      "leeLeftSlope": q_raw[1] * (1 - q_raw[2])}, {"rel": 1e-12})

SPX = [  # τ, a, b, σ, ρ, m
    (0.005475702, -0.000144963, 0.009296544, 0.01967133, -0.2941176, -0.005427323),
    (0.101300479, -0.000832134, 0.024439766, 0.06986945, -0.2999753, 0.02648364),
    (0.177960301, -0.000867675, 0.028290645, 0.08738356, -0.2892204, 0.0592703),
    (0.254620123, -5.91593e-05, 0.033179082, 0.08128724, -0.3014043, 0.065254921),
    (0.503764545, 0.001143194, 0.046279644, 0.1040683, -0.3530782, 0.094200077),
    (0.752908966, 0.002264098, 0.056260415, 0.13053393, -0.4387409, 0.111123069),
    (1.25119781, 0.004033553, 0.073370755, 0.17079476, -0.496897, 0.149660916),
    (1.749486653, 0.003452691, 0.091723054, 0.22368141, -0.4942213, 0.185412849),
]
KS = [-0.5, -0.2, -0.05, 0, 0.05, 0.2]
spx = []
for tau, a, b, sigma, rho, m in SPX:
    s = [dec(x) for x in (a, b, rho, m, sigma)]
    spx.append(s)
    case("svi.spx-2005.slice", "Gatheral, Baruch volatility workshop, lecture 4: SPX, 15 September 2005",
         {**dict(zip(RAW, (a, b, rho, m, sigma))), "t": tau, "k": KS},
         {"w": [w(dec(k), s) for k in KS], "vol": [mp.sqrt(w(dec(k), s) / dec(tau)) for k in KS],
          "skew": [w(dec(k), s, 1) / (2 * mp.sqrt(w(dec(k), s) * dec(tau))) for k in KS],
          "g": [g(dec(k), s) for k in KS], "jw": wings(s, dec(tau))}, {"rel": 1e-11})
for i in (0, 3, 6):
    near, far = spx[i], spx[i + 1]
    d = lambda k: w(k, far) - w(k, near)
    ks = grid(-10, 10, 4000)
    cross = [mp.findroot(d, (x, y), solver="anderson") for x, y in zip(ks, ks[1:]) if (d(x) < 0) != (d(y) < 0)]
    case("svi.spx-2005.calendar", "the same, two neighbouring expiries",
         {"near": dict(zip(RAW, (SPX[i][1], SPX[i][2], SPX[i][4], SPX[i][5], SPX[i][3]))),
          "far": dict(zip(RAW, (SPX[i + 1][1], SPX[i + 1][2], SPX[i + 1][4], SPX[i + 1][5], SPX[i + 1][3])))},
         {**({"crossings": cross} if cross else {}),
          "differenceAt": {"k": [-3, -1, 0, 1], "wFarMinusNear": [d(k) for k in (-3, -1, 0, 1)]}},
         {"abs": 1e-11})
near_in, far_in = dict(zip(RAW, (0.02, 0.1, -0.5, 0, 0.15))), dict(zip(RAW, (0.03, 0.08, 0.1, 0, 0.25)))
near, far = [dec(x) for x in near_in.values()], [dec(x) for x in far_in.values()]
d = lambda k: w(k, far) - w(k, near)
case("svi.calendar.crossing", "two slices that cross once", {"near": near_in, "far": far_in},
     {"crossings": [mp.findroot(d, (mp.mpf(-0.3), mp.mpf(-0.1)), solver="anderson")],
      "differenceAt": {"k": [-3, -1, 0, 1], "wFarMinusNear": [d(k) for k in (-3, -1, 0, 1)]},
      "arbitrageRegion": "k below the crossing"}, {"abs": 1e-13})
T, vols, query = [7 / 365, 30 / 365], [0.62, 0.55], [3 / 365, 7 / 365, 14 / 365, 21 / 365, 30 / 365, 60 / 365]
W = [dec(x) ** 2 * mp.mpf(t) for x, t in zip(vols, T)]
term = lambda t: W[0] * t / T[0] if t < T[0] else W[0] + (W[1] - W[0]) * (t - T[0]) / (mp.mpf(T[1]) - T[0])
case("svi.expiry.interpolation", "before, between and beyond two expiries", {"T": T, "vol": vols, "queryT": query},
     {"vol": [mp.sqrt(term(mp.mpf(t)) / t) for t in query],
      "forwardVol": mp.sqrt((W[1] - W[0]) / (mp.mpf(T[1]) - T[0]))}, {"rel": 1e-13})
smile_in = dict(zip(RAW, (0.004, 0.08, -0.25, 0.02, 0.1)))
smile = [dec(x) for x in smile_in.values()]
tau, fwd = mp.mpf(30) / 365, 60000
inputs = {**smile_in, "T": 30 / 365, "F": fwd}
tau = mp.mpf(30 / 365)
vol = lambda k: mp.sqrt(w(k, smile) / tau)
skew = lambda k: w(k, smile, 1) / (2 * mp.sqrt(w(k, smile) * tau))
rows = []
for K in (50000, 60000, 72000):
    k = mp.log(mp.mpf(K) / fwd)
    s = vol(k) * mp.sqrt(tau)
    d1 = -k / s + s / 2
    vega = fwd * mp.npdf(d1) * mp.sqrt(tau)
    moneyness = mp.diff(lambda f: call(f, K, tau, vol(mp.log(K / f))), fwd)
    rows.append({"iv": vol(k), "skewDsigmaDk": skew(k), "deltaStickyStrike": mp.ncdf(d1), "vega": vega,
                 "deltaStickyMoneyness": moneyness})
case("svi.sticky.delta", "deltas of calls; sticky moneyness by differentiating the price with the smile moved along",
     {**inputs, "K": [50000, 60000, 72000]}, {"perStrike": rows, "atmSkew": skew(0)}, {"rel": 1e-12})
moves = [{"K": K, "move": x} for K in (50000, 60000, 72000) for x in (-0.15, 0.15)]
rows = []
for row in moves:
    K, to = mp.mpf(row["K"]), fwd * (1 + dec(row["move"]))
    old, new = vol(mp.log(K / fwd)), vol(mp.log(K / to))
    rows.append({"volStickyStrike": old, "volStickyMoneyness": new, "callStickyStrike": call(to, K, tau, old),
                 "callStickyMoneyness": call(to, K, tau, new)})
case("svi.sticky.scenario", "calls after the forward moved by 15 %, under two rules", {**inputs, "scenarios": moves},
     {"results": rows}, {"rel": 1e-12})
kd = [-0.3, 0.0, 0.3]
K = dec(1.1)
s = mp.sqrt(w(mp.log(K), smile))
case("svi.density", "density of ln(F_T/F); the call by Black's formula", {**smile_in, "callStrikeOverForward": 1.1, "kForDensity": kd},
     {"mass": 1.0, "mean": 1.0, "callOverForward": call(1, K, 1, s), "density": [density(dec(k), smile) for k in kd]},
     {"abs": 1e-12})

eta, gamma, rho = 0.9, 0.5, -0.35
thetas, ks = [0.006, 0.03, 0.2, 0.42], [-0.6, -0.2, 0, 0.2, 0.6]
phis = [dec(eta) / (dec(x) ** dec(gamma) * (1 + dec(x)) ** (1 - dec(gamma))) for x in thetas]
raws = [ssvi_raw(dec(x), dec(rho), phi) for x, phi in zip(thetas, phis)]
case("ssvi.power-law", f"{PAPER}, remark 4.4", {"eta": eta, "gamma": gamma, "rho": rho,
     "slices": [{"T": t, "theta": x} for t, x in zip((7 / 365, 30 / 365, 0.5, 1), thetas)], "k": ks},
     {"w": [[ssvi(dec(k), dec(x), dec(rho), phi) for k in ks] for x, phi in zip(thetas, phis)],
      "g": [[g(dec(k), s) for k in ks] for s in raws], "raw": raws, "arbitrageFree": True,
      "etaTimesOnePlusAbsRho": dec(eta) * (1 + abs(dec(rho)))}, {"rel": 1e-12})
slices = [(0.04, -0.3, 8.7), (0.04, -0.3, 9.6), (0.5, 0.2, 2.5), (0.5, 0.2, 7.0), (3.5, -0.5, 0.7), (3.5, -0.5, 0.85)]
rows = []
for theta, rho, phi in slices:
    one = dec(theta) * dec(phi) * (1 + abs(dec(rho)))
    s = ssvi_raw(dec(theta), dec(rho), dec(phi))
    rows.append({"cond1": one, "cond2": one * dec(phi), "sufficientHolds": bool(one < 4 and one * dec(phi) <= 4),
                 "minG": min(g(k, s) for k in grid(-20, 20, 2000))})
case("ssvi.butterfly.conditions", f"{PAPER}, theorem 4.2, beside a scan of g",
     {"slices": [dict(zip(("theta", "rho", "phi"), x)) for x in slices]}, {"results": rows}, {"abs": 1e-12})
pairs = [((0.03, -0.3, 4.0), (0.06, -0.3, 2.8)), ((0.03, -0.3, 4.0), (0.06, 0.3, 2.8)), ((0.03, -0.1, 4.0), (0.035, -0.6, 5.5)),
         ((0.03, -0.3, 4.0), (0.028, -0.3, 4.2)), ((0.05, -0.2, 3.0), (0.09, -0.35, 2.6)), ((0.03, 0.2, 4.0), (0.06, 0.25, 4.1))]
rows = []
for near, far in pairs:
    (t1, r1, p1), (t2, r2, p2) = ([dec(x) for x in near], [dec(x) for x in far])
    th, ph = t2 / t1, p2 / p1
    may = th >= 1 and th * ph >= max((1 + r1) / (1 + r2), (1 - r1) / (1 - r2))
    is_ = may and (ph <= 1 or (th * ph * r2 - r1) ** 2 <= (th - 1) * (th * ph**2 - 1))
    value, at = min((ssvi(k, t2, r2, p2) - ssvi(k, t1, r1, p1), k) for k in grid(-10, 10, 2000))
    rows.append({"minDifference": value, "atK": at, "necessary": bool(may), "hendriksMartiniSufficient": bool(is_),
                 "noCalendarArbitrage": bool(value >= 0)})
case("essvi.calendar", "Hendriks & Martini (2019), The extended SSVI volatility surface, beside a scan",
     {"pairs": [{n: dict(zip(("theta", "rho", "phi"), x)) for n, x in zip(("near", "far"), pair)} for pair in pairs]},
     {"results": rows}, {"abs": 1e-12})
v1, v2, t2 = dec(0.6), dec(0.8), mp.mpf(4 / 365)
ve, month = (v2**2 - v1**2) * t2, mp.mpf(30) / 365
case("event.variance.term-structure", "Dubinsky & Johannes (2006): an event between two expiries",
     {"vol1": 0.6, "T1": 2 / 365, "vol2": 0.8, "T2": 4 / 365},
     {"eventVariance": ve, "eventSd": mp.sqrt(ve), "expectedAbsMove": mp.sqrt(2 * ve / mp.pi), "volAfterEventForExpiry2": v1,
      "volOf30DayExpiryBefore": mp.sqrt(v1**2 + ve / month), "volOf30DayExpiryAfter": v1}, {"rel": 1e-12})
f, t, u, pr, sg = 60000, mp.mpf(3 / 365), dec(1.08), dec(0.45), dec(0.5)
dn = (1 - pr * u) / (1 - pr)
Ks = [50000, 56000, 60000, 64000, 70000]
calls = [pr * call(f * u, K, t, sg) + (1 - pr) * call(f * dn, K, t, sg) for K in Ks]
case("event.binary-jump", "mixture of two Black models with mean-one jumps",
     {"F": f, "K": Ks, "sigma": 0.5, "T": 3 / 365, "u": 1.08, "d": F(dn), "p": 0.45},
     {"call": calls, "impliedVol": [implied(f, K, t, x) for K, x in zip(Ks, calls)]}, {"rel": 1e-12})

out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../vectors/own/surfaces.json")
with open(out, "w") as file:
    file.write('{"vectors":[\n' + ",\n".join(json.dumps(x) for x in vectors) + "\n]}\n")
print(len(vectors), "cases")

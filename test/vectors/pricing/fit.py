"""Where the coefficients of assembly/math and the guess of implied-vol.ts come from: own minimax fits.

    python3 fit.py             needs mpmath; prints each fit with its error before rounding to doubles

exp      e^r = 1 + r + r^2*q(r), |r| <= ln2/2, relative
log      2 atanh(s) = 2s + s*z*g(z), z = s^2, |s| <= 0.207, relative
mills    E(y) = e^(y^2/2) N(-y) = P/Q on [0, 39], relative
slope    -E'(y) = 1/sqrt(2 pi) - y*E(y) = R/S on [0, 39], relative
fast     E(y), degree 6/7, weighted so that N(-y) is fitted absolutely
nodes    no fit: E at -0.75, -0.625, ... 6 as a double and the rest, the table of assembly/math/normal.ts
guess    h/w^2 of the Bachelier price in units of s, w = sqrt(ln(1 + 0.7/z)), z = phi(h)/h - N(-h), relative

Rationals are fitted in t = (y - 3)/(y + 3), with a factor (1 - t)^k for the decay like y^-k, by the
Remez exchange with the levelled error found by linearisation; then rewritten in y, denominator monic.
"""
import mpmath as mp

mp.mp.dps = 70
K = mp.mpf(3)


def E(y):
    return mp.exp(y * y / 2) * mp.erfc(y / mp.sqrt(2)) / 2


def slope(y):
    return 1 / mp.sqrt(2 * mp.pi) - y * E(y)


def guess(w):
    if w == 0:
        return 1 / (mp.sqrt(2 * mp.pi) * mp.mpf("0.7"))
    target = mp.log(mp.mpf("0.7")) - mp.log(mp.expm1(w * w))  # ln z
    logh = mp.log(w * w * mp.mpf("0.57") if w < 1.5 else w * mp.sqrt(2))
    for _ in range(60):
        h = mp.exp(logh)
        step = (mp.log(slope(h) / h) - h * h / 2 - target) * slope(h) * mp.sqrt(2 * mp.pi)
        logh += step
        if abs(step) < mp.mpf(10) ** -30:
            break
    return mp.exp(logh) / (w * w)


def chebyshev(a, b, n):
    return [(a + b) / 2 - (b - a) / 2 * mp.cos(mp.pi * i / (n - 1)) for i in range(n)]


def extrema(r, count):
    """Indices of the alternating extrema of r, `count` of them; None when there are fewer."""
    found, i = [], 0
    while i < len(r):
        j = best = i
        while j < len(r) and (r[j] > 0) == (r[i] > 0):
            if abs(r[j]) > abs(r[best]):
                best = j
            j += 1
        found.append(best)
        i = j
    if len(found) < count:
        return None
    while len(found) > count:
        found.pop(0 if abs(r[found[0]]) < abs(r[found[-1]]) else -1)
    return found


def polynomial(powers, f, weight, a, b):
    """min max |weight*(sum c_j x^powers_j - f)|; returns coefficients and error."""
    n = len(powers) + 1
    xs = chebyshev(a, b, 1500)
    fs, ws = [f(x) for x in xs], [weight(x) for x in xs]
    index = [int(round((i + 0.5) * 1499 / n)) for i in range(n)]
    for _ in range(30):
        A, rhs = mp.matrix(n, n), mp.matrix(n, 1)
        for row, i in enumerate(index):
            for j, p in enumerate(powers):
                A[row, j] = xs[i] ** p
            A[row, n - 1] = (-1) ** row / ws[i]
            rhs[row] = fs[i]
        c = mp.lu_solve(A, rhs)
        r = [w * (mp.fsum(c[j] * x**p for j, p in enumerate(powers)) - v) for x, v, w in zip(xs, fs, ws)]
        worst = max(abs(v) for v in r)
        found = extrema(r, n)
        if found is None or worst < abs(c[n - 1]) * mp.mpf("1.001"):
            break
        index = found
    return list(c)[: n - 1], worst


def rational(f, n, decay, weight, end=39, points=1000):
    """Numerator of degree n - decay, denominator of degree n in y."""
    to_y = lambda t: K * (1 + t) / (1 - t)
    ts = chebyshev((0 - K) / (0 + K), (end - K) / (end + K), points)
    ys = [to_y(t) for t in ts]
    fs, ws = [f(y) for y in ys], [weight(y) for y in ys]
    m = n - decay
    size = m + n + 2
    index = [int(round((points - 1) * i / (size - 1))) for i in range(size)]
    e, q, best = mp.mpf(0), [mp.mpf(1)] + [mp.mpf(0)] * n, None
    for _ in range(40):
        for _ in range(15):
            A, rhs = mp.matrix(size, size), mp.matrix(size, 1)
            for row, i in enumerate(index):
                t, v, s = ts[i], fs[i], (-1) ** row / ws[i]
                for j in range(m + 1):
                    A[row, j] = (1 - t) ** decay * t**j
                for j in range(1, n + 1):
                    A[row, m + j] = -v * (1 + s * e) * t**j
                Q = mp.fsum(q[j] * t**j for j in range(n + 1))
                A[row, size - 1] = -v * s * Q
                rhs[row] = v * (1 + s * e) - e * v * s * Q
            x = mp.lu_solve(A, rhs)
            p, q = [x[j] for j in range(m + 1)], [mp.mpf(1)] + [x[m + j] for j in range(1, n + 1)]
            last, e = e, x[size - 1]
            if abs(e - last) <= abs(e) * mp.mpf("1e-10"):
                break
        r = [w * ((1 - t) ** decay * mp.polyval(p[::-1], t) / mp.polyval(q[::-1], t) / v - 1) for t, v, w in zip(ts, fs, ws)]
        worst = max(abs(v) for v in r)
        if best is None or worst < best[0]:
            best = (worst, p, q)
        found = extrema(r, size)
        if found is None or worst < abs(e) * mp.mpf("1.003"):
            break
        index = found
    worst, p, q = best
    P, Q = in_y(p, m), in_y(q, n)
    return [(2 * K) ** decay * v / Q[n] for v in P], [v / Q[n] for v in Q], worst


def in_y(c, degree):
    """sum c_j t^j times (y + 3)^degree, as coefficients of y."""
    out = [mp.mpf(0)] * (degree + 1)
    for j, v in enumerate(c):
        term = [mp.mpf(1)]
        for sign in [-1] * j + [1] * (degree - j):
            term = [(term[i - 1] if i else 0) + (sign * K * term[i] if i < len(term) else 0) for i in range(len(term) + 1)]
        for i, x in enumerate(term):
            out[i] += v * x
    return out


def show(name, error, *lists):
    print(name, "error", mp.nstr(error, 3))
    for values in lists:
        print("   ", [float(v) for v in values])


if __name__ == "__main__":
    half = mp.log(2) / 2 * mp.mpf("1.0001")
    c, e = polynomial(range(2, 12), lambda r: mp.exp(r) - 1 - r, lambda r: mp.exp(-r), -half, half)
    show("exp", e, c)
    c, e = polynomial(
        range(1, 8), lambda z: 2 * mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 2 if z else mp.mpf(0), lambda z: mp.mpf(1) / 2, mp.mpf(0), mp.mpf("0.2070") ** 2
    )
    show("log", e, c)
    one = lambda y: mp.mpf(1)
    P, Q, e = rational(E, 10, 1, one)
    show("mills", e, P, Q)
    P, Q, e = rational(slope, 11, 2, one, points=700)
    show("slope", e, P, Q)
    P, Q, e = rational(E, 7, 1, lambda y: 2 * mp.exp(-y * y / 2) * E(y) + mp.mpf("1e-6"))
    show("fast", e, P, Q)
    for k in range(-6, 49):
        value = E(mp.mpf(k) / 8)
        print("nodes", repr(float(value)), "%.3e" % float(value - float(value)))
    mp.mp.dps = 40
    P, Q, e = rational(guess, 6, 1, one, end=28, points=600)
    show("guess", e, P, Q)

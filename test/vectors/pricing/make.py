"""Golden numbers of test/math and test/pricing, at 60 digits or more.

    python3 make.py            needs mpmath (1.2.1 was used); writes the JSON files beside it

prices.json   forward, strike, tau, vol, callPut, price, implied vol of the price as rounded to double
vols.json     out of the money: forward, strike, tau, callPut, price, implied vol of that price, and what half an
              ulp of the price is worth in relative vol; dense where a vol is hardest to get, s = 0.1 to 2
greeks.json   forward, strike, tau, vol, rate, callPut, then price and thirteen derivatives of it, each by
              numerical differentiation of the price at 80 digits: not the closed forms under test
numeric.json  exp, log, normal density, distribution, quantile, erfcx, E(y), pow

Every input is a double; the value is that of exactly this double. |ln(K/F)| <= 3, vol 1 % to 500 %, one
minute to five years.
"""
import json, math, os, random
import mpmath as mp

HERE = os.path.dirname(os.path.abspath(__file__))
YEAR = 365 * 1440.0  # minutes


def tail(d):
    return mp.erfc(-d / mp.sqrt(2)) / 2


def price(F, K, tau, vol, rate, cp):
    s = vol * mp.sqrt(tau)
    d1 = mp.log(F / K) / s + s / 2
    d2 = d1 - s
    return mp.exp(-rate * tau) * cp * (F * tail(cp * d1) - K * tail(cp * d2))


def vega(F, K, tau, vol):
    s = vol * mp.sqrt(tau)
    d1 = mp.log(F / K) / s + s / 2
    return F * mp.sqrt(tau) * mp.exp(-d1 * d1 / 2) / mp.sqrt(2 * mp.pi)


def implied(F, K, tau, vol, cp, rounded):
    """The vol at which the price is the double `rounded`; None where a double cannot pin it."""
    intrinsic = max(cp * (F - K), 0)
    if not (rounded > intrinsic and rounded < (F if cp > 0 else K)):
        return None
    s = vol
    for _ in range(8):
        step = (price(F, K, tau, s, 0, cp) - rounded) / vega(F, K, tau, s)
        if abs(step) > s / 2:
            return None
        s -= step
        if abs(step) < s * mp.mpf(10) ** -40:
            return s
    return None


def draw(rng):
    vol = math.exp(rng.uniform(math.log(0.01), math.log(5)))
    tau = math.exp(rng.uniform(math.log(1 / YEAR), math.log(5)))
    s = vol * math.sqrt(tau)
    reach = min(3.0, 7.4 * s)
    x = rng.choice([0.0, rng.uniform(-reach, reach), rng.uniform(-reach, reach), rng.gauss(0, 1e-3) * s])
    F = math.exp(rng.uniform(math.log(1e-2), math.log(2e5)))
    return F, F * math.exp(max(-3.0, min(3.0, x))), tau, vol, rng.choice([1, -1])


def prices():
    mp.mp.dps = 60
    rng = random.Random(20250101)
    rows = []
    corners = [
        (50000.0, 50000.0 * math.exp(x), m / YEAR, v, cp)
        for x in (0, 1e-6, 0.01, 0.25, 1, 3)
        for v in (0.01, 0.2, 0.6, 2, 5)
        for m in (1, 1440, 30 * 1440, 5 * 365 * 1440)
        for cp in (1, -1)
    ]
    while len(rows) < 1500:
        F, K, tau, vol, cp = corners.pop() if corners else draw(rng)
        p = price(mp.mpf(F), mp.mpf(K), mp.mpf(tau), mp.mpf(vol), 0, cp)
        if p < mp.mpf(10) ** -300 * F:
            continue
        iv = implied(mp.mpf(F), mp.mpf(K), mp.mpf(tau), mp.mpf(vol), cp, mp.mpf(float(p)))
        rows.append([F, K, tau, vol, cp, float(p), None if iv is None else float(iv)])
    return rows


def vols():
    mp.mp.dps = 60
    rng = random.Random(8)
    # off by 1e-15 while the tails came from rationals alone
    quotes = [
        (88803.58, 94963.1, 0.8123701544375803, 1, 15097.935902231668, 0.55),
        (88850.91, 96777.06, 0.8755152439671378, 1, 17349.15498315619, 0.62),
        (48745.31, 38829.58, 1.8678903777287106, -1, 2698.765765871243, 0.27),
    ]
    rows = []
    while len(rows) < 900:
        if quotes:
            F, K, tau, cp, p, vol = quotes.pop(0)
        else:
            F, K, tau, vol, cp = draw(rng)
            if len(rows) >= 300:  # the hard ones
                tau = (math.exp(rng.uniform(math.log(0.1), math.log(2))) / vol) ** 2
                K = F * math.exp(rng.uniform(-1.5, 1.5) * vol * math.sqrt(tau))
            cp = 1 if K > F else -1 if K < F else cp
            p = float(price(mp.mpf(F), mp.mpf(K), mp.mpf(tau), mp.mpf(vol), 0, cp))
        if not 1e-300 * F < p < min(F, K):
            continue
        iv = implied(mp.mpf(F), mp.mpf(K), mp.mpf(tau), mp.mpf(vol), cp, mp.mpf(p))
        if iv is None:
            continue
        ulp = 2.0 ** (math.frexp(p)[1] - 53)
        half = ulp / 2 / (vega(mp.mpf(F), mp.mpf(K), mp.mpf(tau), iv) * iv)
        rows.append([F, K, tau, cp, p, float(iv), float("%.3e" % half)])
    return rows


def greeks():
    mp.mp.dps = 80
    rng = random.Random(7)
    rows = []
    while len(rows) < 240:
        F, K, tau, vol, cp = draw(rng)
        rate = rng.choice([0.0, 0.03, -0.01, 0.2])
        a = [mp.mpf(v) for v in (F, K, tau, vol, rate)]
        if price(*a, cp) < mp.mpf(10) ** -12 * F:
            continue

        def partial(f=0, t=0, v=0, r=0):
            return mp.diff(lambda F_, t_, v_, r_: price(F_, a[1], t_, v_, r_, cp), (a[0], a[2], a[3], a[4]), (f, t, v, r))

        values = [
            price(*a, cp), partial(f=1), partial(f=2), partial(v=1), -partial(t=1), partial(r=1), partial(f=1, v=1),
            partial(v=2), -partial(f=1, t=1), -partial(v=1, t=1), partial(f=3), partial(f=2, v=1), -partial(f=2, t=1),
            partial(v=3),
        ]
        rows.append([F, K, tau, vol, rate, cp] + [float(v) for v in values])
    return rows


def numeric():
    mp.mp.dps = 60
    rng = random.Random(11)
    out = {}

    def table(name, xs, f):
        out[name] = [[x, float(f(mp.mpf(x)))] for x in xs]

    spread = lambda low, high, n: [rng.uniform(low, high) for _ in range(n)]
    log_spread = lambda low, high, n: [math.exp(rng.uniform(math.log(low), math.log(high))) for _ in range(n)]
    table("exp", spread(-745, 709.7, 150) + spread(-1, 1, 80) + spread(-1e-8, 1e-8, 10), mp.exp)
    table("log", log_spread(1e-307, 1e307, 120) + log_spread(0.5, 2, 120) + [1 + 2.0**-k for k in range(5, 53, 4)] + [5e-324, 3e-310], mp.log)
    table("density", spread(-37.5, 37.5, 60), mp.npdf)
    table("distribution", spread(-37.5, 9, 100) + spread(-2, 2, 40), lambda x: mp.erfc(-x / mp.sqrt(2)) / 2)
    table("mills", spread(0, 8, 60) + spread(8, 38.9, 40) + [0.0], lambda y: mp.exp(y * y / 2) * mp.erfc(y / mp.sqrt(2)) / 2)
    table("erfcx", spread(-26, 0, 40) + spread(0, 30, 60) + log_spread(30, 1e12, 20), lambda x: mp.exp(x * x) * mp.erfc(x))

    def inverse(p):
        root = mp.findroot(lambda x: mp.log(mp.erfc(-x / mp.sqrt(2)) / 2) - mp.log(p), start(float(p)))
        return root

    def start(p):
        q = min(p, 1 - p)
        u = math.sqrt(-2 * math.log(q))
        y = u - (2.515517 + 0.802853 * u + 0.010328 * u * u) / (1 + 1.432788 * u + 0.189269 * u * u + 0.001308 * u**3)
        return -y if p < 0.5 else y

    table("quantile", log_spread(1e-300, 0.07, 60) + spread(0.001, 0.999, 60) + [1 - 2.0**-k for k in range(5, 53, 6)] + [0.5 + 2.0**-40], inverse)
    pairs = [(rng.uniform(0.01, 50), rng.uniform(-40, 40)) for _ in range(60)] + [(1 + 1e-6 * i, 1e7) for i in range(1, 20)]
    out["pow"] = [[a, b, float(mp.mpf(a) ** mp.mpf(b))] for a, b in pairs]
    return out


def write(name, body):
    with open(os.path.join(HERE, name), "w") as f:
        f.write(body)


def lines(rows):
    return "[\n" + ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows) + "\n]\n"


if __name__ == "__main__":
    write("prices.json", lines(prices()))
    write("vols.json", lines(vols()))
    write("numeric.json", "{\n" + ",\n".join('"%s": %s' % (k, lines(v).strip()) for k, v in numeric().items()) + "\n}\n")
    write("greeks.json", lines(greeks()))

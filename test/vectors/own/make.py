"""Cases of our own, at 50 digits: python3 make.py (needs mpmath) writes deribit-options.json and grids.json beside it.

An evaluation of its own: it shares neither code nor documents with the core or with test/reference.
"""
import json, os
from datetime import datetime, timezone
import mpmath as mp

mp.mp.dps = 50
HERE = os.path.dirname(os.path.abspath(__file__))
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
YEAR = mp.mpf(365 * 86400)


def N(x):
    return mp.ncdf(x)


def d1_of(F, K, s):
    return mp.log(F / K) / s + s / 2


def black(F, K, tau, vol, cp):
    s = vol * mp.sqrt(tau)
    if s == 0:
        return max(cp * (F - K), mp.mpf(0))
    d1 = d1_of(F, K, s)
    return cp * (F * N(cp * d1) - K * N(cp * (d1 - s)))


def deltaOf(F, K, tau, vol, cp):
    return cp * N(cp * d1_of(F, K, vol * mp.sqrt(tau)))


def figure(x):
    return float(x)


def simulate(inputs):
    now = mp.mpf(inputs["asOfMs"]) / 1000
    positions = []
    for name, amount in inputs["positions_base_ccy"].items():
        symbol, date, *rest = name.split("-")
        base, quote = (symbol.split("_") + ["USD"])[:2]
        p = {"name": name, "pair": f"{base}_{quote}".lower(), "amount": mp.mpf(amount), "tau": mp.mpf(0), "date": date}
        if date != "PERPETUAL":
            at = datetime(2000 + int(date[-2:]), MONTHS.index(date[-5:-2]) + 1, int(date[:-5]), 8, tzinfo=timezone.utc)
            p["tau"] = (mp.mpf(int(at.timestamp())) - now) / YEAR
        if rest:
            ticker = inputs["tickers"][name]
            p.update(strike=mp.mpf(rest[0]), cp=1 if rest[1] == "C" else -1, F=mp.mpf(ticker["underlying_price"]), vol=mp.mpf(ticker["mark_iv"]) / 100)
        positions.append(p)
    out = {"initial_risk_vectors_per_price_bucket": {}, "initial_extended": {}}
    totals = dict.fromkeys(["worst_case", "delta_shock", "roll_shock", "risk_matrix_margin"], mp.mpf(0))
    for pair in dict.fromkeys(p["pair"] for p in positions):
        held = [p for p in positions if p["pair"] == pair]
        par = {k: mp.mpf(v) for k, v in inputs["currency_pair_params"][pair].items()}
        isInverse = pair.endswith("_usd")
        money = inputs["currency_params"]["usd" if not isInverse else pair.split("_")[0]]
        cur = {k: mp.mpf(money[k]) for k in ["max_offsetable_pnl", "annualised_move_risk", "extended_dampener", "min_annualised_move", "pnl_offset"]}
        spot = mp.mpf(inputs["index_price"][pair])
        price = spot if isInverse else mp.mpf(1)  # of the settlement currency
        R = par["price_range"]

        def value(p, m, vol):
            F = p["F"] * (1 + m)
            v = black(F, p["strike"], p["tau"], vol, p["cp"])
            return v / F if isInverse else v

        def move(p, m, state):
            days = p["tau"] * 365
            term = (30 / max(days, mp.mpf(1))) ** (par["short_term_vega_power"] if days < 30 else par["long_term_vega_power"])
            if state < 0:
                return p["vol"] * max(1 - par["volatility_range_down"] * term, 0)
            return p["vol"] if state == 0 else max(p["vol"] * (1 + par["volatility_range_up"] * term), par["min_volatility_for_shock_up"])

        def futurePnl(p, m):
            return p["amount"] * (m / (1 + m) if isInverse else mp.mpf(inputs["tickers"][p["name"]]["mark_price"]) * m)

        def pnl(p, m, state):
            if "cp" not in p:
                return futurePnl(p, m)
            return p["amount"] * (value(p, m, move(p, m, state)) - value(p, mp.mpf(0), p["vol"]))

        def beyond(p, m):
            edge = R if m > 0 else -R
            if "cp" not in p:
                return futurePnl(p, max(min(m, R), -R))
            scale = par["extended_table_factor"] * R / abs(m) * ((1 + m) / (1 + edge) if isInverse else 1)
            return pnl(p, m, 1) * scale

        def shaped(x):
            return min(x * cur["pnl_offset"], cur["max_offsetable_pnl"] / price) if x > 0 else x

        def damped(x, m):
            edge = R if m > 0 else -R
            by = (max(abs(m) / R, 1) - 1) * cur["extended_dampener"] / price / (1 + edge if isInverse else 1)
            return mp.sign(x) * max(abs(x) - by, 0)

        buckets = [mp.mpf(k) / 4 * R for k in range(-4, 5)]
        extended = [mp.mpf(m) for m in inputs["price_moves_extended"]]
        standard = [[shaped(sum(pnl(p, m, s) for p in held)) for s in (-1, 0, 1)] for m in buckets]
        outer = [damped(shaped(sum(beyond(p, m) for p in held)), m) for m in extended]
        for p in held:
            rows = [[figure(pnl(p, m, s)) for s in (-1, 0, 1)] for m in buckets]
            out["initial_risk_vectors_per_price_bucket"][p["name"]] = rows if "cp" in p else [r[0] for r in rows]
            out["initial_extended"][p["name"]] = [figure(beyond(p, m)) for m in extended]
        worst = max(-min(min(r) for r in standard), -min(outer), mp.mpf(0))

        for p in held:
            p["delta"] = p["amount"] * (deltaOf(p["F"], p["strike"], p["tau"], p["vol"], p["cp"]) if "cp" in p else 1)
        d1 = sum(p["delta"] for p in held if "cp" in p and p["amount"] > 0)
        d2 = sum(p["delta"] for p in held) - d1
        d = abs(min(max(d1 + d2, d2), 0) if d2 < 0 else max(min(d1 + d2, d2), 0))
        coins = spot / price  # value of one base unit in settlement currency
        shock = d * min(par["max_delta_shock"], par["m_inc"] * max(0, d - par["delta_total_liq_shock_threshold"] / spot)) * coins
        roll = mp.mpf(0)
        for date in dict.fromkeys(p["date"] for p in held):
            of = [p for p in held if p["date"] == date]
            roll += abs(sum(p["delta"] for p in of)) * max(cur["min_annualised_move"], cur["annualised_move_risk"] * of[0]["tau"]) * coins
        totals["worst_case"] += worst
        totals["delta_shock"] += shock
        totals["roll_shock"] += roll
        totals["risk_matrix_margin"] += mp.nint(worst * 10**9) / 10**9 + shock + roll
        if len({p["pair"] for p in positions}) == 1:
            out["aggregated_standard_per_price_bucket"] = [[figure(x) for x in r] for r in standard]
            out["aggregated_extended"] = [figure(x) for x in outer]
    given = inputs["given_components"]
    initial = totals["risk_matrix_margin"] + sum(mp.mpf(given[k]) for k in ["open_orders_margin", "mmp_margin", "spot_margin"])
    out.update({k: figure(v) for k, v in totals.items()})
    out["initial_margin"] = figure(mp.nint(initial * 10**9) / 10**9)
    out["maintenance_margin"] = figure(mp.mpf(inputs["general"]["mm_factor"]) * totals["risk_matrix_margin"])
    return out


def deribit():
    pair = dict(price_range=0.16, volatility_range_up=0.5, volatility_range_down=0.25, min_volatility_for_shock_up=0.5, short_term_vega_power=0.3,
                long_term_vega_power=0.13, extended_table_factor=1, m_inc=5e-05, delta_total_liq_shock_threshold=20000000, max_delta_shock=0.1)
    usd = dict(max_offsetable_pnl=0, annualised_move_risk=0.1, extended_dampener=25000, min_annualised_move=0.01, pnl_offset=0)
    btc = dict(usd, annualised_move_risk=0.075, extended_dampener=100000)
    eth = dict(max_offsetable_pnl=20000000, annualised_move_risk=0.05, extended_dampener=200000, min_annualised_move=0.005, pnl_offset=0.6)
    ethPair = dict(pair, price_range=0.18, volatility_range_up=0.4, m_inc=4e-06)
    common = dict(asOfMs=1770278400000, general=dict(mm_factor=0.8, buckets_count=4, vol_scenarios_count=3), price_moves_extended=[-0.66, -0.33, 0.5, 1, 2, 3, 4, 5])
    none = dict(open_orders_margin=0, mmp_margin=0, spot_margin=0)
    books = {
        "own.deribit-pm.coin-options": dict(
            index_price={"btc_usd": 64000}, currency_pair_params={"btc_usd": pair}, currency_params={"usd": usd, "btc": btc},
            given_components=dict(none, open_orders_margin=0.25),
            tickers={"BTC-PERPETUAL": {"mark_price": 64010.5}, "BTC-27MAR26": {"mark_price": 64350},
                     "BTC-27MAR26-70000-C": {"mark_iv": 62.5, "underlying_price": 64350}, "BTC-13FEB26-60000-P": {"mark_iv": 71.25, "underlying_price": 64080},
                     "BTC-25DEC26-90000-C": {"mark_iv": 58, "underlying_price": 65900}},
            positions_base_ccy={"BTC-PERPETUAL": 12.5, "BTC-27MAR26": -3.25, "BTC-27MAR26-70000-C": -1400, "BTC-13FEB26-60000-P": 35, "BTC-25DEC26-90000-C": 120}),
        "own.deribit-pm.gains-kept": dict(
            index_price={"eth_usd": 2100}, currency_pair_params={"eth_usd": ethPair}, currency_params={"usd": usd, "eth": eth}, given_components=none,
            tickers={"ETH-PERPETUAL": {"mark_price": 2101}, "ETH-27MAR26-2500-C": {"mark_iv": 80, "underlying_price": 2110},
                     "ETH-27MAR26-1500-P": {"mark_iv": 88, "underlying_price": 2110}},
            positions_base_ccy={"ETH-PERPETUAL": -900, "ETH-27MAR26-2500-C": 4000, "ETH-27MAR26-1500-P": -2500}),
        "own.deribit-pm.linear-pairs": dict(
            index_price={"btc_usdc": 64000, "sol_usdc": 90}, currency_pair_params={"btc_usdc": pair, "sol_usdc": dict(pair, price_range=0.25, m_inc=5e-06)},
            currency_params={"usd": usd}, given_components=dict(none, mmp_margin=1000),
            tickers={"BTC_USDC-PERPETUAL": {"mark_price": 64005}, "BTC_USDC-27MAR26-70000-C": {"mark_iv": 62.5, "underlying_price": 64350},
                     "SOL_USDC-PERPETUAL": {"mark_price": 90.05}, "SOL_USDC-13FEB26-80-P": {"mark_iv": 110, "underlying_price": 90.2}},
            positions_base_ccy={"BTC_USDC-PERPETUAL": 2, "BTC_USDC-27MAR26-70000-C": -8, "SOL_USDC-PERPETUAL": -500, "SOL_USDC-13FEB26-80-P": -1200}),
    }
    return [dict(id=id, model="Deribit S:PM (private/pme/simulate)", source="own: test/vectors/own/make.py", inputs=dict(common, **book), expected=simulate(dict(common, **book)),
                 tolerance=1e-9) for id, book in books.items()]


def grid(inputs):
    F = mp.mpf(inputs["F"])

    def value(p, m, shock):
        if p["kind"] == "perp":
            return F * (1 + m)
        days = mp.mpf(p["T"]) * 365
        term = (30 / days) ** (mp.mpf("0.3") if days < 30 else mp.mpf("0.13"))
        vol = mp.mpf(p["iv"]) * max(1 + shock * term, 0)
        return black(F * (1 + m), mp.mpf(p["K"]), mp.mpf(p["T"]), vol, 1 if p["kind"] == "call" else -1)

    zero = mp.mpf(0)
    pnl = [[sum(mp.mpf(p["q"]) * (value(p, mp.mpf(m), mp.mpf(s)) - value(p, zero, zero)) for p in inputs["positions"]) for s in inputs["volShock"].values()]
           for m in inputs["moves"]]
    worst = min(min(r) for r in pnl)
    at = next((i, j) for i, r in enumerate(pnl) for j, x in enumerate(r) if x == worst)
    return dict(pnl=[[figure(x) for x in r] for r in pnl], worst=figure(worst),
                worstAt=dict(move=inputs["moves"][at[0]], vol=list(inputs["volShock"])[at[1]]))


def grids():
    inputs = dict(F=2100.5, moves=[-0.3, -0.1, 0, 0.05, 0.3], volShock=dict(down=-0.3, same=0, up=0.45), positions=[
        dict(kind="call", K=2200, T=0.05, iv=0.8, q=40), dict(kind="call", K=2600, T=0.05, iv=0.85, q=-80),
        dict(kind="put", K=1500, T=0.4, iv=0.9, q=-25), dict(kind="perp", q=-6)])
    return [dict(id="scan.grid.own-spread", source="own: test/vectors/own/make.py", inputs=inputs, expected=grid(inputs), tolerance=dict(rel=1e-11))]


for name, vectors in {"deribit-options": deribit(), "grids": grids()}.items():
    with open(os.path.join(HERE, f"{name}.json"), "w") as f:
        f.write('{"vectors":[\n' + ",\n".join(json.dumps(v) for v in vectors) + "\n]}\n")

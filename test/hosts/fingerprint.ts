/**
 * One fingerprint of everything that the core computes, to be the same on every host.
 *
 * Runs in Node, browsers, workerd and edge runtimes. Inputs are made with + − × ÷ alone: a host's Math.exp, log or pow may differ from the next one's.
 */
import type {
  Core,
  Fact,
  GreekColumns,
  Instrument,
  Market,
  MarginModel,
  Portfolio,
  Position,
} from "../../bindings/index.ts";
import { Random } from "../reference/random.ts";

const OPTIONS = 4000;
const BOOKS = 6;

/** A line for each part and the hash of its bits: where hosts part, the line says in what. */
export function fingerprint(core: Core, model: MarginModel): string {
  const parts: [string, (digest: Digest) => void][] = [
    ["prices", (digest) => pricing(core, digest, "prices")],
    ["greeks", (digest) => pricing(core, digest, "greeks")],
    ["implied-vols", (digest) => pricing(core, digest, "implied-vols")],
    ["margins-exact", (digest) => margins(core, model, digest, true)],
    ["margins-fractional", (digest) => margins(core, model, digest, false)],
  ];
  return parts
    .map(([name, add]) => {
      const digest = new Digest();
      add(digest);
      return `${name} ${digest.hex()}\n`;
    })
    .join("");
}

const LINEAR = [
  "price",
  "delta",
  "gamma",
  "vega",
  "theta",
  "rho",
  "vanna",
  "volga",
  "charm",
  "veta",
  "speed",
  "zomma",
  "color",
  "ultima",
] as const;
const INVERSE = ["price", "delta", "gamma", "vega", "theta", "rho", "vanna", "volga", "netTransactionDelta"] as const;

function pricing(core: Core, digest: Digest, part: "prices" | "greeks" | "implied-vols"): void {
  const random = new Random(20260218);
  const column = (next: () => number) => Float64Array.from({ length: OPTIONS }, next);
  const spread = () => (random.next() * 2 - 1) * random.next(); // dense in the middle, thin in the wings
  const forward = column(() => 100 / (0.001 + random.next()));
  const strike = forward.map((F) => F * (1 + 0.95 * spread()));
  const tau = column(() => 2e-6 + 5 * random.next() * random.next() * random.next());
  const vol = column(() => 0.01 + 5 * random.next() * random.next());
  const callPut = column(() => random.sign());
  const discount = column(() => 1 - 0.3 * random.next());
  for (const payoff of ["linear", "inverse"] as const) {
    const columns = { forward, strike, tau, vol, callPut, payoff, ...(payoff === "linear" ? { discount } : {}) };
    const price = core.prices(columns, new Float64Array(OPTIONS));
    if (part === "prices") digest.numbers(price);
    if (part === "greeks") {
      const out: GreekColumns = {};
      for (const name of payoff === "linear" ? LINEAR : INVERSE) out[name] = new Float64Array(OPTIONS);
      core.greeks(columns, out);
      for (const values of Object.values(out)) digest.numbers(values!);
    }
    if (part === "implied-vols") {
      const { vol: _, ...rest } = columns;
      const reasons = new Int32Array(OPTIONS);
      const moved = price.map((p, i) => (i % 8 === 0 ? p * (0.5 + random.next()) : p)); // some without an answer
      digest.numbers(core.impliedVols({ ...rest, price: moved }, new Float64Array(OPTIONS), reasons));
      digest.numbers(Float64Array.from(reasons));
    }
  }
}

function margins(core: Core, model: MarginModel, digest: Digest, exact: boolean): void {
  for (let seed = 1; seed <= BOOKS; seed++) {
    const { market, portfolio } = book(seed, exact);
    const { equity, initial, maintenance, excess, rounding, nodes } = core.margin(model, market, portfolio, { exact });
    digest.any([equity, initial, maintenance, excess, rounding ?? {}]);
    for (const { name, groups } of nodes!) {
      digest.text(name);
      for (const { value, driver, shares } of groups) {
        digest.any([value, shares ?? []]);
        if (driver !== undefined && "row" in driver) digest.any([driver.row, driver.profile]);
      }
    }
    for (const { scenarios, instruments } of core.riskArrays(model, market, portfolio, { exact })) {
      digest.text(scenarios);
      for (const { instrument, settlement, pnl } of instruments) {
        digest.any([instrument, settlement]);
        digest.numbers(pnl);
      }
    }
  }
}

/** Two coins, each with options, a dated future and a perpetual settled in coin, and options settled in dollars. */
export function book(seed: number, exact: boolean): { market: Market; portfolio: Portfolio } {
  const random = new Random(seed * 7919);
  const instruments: Instrument[] = [];
  const facts: Fact[] = [];
  const cents = (x: number) => Math.round(x * 100) / 100;
  const coins = [
    { id: "BTC", spot: cents(random.uniform(20_000, 120_000)), largestTotal: 131_072, lot: 0.1 },
    { id: "ETH", spot: cents(random.uniform(1_000, 5_000)), largestTotal: 2_097_152, lot: 1 },
  ];
  const asOf = Date.UTC(2026, random.whole(0, 11), random.whole(1, 28), 9, 39, 5);
  for (const { id, spot, lot } of coins) {
    facts.push({ at: { underlying: id }, spot });
    for (const days of [1, 9, 31, 122, 400]) {
      const expiry = new Date(Math.floor(asOf / 86_400_000 + days) * 86_400_000 + 8 * 3_600_000)
        .toISOString()
        .replace(".000", "");
      const forward = cents(spot * (1 + 0.0001 * days + 0.01 * random.next()));
      facts.push({ at: { underlying: id, expiry }, forward });
      const name = `${id}-${expiry.slice(0, 10)}`;
      instruments.push({
        id: name,
        kind: "future",
        underlying: id,
        expiry,
        settlement: id,
        payoff: "inverse",
        lot: 10,
        lotUnit: "quote",
      });
      for (let k = -4; k <= 4; k++) {
        const strike = Math.round((forward * (1 + k * 0.05)) / 10) * 10;
        const vol = cents(50 + 5 * random.next() + 0.6 * k * k - 0.5 * k) / 100;
        const common = { kind: "option", underlying: id, expiry, strike, lot } as const;
        for (const callPut of [1, -1] as const) {
          for (const [settlement, payoff] of [
            [id, "inverse"],
            ["USDC", "linear"],
          ] as const) {
            const option = `${name}-${strike}-${callPut === 1 ? "C" : "P"}-${settlement}`;
            instruments.push({ ...common, id: option, callPut, settlement, payoff });
            facts.push({ at: { instrument: option }, vol });
          }
        }
      }
    }
    const perpetual = `${id}-PERPETUAL`;
    instruments.push({
      id: perpetual,
      kind: "perpetual",
      underlying: id,
      expiry: "perpetual",
      settlement: id,
      payoff: "inverse",
      lot: 10,
      lotUnit: "quote",
    });
    facts.push({ at: { instrument: perpetual }, mark: cents(spot * (1 + 0.001 * random.next())) });
  }
  const positions: Position[] = [];
  for (const { id, kind, lot } of instruments) {
    if (kind === "option" && !random.chance(0.3)) continue;
    const lots = random.whole(kind === "option" ? -200 : -50_000, kind === "option" ? 200 : 50_000);
    const quantity = exact ? { lots } : { amount: lots * lot! * random.uniform(0.9, 1.1) };
    positions.push({
      instrument: id,
      ...quantity,
      ...(kind === "perpetual" ? { entry: cents(coins.find((coin) => id.startsWith(coin.id))!.spot * 0.97) } : {}),
    });
  }
  return {
    market: {
      format: 1,
      asOf: new Date(asOf).toISOString().replace(".000", ""),
      currencies: [
        ...coins.map(({ id, spot, largestTotal }) => ({ id, largestTotal, price: spot, underlying: id })),
        { id: "USDC", largestTotal: 8_589_934_592, price: 1 },
      ],
      instruments,
      facts,
    },
    portfolio: {
      format: 1,
      positions,
      balances: { BTC: random.whole(1, 50), ETH: random.whole(1, 500), USDC: random.whole(-100_000, 1_000_000) },
    },
  };
}

/** FNV-1a over 64 bits in four limbs: small, and exact in doubles. Not for secrets. */
class Digest {
  private readonly limbs = [0x2325, 0x8422, 0x9ce4, 0xcbf2];
  private readonly view = new DataView(new ArrayBuffer(8));

  byte(byte: number): void {
    const h = this.limbs;
    h[0]! ^= byte;
    // × 0x100000001b3
    const [a, b, c, d] = h as [number, number, number, number];
    const x0 = a * 0x1b3;
    const x1 = b * 0x1b3 + (x0 >>> 16);
    const x2 = c * 0x1b3 + a * 0x100 + (x1 >>> 16);
    const x3 = d * 0x1b3 + b * 0x100 + (x2 >>> 16);
    h[0] = x0 & 0xffff;
    h[1] = x1 & 0xffff;
    h[2] = x2 & 0xffff;
    h[3] = x3 & 0xffff;
  }

  number(x: number): void {
    // the bits of a NaN are the host's own affair
    if (x === x) this.view.setFloat64(0, x, true);
    else this.view.setBigUint64(0, 0x7ff8000000000000n, true);
    for (let i = 0; i < 8; i++) this.byte(this.view.getUint8(i));
  }

  numbers(values: Float64Array): void {
    for (const x of values) this.number(x);
  }

  text(text: string): void {
    for (const byte of new TextEncoder().encode(text)) this.byte(byte);
    this.byte(0xff);
  }

  any(value: unknown): void {
    if (typeof value === "number") this.number(value);
    else if (Array.isArray(value)) value.forEach((item) => this.any(item));
    else if (value !== null && typeof value === "object") {
      for (const [key, item] of Object.entries(value)) {
        this.text(key);
        this.any(item);
      }
    } else this.text(String(value));
  }

  hex(): string {
    return [...this.limbs]
      .reverse()
      .map((limb) => limb.toString(16).padStart(4, "0"))
      .join("");
  }
}

/** Formula cases of on-chain engines: dYdX, Opyn, Synthetix, and Derive's year. Their integers are exact in doubles below 2⁵³. */
import type { Instrument } from "../../../bindings/documents/market.ts";
import type { Expr } from "../../../bindings/documents/model.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import type { Input } from "../input.ts";
import { evaluate, expiryIn, formulas, groupOf, LINEAR, option, perpetual } from "./documents.ts";

const MILLION = 1e6;

/** Initial rate in millionths: grows to all of it as open interest goes from the lower cap to the upper. */
const effectiveRate = (openInterest: Expr): Expr => ({
  if: [
    { le: ["upper", 0] },
    "base",
    {
      trunc: {
        sum: [
          "base",
          {
            mul: [
              { sub: [MILLION, "base"] },
              { max: [0, { min: [1, { div: [{ sub: [openInterest, "lower"] }, { sub: ["upper", "lower"] }] }] }] },
            ],
          },
        ],
      },
    },
  ],
});
const share = (of: Expr, millionths: Expr): Expr => ({ div: [{ mul: [of, millionths] }, MILLION] });

const caps = (inputs: Input) => ({
  lower: inputs.num("openInterestLowerCap", 0),
  upper: inputs.num("openInterestUpperCap", 0),
});

function dydxRate(inputs: Input): Answer {
  const figures = {
    ...caps(inputs),
    base: inputs.num("baseInitialMarginPpm"),
    openInterest: inputs.num("openInterestNotional"),
  };
  return { got: { initialMarginPpm: formulas(figures, { x: effectiveRate("openInterest") }).x } };
}

function dydxMaintenance(inputs: Input): Answer {
  const figures = { initial: inputs.num("initialMarginPpm"), part: inputs.num("maintenanceFractionPpm") };
  return { got: { maintenanceMarginPpm: formulas(figures, { x: { trunc: share("initial", "part") } }).x } };
}

/** A perpetual by its quantums; a notional is price·quantums shifted by powers of ten and cut to whole quote quantums. */
function dydxPosition(of: {
  quantums: number;
  price: number;
  shift: number;
  base: number;
  part: number;
  openInterest: number;
  lower: number;
  upper: number;
}) {
  const notional = (quantums: Expr): Expr => ({
    trunc:
      of.shift < 0
        ? { div: [{ mul: [quantums, "price"] }, 10 ** -of.shift] }
        : { mul: [quantums, "price", 10 ** of.shift] },
  });
  const { quantums, openInterest, shift: _, ...figures } = of;
  return evaluate({
    instruments: [perpetual("P")],
    facts: [{ at: {}, spot: 1, ...figures, openQuantums: openInterest }],
    values: {
      open: { is: notional("openQuantums") },
      rate: { is: effectiveRate("open") },
    },
    charges: {
      held: { kind: "amount", on: "signed" },
      im: { kind: "amount", charge: { ceil: share(notional("size"), "rate") } },
      mm: { kind: "amount", charge: { ceil: share({ ceil: share(notional("size"), "base") }, "part") } },
    },
    initial: "im",
    maintenance: "mm",
    outputs: { notional: notional("held") },
    positions: [{ instrument: "P", amount: quantums }],
  });
}

/** From base quantums at a price with an exponent to quote quantums of 10⁻⁶. */
const shiftOf = (inputs: Input) => inputs.num("priceExponent") + inputs.num("atomicResolution") + 6;

function dydxMargin(inputs: Input): Answer {
  const { initial, maintenance } = dydxPosition({
    ...caps(inputs),
    quantums: inputs.num("quantums"),
    price: inputs.num("price"),
    shift: shiftOf(inputs),
    base: inputs.num("initialMarginPpm"),
    part: inputs.num("maintenanceFractionPpm"),
    openInterest: inputs.num("openInterestQuantums", 0),
  });
  return { got: { initialMargin: initial, maintenanceMargin: maintenance } };
}

function dydxInitial(inputs: Input): Answer {
  const { initial } = dydxPosition({
    ...caps(inputs),
    quantums: inputs.num("positionNotional"),
    price: 1,
    shift: 0,
    base: inputs.num("baseInitialMarginPpm"),
    part: 0,
    openInterest: inputs.num("openInterestNotional"),
  });
  return { got: { initialMargin: initial } };
}

function dydxNotional(inputs: Input): Answer {
  const none = { base: 0, part: 0, openInterest: 0, lower: 0, upper: 0 };
  const { outputs } = dydxPosition({
    ...none,
    quantums: inputs.num("quantums"),
    price: inputs.num("price"),
    shift: shiftOf(inputs),
  });
  return { got: { netNotional: outputs!.notional } };
}

/** Short options against a bound at a shocked spot; puts in cash, calls in coin. */
function opyn(inputs: Input): Answer {
  const callPut = inputs.at("put").value === true ? -1 : 1;
  const shocked: Expr = { mul: ["shock", "spot"] };
  const covered: Expr = { div: ["strike", { div: ["spot", "shock"] }] };
  const { initial } = evaluate({
    instruments: [option("O", { strike: inputs.num("strike"), callPut })],
    facts: [
      {
        at: {},
        spot: inputs.num("spot"),
        forward: inputs.num("spot"),
        vol: 1,
        discount: 1,
        shock: inputs.num("spotShock"),
        bound: inputs.num("upperBoundValue"),
      },
    ],
    charges: {
      im: {
        kind: "amount",
        net: "instrument",
        on: "short",
        rate: {
          if: [
            { is: { callPut: -1 } },
            { sum: [{ mul: ["bound", { min: ["strike", shocked] }] }, { max: [{ sub: ["strike", shocked] }, 0] }] },
            { sum: [{ mul: ["bound", { min: [1, covered] }] }, { max: [0, { sub: [1, covered] }] }] },
          ],
        },
      },
    },
    initial: "im",
    positions: [{ instrument: "O", amount: -inputs.num("quantity") }],
  });
  return { got: { marginRequired: initial } };
}

/** Rate by size against the market's depth of skew, and a least margin for each position. */
function synthetix(inputs: Input): Answer {
  const positions = inputs.list("positions");
  const id = (i: number) => `P${i}`;
  const rate: Expr = { sum: [{ mul: [{ div: ["size", "skewScale"] }, "fraction"] }, "leastRatio"] };
  const { initial, maintenance } = evaluate({
    instruments: positions.map((_, i): Instrument => perpetual(id(i), `X${i}`)),
    facts: positions.map((position, i) => ({
      at: { instrument: id(i) },
      mark: position.num("price"),
      price: position.num("price"),
      skewScale: position.num("skewScale"),
      fraction: position.num("initialMarginFraction"),
      leastRatio: position.num("minimumInitialMarginRatio"),
      scalar: position.num("maintenanceScalar"),
      least: position.num("minimumPositionMargin"),
    })),
    charges: {
      im: { kind: "amount", at: "instrument", charge: { sum: ["least", { mul: ["size", "price", rate] }] } },
      mm: { kind: "amount", at: "instrument", charge: { sum: ["least", { mul: ["size", "price", rate, "scalar"] }] } },
    },
    initial: "im",
    maintenance: "mm",
    positions: positions.map((position, i) => ({ instrument: id(i), amount: position.num("size") })),
  });
  return { got: { initialMarginExLiquidationReward: initial, maintenanceMarginExLiquidationReward: maintenance } };
}

/** `tau` of a future that expires in so many seconds. */
function yearFraction(inputs: Input): Answer {
  const held = evaluate({
    instruments: [{ ...LINEAR, id: "F", kind: "future", expiry: expiryIn(inputs.num("seconds") / 31_536_000) }],
    facts: [{ at: {}, spot: 1 }],
    charges: { years: { kind: "formula", at: "expiry", value: "tau" } },
    positions: [{ instrument: "F", amount: 1 }],
  });
  return { got: { years: groupOf(held, "years").value } };
}

export const chains: Adapter[] = [
  { family: "dYdX", knows: named("dydx-effective-imf"), run: dydxRate },
  { family: "dYdX", knows: named("dydx-maintenance-ppm"), run: dydxMaintenance },
  { family: "dYdX", knows: named("dydx-position-margin"), run: dydxMargin },
  { family: "dYdX", knows: named("dydx-initial-margin"), run: dydxInitial },
  { family: "dYdX", knows: named("dydx-net-notional"), run: dydxNotional },
  { family: "Opyn", knows: named("opyn-naked-margin"), run: opyn },
  { family: "Synthetix", knows: named("synthetix-perps-v3-required-margin"), run: synthetix },
  { family: "derive year-fraction", knows: named("year-fraction"), run: yearFraction },
];

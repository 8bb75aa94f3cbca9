/**
 * SPAN risk parameter files in XML (`.spn`) → what a margin needs of them, each figure checked.
 *
 * Read are physicals, futures, and options on either; scan points, combined commodities with their short option minimum, calendar spreads by
 * tier or by period, and spreads between commodities. What would change a margin and is not read is refused, by its name and line; names,
 * formats of prices and account types are passed over.
 *
 * Sources: CME Group, SPAN XML file layout (format 4.00); the file of Takasbank of 2016-05-17.
 */
import { MarginError, unexpected } from "../error.ts";
import { all, defined, Fields, optional } from "./span-fields.ts";
import type { SpanCommodity, SpanContract, SpanFile, SpanLeg, SpanPoint, SpanSpread } from "./span-types.ts";
import { readXml, type XmlElement } from "./xml.ts";

export type { SpanCommodity, SpanContract, SpanFile, SpanLeg, SpanPoint, SpanSpread } from "./span-types.ts";

/** Elements under a combined commodity or among spreads that charge or credit, in ways that are not read. */
const REFUSED = new Set([
  "spotRate",
  "dlvRate",
  "sSpread",
  "hSpread",
  "dcSpread",
  "rpLeg",
  "sLeg",
  "superSpreads",
  "interClearSpreads",
  "cmbPf",
  "fwdPf",
  "oocPf",
  "cmb",
  "fwd",
]);

/** Families of products: the element of the family, the type by which a commodity links it, and its contracts. */
const FAMILIES: Record<string, { type: string; kind: SpanContract["kind"] }> = {
  phyPf: { type: "PHY", kind: "physical" },
  futPf: { type: "FUT", kind: "future" },
  oopPf: { type: "OOP", kind: "option" },
  oofPf: { type: "OOF", kind: "option" },
};
const CONTRACTS = new Set(["phy", "fut", "opt"]);

/**
 * @param file by which errors speak of it
 * @throws MarginError with the line of the file
 */
export function parseSpan(text: string, file = "span"): SpanFile {
  if (typeof text !== "string") throw unexpected("WrongType", file, "text", text);
  return new Reader(file).read(text);
}

class Reader extends Fields {
  /** Contracts by exchange, type and id of their product, until their commodity takes them. */
  private readonly listed = new Map<string, SpanContract[]>();
  /** Price of each contract that others are on, by exchange, product and contract. */
  private readonly prices = new Map<string, number>();

  read(text: string): SpanFile {
    const root = readXml(text, this.file, (element, around) => this.keep(element, around));
    if (root.name !== "spanFile") throw this.wrong(root, "RootNotSpan", "spanFile", root.name);
    const time = this.one(root, "pointInTime");
    const organisation = this.one(time, "clearingOrg");
    const points = this.points(this.one(organisation, "pointDef"));
    const commodities = all(organisation, "ccDef").map((definition) => this.commodity(definition, points.length));
    const known = new Set(commodities.map(({ id }) => id));
    const inter = all(organisation, "interSpreads").flatMap((spreads) => this.spreads(spreads, known, []));
    return {
      date: this.day(time, "date"),
      organisation: this.text(organisation, "ec"),
      points,
      conversions: all(organisation, "curConv").map((conversion) => ({
        from: this.text(conversion, "fromCur"),
        to: this.text(conversion, "toCur"),
        factor: this.positive(conversion, "factor"),
      })),
      commodities,
      spreads: inter,
    };
  }

  /** Contracts are taken as they end; of all else the tree is small. */
  private keep(element: XmlElement, around: readonly XmlElement[]): boolean {
    const { name } = element;
    if (REFUSED.has(name)) {
      const problem = `<${name}> is not read, and would change the margin`;
      throw new MarginError("NotRead", this.where(element), problem, { value: name });
    }
    if (!CONTRACTS.has(name)) return name !== "definitions";
    this.list(element, around);
    return false;
  }

  private list(element: XmlElement, around: readonly XmlElement[]): void {
    const family = around.find(({ name }) => Object.hasOwn(FAMILIES, name));
    const exchange = around.find(({ name }) => name === "exchange");
    if (family === undefined || exchange === undefined)
      throw this.wrong(
        element,
        "OutsideFamily",
        "a contract inside an exchange and a family of products",
        element.name,
      );
    const { type, kind } = FAMILIES[family.name]!;
    const series = around.at(-1) === family ? element : around.at(-1)!;
    const product = this.text(family, "pfId");
    const place = `${this.text(exchange, "exch")} ${product}`;
    const price = this.number(element, "p");
    const array = this.one(element, "ra");
    const scan = optional(series, "scanRate");
    const under = optional(series, "undC");
    const underlyingPrice =
      under === undefined
        ? undefined
        : this.prices.get(["exch", "pfId", "cId"].map((id) => this.text(under, id)).join(" "));
    const own = optional(element, "cId");
    if (own !== undefined && kind !== "option") this.prices.set(`${place} ${own.text}`, price);
    const multiplier = this.positive(optional(element, "cvf") ? element : series, "cvf");
    const rate = optional(series, "intrRate");
    const dividend = optional(series, "divRate");
    const link = `${type} ${place}`;
    const contract: SpanContract = defined({
      kind,
      product: this.text(family, "pfCode"),
      period: this.text(series, "pe"),
      settles: optional(series, "setlDate") === undefined ? undefined : this.day(series, "setlDate"),
      ...(kind === "option" && this.terms(element)),
      price,
      multiplier,
      delta: this.number(array, "d") * (this.maybe(series, "sc") ?? 1),
      array: all(array, "a").map((entry) => this.numberOf(entry)),
      isPaidFor: this.text(family, "valueMeth").startsWith("EQTY"),
      underlyingPrice,
      years: this.maybe(series, "t"),
      volatility: this.maybe(element, "v") ?? this.maybe(series, "v"),
      rate: rate === undefined ? undefined : this.number(rate, "val"),
      dividend: dividend === undefined ? undefined : this.number(dividend, "val"),
      priceScan: scan === undefined ? undefined : this.number(scan, "priceScan"),
      volatilityScan: scan === undefined ? undefined : this.volatilityScan(scan),
    });
    const before = this.listed.get(link);
    if (before === undefined) this.listed.set(link, [contract]);
    else before.push(contract);
  }

  private terms(option: XmlElement): Pick<SpanContract, "strike" | "callPut"> {
    const side = this.text(option, "o");
    if (side !== "C" && side !== "P") throw this.wrong(this.one(option, "o"), "NeitherCallNorPut", "C or P", side);
    return { strike: this.positive(option, "k"), callPut: side === "C" ? 1 : -1 };
  }

  /** Relative, or absolute where the file writes it so. */
  private volatilityScan(scan: XmlElement): number {
    return this.number(scan, optional(scan, "volScanPct") === undefined ? "volScan" : "volScanPct");
  }

  private points(definition: XmlElement): SpanPoint[] {
    const list = all(definition, "scanPointDef");
    if (list.length === 0) throw this.wrong(definition, "Missing", "scan points", undefined);
    return list.map((point, i) => {
      const number = this.number(point, "point");
      if (number !== i + 1) throw this.wrong(this.one(point, "point"), "PointsNotInOrder", `point ${i + 1}`, number);
      const pair = this.number(point, "pairedPoint") - 1;
      if (!(Number.isInteger(pair) && pair >= 0 && pair < list.length))
        throw this.wrong(this.one(point, "pairedPoint"), "OutOfRange", `a point up to ${list.length}`, pair + 1);
      // numerator over denominator: the file rounds `mult`
      const part = (name: string) => {
        const of = this.one(point, name);
        return this.number(of, "numerator") / this.positive(of, "denominator");
      };
      return {
        price: part("priceScanDef"),
        volatility: part("volScanDef"),
        weight: this.number(point, "weight"),
        pair,
      };
    });
  }

  private commodity(definition: XmlElement, points: number): SpanCommodity {
    const id = this.text(definition, "cc");
    for (const [field, only] of ONLY) {
      const found = optional(definition, field);
      if (found !== undefined && found.text !== only)
        throw this.wrong(found, "NotRead", `${field} ${only}`, found.text);
    }
    const method = this.text(definition, "somMeth");
    if (method !== "GROSS" && method !== "MAX")
      throw this.wrong(this.one(definition, "somMeth"), "NotRead", "somMeth GROSS or MAX", method);
    const contracts = all(definition, "pfLink").flatMap((link) => {
      const name = `${this.text(link, "pfType")} ${this.text(link, "exch")} ${this.text(link, "pfId")}`;
      const scale = this.number(link, "sc");
      return (this.listed.get(name) ?? []).map((contract) => this.scaled(contract, scale, points, definition));
    });
    const minimum = all(definition, "somTiers").flatMap((tiers) => all(tiers, "tier"));
    if (minimum.length > 1)
      throw this.wrong(minimum[1]!, "NotRead", "one tier of short option minimums", minimum.length);
    const adjust = optional(definition, "adjRate");
    return {
      id,
      name: this.text(definition, "name"),
      currency: this.text(definition, "currency"),
      maintenance: adjust === undefined ? 1 : this.positive(adjust, "val"),
      shortOptionMinimum: minimum.length === 0 ? 0 : this.rate(minimum[0]!),
      shortOptionMethod: method === "GROSS" ? "gross" : "max",
      spreads: this.spreads(
        definition,
        new Set([id]),
        all(definition, "intraTiers").flatMap((one) => all(one, "tier")),
      ),
      contracts,
    };
  }

  private scaled(contract: SpanContract, scale: number, points: number, at: XmlElement): SpanContract {
    if (contract.array.length !== points) {
      const problem = `expected ${points} entries in the array of ${contract.product} ${contract.period}, was ${contract.array.length}`;
      throw new MarginError("LengthsDiffer", this.where(at), problem, { value: contract.array.length });
    }
    return scale === 1 ? contract : { ...contract, delta: contract.delta * scale };
  }

  private spreads(parent: XmlElement, known: ReadonlySet<string>, tiers: XmlElement[]): SpanSpread[] {
    const list = all(parent, "dSpread").map((spread): [number, SpanSpread] => {
      const method = this.text(spread, "chargeMeth");
      if (method !== "F" && method !== "W")
        throw this.wrong(this.one(spread, "chargeMeth"), "NotRead", "chargeMeth F or W", method);
      const legs = spread.children.filter(({ name }) => name === "tLeg" || name === "pLeg");
      if (legs.length < 2) throw this.wrong(spread, "LengthsDiffer", "at least two legs", legs.length);
      const read = legs.map((leg) => this.leg(leg, known, tiers));
      if (new Set(read.map(({ side }) => side)).size < 2)
        throw this.wrong(spread, "OneSided", "legs of both sides", read[0]!.side);
      return [
        this.number(spread, "spread"),
        { method: method === "F" ? "flat" : "price", rate: this.rate(spread), legs: read },
      ];
    });
    return list.sort(([a], [b]) => a - b).map(([, spread]) => spread);
  }

  private leg(leg: XmlElement, known: ReadonlySet<string>, tiers: XmlElement[]): SpanLeg {
    const commodity = this.text(leg, "cc");
    if (!known.has(commodity))
      throw this.wrong(this.one(leg, "cc"), "UnknownCommodity", "a combined commodity of the file", commodity);
    const side = this.text(leg, "rs");
    if (side !== "A" && side !== "B") throw this.wrong(this.one(leg, "rs"), "NotOneOf", "A or B", side);
    return defined({ commodity, ...this.periods(leg, tiers), side, ratio: this.positive(leg, "i") });
  }

  /** A leg is of one period, or of the periods of a tier; tier 0 has them all. */
  private periods(leg: XmlElement, tiers: XmlElement[]): Pick<SpanLeg, "from" | "to"> {
    if (leg.name === "pLeg") {
      const period = this.text(leg, "pe");
      return { from: period, to: period };
    }
    const number = this.number(leg, "tn");
    const tier = tiers.find((one) => this.number(one, "tn") === number);
    if (tier === undefined) {
      if (number === 0) return {};
      throw this.wrong(this.one(leg, "tn"), "UnknownTier", "0 or a tier of the commodity", number);
    }
    return defined({ from: optional(tier, "sPe")?.text, to: optional(tier, "ePe")?.text });
  }

  /** The first rate: others are of further account types. */
  private rate(parent: XmlElement): number {
    const rate = all(parent, "rate")[0];
    if (rate === undefined) throw this.wrong(parent, "Missing", "a rate", undefined);
    return this.number(rate, "val");
  }
}

/** Ways of counting of which one is read. */
const ONLY: [field: string, value: string][] = [
  ["procMeth", "NORMAL"],
  ["wfprMeth", "NORMAL"],
  ["spotMeth", "NORMAL"],
  ["cmbMeth", "NONE"],
  ["capAnov", "0"],
  ["riskExponent", "0"],
];

/**
 * A book: a model bound to a market. The host lays it out in one block and writes it; the core reads and fills it.
 *
 * Records are runs of 32-bit words in the order of the fields below; `bindings/core/book.ts` writes the same order.
 */
import { Column, Indices } from "../memory/column";

/** A set of keys: which group each instrument is in (−1: none), and which groups are held by the account at hand. */
@unmanaged
export class Level {
  groups: i32;
  held: i32;
  /** [instruments] group of each */
  groupOf: Indices;
  /** [held] the held groups, in order of instruments */
  heldGroups: Indices;
  /** [groups] place among the held ones, −1 where not held */
  placeOf: Indices;
}

/** From a finer level to a coarser one. */
@unmanaged
export class Relation {
  fine: i32;
  coarse: i32;
  /** [groups of fine] group of coarse; between all groups */
  all: Indices;
  /** [held of fine] place of coarse; between held groups, filled per account */
  held: Indices;
}

/** A scenario set: rows, and what they do to each instrument. */
@unmanaged
export class ScenarioSet {
  rows: i32;
  /** rows + 1 (today, the last), rounded up to even */
  stride: i32;
  /** [RowField.Count][rows] of { column, level }: where each field of each row is found; column 0 where the row has none */
  fields: usize;
  /** levels whose group decides the moves, and the volatilities, of an instrument */
  moveLevels: Indices;
  moveLevelCount: i32;
  volLevels: Indices;
  volLevelCount: i32;
  /** [instruments][stride] profit and loss of one lot: R */
  risk: usize;
  /** [instruments] value of one lot today */
  base: Column;
  /** [instruments] the largest |R| of its rows */
  largest: Column;
  /** [settlement groups][stride] value of one unit of the currency in the model's currency: X */
  currencies: usize;
  /** [Vector.Count][stride] scratch of the repricer */
  vectors: usize;
  /** bit f is set where some row has field f */
  used: i32;
  /** the volatility vectors at hand are plain factors > 0: no shift, no floor, no time */
  isProportional: i32;
  /** a SetKind */
  kind: i32;
  /** of what is given: [instruments][rows] profit and loss of one unit of base */
  given: usize;
  /** of what is given: [instruments] value of one unit of base today; address 0 where nothing depends on it */
  marks: Column;
  /** [instruments] quantum to which R is rounded */
  quantum: Column;
  /** of settlement: prices by group of a level [groups][rows], 0 the first, NaN behind the last; the row of each option's strike, −1: none */
  priceLevel: i32;
  prices: usize;
  strikeRow: Indices;
  /** bits: the settlement currency, and the model's, are worth nothing where the price of the instrument's underlying is 0 */
  worthless: Indices;
}

@unmanaged
export class Book {
  instruments: i32;
  levels: usize;
  /** the levels and relations of which the account program reads what is held */
  heldLevels: Indices;
  heldLevelCount: i32;
  relations: usize;
  heldRelations: Indices;
  heldRelationCount: i32;
  sets: usize;
  setCount: i32;
  tick: usize;
  tickLength: i32;
  account: usize;
  accountLength: i32;

  // by instrument
  kind: Indices;
  inverse: Indices;
  callPut: Column;
  strike: Column;
  /** the document's lot, NaN where it has none */
  lot: Column;
  /** 1 where lots are in quote currency */
  quoteLots: Indices;
  /** addresses of the Input columns */
  inputs: usize;
  /** a Status: why the instrument cannot be held, or Ok */
  unfit: Indices;
  /** base units of one unit of quantity: of a lot, or where nothing is rounded of one of the lot's unit */
  baseAmount: Column;
  /** quantum of the settlement currency; 0 where nothing is rounded */
  quantum: Column;
  /** quanta of measures in base units, in quote currency, and in the model's currency */
  baseQuantum: Column;
  quoteQuantum: Column;
  modelQuantum: Column;
  /** row of the instrument in the account's positions, −1 where not held */
  rowOf: Indices;

  // by settlement group
  settlementLevel: i32;
  modelCurrency: i32;
  cash: Indices;
  /** bit 0: it moves with its underlying; bit 1: it can move against USD */
  moves: Indices;
  price: Column;
  largestTotal: Column;
  /** of each currency: Σ|lots|·quantum/2 of the account at hand */
  rounding: Column;
  unrealised: Column;

  // the account at hand, merged by instrument
  rows: i32;
  heldInstrument: Indices;
  quantity: Column;
  /** [instruments] unrealised result of each held instrument; of cash, that of positions which are closed */
  result: Column;
  /** [instruments] scratch: Σ|q|·|value| by group, against the exact range; one for rows, one for values today */
  rowBound: Column;
  baseBound: Column;

  /** columns and matrices of the account program, and what lies as far behind them: their adjoints */
  columns: usize;
  columnBytes: i32;
  adjoints: usize;
  /** quantities are whole lots, and values are rounded to quanta */
  exact: i32;

  /** addresses of the Factors, and of the Aggregations of them */
  factors: usize;
  factorsCount: i32;
  aggregations: usize;
  aggregationCount: i32;
  /** [instruments] resting lots to buy, and to sell, of each held instrument, ≥ 0 */
  bids: Column;
  asks: Column;
  /** some row has resting orders */
  hasOrders: i32;
  /** [instruments][3][3] exact sums of fractional quantities, bids and asks of each held instrument */
  parts: usize;
  /** [instruments] 1 where rows are to be repriced; address 0: all are */
  touched: Indices;
  /** only quantities of these instruments have changed since the last evaluation; the sums of factors follow them already */
  isChange: i32;
  changed: Indices;
  changedCount: i32;
  /** what is held is what was held, so that columns which do not depend on the changed instruments stay as they are */
  isPartial: i32;
  /** [account instructions + 1] where the instructions on which one depends start in the list behind; [account instructions] u8, 1: has run */
  dependsStart: Indices;
  depends: Indices;
  hasRun: usize;
  /** some sum of the account at hand came near the end of the range in which it is exact */
  isNear: i32;
  /** some scenario set is repriced, so that options have to have all that they are priced with */
  isRepriced: i32;
  /** [instruments] a Status: why it has no price, or Ok */
  unpriced: Indices;
}

@inline export function level(book: Book, i: i32): Level {
  return changetype<Level>(book.levels + <usize>i * offsetof<Level>());
}

@inline export function relation(book: Book, i: i32): Relation {
  return changetype<Relation>(book.relations + <usize>i * offsetof<Relation>());
}

@inline export function scenarioSet(book: Book, i: i32): ScenarioSet {
  return changetype<ScenarioSet>(book.sets + <usize>i * offsetof<ScenarioSet>());
}

@inline export function input(book: Book, i: i32): Column {
  return changetype<Column>(<usize>load<u32>(book.inputs + (<usize>i << 2)));
}

/**
 * A venue: a bound book and the accounts that hold its instruments. The host lays the record out; accounts are the core's.
 */
import { Column, Indices } from "../memory/column";
import { Book } from "./book";
import { Factors } from "./factors";

/** What an account holds, in instrument order. */
@unmanaged
export class Account {
  rows: i32;
  capacity: i32;
  /** [capacity] instrument of each row; lots held, and resting to buy and to sell */
  instrument: Indices;
  lots: Column;
  bids: Column;
  asks: Column;
  /** [currencies] balances, and behind them what open futures and perpetuals cost: Σ lots·value at the price of each fill */
  money: Column;
  /** 1 while the account exists */
  isOpen: i32;
  /** 1 where it has changed since its last evaluation */
  isStale: i32;
  /** 1 where an exposure was beyond its limit at the last evaluation */
  isOver: i32;
  /** as of the last evaluation; all NaN where the account had no requirement */
  initial: f64;
  maintenance: f64;
  equity: f64;
  /** the account's frames (record/frames.ts), their room, and the venue's frame epoch of which they are; 0: of none */
  frames: usize;
  frameBytes: i32;
  frameEpoch: i32;
  /** changes that the frames have taken up since they were made */
  frameChanges: i32;
}

@unmanaged
export class Venue {
  book: Book;
  currencies: i32;
  /** handles given out so far */
  accounts: i32;
  /** [MOST_CHUNKS] addresses of runs of CHUNK accounts */
  chunks: usize;
  /** columns of the account program with the results, for the account at hand */
  equity: Column;
  initial: Column;
  maintenance: Column;
  /** [instruments] value of one lot at the mark, rounded; 0 of what is owned outright */
  marked: Column;
  /** equity, initial, maintenance of the last check; 1 where its order only reduces */
  answer: Column;
  /** the account that the book holds as it is stored, −1 where it holds none */
  loaded: i32;
  /** addresses of Watches */
  watches: usize;
  watchCount: i32;
  /** what a change of one instrument needs of each account: levels with their frames; none where the model's program does not allow it */
  frameLevels: usize;
  frameLevelCount: i32;
  /** do frames hold under the market as it is? */
  hasFrames: i32;
  /** made anew with every commit, so that frames of an earlier one are not read */
  frameEpoch: i32;
  /** the change at hand */
  change: Change;
  /** [currencies] what open futures and perpetuals of the account in the book cost */
  costs: Column;
  /** [instruments] the most lots whose change leaves every sum well inside the exact range */
  mostLots: Column;
}

/** One instrument of an account, and the cash that it moves, before and after an event. */
@unmanaged
export class Change {
  /** the Account; 0: no change is at hand */
  account: usize;
  instrument: i32;
  /** the settlement currency's cash, −1 where the instrument is cash itself */
  cash: i32;
  /** rows that the account has more afterwards, of the instrument and of the cash: 1, 0 or −1 */
  moreRows: i32;
  moreCash: i32;
  /** what `fetch` has read; of no use but to have been read */
  fetched: i32;
  lotsBefore: f64;
  lots: f64;
  bidsBefore: f64;
  bids: f64;
  asksBefore: f64;
  asks: f64;
  moneyBefore: f64;
  money: f64;
  /** what the unrealised result of the settlement currency moves by */
  unrealised: f64;
  /** of a check, its order: the account, how it joins it, lots and price */
  handle: i32;
  joining: i32;
  orderLots: f64;
  price: f64;
}

/** Limits of one exposure, by factor, and what all accounts together hold of it. */
@unmanaged
export class Watch {
  factors: Factors;
  /** [factors] most of |net| of one account, and of all; ∞ where there is none */
  most: Column;
  mostOfAll: Column;
  /** [factors][3] exact sums over all accounts */
  totals: usize;
}

/** Accounts per run, behind which their ranks lie, and runs. */
export const CHUNK = 1024;
export const MOST_CHUNKS = 16384;

@inline export function account(venue: Venue, handle: i32): Account {
  const chunk = <usize>load<u32>(venue.chunks + ((<usize>handle / CHUNK) << 2));
  return changetype<Account>(chunk + (<usize>handle % CHUNK) * offsetof<Account>());
}

/**
 * What accounts are ordered by, [CHUNK] f64 behind each run: equity for each unit of maintenance margin; NaN where the account has changed since,
 * −∞ where it has no requirement.
 */
@inline export function rankAt(venue: Venue, handle: i32): usize {
  const chunk = <usize>load<u32>(venue.chunks + ((<usize>handle / CHUNK) << 2));
  return chunk + CHUNK * offsetof<Account>() + ((<usize>handle % CHUNK) << 3);
}

@inline export function isAccount(venue: Venue, handle: i32): bool {
  return handle >= 0 && handle < venue.accounts && account(venue, handle).isOpen != 0;
}

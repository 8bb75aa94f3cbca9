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
  /** as of the last evaluation */
  initial: f64;
  maintenance: f64;
  equity: f64;
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

/** Accounts per run, and runs. */
export const CHUNK = 1024;
export const MOST_CHUNKS = 16384;

@inline export function account(venue: Venue, handle: i32): Account {
  const chunk = <usize>load<u32>(venue.chunks + ((<usize>handle / CHUNK) << 2));
  return changetype<Account>(chunk + (<usize>handle % CHUNK) * offsetof<Account>());
}

@inline export function isAccount(venue: Venue, handle: i32): bool {
  return handle >= 0 && handle < venue.accounts && account(venue, handle).isOpen != 0;
}

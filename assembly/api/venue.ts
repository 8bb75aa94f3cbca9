/** A venue for the host: accounts, events, checks. The host lays the record and the book out, and keeps names. */
import { fail, succeed } from "../record/failure";
import { Status } from "../record/status";
import { account, isAccount, Venue } from "../record/venue";
import * as accounts from "../account/accounts";
import * as events from "../account/events";
import * as requirement from "../account/requirement";
import { enter, reserve } from "../account/accounts";
import { limitLots } from "../account/change";
import { markAll } from "../account/value";
import { watchAll } from "../account/watch";

@inline function at(address: usize): Venue {
  return changetype<Venue>(address);
}

/** Handle of a new account without anything, or −1 where the memory cannot grow. */
export function openAccount(venue: usize): i32 {
  return accounts.open(at(venue));
}

/** Gives the memory of all accounts back; the record is the host's. */
export function releaseAccounts(venue: usize): void {
  accounts.releaseAll(at(venue));
}

/** @returns `UnknownAccount`, `UnknownCurrency`, `QuantityNotFinite`, `BeyondExactRange` or `Ok` */
export function deposit(venue: usize, handle: i32, currency: i32, amount: f64): Status {
  return events.deposit(at(venue), handle, currency, amount);
}

/**
 * @param resting 1: the lots come out of the account's resting orders
 * @returns what is broken, with the instrument in `badRow`; nothing has changed then
 */
export function fill(venue: usize, handle: i32, instrument: i32, lots: f64, price: f64, resting: i32): Status {
  return events.fill(at(venue), handle, instrument, lots, price, resting != 0);
}

export function placeOrder(venue: usize, handle: i32, instrument: i32, lots: f64): Status {
  return events.placeOrder(at(venue), handle, instrument, lots);
}

export function cancelOrder(venue: usize, handle: i32, instrument: i32, lots: f64): Status {
  return events.cancelOrder(at(venue), handle, instrument, lots);
}

/** @param payment settlement currency per lot; of a future or perpetual its value at the last price, `lotValue` */
export function expireInstrument(venue: usize, instrument: i32, payment: f64): Status {
  return events.expire(at(venue), instrument, payment);
}

export function fundPerpetual(venue: usize, instrument: i32, payment: f64): Status {
  return events.fund(at(venue), instrument, payment);
}

export function settleCurrency(venue: usize, currency: i32): Status {
  return events.settle(at(venue), currency);
}

/** Marks every lot anew, after the book was bound. */
export function markLots(venue: usize): void {
  markAll(at(venue));
  at(venue).loaded = -1;
  at(venue).frameEpoch++;
  limitLots(at(venue));
}

/** Puts an account into the book and evaluates it. */
export function evaluateAccount(venue: usize, handle: i32): Status {
  return requirement.evaluateAccount(at(venue), handle);
}

export function remarginAll(venue: usize): Status {
  return requirement.remargin(at(venue));
}

/** Evaluates the accounts that have changed since their last evaluation. */
export function refreshAccounts(venue: usize): void {
  requirement.refresh(at(venue));
}

/** Handles of accounts beyond a limit (`isOverLimit` 1) or without a requirement (0) into `to` [accounts] i32; returns how many. */
export function listAccounts(venue: usize, isOverLimit: i32, to: usize): i32 {
  return requirement.listed(at(venue), isOverLimit != 0, to);
}

/** Makes the sums of all accounts anew, under watches that are new: what the book holds was not evaluated under them. */
export function watchAccounts(venue: usize): void {
  watchAll(at(venue));
  at(venue).loaded = -1;
}

/** @param orders number of orders, whose columns follow; see account/requirement.ts */
export function checkOrders(venue: usize, handle: i32, orders: i32, instrument: usize, lots: usize, price: usize, joining: usize): Status {
  return requirement.check(at(venue), handle, orders, instrument, lots, price, joining);
}

/** The same of one order. */
export function checkOrder(venue: usize, handle: i32, instrument: i32, lots: f64, price: f64, joining: i32): Status {
  return requirement.checkOne(at(venue), handle, instrument, lots, price, joining);
}

/** Notes what one order changes, for the code that reads frames: address of the Account, or 0 where `checkOrder` has to answer. */
export function describeOrder(venue: usize, handle: i32, instrument: i32, lots: f64, price: f64, joining: i32): usize {
  return requirement.describe(at(venue), handle, instrument, lots, price, joining);
}

/** `checkOrder` of the order that was described last. */
export function checkDescribed(venue: usize): Status {
  return requirement.checkDescribed(at(venue));
}

export function maxLots(venue: usize, handle: i32, instrument: i32, sign: f64, price: f64, joining: i32, most: f64): f64 {
  return requirement.maxLots(at(venue), handle, instrument, sign, price, joining, most);
}

/** Ranks an account by the margins that its record says, after a snapshot was put into it. */
export function rankRestored(venue: usize, handle: i32): void {
  requirement.rankRestored(at(venue), handle);
}

/** Handles of the riskiest accounts into `to` [most] i32; returns how many. */
export function rankAccounts(venue: usize, most: i32, to: usize): i32 {
  return requirement.rank(at(venue), most, to);
}

/** Address of an account's record, 0 where there is none. */
export function accountAddress(venue: usize, handle: i32): usize {
  return isAccount(at(venue), handle) ? changetype<usize>(account(at(venue), handle)) : 0;
}

/** A row of a snapshot into an account that has none of the instrument yet. */
export function restoreRow(venue: usize, handle: i32, instrument: i32, lots: f64, bids: f64, asks: f64): Status {
  const into = account(at(venue), handle);
  if (!reserve(at(venue), into, into.rows + 1)) return fail(Status.OutOfMemory, handle);
  const r = enter(into, instrument);
  into.lots[r] = lots;
  into.bids[r] = bids;
  into.asks[r] = asks;
  return succeed();
}

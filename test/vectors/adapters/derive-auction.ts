/** Derive's solvent auctions: bids in turn, the account by the manager's model in auction before and after each. */
import { auctionOf } from "../../../bindings/models/derive/auction.ts";
import type { MarginModel } from "../../../bindings/documents/model.ts";
import { named, type Adapter, type Answer } from "../adapter.ts";
import { Malformed, type Input } from "../input.ts";
import { margin } from "../margin.ts";
import { baseOf, documentsOf, net, pm1Of, worstOf, type Account } from "./derive-portfolio.ts";

/** What of the account is not sold yet. */
interface Open {
  cash: number;
  /** Of it, what bids have paid. */
  reserved: number;
  /** Share of the positions that is left. */
  left: number;
}

function accountAt(inputs: Input, { cash, left }: Open, feeds: Input, time: number): Account {
  const account = inputs.at("account");
  if (account.num("perpPosition") !== 0) throw new Malformed("inputs.account.perpPosition: expected 0");
  const volOf = (option: Input) => {
    const [expiry, strike] = [option.num("expiryTime"), option.num("strike")];
    const vol = feeds.list("vols").find((one) => one.num("expiryTime") === expiry && one.num("strike") === strike);
    if (vol === undefined) throw new Malformed(`${feeds.path}.vols: none of ${option.path}`);
    return vol.num("vol");
  };
  return {
    cash,
    perpetual: 0,
    options: account.list("options").map((option) => ({
      seconds: option.num("expiryTime") - time,
      strike: option.num("strike"),
      callPut: option.callPut(),
      quantity: left * option.num("quantity"),
      vol: volOf(option),
    })),
    collaterals: baseOf(left * account.num("baseQuantity", 0), feeds),
  };
}

/** From the start to the cutoff in the fast phase, then to 0. */
function discountAfter(seconds: number, auction: Input): number {
  const [start, cutoff] = [auction.num("startingMtMFraction"), auction.num("fastCutoffFraction")];
  const [fast, slow] = [auction.num("fastSeconds"), auction.num("slowSeconds")];
  if (seconds < fast) return start - ((start - cutoff) * seconds) / fast;
  return Math.max(0, cutoff * (1 - (seconds - fast) / slow));
}

function auction(inputs: Input): Answer {
  const terms = inputs.at("parameters").at("auction");
  const manager = pm1Of(inputs.at("parameters"));
  const begins = inputs.num("startTime");
  const read = (model: MarginModel, open: Open, feeds: Input, time: number, auctionDiscount: number) => {
    const secondsTo = (expiry: Input) => expiry.num("expiryTime") - time;
    const [held, market, portfolio] = documentsOf(model, accountAt(inputs, open, feeds, time), feeds, secondsTo);
    const { outputs, ...figures } = margin(held, market, {
      ...portfolio,
      facts: [{ at: {}, auctionDiscount, reservedCash: open.reserved }],
    });
    const { bufferMargin, largestShare, priceOfAll } = outputs!;
    return { ...net(figures), ...figures, bufferMargin, largestShare: largestShare!, priceOfAll: priceOfAll! };
  };
  const open: Open = { cash: inputs.at("account").num("cash"), reserved: 0, left: 1 };
  const feeds = inputs.at("startFeeds");
  const account = accountAt(inputs, open, feeds, begins);
  const worst = worstOf(
    margin(...documentsOf(manager, account, feeds, (expiry: Input) => expiry.num("expiryTime") - begins)),
  );
  if (worst === "basis") throw new Malformed("inputs.startFeeds: the basis decides, which no auction can name");
  const named = auctionOf(manager, worst);
  const bufferShare = { ...named.parameters.bufferShare!, is: terms.num("bufferMarginFraction") };
  const model = { ...named, parameters: { ...named.parameters, bufferShare } };
  // what starts the auction is paid at once
  const start = read(model, open, feeds, begins, 1);
  const startFee = start.largestShare * start.equity * terms.num("liquidatorFeeRate");
  open.cash -= startFee;
  const steps = inputs.list("steps").map((step) => {
    const time = step.num("time");
    const at = step.at("feeds");
    const discount = discountAfter(time - begins, terms);
    const before = read(model, open, at, time, discount);
    const share = Math.min(step.num("bidFraction"), before.largestShare);
    const paid = share * before.priceOfAll;
    open.cash = (open.cash - open.reserved) * (1 - share) + open.reserved + paid;
    open.reserved += paid;
    open.left *= 1 - share;
    const after = read(model, open, at, time, discount);
    return {
      preMarkToMarket: before.equity,
      preMaintenanceMargin: before.maintenanceMargin,
      preBufferMargin: before.bufferMargin,
      preMaxFraction: before.largestShare,
      bidPaid: paid,
      fractionTaken: share,
      postMarkToMarket: after.equity,
      postMaintenanceMargin: after.maintenanceMargin,
      postBufferMargin: after.bufferMargin,
      postMaxFraction: after.largestShare,
    };
  });
  return { got: { steps, startFee } };
}

export const deriveAuction: Adapter[] = [
  { family: "Derive auction", knows: named("derive-solvent-auction-on-pm1"), run: auction },
];

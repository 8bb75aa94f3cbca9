/** Derive's managers as models. */
export { auctionOf } from "./auction.ts";
export { derivePm1 } from "./pm1.ts";
export { derivePm2 } from "./pm2.ts";
export { deriveSm } from "./sm.ts";

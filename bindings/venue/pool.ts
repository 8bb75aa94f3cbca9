/**
 * A venue over several threads: each worker has a core with memory of its own, and the accounts whose names fall to its shard.
 *
 * Events are in the log before they happen. A worker that dies is started again: from its last snapshot, or anew, it reads its partition up
 * to where it was, then does what it still owes. Nobody who waits for an answer notices but by the time it takes.
 */
import { MarginError, unexpected } from "../error.ts";
import type { Requirement } from "../documents/requirement.ts";
import type { Market } from "../documents/market.ts";
import type { MarginModel } from "../documents/model.ts";
import { checkMarket, checkModel } from "../documents/check.ts";
import type { Holding } from "./account.ts";
import { combineDigests } from "./digest.ts";
import type { VenueEvent } from "./events.ts";
import { addSums, exposuresOf, overOf, type Over, type VenueExposures, type VenueSums } from "./limits.ts";
import { memoryLog, type EventLog } from "./log.ts";
import { PoolWorker, type WorkerFile } from "./pool-link.ts";
import { Sequencer, type Appended } from "./sequencer.ts";
import {
  byRisk,
  shardOf,
  type CheckAnswer,
  type NamedOrder,
  type Refusal,
  type Risk,
  type Unmargined,
} from "./shard.ts";
import type { Joining } from "./basket.ts";
import type { Question } from "./pool-worker.ts";
import { checkLog, checkNumber, checkOptions, plain } from "./arguments.ts";

export interface PoolOptions {
  model: MarginModel;
  market: Market;
  /** Workers, one for each shard. A log belongs to one number of shards. */
  shards: number;
  /** Default: in this process. The pool does not close one that it is given. */
  log?: EventLog;
  /** A snapshot of a shard is kept in this process after so many of its events; 0: none. Default 100,000. */
  snapshotEvery?: number;
}

/** What came of a list of events. */
export interface Applied {
  /** Under which the batch is in the log. */
  id: string;
  /** Events that did not happen, by their place. One of all accounts is here if any shard refused it; the message is the first's. */
  refused: Refusal[];
}

export class VenuePool {
  private closed = false;

  private constructor(
    private readonly log: EventLog,
    private readonly ownsLog: boolean,
    private readonly workers: PoolWorker[],
    private readonly sequencer: Sequencer,
  ) {}

  /** @internal use `openPool` */
  static async open(options: PoolOptions, file: WorkerFile): Promise<VenuePool> {
    checkOptions(options, ["model", "market", "shards", "log", "snapshotEvery"]);
    const { shards, snapshotEvery = 100_000 } = options;
    if (!(Number.isInteger(shards) && shards > 0 && shards <= 1024))
      throw unexpected("OutOfRange", "shards", "a whole number from 1 to 1024", shards);
    if (!(Number.isInteger(snapshotEvery) && snapshotEvery >= 0))
      throw unexpected("OutOfRange", "snapshotEvery", "a whole number ≥ 0", snapshotEvery);
    const [model, market] = [checkModel(options.model), checkMarket(options.market)];
    if (options.log !== undefined) checkLog(options.log);
    const log = options.log ?? memoryLog();
    const sequencer = await Sequencer.open(log, shards, { model, market });
    const workers = Array.from(
      { length: shards },
      (_, shard) => new PoolWorker(shard, log, file, { model, market }, snapshotEvery, sequencer.whole[shard]!),
    );
    const pool = new VenuePool(log, options.log === undefined, workers, sequencer);
    try {
      await Promise.all(workers.map((worker) => worker.ready()));
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  get shards(): number {
    return this.workers.length;
  }

  /** The id of a batch of which not every shard has its part: the log failed. Nothing else is taken before it is applied again. */
  get unfinished(): string | undefined {
    return this.sequencer.pending;
  }

  /**
   * Lets events happen, in their order for each account, and those of all accounts at their place between them.
   *
   * An event that is refused changes nothing and is reported. Where the log fails, nothing has happened anywhere: apply the same events
   * under the same id again. A batch whose id was applied before changes nothing.
   */
  async apply(events: readonly VenueEvent[], options: { id?: string } = {}): Promise<Applied> {
    this.alive();
    checkOptions(options, ["id"]);
    const { id } = options;
    for (const worker of this.workers) worker.check();
    let answers: (Promise<Refusal[]> | Refusal[])[] = [];
    let name = id ?? "";
    await this.sequencer.submit(events, id, (appended, malformed) => {
      name = appended[0]?.entry.batch.id ?? name;
      const happening = appended.map((one) => this.happen(one));
      for (const answer of happening) answer.catch(() => undefined); // it is awaited below
      answers = [...happening, malformed];
    });
    const refused = new Map<number, Refusal>();
    for (const one of (await Promise.all(answers)).flat()) if (!refused.has(one.place)) refused.set(one.place, one);
    return { id: name, refused: [...refused.values()].sort((a, b) => a.place - b.place) };
  }

  /** What is staged takes effect in every shard. Events and answers after it see it. */
  async commit(): Promise<Applied> {
    return this.apply([{ type: "commit" }]);
  }

  /** Commits, and evaluates every account of every shard. */
  async remargin(): Promise<Applied> {
    return this.apply([{ type: "remargin" }]);
  }

  /** The margin after one order, as `check` of an account. */
  async check(
    account: string,
    instrument: string,
    lots: number,
    price: number,
    as: Joining = "fill",
  ): Promise<CheckAnswer> {
    return this.ask<CheckAnswer>("check", account, { instrument, lots, price, as });
  }

  async checkBasket(account: string, orders: readonly NamedOrder[]): Promise<CheckAnswer> {
    return this.ask<CheckAnswer>("checkBasket", account, { orders });
  }

  async maxLots(account: string, instrument: string, side: "buy" | "sell", price: number, as?: Joining) {
    return this.ask<number>("maxLots", account, { instrument, side, price, as });
  }

  async requirement(account: string, options?: { explain?: boolean }): Promise<Requirement> {
    return this.ask<Requirement>("requirement", account, { options });
  }

  async holdings(account: string): Promise<Holding[]> {
    return this.ask<Holding[]>("holdings", account);
  }

  async money(account: string): Promise<Record<string, { balance: number; cost: number }>> {
    return this.ask("money", account);
  }

  /** The accounts of all shards with the least equity for each unit of maintenance margin, as of their last evaluation; of equal ones, by name. */
  async riskiest(most: number): Promise<Risk[]> {
    checkNumber("most", most);
    const lists = await this.each((worker) => worker.ask<Risk[]>("riskiest", most));
    return lists.flat().sort(byRisk).slice(0, most);
  }

  /** Accounts of all shards whose last evaluation found no requirement, and why, by name. */
  async unmargined(): Promise<Unmargined[]> {
    const lists = await this.each((worker) => worker.ask<Unmargined[]>("unmargined"));
    return lists.flat().sort((a, b) => (a.account < b.account ? -1 : 1));
  }

  /** Names of all accounts, sorted. */
  async accounts(): Promise<string[]> {
    return (await this.each((worker) => worker.ask<string[]>("accounts"))).flat().sort();
  }

  /** The name of an account where it was opened, undefined where there is none. */
  async find(account: string): Promise<string | undefined> {
    return (await this.ask<boolean>("has", account)) ? account : undefined;
  }

  /** Net exposures of all accounts of all shards together, as `exposures` of one venue: bit for bit, as the parts of its sums are exact. */
  async exposures(): Promise<VenueExposures> {
    return exposuresOf(await this.sums());
  }

  /** Accounts of all shards beyond a limit of their own, by name, and exposures of all together that are beyond theirs. */
  async overLimits(): Promise<{ accounts: string[]; venue: Over[] }> {
    const [accounts, sums] = await Promise.all([
      this.each((worker) => worker.ask<string[]>("overLimits")),
      this.sums(),
    ]);
    return { accounts: accounts.flat().sort(), venue: overOf(sums) };
  }

  /** Of what all accounts hold: `checksum` of one venue that was given the same events. */
  async checksum(): Promise<string> {
    return combineDigests(...(await this.each((worker) => worker.ask<Map<string, string>>("digests"))));
  }

  /** A snapshot of one shard, for `restoreVenue` of a core, and the sequence of its partition that it has reached. */
  async snapshot(shard: number): Promise<{ bytes: Uint8Array; sequence: number }> {
    this.alive();
    return this.worker(shard).snapshot();
  }

  /** Ends a worker as a crash would: the pool starts it again. For drills. Returns when it is gone. */
  async kill(shard: number): Promise<void> {
    this.alive();
    await this.worker(shard).kill();
  }

  /** How often workers were started again. */
  get restarts(): number {
    return this.workers.reduce((sum, worker) => sum + worker.restarts, 0);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await Promise.all(this.workers.map((worker) => worker.close()));
    if (this.ownsLog) await this.log.close();
  }

  private async happen({ shard, entry, places }: Appended): Promise<Refusal[]> {
    const refused = await this.workers[shard]!.apply(entry);
    return refused.map((one) => ({ ...one, place: places[one.place]! }));
  }

  /** @param given arguments by name, which must be what JSON can hold */
  private async ask<T>(question: Question, account: string, given: Record<string, unknown> = {}): Promise<T> {
    this.alive();
    if (typeof account !== "string" || account === "") throw unexpected("WrongType", "account", "a name", account);
    const own = Object.entries(given).map(([name, value]) => plain(name, value));
    return this.workers[shardOf(account, this.workers.length)]!.ask<T>(question, account, ...own);
  }

  private worker(shard: number): PoolWorker {
    const worker = this.workers[shard];
    if (worker === undefined)
      throw unexpected("OutOfRange", "shard", `a whole number from 0 to ${this.workers.length - 1}`, shard);
    return worker;
  }

  private async sums(): Promise<VenueSums> {
    return addSums(await this.each((worker) => worker.ask<VenueSums>("sums")));
  }

  private each<T>(ask: (worker: PoolWorker) => Promise<T>): Promise<T[]> {
    this.alive();
    return Promise.all(this.workers.map(ask));
  }

  private alive(): void {
    if (this.closed) throw new MarginError("Released", "pool", "was closed");
  }
}

/** The core as hosts see it: documents in, requirement out. Every entry (node, browser, …) gives one of these. */
import { MODULE_HASH, VERSION } from "../build/module.js";
import { ProgramCache } from "./compile/cache.ts";
import { compile } from "./compile/program.ts";
import { shrinkChecked } from "./core/definite.ts";
import type { Exports } from "./core/exports.ts";
import { isExact, type ExactOption, type MarginOptions } from "./core/options.ts";
import { Pricing, type GreekColumns, type PriceColumns, type VolColumns } from "./core/pricing.ts";
import { Prepared, type Disposing, type RiskArrays } from "./core/prepared.ts";
import { checkMarket, checkModel, checkPortfolio } from "./documents/check.ts";
import type { Market } from "./documents/market.ts";
import type { MarginModel } from "./documents/model.ts";
import type { Portfolio } from "./documents/portfolio.ts";
import type { Requirement } from "./documents/requirement.ts";

export class Core {
  /** Version of the package. */
  readonly version: string = VERSION;
  /** SHA-256 of the WebAssembly module that the package was built with. */
  readonly moduleHash: string = MODULE_HASH;

  /** @internal for further entries of the package */
  get wasm(): Exports {
    return this.exports;
  }

  private readonly pricing: Pricing;
  private readonly programs = new ProgramCache();

  /** @internal use `load` of an entry */
  constructor(private readonly exports: Exports) {
    this.pricing = new Pricing(exports);
  }

  /**
   * The requirement of a portfolio under a model in a market. Stateless: what it needs is given back at its end.
   *
   * Documents are plain JSON; one that came out of `checkMarket`, `checkModel` or `checkPortfolio` is not checked again.
   *
   * @throws MarginError with code, field (JSON path), row and value
   */
  margin(
    model: MarginModel,
    market: Market,
    portfolio: Portfolio,
    options: ExactOption & MarginOptions = {},
  ): Requirement {
    return this.once(model, market, portfolio, options, (prepared, held) => prepared.margin(held, options));
  }

  /** Profit and loss of each held instrument in every row of every scenario set of the model. */
  riskArrays(model: MarginModel, market: Market, portfolio: Portfolio, options: ExactOption = {}): RiskArrays[] {
    return this.once(model, market, portfolio, options, (prepared, held) => prepared.riskArrays(held));
  }

  /**
   * A model bound to a market with all its instruments repriced, for many portfolios. Holds memory of the core until `release()`.
   */
  prepare(model: MarginModel, market: Market, options: ExactOption = {}): Prepared & Disposing {
    return new Prepared(this.exports, compile(checkModel(model), checkMarket(market)), isExact(options));
  }

  /**
   * Black-76 prices of options into `out` (one row per entry of it), which is returned.
   *
   * @throws MarginError `StrikeNotPositive` at `strike[17]`, and so on; `out` is then as it was
   */
  prices(columns: VolColumns, out: Float64Array): Float64Array {
    return this.pricing.prices(columns, out);
  }

  /** Price and sensitivities into those columns of `out` that are there; conventions in assembly/pricing/greeks.ts. */
  greeks(columns: VolColumns, out: GreekColumns): GreekColumns {
    return this.pricing.greeks(columns, out);
  }

  /**
   * Implied volatilities of prices into `out`. A row without one is NaN (0 at intrinsic value), and `reasons` says why:
   * an index into `IMPLIED_VOL_REASONS`.
   */
  impliedVols(columns: PriceColumns, out: Float64Array, reasons?: Int32Array): Float64Array {
    return this.pricing.impliedVols(columns, out, reasons);
  }

  /**
   * A matrix of correlations drawn towards the identity, (1 − α)·R + α·I, as little as leaves no eigenvalue below `smallestEigenvalue`
   * (default 0). Fast and continuous: for repairs inside scenarios; `lab.correlation.nearest` moves a matrix less.
   *
   * @param rows lists of numbers, not typed arrays
   * @throws MarginError `WrongType`, `NotSquare`, `NotSymmetric`, `DiagonalNotOne`, `CorrelationOutOfRange`
   */
  shrinkCorrelation(rows: number[][], smallestEigenvalue?: number): { alpha: number; rows: number[][] } {
    return shrinkChecked(this.exports, rows, smallestEigenvalue);
  }

  /** Bytes of the core's memory in use, and reserved. */
  memory(): { used: number; reserved: number } {
    return { used: this.exports.memoryInUse(), reserved: this.exports.memory.buffer.byteLength };
  }

  private once<T>(
    model: MarginModel,
    market: Market,
    portfolio: Portfolio,
    options: ExactOption,
    use: (prepared: Prepared, held: Portfolio) => T,
  ): T {
    const held = checkPortfolio(portfolio);
    const prepared = new Prepared(
      this.exports,
      this.programs.get(checkModel(model), checkMarket(market), held),
      isExact(options),
    );
    try {
      return use(prepared, held);
    } finally {
      prepared.release();
    }
  }
}

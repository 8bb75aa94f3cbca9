/** What Derive's standard manager leaves of each collateral's value: for maintenance margin, and of that for initial margin. */
export const KEPT: Record<string, [maintenance: number, initial: number]> = {
  ETH: [0.8, 0.9375],
  WSTETH: [0.8, 0.9375],
  BTC: [0.75, 0.93],
  USDT: [0.98, 0.98],
  DAI: [0.925, 0.92],
  PYUSD: [0.925, 0.92],
  sDAI: [0.875, 0.915],
  USDe: [0.8, 0.875],
  eBTC: [0.9, 0.945],
  rswETH: [0.65, 0.77],
  rsETH: [0.65, 0.77],
  weETH: [0.65, 0.77],
  LBTC: [0.65, 0.77],
  cbBTC: [0.65, 0.77],
};

/** An assumption of all three managers. */
export const BORROWED =
  "Nothing but USDC can be owed in the contracts that were read. A balance of another currency below 0 counts in full against equity, and in the requirements it costs what as much of it held would cost.";

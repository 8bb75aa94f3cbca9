/** The fields of an instrument, by which it can be grouped and selected. */
export const INSTRUMENT_KEYS = new Set([
  "instrument",
  "kind",
  "underlying",
  "expiry",
  "strike",
  "callPut",
  "settlement",
  "payoff",
  "lot",
  "lotUnit",
]);

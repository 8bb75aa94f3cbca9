/** What an exported function answers: Ok, or the rule that was broken, with `badRow` naming the row. */
export enum Status {
  Ok,
  /** the memory cannot grow */
  OutOfMemory,
  /** an amount that is not a whole number of lots */
  LotsNotWhole,
  /** a sum that could leave the range in which it is exact */
  BeyondExactRange,
  /** an instrument whose expiry is not after asOf */
  Expired,
  ForwardNotPositive,
  VolNotPositive,
  DiscountNotPositive,
  MarkNotPositive,
  /** a quantity that is NaN or infinite */
  QuantityNotFinite,
  EntryNotPositive,
  /** a position in an instrument without a lot, where quantities are whole lots */
  LotMissing,
  RowCountNegative,
  StrikeNotPositive,
  TauNegative,
  CallPutNotOne,
  /** a discount other than 1 beside coin prices, which exchanges do not discount */
  DiscountNotOne,
  /** an option's settlement window that is negative or longer than a week; in it, the mean of the index so far that is missing */
  WindowOutOfRange,
  MeanNotPositive,
  EventTauNotPositive,
  // of a venue
  UnknownAccount,
  UnknownInstrument,
  UnknownCurrency,
  /** an order of no lots */
  OrderEmpty,
  /** more lots than rest */
  OrderTooSmall,
  PriceNotPositive,
  /** an inverse contract that is not counted in quote currency: its result is no sum of fills */
  LotNotQuote,
  /** a requirement that is no number */
  Undefined,
  /** an amount, or a position that it makes, beyond 2⁵³ */
  TooLarge,
}

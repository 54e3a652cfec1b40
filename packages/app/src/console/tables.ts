export type ConsoleTables = {
  setting: { name: string; value: string }
  callback_exchange: ExchangeRow
}

/** A callback as it was on the wire. */
export type ExchangeRow = {
  id: string
  /** The start that it was part of, if it was part of one. */
  attempt_id: string | null
  at: number
  /** JSON: the exchange as the console shows it. */
  exchange: string
}

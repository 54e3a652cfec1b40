import type { CallbackName, CallbackOutcome } from '../api.ts'

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
  callback: CallbackName
  /** Where it went, as the console shows it. */
  url: string
  location: string
  worker: string
  verdict: CallbackOutcome
  /** The contract's code, when it failed; 0 when it was given up. */
  code: number | null
  ms: number
  /** 1: somebody tried it in the console, and nothing hung on it. */
  is_try: number
}

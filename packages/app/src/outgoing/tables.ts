import type { AttemptState } from '../api.ts'

export type OutgoingTables = {
  outgoing_attempts: AttemptRow
  attempt_call: AttemptCallRow
  attempt_reference: { reference: string; attempt_id: string }
  chat_hold: ChatHoldRow
}

/** A start, recorded before anything is done for it. */
export type AttemptRow = {
  id: string
  worker: string
  worker_name: string
  /** Unique per worker; `null` after a day, when the key may be used anew. */
  idempotency_key: string | null
  request_id: string
  customer_id: string
  channel_type: string
  channel_value: string
  state: AttemptState
  /** JSON: the steps with their outcomes and results. */
  steps: string
  /** JSON: what was answered, or will be. */
  answer: string | null
  /** JSON: what an administrator may want to read. */
  notes: string
  started_at: number
  answered_at: number | null
  /** Counts who has had the attempt in hand: a write with an older number finds nothing to change. */
  fence: number
  /** As it is looked for: plain letters, shortened; '' until the CRM has told it. */
  customer_name: string
  /** Of the answer, when the start failed. */
  code: number | null
  /** Until when it is in somebody's hands; afterwards anybody may take it over. `null`: nothing is left to do. */
  lease_until: number | null
}

/** A request to the engine that a start made. */
export type AttemptCallRow = {
  id: string
  attempt_id: string
  at: number
  /** In order, of those of the same moment. */
  place: number
  /** JSON: the call as the console shows it. */
  call: string
}

/** The one open chat conversation of a worker with an identity: chat has no binding that would see to it. */
export type ChatHoldRow = {
  worker: string
  identity: string
  attempt_id: string
  /** Once the customer has been added to it. */
  conversation_sid: string | null
}

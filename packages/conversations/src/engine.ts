import type { Database } from '@firstline/database'
import type { RateLimiter } from './rate-limits.ts'
import type { ConversationsTables } from './tables.ts'

export type Log = Record<'info' | 'warn' | 'error', (fields: Record<string, unknown>, message: string) => void>

/** The embedding process's own receiver of post-action webhooks, for the default service. */
export type WebhookTarget = {
  readonly url: string
  /** Delivers a signed request: in the same process, or over HTTP. */
  readonly send: (request: Request) => Promise<Response>
}

/** What every part of the engine works with. */
export type Engine = {
  readonly database: Database<ConversationsTables>
  readonly account: { readonly accountSid: string; readonly authToken: string }
  /** Addresses that the account owns; undefined: any well-formed one. */
  readonly senders: ReadonlySet<string> | undefined
  readonly webhook: WebhookTarget | undefined
  readonly carrier: { readonly deliverAfterMs: number; readonly readAfterMs: number }
  readonly writes: RateLimiter
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Ascending within the process: orders what happens in the same millisecond. */
  readonly nextPosition: () => number
  readonly defaultServiceSid: () => string
}

/** Positions that follow the clock, a thousand to the millisecond, and never go back. */
export function positionsFrom(clock: () => number): () => number {
  let last = 0
  return () => {
    last = Math.max(last + 1, clock() * 1000)
    return last
  }
}

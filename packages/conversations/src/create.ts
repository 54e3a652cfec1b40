import type { Database } from '@firstline/database'
import { createApi } from './api.ts'
import { runTimers } from './conversations/run-timers.ts'
import { type Engine, type Log, positionsFrom, type WebhookTarget } from './engine.ts'
import { startLanes } from './lanes.ts'
import { carryMessages } from './messages/carry.ts'
import { migrations } from './migrations.ts'
import { countQueues, type QueueLengths } from './queues.ts'
import { createRateLimiter } from './rate-limits.ts'
import { prepareDefaultService } from './services/service.ts'
import type { ConversationsTables } from './tables.ts'
import { deliverWebhooks } from './webhooks/deliver.ts'
import { dueDeliveries } from './webhooks/due.ts'
import { restoreLanes } from './webhooks/lane.ts'
import { startWorker, type Worker } from './worker.ts'
import { topics } from './write.ts'

export type ConversationsOptions = {
  readonly database: Database<ConversationsTables>
  /** What Basic auth asks for; the token also signs webhooks. */
  readonly account: { readonly accountSid: string; readonly authToken: string }
  /** Addresses that the account owns (`+1555…`, `whatsapp:+1555…`); undefined: any well-formed one. */
  readonly senders?: readonly string[] | undefined
  /** Receives the default service's post-action webhooks, unless REST sets another URL. */
  readonly webhook?: WebhookTarget | undefined
  /** Paths are answered with and without this prefix, such as `/twilio`. */
  readonly basePath?: string | undefined
  /** The origin of URLs in answers; undefined: that of each request. */
  readonly publicUrl?: string | undefined
  /** Milliseconds since 1970. */
  readonly clock?: (() => number) | undefined
  readonly log?: Log | undefined
  /** How long the simulated carrier takes; 800 and 1,500 ms when not given. */
  readonly carrier?: { readonly deliverAfterMs?: number; readonly readAfterMs?: number } | undefined
  /** Twilio's limit of 30, for each service and conversation; 0 or Infinity: none. */
  readonly writesPerSecond?: number | undefined
}

export type Conversations = {
  /** Answers `/v1/…` (Conversations REST) and `/simulator/…` (the carrier). */
  fetch(request: Request): Promise<Response>
  /** Brings the tables up to date and makes the default service. Needed before anything else. */
  prepare(): Promise<void>
  /** Starts what works in the background: webhooks, the carrier, timers. */
  start(): void
  /** Ends it, after what is under way. */
  drain(): Promise<void>
  /** What has not left yet. */
  queues(): Promise<QueueLengths>
  /** The default service's SID, once prepared. */
  readonly defaultServiceSid: string
}

/**
 * The embedded engine: Twilio's Conversations REST v1 with a simulated carrier.
 *
 * @example
 * const conversations = createConversations({ database, account: { accountSid, authToken } })
 * await conversations.prepare()
 * conversations.start()
 * const response = await conversations.fetch(new Request('http://localhost/v1/Conversations', { headers }))
 */
export function createConversations(options: ConversationsOptions): Conversations {
  const clock = options.clock ?? Date.now
  let defaultServiceSid: string | undefined
  const engine: Engine = {
    database: options.database,
    account: options.account,
    senders: options.senders && new Set(options.senders),
    webhook: options.webhook,
    carrier: { deliverAfterMs: 800, readAfterMs: 1_500, ...options.carrier },
    writes: createRateLimiter(options.writesPerSecond ?? 30, clock),
    log: options.log ?? silent,
    clock,
    nextPosition: positionsFrom(clock),
    defaultServiceSid() {
      if (defaultServiceSid === undefined) throw new Error('prepare() comes first')
      return defaultServiceSid
    },
  }
  const basePath = (options.basePath ?? '').replace(/\/+$/, '')
  const app = createApi(engine, { basePath, publicUrl: options.publicUrl?.replace(/\/+$/, '') })
  let workers: Worker[] = []

  return {
    fetch: async (request) => app.fetch(request),
    async prepare() {
      await engine.database.migrate(migrations)
      await restoreLanes(engine)
      defaultServiceSid = await prepareDefaultService(engine)
    },
    start() {
      if (workers.length > 0) return
      workers = [
        startLanes(engine, topics.webhooks, dueDeliveries, deliverWebhooks),
        startWorker(engine, topics.carrier, carryMessages),
        startWorker(engine, topics.timers, runTimers),
      ]
    },
    async drain() {
      await Promise.all(workers.map((worker) => worker.stop()))
      workers = []
    },
    queues: () => countQueues(engine),
    get defaultServiceSid() {
      return engine.defaultServiceSid()
    },
  }
}

const silent: Log = { info() {}, warn() {}, error() {} }

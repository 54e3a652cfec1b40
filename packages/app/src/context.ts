import type { Database } from '@firstline/database'
import type { Logger } from 'pino'
import type { Engine, EngineOptions } from './engine/engine.ts'
import type { EventLog } from './events/log.ts'
import type { Queue } from './metrics/measuring.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { AppTables } from './tables.ts'

/** What every capability works with. A command is a function `(ctx, input) → result`. */
export type Context = {
  readonly database: Database<AppTables>
  readonly engine: Engine
  readonly events: EventLog
  readonly log: Logger
  /** What happened is told to it as it happens; `/metrics` shows the sums. */
  readonly metrics: Metrics
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly options: AppOptions
}

export type AppOptions = {
  database: Database<AppTables>
  /** Where browsers reach the app, e.g. `http://localhost:3000`. */
  publicUrl: string
  /** Signs sessions. */
  secret: string
  /** Does what Twilio's pair does: signs callbacks and webhooks, opens the engine. */
  account: { accountSid: string; authToken: string }
  /** While the token is being replaced: webhooks that were signed with the one before are taken as well. */
  previousAuthToken?: string
  /** The engine behind Twilio's REST contract: `fetch` of the embedded one, or the network's. */
  engine: Pick<EngineOptions, 'fetch' | 'baseUrl' | 'serviceSid'> & { kind: 'embedded' | 'twilio'; timeoutMs?: number }
  /** The simulated carrier of the embedded engine, for the handset. */
  simulator?: { fetch: (request: Request) => Promise<Response>; baseUrl: string }
  /** What the setting `built-in` means; absent when there is none. `url` is the URL signed and shown. */
  integration?: { fetch: (request: Request) => Promise<Response>; baseUrl: string }
  /** How long a callback may take in all; 6,000 by default, which is the contract's. */
  callbackTimeoutMs?: number
  /** How long a start stays in the hands of a process that gives no more signs of life; 30,000 by default. */
  startLeaseMs?: number
  /** How long after a request to the engine it may still take effect there, answered or not; 40,000 by default. */
  startSettleMs?: number
  /** For how many days the console shows attempts and callbacks; 30 by default. */
  retentionDays?: number
  /** Whether callbacks may go to private address ranges. Default: yes, integration services live there. */
  allowPrivateCallbacks?: boolean
  /** How the client's address is told: by the socket (default), or by the forwarded headers of a proxy. */
  trustProxy?: boolean
  /** The address of the socket's other end, for rate limits and logs. */
  remoteAddress?: (request: Request) => string | undefined
  /** Who may read `/metrics` from elsewhere; without it only the machine itself, where the app is not published. */
  metricsToken?: string
  /** What waits in the embedded engine, for the metrics. */
  engineQueues?: () => Promise<Record<string, Queue>>
  /** Off in tests: it counts for the whole process. */
  rateLimit?: boolean
  log: Logger
  clock?: () => number
}

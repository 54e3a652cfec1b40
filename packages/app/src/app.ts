import { Hono } from 'hono'
import { inspectRoutes } from 'hono/dev'
import { auditRoutes } from './audit/routes.ts'
import { check, mend } from './check/check.ts'
import type { OnProgress, Report } from './check/finding.ts'
import { attemptRoutes } from './console/attempts.ts'
import { callbackRoutes } from './console/callback-routes.ts'
import { recordCall } from './console/calls.ts'
import { probeRoutes } from './console/probe.ts'
import { recordsWritten } from './console/recording.ts'
import { settingsRoutes } from './console/settings-routes.ts'
import { workerRoutes } from './console/workers.ts'
import type { AppOptions, Context } from './context.ts'
import { customerRoutes } from './customers/routes.ts'
import { connectEngine } from './engine/engine.ts'
import type { EngineCall } from './engine/transport.ts'
import { createEventHub } from './events/hub.ts'
import { createEventLog } from './events/log.ts'
import { eventRoutes } from './events/routes.ts'
import { handsetRoutes } from './handset/routes.ts'
import type { AppEnvironment } from './http/environment.ts'
import { limitBody, neverStored, refuseForeignWrites, requireJson } from './http/guards.ts'
import { RequestError, sendProblem, toProblem } from './http/problem.ts'
import { logFailure, requestLog } from './http/request-log.ts'
import { securityHeaders } from './http/security-headers.ts'
import { traced } from './http/trace.ts'
import { inboxRoutes } from './inbox/routes.ts'
import { startSending } from './inbox/sending.ts'
import { startVerifying } from './inbox/verify.ts'
import { startWebhookWork } from './inbox/webhook-work.ts'
import { webhookPath, webhookRoutes } from './inbox/webhooks.ts'
import { createMetrics } from './metrics/metrics.ts'
import { countRequests } from './metrics/requests.ts'
import { metricsRoutes } from './metrics/routes.ts'
import { migrations } from './migrations.ts'
import { outgoingRoutes } from './outgoing/routes.ts'
import { startSweeper } from './outgoing/sweeper.ts'
import { createAuth } from './people/auth.ts'
import { invitationRoutes } from './people/invitation-routes.ts'
import { createPeople, type People } from './people/people.ts'
import { authRoutes, meRoutes } from './people/routes.ts'
import { readsSession, requireAdministrator, requireWorker } from './people/session.ts'
import { startCleaning } from './retention.ts'
import { templateRoutes } from './templates/routes.ts'

/** A chat message of 32 kB with an escape for every character, and what goes with it. */
const apiBodyBytes = 128 * 1024
const engineTimeoutMs = 10_000

export type App = {
  fetch(request: Request): Promise<Response>
  /** Starts the loops: what nobody asks for, but must happen. */
  start(): void
  /** Ends the loops and the browsers' streams. What is being answered is answered; the database stays open. */
  drain(): Promise<void>
  people: People
  /** Compares the data with itself and with the engine; see `check/check.ts`. */
  check(onProgress?: OnProgress): Promise<Report>
  mend(found: Report, onProgress?: OnProgress): Promise<void>
  /** Every route there is, as `GET /api/me`. */
  routes: string[]
}

/**
 * Makes the app: brings the tables up to date and mounts everybody's routes.
 *
 * @example
 * const app = await createApp({ database, publicUrl: 'http://localhost:3000', … })
 * app.start()
 * const response = await app.fetch(request)
 * await app.drain()
 */
export async function createApp(options: AppOptions): Promise<App> {
  return mountApp(await createContext(options))
}

/** Brings the tables up to date and connects the engine: what every capability works with. */
export async function createContext(options: AppOptions): Promise<Context> {
  const { database, log } = options
  await database.migrate(migrations)
  const clock = options.clock ?? Date.now
  const metrics = createMetrics()
  const onCall = (call: EngineCall) => {
    metrics.engineCalled(call)
    recordCall(ctx, call)
  }
  const onDown = (isDown: boolean) => {
    if (isDown) log.error('the Conversations API does not answer: it is left alone, and probed now and then')
    else log.info('the Conversations API answers again')
  }
  const engine = connectEngine({ ...options.account, timeoutMs: engineTimeoutMs, onCall, onDown, ...options.engine })
  const ctx: Context = { database, engine, events: createEventLog(database, clock), log, metrics, clock, options }
  return ctx
}

/** Mounts everybody's routes. */
export function mountApp(ctx: Context): App {
  const { database, log, options } = ctx
  const auth = createAuth(options)
  const hub = createEventHub(ctx)
  const loops: { stop(): Promise<void> }[] = []
  let draining = false

  async function readiness(): Promise<string> {
    if (draining) return 'draining'
    try {
      await database.db.selectFrom('event_head').select('one').execute()
      return 'ready'
    } catch {
      return 'the database does not answer'
    }
  }

  const app = new Hono<AppEnvironment>()
  app.use(traced, requestLog(options), countRequests(ctx.metrics), securityHeaders(options))
  app.onError((error, c) => {
    const problem = toProblem(error, c.var.requestId)
    logFailure(log, error, problem)
    return sendProblem(c, problem, error instanceof RequestError ? error.headers : {})
  })
  app.notFound((c) => {
    const error = new RequestError(404, 'Not found', 'There is nothing at this address.')
    return sendProblem(c, toProblem(error, c.var.requestId))
  })

  app.get('/healthz', (c) => c.json({ status: 'alive' }))
  app.get('/readyz', async (c) => {
    const status = await readiness()
    return c.json({ status }, status === 'ready' ? 200 : 503)
  })
  app.route('/metrics', metricsRoutes(ctx, { streams: hub.size, isReady: async () => (await readiness()) === 'ready' }))

  app.use('/api/*', neverStored, refuseForeignWrites(options.publicUrl), limitBody(apiBodyBytes), requireJson)
  app.use('/api/*', readsSession(auth))

  // For anybody.
  app.route('/api/auth', authRoutes(ctx, auth))
  app.route('/api/invitations', invitationRoutes(ctx, auth))

  // For the engine.
  app.route(webhookPath, webhookRoutes(ctx))

  // For workers; what a worker may see of it is each room's own question.
  for (const path of ['me', 'events', 'customers', 'outgoing-conversations', 'conversations']) {
    app.use(`/api/${path}/*`, requireWorker)
  }
  app.route('/api/me', meRoutes(ctx))
  app.route('/api/events', eventRoutes(hub))
  app.route('/api/outgoing-conversations', outgoingRoutes(ctx))
  app.route('/api/customers', customerRoutes(ctx))
  app.route('/api/conversations', inboxRoutes(ctx))
  app.route('/api/conversations', templateRoutes(ctx))

  // For administrators.
  app.use('/api/console/*', requireAdministrator)
  app.use('/api/handset/*', requireAdministrator)
  app.route('/api/console/workers', workerRoutes(ctx))
  app.route('/api/console/settings', settingsRoutes(ctx))
  app.route('/api/console/probe', probeRoutes(ctx))
  app.route('/api/console/attempts', attemptRoutes(ctx))
  app.route('/api/console/callbacks', callbackRoutes(ctx))
  app.route('/api/console/audit', auditRoutes(ctx))
  app.route('/api/handset', handsetRoutes(ctx))

  return {
    fetch: async (request) => app.fetch(request),
    start() {
      hub.start()
      loops.push(hub, startCleaning(ctx), startSweeper(ctx))
      loops.push(startWebhookWork(ctx), startSending(ctx), startVerifying(ctx))
    },
    async drain() {
      draining = true
      await Promise.all(loops.splice(0).map((loop) => loop.stop()))
      await recordsWritten(ctx)
    },
    people: createPeople(ctx),
    check: (onProgress) => check(ctx, onProgress),
    mend: (found, onProgress) => mend(ctx, found, onProgress),
    routes: inspectRoutes(app).flatMap((route) => (route.isMiddleware ? [] : [`${route.method} ${route.path}`])),
  }
}

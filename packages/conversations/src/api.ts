import { randomUUID } from 'node:crypto'
import { DatabaseUnavailableError } from '@firstline/database'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { configurationRoutes } from './configuration/routes.ts'
import { conversationRoutes } from './conversations/routes.ts'
import type { Engine } from './engine.ts'
import { notFound, RestError } from './errors.ts'
import { basicAuth } from './http/auth.ts'
import { refuseOtherMethods } from './http/methods.ts'
import { createScope, type Env } from './http/scope.ts'
import { messageRoutes } from './messages/routes.ts'
import { participantConversationRoutes } from './participants/conversations-of.ts'
import { participantRoutes } from './participants/routes.ts'
import { serviceRoutes } from './services/routes.ts'
import { getService } from './services/service.ts'
import { simulatorRoutes } from './simulator/routes.ts'
import { webhookRoutes } from './webhooks/routes.ts'
import { scopedWebhookRoutes } from './webhooks/scoped.ts'

/** Attributes of 16 kB and a body, percent-encoded. */
const maxBodyBytes = 128 * 1024

export type ApiOptions = {
  /** Also answered below this path, such as `/twilio`, which then is part of the URLs in answers. */
  readonly basePath: string
  /** The origin of the URLs in answers; undefined: the request's own. */
  readonly publicUrl: string | undefined
}

/** The engine's whole HTTP interface: `/v1` and `/simulator`, behind Basic auth. */
export function createApi(engine: Engine, { basePath, publicUrl }: ApiOptions): Hono<Env> {
  const resources = new Hono<Env>()
    .route('/Conversations', conversationRoutes())
    .route('/Conversations', participantRoutes())
    .route('/Conversations', messageRoutes())
    .route('/Conversations', scopedWebhookRoutes())
    .route('/ParticipantConversations', participantConversationRoutes())
    .route('/Configuration', configurationRoutes())
    .route('/Configuration/Webhooks', webhookRoutes())

  const routes = new Hono<Env>()
    .route('/simulator', simulatorRoutes())
    .route('/v1/Services', serviceRoutes())
    .use('/v1/Services/:serviceSid/*', async (c, next) => {
      const service = await getService(engine, c.req.param('serviceSid'))
      c.set('scope', createScope(engine, service, c.get('baseUrl'), false))
      await next()
    })
    .route('/v1/Services/:serviceSid', resources)
    .use('/v1/*', async (c, next) => {
      const service = await getService(engine, engine.defaultServiceSid())
      c.set('scope', createScope(engine, service, c.get('baseUrl'), true))
      await next()
    })
    .route('/v1', resources)
  refuseOtherMethods(routes)

  // Not strict: a slash at the end of a path makes no difference.
  const app = new Hono<Env>({ strict: false })
    .use(async (c, next) => {
      await next()
      c.res.headers.set('twilio-request-id', `RQ${randomUUID().replaceAll('-', '')}`)
    })
    .use(basicAuth(engine.account))
    .use(bodyLimit({ maxSize: maxBodyBytes, onError: () => refuseTooLarge() }))
    .use(async (c, next) => {
      const { origin, pathname } = new URL(c.req.url)
      const base = pathname.startsWith(`${basePath}/`) ? basePath : ''
      c.set('engine', engine)
      c.set('baseUrl', (publicUrl ?? origin) + base)
      await next()
    })
    .route('/', routes)
  if (basePath) app.route(basePath, routes)

  app.notFound((c) => answer(notFound(c.req.path)))
  app.onError((error, c) => {
    if (error instanceof RestError) return answer(error)
    engine.log.error({ err: error, method: c.req.method, path: c.req.routePath }, 'request failed')
    const isDown = error instanceof DatabaseUnavailableError
    return answer(isDown ? new RestError(20503, undefined, { retryAfterSeconds: 2 }) : new RestError(20500))
  })
  return app
}

function refuseTooLarge(): never {
  throw new RestError(20413, `The body must be at most ${maxBodyBytes} bytes`)
}

function answer(error: RestError): Response {
  const headers: Record<string, string> = {}
  if (error.status === 401) headers['www-authenticate'] = 'Basic realm="Twilio API"'
  if (error.retryAfterSeconds !== undefined) headers['retry-after'] = String(error.retryAfterSeconds)
  return Response.json(error.toBody(), { status: error.status, headers })
}

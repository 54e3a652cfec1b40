import { Hono } from 'hono'
import { z } from 'zod'
import type { HandsetMessage, Phone, PhoneThread } from '../api.ts'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { invalidRequest, RequestError } from '../http/problem.ts'
import { validate } from '../http/validate.ts'
import { text, whyTooLong } from '../inbox/text.ts'

const timeoutMs = 10_000

const message = z.object({
  messageId: z.string().min(1).max(200),
  from: z.string().min(1).max(300),
  to: z.string().min(1).max(300).nullable(),
  conversationSid: z.string().max(34).optional(),
  body: text,
})

/**
 * The phones of simulated customers, for administrators. Only the embedded engine has them: with Twilio there is
 * nothing here.
 */
export function handsetRoutes(ctx: Context): Hono<AppEnvironment> {
  return new Hono<AppEnvironment>()
    .use(async (_c, next) => {
      if (ctx.options.simulator) return next()
      throw new RequestError(404, 'No handset', 'There are simulated phones only without a Twilio account.')
    })
    .get('/phones', async (c) => {
      const { phones } = await ask<{ phones: SimulatedPhone[] }>(ctx, '/phones')
      return c.json({ phones: phones.map(presentPhone) })
    })
    .get('/phones/:address', async (c) => {
      const { threads } = await ask<{ threads: PhoneThread[] }>(
        ctx,
        `/phones/${encodeURIComponent(c.req.param('address'))}`,
      )
      return c.json({ threads })
    })
    .post('/messages', validate('json', message), async (c) => {
      const { to, conversationSid, ...rest } = c.req.valid('json') as HandsetMessage
      if (to === null && conversationSid === undefined) {
        throw invalidRequest('conversationSid: on chat it says where the message goes.')
      }
      const tooLong = whyTooLong(to === null ? 'chat' : 'sms', rest.body)
      if (tooLong) throw invalidRequest(`body: ${tooLong}.`)
      const received = await ask<unknown>(ctx, '/messages', {
        ...rest,
        ...(to === null ? { conversationSid } : { to }),
      })
      return c.json(received as object, 201)
    })
}

type SimulatedPhone = Omit<Phone, 'displayName'> & { displayName: string | null }

function presentPhone({ address, channel, displayName, lastActivityAt }: SimulatedPhone): Phone {
  return { address, channel, displayName: displayName ?? address, lastActivityAt }
}

/** Asks the engine's simulated carrier; what it refuses is the administrator's own request refused. */
async function ask<T>(ctx: Context, path: string, body?: object): Promise<T> {
  const { simulator, account } = ctx.options
  if (!simulator) throw new RequestError(404, 'No handset', 'There are no simulated phones here.')
  const credentials = Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64')
  const response = await simulator.fetch(
    new Request(`${simulator.baseUrl}/simulator${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Basic ${credentials}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body ? { body: JSON.stringify(body) } : {}),
    }),
  )
  const answer: unknown = await response.json()
  if (response.ok) return answer as T
  if (response.status >= 500) throw new Error(`the simulated carrier answered ${response.status}`)
  const { message: detail } = answer as { message?: string }
  throw new RequestError(
    response.status === 404 ? 404 : 400,
    'Not taken',
    detail ?? 'The simulated phone does not take this.',
  )
}

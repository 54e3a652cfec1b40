import { Hono } from 'hono'
import { z } from 'zod'
import type { CallbackHealth, CallbackPage, CallbackTrouble } from '../api.ts'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { validate } from '../http/validate.ts'
import { cutPage, readCursor } from './cursor.ts'
import { listExchanges } from './exchanges.ts'
import { moment, optional, text } from './filters.ts'
import { callbackHealth } from './health.ts'
import { recordsWritten } from './recording.ts'
import { callbackTrouble } from './trouble.ts'

const pageSize = 50
const filter = z.object({
  cursor: text,
  location: text,
  verdict: optional(z.enum(['ok', 'warned', 'refused', 'givenUp', 'failed'])),
  worker: text,
  from: moment,
  to: moment,
})
const span = z.object({ span: z.enum(['hour', 'day', 'week']).default('day') })

/** `/api/console/callbacks`: the log of every callback, the newest first, and how each of them does. */
export function callbackRoutes(ctx: Context): Hono<AppEnvironment> {
  const { db } = ctx.database
  return new Hono<AppEnvironment>()
    .use(async (_, next) => {
      await recordsWritten(ctx)
      await next()
    })
    .get('/', validate('query', filter), async (c) => {
      const { cursor, ...asked } = c.req.valid('query')
      const rows = await listExchanges(db, asked, { after: readCursor(cursor), limit: pageSize + 1 })
      const { page, ...next } = cutPage(rows, pageSize, ({ at, exchangeId: id }) => ({ at: Date.parse(at), id }))
      return c.json<CallbackPage>({ exchanges: page, ...next })
    })
    .get('/health', validate('query', span), async (c) => {
      return c.json<CallbackHealth>(await callbackHealth(ctx, c.req.valid('query').span))
    })
    .get('/trouble', async (c) => c.json<CallbackTrouble>({ troubles: await callbackTrouble(ctx) }))
}

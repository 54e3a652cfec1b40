import { Hono } from 'hono'
import { z } from 'zod'
import type { AttemptDetails, AttemptPage } from '../api.ts'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { notFound } from '../http/problem.ts'
import { validate } from '../http/validate.ts'
import { findAttempt } from '../outgoing/attempts.ts'
import { listAttempts } from '../outgoing/find-attempts.ts'
import { isoTime, presentAttempt, resultOf } from '../outgoing/present.ts'
import { listCallsOf } from './calls.ts'
import { cutPage, readCursor } from './cursor.ts'
import { listExchangesOf } from './exchanges.ts'
import { moment, optional, text } from './filters.ts'
import { recordsWritten } from './recording.ts'

const pageSize = 50
const filter = z.object({
  cursor: text,
  worker: text,
  customer: text,
  state: optional(z.enum(['running', 'undoing', 'succeeded', 'failed'])),
  code: optional(z.coerce.number().int().nonnegative()),
  from: moment,
  to: moment,
  search: text,
})

/** `/api/console/attempts`: the starts, the newest first. */
export function attemptRoutes(ctx: Context): Hono<AppEnvironment> {
  const { db } = ctx.database
  return new Hono<AppEnvironment>()
    .get('/', validate('query', filter), async (c) => {
      const { cursor, ...asked } = c.req.valid('query')
      if (asked.search !== undefined) await recordsWritten(ctx)
      const rows = await listAttempts(db, asked, { after: readCursor(cursor), limit: pageSize + 1 })
      const { page, ...next } = cutPage(rows, pageSize, ({ startedAt, id }) => ({ at: startedAt, id }))
      return c.json<AttemptPage>({ attempts: page.map(presentAttempt), ...next })
    })
    .get('/:attemptId', async (c) => {
      const attempt = await findAttempt(db, c.req.param('attemptId'))
      if (!attempt) throw notFound('attempt')
      await recordsWritten(ctx)
      const { answer, notes } = attempt
      return c.json<AttemptDetails>({
        attempt: presentAttempt(attempt),
        ...(answer && 'problem' in answer && { problem: answer.problem }),
        exchanges: await listExchangesOf(db, attempt.id, resultOf(attempt, 'checkCustomer')?.exchangeId),
        calls: await listCallsOf(db, attempt.id),
        notes: notes.map(({ at, text }) => ({ at: isoTime(at), text })),
      })
    })
}

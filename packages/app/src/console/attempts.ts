import { Hono } from 'hono'
import type { AttemptDetails, AttemptPage } from '../api.ts'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { notFound } from '../http/problem.ts'
import { findAttempt, listAttempts } from '../outgoing/attempts.ts'
import { isoTime, presentAttempt } from '../outgoing/present.ts'
import { cutPage, readCursor } from './cursor.ts'
import { listExchangesOf } from './exchanges.ts'
import { recordsWritten } from './recording.ts'

const pageSize = 50

/** `/api/console/attempts` */
export function attemptRoutes(ctx: Context): Hono<AppEnvironment> {
  const { db } = ctx.database
  return new Hono<AppEnvironment>()
    .get('/', async (c) => {
      const rows = await listAttempts(db, { after: readCursor(c.req.query('cursor')), limit: pageSize + 1 })
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
        ...(answer && 'problem' in answer && answer),
        exchanges: await listExchangesOf(db, attempt.id),
        calls: [],
        notes: notes.map(({ at, text }) => ({ at: isoTime(at), text })),
      })
    })
}

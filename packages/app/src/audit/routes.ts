import { Hono } from 'hono'
import type { AuditPage } from '../api.ts'
import { cutPage, readCursor } from '../console/cursor.ts'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { listChanges } from './audit.ts'

const pageSize = 50

/** `GET /api/console/audit`: who changed settings or workers, the newest first. */
export function auditRoutes(ctx: Context): Hono<AppEnvironment> {
  return new Hono<AppEnvironment>().get('/', async (c) => {
    const after = readCursor(c.req.query('cursor'))
    const entries = await listChanges(ctx.database.db, { after, limit: pageSize + 1 })
    const { page, ...next } = cutPage(entries, pageSize, ({ at, id }) => ({ at: Date.parse(at), id }))
    return c.json<AuditPage>({ entries: page, ...next })
  })
}

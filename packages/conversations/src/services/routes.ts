import { Hono } from 'hono'
import { RestError } from '../errors.ts'
import { readForm } from '../http/form.ts'
import { readPage } from '../http/paging.ts'
import type { Env } from '../http/scope.ts'
import { newSid } from '../sids.ts'
import type { ServiceRow } from '../tables.ts'
import { write } from '../write.ts'
import { deleteService, getService, presentService } from './service.ts'

/** `/v1/Services`: the default one is made by `prepare` and stays; others come and go. */
export function serviceRoutes(): Hono<Env> {
  return new Hono<Env>()
    .post('/', async (c) => {
      const engine = c.get('engine')
      const form = await readForm(c)
      const friendlyName = form.get('FriendlyName') ?? ''
      if (friendlyName === '') throw new RestError(20001, "Missing required parameter 'FriendlyName'")
      if (friendlyName.length > 256) throw new RestError(50003)
      const now = engine.clock()
      const service: ServiceRow = {
        sid: newSid('IS'),
        friendly_name: friendlyName,
        is_default: 0,
        post_webhook_url: null,
        pre_webhook_url: null,
        webhook_filters: null,
        created_at: now,
        updated_at: now,
      }
      await write(engine, (tx) => tx.insertInto('service').values(service).execute())
      return c.json(presentService(engine, service, c.get('baseUrl')), 201)
    })
    .get('/', async (c) => {
      const engine = c.get('engine')
      const { rows, meta } = await readPage<ServiceRow>(c, {
        key: 'services',
        url: `${c.get('baseUrl')}/v1/Services`,
        columns: ['created_at', 'sid'],
        sortKey: (row) => [row.created_at, row.sid],
        read: (narrow) => narrow(engine.database.db.selectFrom('service').selectAll()).execute(),
      })
      return c.json({ services: rows.map((row) => presentService(engine, row, c.get('baseUrl'))), meta })
    })
    .get('/:serviceSid', async (c) => {
      const engine = c.get('engine')
      return c.json(presentService(engine, await getService(engine, c.req.param('serviceSid')), c.get('baseUrl')))
    })
    .delete('/:serviceSid', async (c) => {
      await deleteService(c.get('engine'), c.req.param('serviceSid'))
      return c.body(null, 204)
    })
}

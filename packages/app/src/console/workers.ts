import { Hono } from 'hono'
import { z } from 'zod'
import type { InvitedWorker } from '../api.ts'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { validate } from '../http/validate.ts'
import { listWorkers } from '../people/store.ts'
import { changeWorker, inviteWorker, renewInvitation } from '../people/workers.ts'

const role = z.enum(['worker', 'administrator'])

const newWorker = z.object({
  email: z.email('must be an e-mail address').max(254),
  displayName: z.string().trim().min(1, 'is needed').max(200),
  identity: z.string().trim().min(1).max(256).exactOptional(),
  role,
})

const workerChange = z
  .object({ role: role.exactOptional(), active: z.boolean().exactOptional() })
  .refine((change) => change.role !== undefined || change.active !== undefined, 'nothing to change')

/** `/api/console/workers` */
export function workerRoutes(ctx: Context): Hono<AppEnvironment> {
  return new Hono<AppEnvironment>()
    .get('/', async (c) => c.json({ workers: await listWorkers(ctx.database.db) }))
    .post('/', validate('json', newWorker), async (c) =>
      c.json<InvitedWorker>(await inviteWorker(ctx, c.req.valid('json'), c.var.worker), 201),
    )
    .patch('/:id', validate('json', workerChange), async (c) => {
      const change = c.req.valid('json')
      const worker = await changeWorker(ctx, { id: c.req.param('id'), by: c.var.worker, change })
      return c.json({ worker })
    })
    .post('/:id/invitation', async (c) => {
      return c.json<InvitedWorker>(await renewInvitation(ctx, c.req.param('id'), c.var.worker), 201)
    })
}

import { Hono } from 'hono'
import { z } from 'zod'
import type { SettingsView } from '../api.ts'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { validate } from '../http/validate.ts'
import { retentionDaysOf } from '../retention.ts'
import { changeSettings, readSettings } from './settings.ts'

const url = z.string().max(4_096)
const settings = z.object({
  outgoingConversationCallbackUrl: url.exactOptional(),
  crmCallbackUrl: url.exactOptional(),
  templatesCallbackUrl: url.exactOptional(),
})

/** `/api/console/settings`: what a change does not name stays as it is. */
export function settingsRoutes(ctx: Context): Hono<AppEnvironment> {
  const { engine, publicUrl, integration } = ctx.options
  const view = {
    engine: engine.kind,
    webhookUrl: new URL('/webhooks/conversations', publicUrl).href,
    builtInAvailable: integration !== undefined,
    retentionDays: retentionDaysOf(ctx),
  }
  return new Hono<AppEnvironment>()
    .get('/', async (c) => c.json<SettingsView>({ ...(await readSettings(ctx)), ...view }))
    .put('/', validate('json', settings), async (c) => {
      const changed = await changeSettings(ctx, c.req.valid('json'), c.var.worker)
      ctx.log.info({ requestId: c.var.requestId, by: c.var.worker.identity }, 'callback settings changed')
      return c.json<SettingsView>({ ...changed, ...view })
    })
}

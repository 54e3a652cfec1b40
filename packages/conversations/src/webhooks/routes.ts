import { Hono } from 'hono'
import { RestError } from '../errors.ts'
import { type Form, readForm } from '../http/form.ts'
import type { Env, Scope } from '../http/scope.ts'
import type { ServiceRow } from '../tables.ts'
import { write } from '../write.ts'
import { filtersOf, isEvent, targetUrl } from './outbox.ts'

const maxUrlLength = 512

/**
 * `/Configuration/Webhooks`, at the root and below a service: where webhooks go. An empty URL is nowhere; the embedding
 * process's own URL, as the default service says it at first, is its own target again.
 */
export function webhookRoutes(): Hono<Env> {
  return new Hono<Env>()
    .get('/', (c) => c.json(present(c.get('scope'), c.get('scope').service)))
    .post('/', async (c) => {
      const scope = c.get('scope')
      const form = await readForm(c)
      refuseOthers(form)
      const changes = {
        ...(form.has('PostWebhookUrl') && { post_webhook_url: readTarget(scope, form) }),
        ...(form.has('PreWebhookUrl') && { pre_webhook_url: readUrl(form, 'PreWebhookUrl') }),
        ...(form.has('Filters') && { webhook_filters: JSON.stringify(readFilters(form)) }),
        updated_at: scope.engine.clock(),
      }
      const { sid } = scope.service
      await write(scope.engine, (tx) => tx.updateTable('service').set(changes).where('sid', '=', sid).execute())
      return c.json(present(scope, { ...scope.service, ...changes }))
    })
}

function refuseOthers(form: Form): void {
  if (form.has('Method') && form.get('Method') !== 'POST') throw new RestError(20001, 'Method must be POST')
  if (form.has('Target') && form.get('Target') !== 'webhook') throw new RestError(20001, 'Target must be webhook')
}

/** The built-in target is not stored: it moves with the process that embeds the engine. */
function readTarget({ engine, service }: Scope, form: Form): string | null {
  const url = readUrl(form, 'PostWebhookUrl')
  return service.is_default && url === engine.webhook?.url ? null : url
}

function readUrl(form: Form, name: 'PostWebhookUrl' | 'PreWebhookUrl'): string {
  const url = form.get(name) ?? ''
  if (url === '') return ''
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (url.length > maxUrlLength || (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:')) {
    throw new RestError(20001, `${name} must be an http or https URL of at most ${maxUrlLength} characters`)
  }
  return url
}

function readFilters(form: Form): string[] {
  const filters = form.all('Filters').filter((filter) => filter !== '')
  const unknown = filters.find((filter) => !isEvent(filter))
  if (unknown !== undefined) throw new RestError(20001, `Filters must be events of webhooks, not '${unknown}'`)
  return filters
}

function present(scope: Scope, service: ServiceRow) {
  return {
    account_sid: scope.engine.account.accountSid,
    ...scope.chatService,
    pre_webhook_url: service.pre_webhook_url || null,
    post_webhook_url: targetUrl(scope.engine, service) ?? null,
    method: 'POST',
    filters: filtersOf(service),
    ...(scope.isRoot && { target: 'webhook' }),
    url: scope.url('/Configuration/Webhooks'),
  }
}

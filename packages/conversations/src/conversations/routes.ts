import { Hono } from 'hono'
import { RestError } from '../errors.ts'
import { readForm } from '../http/form.ts'
import { readPage } from '../http/paging.ts'
import { type Env, wantsWebhooks } from '../http/scope.ts'
import type { ConversationRow, ConversationState } from '../tables.ts'
import { askBeforeRemoval, readAsked } from '../webhooks/before.ts'
import { conversationParams } from '../webhooks/events.ts'
import { createConversation, deleteConversation, updateConversation } from './change.ts'
import { getConversation, presentConversation } from './conversation.ts'
import { readConversationInput, unsupportedOnCreate, unsupportedOnUpdate } from './input.ts'

/** `/Conversations`, at the root and below a service. */
export function conversationRoutes(): Hono<Env> {
  return new Hono<Env>()
    .post('/', async (c) => {
      const scope = c.get('scope')
      scope.engine.writes.take(scope.service.sid)
      const form = await readForm(c, unsupportedOnCreate)
      const about = () => ({ Attributes: '{}', State: 'active' })
      const input = await readAsked(c, { action: 'onConversationAdd', form, read: readConversationInput, about })
      const row = await createConversation(scope, input, wantsWebhooks(c))
      return c.json(presentConversation(scope, row), 201)
    })
    .get('/', async (c) => {
      const scope = c.get('scope')
      const filter = readFilter(c.req.query())
      const { rows, meta } = await readPage<ConversationRow>(c, {
        key: 'conversations',
        url: scope.url('/Conversations'),
        columns: ['created_at', 'sid'],
        sortKey: (row) => [row.created_at, row.sid],
        order: 'desc',
        read: (narrow) => {
          let query = scope.engine.database.db
            .selectFrom('conversation')
            .selectAll()
            .where('service_sid', '=', scope.service.sid)
          if (filter.state) query = query.where('state', '=', filter.state)
          if (filter.from !== undefined) query = query.where('created_at', '>=', filter.from)
          if (filter.before !== undefined) query = query.where('created_at', '<', filter.before)
          return narrow(query).execute()
        },
      })
      return c.json({ conversations: rows.map((row) => presentConversation(scope, row)), meta })
    })
    .get('/:sid', async (c) => {
      const scope = c.get('scope')
      return c.json(presentConversation(scope, await getConversation(scope, c.req.param('sid'))))
    })
    .post('/:sid', async (c) => {
      const scope = c.get('scope')
      scope.engine.writes.take(c.req.param('sid'))
      const form = await readForm(c, unsupportedOnUpdate)
      const about = async () => conversationParams(await getConversation(scope, c.req.param('sid')))
      const input = await readAsked(c, { action: 'onConversationUpdate', form, read: readConversationInput, about })
      const row = await updateConversation(scope, c.req.param('sid'), input, wantsWebhooks(c))
      return c.json(presentConversation(scope, row))
    })
    .delete('/:sid', async (c) => {
      const scope = c.get('scope')
      scope.engine.writes.take(scope.service.sid)
      const about = async () => conversationParams(await getConversation(scope, c.req.param('sid')))
      await askBeforeRemoval(c, 'onConversationRemove', about)
      await deleteConversation(scope, c.req.param('sid'), wantsWebhooks(c))
      return c.body(null, 204)
    })
}

type Filter = { state?: ConversationState; from?: number; before?: number }
const dayMs = 86_400_000

/** `State`, and `StartDate` and `EndDate`: days or moments, the last day included. */
function readFilter({ State: state, StartDate: start, EndDate: end }: Record<string, string>): Filter {
  const filter: Filter = {}
  if (state) {
    if (state !== 'active' && state !== 'inactive' && state !== 'closed') {
      throw new RestError(20001, 'State must be active, inactive or closed')
    }
    filter.state = state
  }
  if (start) filter.from = readDate('StartDate', start)
  if (end) filter.before = readDate('EndDate', end) + (/^\d{4}-\d\d-\d\d$/.test(end) ? dayMs : 1)
  return filter
}

function readDate(name: string, text: string): number {
  const ms = /^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw new RestError(20001, `${name} must be a date such as 2026-01-31`)
  return ms
}

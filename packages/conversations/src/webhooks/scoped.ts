import { Hono } from 'hono'
import { getConversation } from '../conversations/conversation.ts'
import { readPage } from '../http/paging.ts'
import type { Env } from '../http/scope.ts'

/**
 * `/Conversations/:conversation/Webhooks`: webhooks of one conversation, beside its service's. There are none, since
 * this engine makes none; the list says so to whoever follows the conversation's link.
 */
export function scopedWebhookRoutes(): Hono<Env> {
  return new Hono<Env>().get('/:conversation/Webhooks', async (c) => {
    const scope = c.get('scope')
    const { sid } = await getConversation(scope, c.req.param('conversation'))
    const { meta } = await readPage<never>(c, {
      key: 'webhooks',
      url: scope.url(`/Conversations/${sid}/Webhooks`),
      columns: ['created_at', 'sid'],
      sortKey: () => [0, ''],
      read: async () => [],
    })
    return c.json({ webhooks: [], meta })
  })
}

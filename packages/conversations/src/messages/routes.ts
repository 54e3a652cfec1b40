import { Hono } from 'hono'
import { getConversation } from '../conversations/conversation.ts'
import { RestError } from '../errors.ts'
import { readForm } from '../http/form.ts'
import { readPage } from '../http/paging.ts'
import { type Env, type RestContext, wantsWebhooks } from '../http/scope.ts'
import type { MessageRow, ReceiptRow } from '../tables.ts'
import { askBeforeRemoval, readAsked } from '../webhooks/before.ts'
import { messageParams } from '../webhooks/events.ts'
import { removeMessage, sendMessage, updateMessage } from './change.ts'
import { readMessageChange, readMessageInput, unsupportedOnCreate, unsupportedOnUpdate } from './input.ts'
import { getMessage, presentMessages } from './message.ts'
import { getReceipt, presentReceipt } from './receipts.ts'

/** What a message is without the parameters that say it. */
const newMessage = { Author: 'system', Attributes: '{}' }

/** `/Conversations/:conversation/Messages`, and their receipts. */
export function messageRoutes(): Hono<Env> {
  return new Hono<Env>()
    .post('/:conversation/Messages', async (c) => {
      const scope = c.get('scope')
      const sidOrName = c.req.param('conversation')
      scope.engine.writes.take(sidOrName)
      const input = await readAsked(c, {
        action: 'onMessageAdd',
        form: await readForm(c, unsupportedOnCreate),
        read: readMessageInput,
        about: async () => ({ ...newMessage, ConversationSid: (await getConversation(scope, sidOrName)).sid }),
      })
      // Not of Twilio's: a request of its client has no such header.
      const idempotencyKey = c.req.header('idempotency-key')
      return present(c, await sendMessage(scope, sidOrName, { ...input, idempotencyKey }, wantsWebhooks(c)), 201)
    })
    .get('/:conversation/Messages', async (c) => {
      const scope = c.get('scope')
      const { db } = scope.engine.database
      const { sid } = await getConversation(scope, c.req.param('conversation'))
      const { rows, meta } = await readPage<MessageRow>(c, {
        key: 'messages',
        url: scope.url(`/Conversations/${sid}/Messages`),
        columns: ['message_index', 'sid'],
        sortKey: (row) => [row.message_index, row.sid],
        order: readOrder(c.req.query('Order')),
        read: (narrow) => narrow(db.selectFrom('message').selectAll().where('conversation_sid', '=', sid)).execute(),
      })
      return c.json({ messages: await presentMessages(scope, rows), meta })
    })
    .get('/:conversation/Messages/:message', async (c) => present(c, await find(c)))
    .post('/:conversation/Messages/:message', async (c) => {
      const { conversation, message } = c.req.param()
      c.get('scope').engine.writes.take(conversation)
      const form = await readForm(c, unsupportedOnUpdate)
      const about = async () => messageParams(await find(c))
      const change = await readAsked(c, { action: 'onMessageUpdate', form, read: readMessageChange, about })
      return present(c, await updateMessage(c.get('scope'), conversation, message, change, wantsWebhooks(c)))
    })
    .delete('/:conversation/Messages/:message', async (c) => {
      const { conversation, message } = c.req.param()
      c.get('scope').engine.writes.take(conversation)
      await askBeforeRemoval(c, 'onMessageRemove', async () => messageParams(await find(c)))
      await removeMessage(c.get('scope'), conversation, message, wantsWebhooks(c))
      return c.body(null, 204)
    })
    .get('/:conversation/Messages/:message/Receipts', async (c) => {
      const scope = c.get('scope')
      const { db } = scope.engine.database
      const { sid, conversation_sid } = await find(c)
      const { rows, meta } = await readPage<ReceiptRow>(c, {
        key: 'delivery_receipts',
        url: scope.url(`/Conversations/${conversation_sid}/Messages/${sid}/Receipts`),
        columns: ['created_at', 'sid'],
        sortKey: (row) => [row.created_at, row.sid],
        read: (narrow) => narrow(db.selectFrom('receipt').selectAll().where('message_sid', '=', sid)).execute(),
      })
      return c.json({ delivery_receipts: rows.map((row) => presentReceipt(scope, row)), meta })
    })
    .get('/:conversation/Messages/:message/Receipts/:receipt', async (c) => {
      const { sid } = await find(c)
      return c.json(presentReceipt(c.get('scope'), await getReceipt(c.get('scope'), sid, c.req.param('receipt'))))
    })
}

/** The message that the path names. */
async function find(c: RestContext): Promise<MessageRow> {
  const scope = c.get('scope')
  const { conversation = '', message = '' } = c.req.param() as Record<string, string>
  const { sid } = await getConversation(scope, conversation)
  return getMessage(scope.engine.database.db, sid, message)
}

async function present(c: RestContext, row: MessageRow, status: 200 | 201 = 200): Promise<Response> {
  const [presented] = await presentMessages(c.get('scope'), [row])
  return c.json(presented, status)
}

function readOrder(order: string | undefined): 'asc' | 'desc' {
  const lower = (order ?? 'asc').toLowerCase()
  if (lower !== 'asc' && lower !== 'desc') throw new RestError(20001, 'Order must be asc or desc')
  return lower
}

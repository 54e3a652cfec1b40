import { getConversation, holdOpenConversation } from '../conversations/conversation.ts'
import type { Scope } from '../http/scope.ts'
import type { MessageRow } from '../tables.ts'
import { messageEvent } from '../webhooks/events.ts'
import { type Tx, write } from '../write.ts'
import { appendMessage } from './append.ts'
import { authorAmong } from './author.ts'
import type { MessageChange, MessageInput } from './input.ts'
import { checkLength } from './length.ts'
import { getMessage } from './message.ts'

/**
 * Sends a message in an open conversation. The same idempotency key again is the same message: a network may carry a
 * request twice, and whoever got no answer may ask once more.
 *
 * @throws RestError 20404, 50377 (closed), 50504 (too long)
 */
export async function sendMessage(
  scope: Scope,
  sidOrName: string,
  input: MessageInput & { idempotencyKey?: string | undefined },
  withWebhooks: boolean,
): Promise<MessageRow> {
  return write(scope.engine, async (tx, consequences) => {
    const conversation = await holdOpenConversation(tx, (await getConversation(scope, sidOrName, tx)).sid)
    const earlier = input.idempotencyKey && (await findByKey(tx, conversation.sid, input.idempotencyKey))
    if (earlier) return earlier
    return appendMessage(scope.engine, tx, consequences, conversation, { ...input, source: 'API', withWebhooks })
  })
}

/** Looked up while the conversation is held: the second of two at once waits for the first. */
function findByKey(tx: Tx, conversationSid: string, key: string): Promise<MessageRow | undefined> {
  return tx
    .selectFrom('message')
    .selectAll()
    .where('conversation_sid', '=', conversationSid)
    .where('idempotency_key', '=', key)
    .executeTakeFirst()
}

/** Changes what is stored; what was delivered stays on the handsets as it was. @throws RestError 20404, 50377, 50504 */
export async function updateMessage(
  scope: Scope,
  conversationSidOrName: string,
  sid: string,
  change: MessageChange,
  withWebhooks: boolean,
): Promise<MessageRow> {
  const { engine } = scope
  return write(engine, async (tx, { events }) => {
    const conversation = await holdOpenConversation(tx, (await getConversation(scope, conversationSidOrName, tx)).sid)
    const before = await getMessage(tx, conversation.sid, sid)
    const participants = await participantsOf(tx, conversation.sid)
    if (change.body && before.body !== change.body) checkLength(change.body, participants)
    const author = change.author && { participant_sid: authorAmong(participants, change.author)?.sid ?? null }
    const changed = { ...change, ...author, updated_at: engine.clock() }
    await tx.updateTable('message').set(changed).where('sid', '=', sid).execute()
    const after = { ...before, ...changed }
    if (withWebhooks) events.push(messageEvent(engine, 'onMessageUpdated', conversation, after, 'API'))
    return after
  })
}

function participantsOf(tx: Tx, conversationSid: string) {
  return tx.selectFrom('participant').selectAll().where('conversation_sid', '=', conversationSid).execute()
}

/** @throws RestError 20404, 50377 */
export async function removeMessage(
  scope: Scope,
  conversationSidOrName: string,
  sid: string,
  withWebhooks: boolean,
): Promise<void> {
  const { engine } = scope
  await write(engine, async (tx, { events }) => {
    const conversation = await holdOpenConversation(tx, (await getConversation(scope, conversationSidOrName, tx)).sid)
    const row = await getMessage(tx, conversation.sid, sid)
    await tx.deleteFrom('message').where('sid', '=', sid).execute()
    if (withWebhooks) events.push(messageEvent(engine, 'onMessageRemoved', conversation, row, 'API'))
  })
}

import type { Message } from '../api.ts'
import type { Context } from '../context.ts'
import type { NewEvent } from '../events/log.ts'
import { namesOf } from './names.ts'
import { presentConversation, presentMessage, presentOutgoing } from './present.ts'
import { findConversation, listMembers, listSenderKeys, refreshSummary, type Tx } from './store.ts'
import type { ConversationRow, MemberRow, MessageRow, OutgoingMessageRow } from './tables.ts'

/**
 * Ends a change of a conversation: counts anew what is derived, and appends what its workers' browsers are told.
 * Call it in a transaction of the event log.
 */
export async function tellMembers(
  ctx: Pick<Context, 'events'>,
  tx: Tx,
  sid: string,
  changed: { messages?: MessageRow[]; outgoing?: OutgoingMessageRow[] } = {},
): Promise<void> {
  const { messages = [], outgoing = [] } = changed
  await refreshSummary(tx, sid)
  const conversation = await findConversation(tx, sid)
  const members = await listMembers(tx, sid)
  if (!conversation || members.length === 0) return
  const keys = await listSenderKeys(tx, messages)
  const nameOf = await namesOf(tx, [...messages.map(({ author }) => author), ...outgoing.map(({ worker }) => worker)])
  const presented = [
    ...messages.map((message) => presentMessage(message, conversation, nameOf, keys.get(message.outgoing_id ?? ''))),
    ...outgoing.map((message) => presentOutgoing(message, nameOf)),
  ]
  appendConversation(ctx, tx, conversation, members, presented)
}

/** Appends what the browsers of a conversation's workers are told of it, and of messages in it. */
export function appendConversation(
  ctx: Pick<Context, 'events'>,
  tx: Tx,
  conversation: ConversationRow,
  members: readonly Pick<MemberRow, 'identity' | 'unread_count'>[],
  messages: readonly Message[] = [],
): void {
  ctx.events.append(
    tx,
    members.flatMap(({ identity, unread_count }): NewEvent[] => [
      ...messages.map((data) => ({ audience: { worker: identity }, type: 'message' as const, data })),
      {
        audience: { worker: identity },
        type: 'conversation',
        data: presentConversation(conversation, unread_count),
      },
    ]),
  )
}

/** Closed is final, so there is nothing to ask. */
export async function markClosed(ctx: Pick<Context, 'events'>, tx: Tx, sid: string): Promise<void> {
  const changed = await tx
    .updateTable('conversation')
    .set({ state: 'closed' })
    .where('sid', '=', sid)
    .where('state', '<>', 'closed')
    .returning('sid')
    .executeTakeFirst()
  if (changed) await tellMembers(ctx, tx, sid)
}

import { Hono } from 'hono'
import { presentTimers } from '../conversations/conversation.ts'
import { RestError } from '../errors.ts'
import { readPage } from '../http/paging.ts'
import { type Env, isoDate, type Scope } from '../http/scope.ts'
import type { ConversationRow, ParticipantRow } from '../tables.ts'
import { presentBinding } from './participant.ts'

/** `/ParticipantConversations`: the conversations, closed ones too, that an identity or an address is in. */
export function participantConversationRoutes(): Hono<Env> {
  return new Hono<Env>().get('/', async (c) => {
    const scope = c.get('scope')
    const { Identity: identity = '', Address: address = '' } = c.req.query()
    if ((identity === '') === (address === '')) throw new RestError(50451)
    const { rows, meta } = await readPage<ParticipantRow>(c, {
      key: 'conversations',
      url: scope.url('/ParticipantConversations'),
      columns: ['participant.created_at', 'participant.sid'],
      sortKey: (row) => [row.created_at, row.sid],
      order: 'desc',
      read: (narrow) =>
        narrow(
          scope.engine.database.db
            .selectFrom('participant')
            .innerJoin('conversation', 'conversation.sid', 'participant.conversation_sid')
            .selectAll('participant')
            .where('conversation.service_sid', '=', scope.service.sid)
            .where(identity ? 'participant.identity' : 'participant.address', '=', identity || address),
        ).execute(),
    })
    const conversations = await readConversations(scope, rows)
    return c.json({
      conversations: rows.flatMap((row) => {
        const conversation = conversations.get(row.conversation_sid)
        return conversation ? [present(scope, row, conversation)] : []
      }),
      meta,
    })
  })
}

async function readConversations(scope: Scope, rows: ParticipantRow[]): Promise<Map<string, ConversationRow>> {
  if (rows.length === 0) return new Map()
  const sids = rows.map((row) => row.conversation_sid)
  const { db } = scope.engine.database
  const found = await db.selectFrom('conversation').selectAll().where('sid', 'in', sids).execute()
  return new Map(found.map((conversation) => [conversation.sid, conversation]))
}

function present(scope: Scope, participant: ParticipantRow, conversation: ConversationRow) {
  const binding = presentBinding(participant)
  return {
    account_sid: scope.engine.account.accountSid,
    chat_service_sid: conversation.service_sid,
    participant_sid: participant.sid,
    participant_user_sid: null,
    participant_identity: participant.identity,
    participant_messaging_binding: binding && { ...binding, level: null, name: null, projected_address: null },
    conversation_sid: conversation.sid,
    conversation_unique_name: conversation.unique_name,
    conversation_friendly_name: conversation.friendly_name,
    conversation_attributes: conversation.attributes,
    conversation_date_created: isoDate(conversation.created_at),
    conversation_date_updated: isoDate(conversation.updated_at),
    conversation_created_by: conversation.created_by,
    conversation_state: conversation.state,
    conversation_timers: presentTimers(conversation),
    links: {
      participant: scope.url(`/Conversations/${conversation.sid}/Participants/${participant.sid}`),
      conversation: scope.url(`/Conversations/${conversation.sid}`),
    },
  }
}

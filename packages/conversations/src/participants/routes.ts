import { Hono } from 'hono'
import { getConversation } from '../conversations/conversation.ts'
import { readForm } from '../http/form.ts'
import { readPage } from '../http/paging.ts'
import { type Env, type RestContext, wantsWebhooks } from '../http/scope.ts'
import type { ParticipantRow } from '../tables.ts'
import { askBeforeRemoval, readAsked } from '../webhooks/before.ts'
import { participantParams } from '../webhooks/events.ts'
import { addParticipant, removeParticipant, updateParticipant } from './change.ts'
import { readParticipantChange, readParticipantInput, unsupportedOnCreate, unsupportedOnUpdate } from './input.ts'
import { getParticipant, presentParticipant } from './participant.ts'

/** `/Conversations/:conversation/Participants` */
export function participantRoutes(): Hono<Env> {
  return new Hono<Env>()
    .post('/:conversation/Participants', async (c) => {
      const scope = c.get('scope')
      const sidOrName = c.req.param('conversation')
      scope.engine.writes.take(sidOrName)
      const input = await readAsked(c, {
        action: 'onParticipantAdd',
        form: await readForm(c, unsupportedOnCreate),
        read: (form) => readParticipantInput(form, scope.engine.senders),
        about: async () => ({ ConversationSid: (await getConversation(scope, sidOrName)).sid, Attributes: '{}' }),
      })
      return c.json(presentParticipant(scope, await addParticipant(scope, sidOrName, input, wantsWebhooks(c))), 201)
    })
    .get('/:conversation/Participants', async (c) => {
      const scope = c.get('scope')
      const { db } = scope.engine.database
      const { sid } = await getConversation(scope, c.req.param('conversation'))
      const { rows, meta } = await readPage<ParticipantRow>(c, {
        key: 'participants',
        url: scope.url(`/Conversations/${sid}/Participants`),
        columns: ['created_at', 'sid'],
        sortKey: (row) => [row.created_at, row.sid],
        read: (narrow) =>
          narrow(db.selectFrom('participant').selectAll().where('conversation_sid', '=', sid)).execute(),
      })
      return c.json({ participants: rows.map((row) => presentParticipant(scope, row)), meta })
    })
    .get('/:conversation/Participants/:participant', async (c) => {
      return c.json(presentParticipant(c.get('scope'), await find(c)))
    })
    .post('/:conversation/Participants/:participant', async (c) => {
      const scope = c.get('scope')
      const { conversation, participant } = c.req.param()
      scope.engine.writes.take(conversation)
      const form = await readForm(c, unsupportedOnUpdate)
      const about = async () => participantParams(await find(c))
      const change = await readAsked(c, { action: 'onParticipantUpdate', form, read: readParticipantChange, about })
      const row = await updateParticipant(scope, conversation, participant, change, wantsWebhooks(c))
      return c.json(presentParticipant(scope, row))
    })
    .delete('/:conversation/Participants/:participant', async (c) => {
      const scope = c.get('scope')
      const { conversation, participant } = c.req.param()
      scope.engine.writes.take(conversation)
      await askBeforeRemoval(c, 'onParticipantRemove', async () => participantParams(await find(c)))
      await removeParticipant(scope, conversation, participant, wantsWebhooks(c))
      return c.body(null, 204)
    })
}

/** The participant whom the path names. */
async function find(c: RestContext): Promise<ParticipantRow> {
  const scope = c.get('scope')
  const { conversation = '', participant = '' } = c.req.param() as Record<string, string>
  const { sid } = await getConversation(scope, conversation)
  return getParticipant(scope.engine.database.db, sid, participant)
}

/** Which conversations have webhooks in the outbox, so that none of these is read to find what is due. */
import type { Engine } from '../engine.ts'
import type { WebhookEventRow } from '../tables.ts'
import type { Tx } from '../write.ts'

/** So often a failing event holds back what came after it in its conversation; then order gives way to progress. */
export const attemptsInOrder = 6

/** Has the conversations of new events looked at, be it in vain when an earlier event holds them back. */
export async function openLanes(tx: Tx, events: readonly WebhookEventRow[]): Promise<void> {
  const lanes = new Map(
    events.map(({ conversation_sid, service_sid, due_at }) => [
      conversation_sid,
      { conversation_sid, service_sid, due_at },
    ]),
  )
  // In one order everywhere: who waits for the rows of others must not hold what these wait for.
  const inOrder = [...lanes.values()].sort((a, b) => (a.conversation_sid < b.conversation_sid ? -1 : 1))
  await tx
    .insertInto('webhook_lane')
    .values(inOrder)
    .onConflict((conflict) =>
      conflict.column('conversation_sid').doUpdateSet(({ case: choose, ref }) => ({
        due_at: choose()
          .when('webhook_lane.due_at', '<', ref('excluded.due_at'))
          .then(ref('webhook_lane.due_at'))
          .else(ref('excluded.due_at'))
          .end(),
      })),
    )
    .execute()
}

/** Takes out what has been sent of a conversation, and writes down when there is something to do for it again. */
export async function settleLane({ database }: Engine, conversationSid: string, sent: string[]): Promise<void> {
  await database.db.transaction().execute(async (tx) => {
    // Held until the end, so that no event is stored beside it and overlooked.
    await tx
      .updateTable('webhook_lane')
      .set(({ ref }) => ({ due_at: ref('due_at') }))
      .where('conversation_sid', '=', conversationSid)
      .execute()
    if (sent.length > 0) await tx.deleteFrom('webhook_event').where('id', 'in', sent).execute()
    const dueAt = await nextDueAt(tx, conversationSid)
    if (dueAt === null) await tx.deleteFrom('webhook_lane').where('conversation_sid', '=', conversationSid).execute()
    else {
      await tx
        .updateTable('webhook_lane')
        .set({ due_at: dueAt })
        .where('conversation_sid', '=', conversationSid)
        .execute()
    }
  })
}

/** When one is due up to the first that holds back the rest. */
async function nextDueAt(tx: Tx, conversationSid: string): Promise<number | null> {
  const first = await tx
    .selectFrom('webhook_event')
    .select('position')
    .where('conversation_sid', '=', conversationSid)
    .where('attempts', '<', attemptsInOrder)
    .orderBy('position')
    .limit(1)
    .executeTakeFirst()
  const { at } = await tx
    .selectFrom('webhook_event')
    .select(({ fn }) => fn.min<number | null>('due_at').as('at'))
    .where('conversation_sid', '=', conversationSid)
    .$if(first !== undefined, (query) => query.where('position', '<=', first?.position ?? 0))
    .executeTakeFirstOrThrow()
  return at
}

/** For events that are not in a lane: an older version of this engine, which may still run beside it, has none. */
export async function restoreLanes({ database }: Engine): Promise<void> {
  await database.db
    .insertInto('webhook_lane')
    .columns(['conversation_sid', 'service_sid', 'due_at'])
    .expression(({ selectFrom }) =>
      selectFrom('webhook_event as event')
        .select(({ fn }) => [
          'event.conversation_sid',
          fn.min('event.service_sid').as('service_sid'),
          fn.min('event.due_at').as('due_at'),
        ])
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('webhook_lane as lane')
                .select('lane.due_at')
                .whereRef('lane.conversation_sid', '=', 'event.conversation_sid'),
            ),
          ),
        )
        .groupBy('event.conversation_sid'),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

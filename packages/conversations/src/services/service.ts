import type { Engine } from '../engine.ts'
import { notFound, RestError } from '../errors.ts'
import { isoDate } from '../http/scope.ts'
import { newSid } from '../sids.ts'
import type { ServiceRow } from '../tables.ts'
import { type Tx, write } from '../write.ts'

/** @throws RestError 20404 when there is no such service. */
export async function getService(engine: Engine, sid: string): Promise<ServiceRow> {
  const row = await engine.database.db.selectFrom('service').selectAll().where('sid', '=', sid).executeTakeFirst()
  if (!row) throw notFound(`/Services/${sid}`)
  return row
}

/**
 * Holds a service until the end of the transaction, so that it is not deleted while something is made in it.
 *
 * @throws RestError 20404 when it is gone.
 */
export async function holdService(tx: Tx, sid: string): Promise<void> {
  const row = await tx
    .updateTable('service')
    .set(({ ref }) => ({ updated_at: ref('updated_at') }))
    .where('sid', '=', sid)
    .returning('sid')
    .executeTakeFirst()
  if (!row) throw notFound(`/Services/${sid}`)
}

/**
 * Deletes a service with all it has. Nobody is told: where its webhooks would go is deleted with it.
 *
 * @throws RestError 20404, and 20403 for the default service, which is what the API's root means.
 */
export async function deleteService(engine: Engine, sid: string): Promise<void> {
  const { is_default } = await getService(engine, sid)
  if (is_default) throw new RestError(20403, 'The default service cannot be deleted')
  await write(engine, async (tx) => {
    await holdService(tx, sid)
    await tx.deleteFrom('service').where('sid', '=', sid).execute()
    // This waits for those who write in them. What they stored in the outbox meanwhile goes after it.
    await tx.deleteFrom('conversation').where('service_sid', '=', sid).execute()
    await tx.deleteFrom('webhook_lane').where('service_sid', '=', sid).execute()
    await tx.deleteFrom('webhook_event').where('service_sid', '=', sid).execute()
  })
}

/** Finds the default service, or makes it at the first start; several processes may do so at once. */
export async function prepareDefaultService(engine: Engine): Promise<string> {
  const { db } = engine.database
  const now = engine.clock()
  const service: ServiceRow = {
    sid: newSid('IS'),
    friendly_name: 'Default Conversations Service',
    is_default: 1,
    post_webhook_url: null,
    pre_webhook_url: null,
    webhook_filters: null,
    created_at: now,
    updated_at: now,
  }
  await db
    .insertInto('service')
    .values(service)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await db.selectFrom('service').select('sid').where('is_default', '=', 1).executeTakeFirstOrThrow()
  return row.sid
}

export function presentService(engine: Engine, row: ServiceRow, baseUrl: string) {
  const url = `${baseUrl}/v1/Services/${row.sid}`
  return {
    account_sid: engine.account.accountSid,
    sid: row.sid,
    friendly_name: row.friendly_name,
    date_created: isoDate(row.created_at),
    date_updated: isoDate(row.updated_at),
    url,
    links: {
      conversations: `${url}/Conversations`,
      configuration: `${url}/Configuration`,
      participant_conversations: `${url}/ParticipantConversations`,
    },
  }
}

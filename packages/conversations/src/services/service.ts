import type { Engine } from '../engine.ts'
import { notFound } from '../errors.ts'
import { isoDate } from '../http/scope.ts'
import { newSid } from '../sids.ts'
import type { ServiceRow } from '../tables.ts'

/** @throws RestError 20404 when there is no such service. */
export async function getService(engine: Engine, sid: string): Promise<ServiceRow> {
  const row = await engine.database.db.selectFrom('service').selectAll().where('sid', '=', sid).executeTakeFirst()
  if (!row) throw notFound(`/Services/${sid}`)
  return row
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

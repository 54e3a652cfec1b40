/** How what waits is found: in order, and without reading what does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase, recordPlans } from '@firstline/database/testing'
import { countQueues } from '../metrics/measuring.ts'
import { headOfQueue, headsOfQueues, listUnsent, nextPosition, releaseClaims } from './outgoing-store.ts'
import type { Tx } from './store.ts'
import { type InboxTest, openInbox } from './testing.ts'
import { dueMessages } from './verify.ts'
import { dueWebhooks } from './webhook-work.ts'

/** Nobody else works on what a test writes down. */
async function openIdle(...args: Parameters<typeof openInbox>): Promise<InboxTest> {
  const inbox = await openInbox(...args)
  await inbox.app.drain()
  return inbox
}

async function storeWebhooks({ database, ctx }: InboxTest, waiting: { sid: string; since: number }[]): Promise<void> {
  const rows = waiting.map(({ sid, since }, i) => ({
    id: String(i),
    conversation_sid: sid,
    type: 'onMessageAdded',
    params: '{}',
    position: i,
    received_at: 0,
    attempts: 0,
    due_at: ctx.clock() - since,
  }))
  await database.db.insertInto('stored_webhook').values(rows).execute()
}

onEachDatabase((create) => {
  test('conversations with webhooks are found the longest waiting first, however many each has', async (t) => {
    const inbox = await openIdle(t, create)
    const inOrder = ['a', 'b', 'c', 'd', 'e']
    const waiting = inOrder.flatMap((sid, i) =>
      Array.from({ length: sid === 'b' ? 250 : 2 }, () => ({ sid, since: 60_000 - i * 1_000 })),
    )
    await storeWebhooks(inbox, [...waiting.reverse(), { sid: 'later', since: -60_000 }])
    assert.deepEqual((await dueWebhooks(inbox.ctx, 3)).keys, ['a', 'b', 'c'])
    assert.deepEqual((await dueWebhooks(inbox.ctx, 3, ['a', 'c'])).keys, ['b', 'd', 'e'])
    const all = await dueWebhooks(inbox.ctx, 10)
    assert.deepEqual(all.keys, inOrder)
    assert.ok((all.nextAt ?? 0) > inbox.ctx.clock())
  })

  test('what waits is found through indices that hold nothing else', async (t) => {
    const inbox = await openIdle(t, create)
    if (inbox.database.kind !== 'sqlite') return t.skip('SQLite says in its plans what it reads')
    const found = recordPlans(inbox.database)
    const ctx = { ...inbox.ctx, database: found.database }
    const { db } = found.database
    await dueWebhooks(ctx, 10, ['busy'])
    await dueMessages(ctx, 10, ['busy'])
    await headsOfQueues(db, 10, ['busy'])
    await headOfQueue(db, 'CH')
    await nextPosition(db as Tx, 'CH')
    await listUnsent(db, 'CH', { from: 0, until: 1, limit: 10 })
    await releaseClaims(db, 0)
    await releaseClaims(db, 0, 'claim')
    assert.deepEqual(await readElsewhere(found.plans), [])

    const counted = recordPlans(inbox.database)
    await countQueues({ ...inbox.ctx, database: counted.database })
    // Of webhooks the table itself holds only what waits.
    assert.deepEqual(await readElsewhere(counted.plans), ['SCAN stored_webhook'])
  })
})

/** What is read without one of the indices that are made for what waits. */
async function readElsewhere(plans: () => Promise<string[]>): Promise<string[]> {
  const read = (await plans()).filter((line) => /^(SCAN|SEARCH) /.test(line))
  assert.ok(read.length > 0)
  return read.filter((line) => !/ USING .*(waiting|without_end|queue|due|unsent|claim|leased|autoindex)/.test(line))
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import {
  applyReading,
  lockConversation,
  projectConversation,
  readConversation,
  recordStartedConversation,
} from './project.ts'
import { createConversation, openInbox } from './testing.ts'

const dropped = async () => new Response()

onEachDatabase((create) => {
  test('a conversation that was just started is there at once, for its worker only', async (t) => {
    const inbox = await openInbox(t, create, { webhook: dropped })
    const sid = await createConversation(inbox, ['ada'])
    // What was read before the worker was added, and comes in after the start has ended.
    const early = { ...(await readConversation(inbox.ctx, sid)) }
    if (early.facts) early.facts.workers = []
    await inbox.ctx.events.transaction((tx) =>
      recordStartedConversation(inbox.ctx, tx, {
        sid,
        worker: 'ada',
        displayName: 'Grace Hopper',
        customerId: '7',
        channel: 'sms',
        contactAddress: '+15550100001',
        proxyAddress: '+15550109999',
        createdAt: inbox.ctx.clock(),
      }),
    )
    await inbox.ctx.events.transaction(async (tx) => {
      await lockConversation(inbox.ctx, tx, sid)
      await applyReading(inbox.ctx, tx, early)
    })
    assert.equal((await inbox.details('ada', sid)).conversation.displayName, 'Grace Hopper')
    assert.deepEqual(await inbox.events('ada', 'conversation.removed'), [])
    assert.equal((await inbox.events('ada', 'conversation')).length, 1)
    assert.equal((await inbox.request(`/api/conversations/${sid}`, { as: 'bob' })).status, 404)
  })

  test('reading a conversation again that has not changed tells nobody', async (t) => {
    const inbox = await openInbox(t, create, { webhook: dropped })
    const sid = await createConversation(inbox, ['ada'])
    for (const _ of [1, 2, 3]) assert.equal(await projectConversation(inbox.ctx, sid), 'there')
    assert.equal((await inbox.events('ada', 'conversation')).length, 1)
    assert.equal(await projectConversation(inbox.ctx, `CH${'0'.repeat(32)}`), 'gone')
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { onEachDatabase, recordPlans } from '@firstline/database/testing'
import type { Engine } from '../engine.ts'
import { engineFactory, openEngine, type TestEngine } from '../testing.ts'
import { dueDeliveries } from './due.ts'
import { listen, type Receiver } from './testing.ts'

/** Less than a receiver that hangs is waited for. */
const promptlyMs = 3_000
const longerThanSixthRetryMs = 20_000

onEachDatabase((create) => {
  const open = engineFactory(create)

  test('a receiver that hangs holds up its own conversation, and no other', async (t) => {
    const hanging = await listen(t, ({ FriendlyName }) => (FriendlyName === 'hangs' ? 'never' : {}))
    const engine = await open(t)
    const base = await serviceTo(engine, hanging)
    await engine.post(`${base}/Conversations`, { FriendlyName: 'hangs' })
    assert.equal((await hanging.next()).params['FriendlyName'], 'hangs')
    const begun = Date.now()
    await engine.post(`${base}/Conversations`, { FriendlyName: 'passes' })
    assert.equal((await hanging.next()).params['FriendlyName'], 'passes')
    assert.ok(Date.now() - begun < promptlyMs)
    hanging.hangUp()
  })

  test('a receiver that hangs in a hundred conversations leaves places for the others', async (t) => {
    const hanging = await listen(t, () => 'never')
    const engine = await open(t)
    const base = await serviceTo(engine, hanging)
    for (let i = 0; i < 100; i++) await engine.post(`${base}/Conversations`)
    while (hanging.received.length < 20) await hanging.next()
    const begun = Date.now()
    const { sid } = (await engine.post('/v1/Conversations')).body
    await engine.hooks.find({ EventType: 'onConversationAdded', ConversationSid: sid })
    assert.ok(Date.now() - begun < promptlyMs)
    await engine.post(`${base}/Configuration/Webhooks`, { PostWebhookUrl: '' })
    hanging.hangUp()
  })

  test('what fails holds back its own conversation six times, and then nobody', async (t) => {
    const receiver = await listen(t, ({ FriendlyName }) => (FriendlyName === 'fails' ? { status: 500 } : {}))
    const engine = await open(t, { fixedClock: true })
    const base = await serviceTo(engine, receiver)
    const { sid } = (await engine.post(`${base}/Conversations`, { FriendlyName: 'fails' })).body
    for (const Body of ['one', 'two']) await engine.post(`${base}/Conversations/${sid}/Messages`, { Body })
    await engine.post(`${base}/Conversations`, { FriendlyName: 'passes' })
    const has = (name: string, value: string) => receiver.received.some(({ params }) => params[name] === value)
    while (!has('Body', 'two')) {
      engine.advance(longerThanSixthRetryMs)
      await pause(20)
    }
    const seen = receiver.received.map(({ params }) => params['Body'] ?? params['FriendlyName'])
    const beforeOne = seen.slice(0, seen.indexOf('one')).filter((name) => name !== 'passes')
    assert.ok(beforeOne.length >= 6, String(seen))
    assert.deepEqual(new Set(beforeOne), new Set(['fails']))
    // It is tried again beside them from then on.
    assert.deepEqual(
      seen.filter((name) => name === 'one' || name === 'two'),
      ['one', 'two'],
    )
    assert.ok(seen.indexOf('passes') < seen.indexOf('one'))
  })

  test('what an older version has stored is sent after the next start', async (t) => {
    const databases = await create()
    t.after(() => databases.dispose())
    const ends: (() => Promise<void>)[] = []
    const older = await openEngine({ after: (end) => ends.push(end) }, databases, { idle: true })
    const { sid } = (await older.post('/v1/Conversations')).body
    await older.database.db.deleteFrom('webhook_lane').execute()
    const newer = await openEngine({ after: (end) => ends.push(end) }, databases)
    await newer.hooks.find({ EventType: 'onConversationAdded', ConversationSid: sid })
    for (const end of ends) await end()
  })

  test('looking for what is due reads no webhook', async (t) => {
    const databases = await create()
    t.after(() => databases.dispose())
    if (databases.kind !== 'sqlite') return t.skip('SQLite says in its plans what it reads')
    const { database } = await openEngine({ after: () => {} }, databases, { idle: true })
    const recorded = recordPlans(database)
    const engine = { database: recorded.database, clock: Date.now } as Engine
    assert.deepEqual(await dueDeliveries(engine, [{ key: 'CH', target: '' }]), { lanes: [], nextAt: undefined })
    const plans = await recorded.plans()
    assert.ok(plans.length > 0)
    assert.deepEqual(
      plans.filter((line) => /^SCAN webhook|webhook_event/.test(line)),
      [],
    )
  })
})

/** A service whose webhooks go to a receiver of its own. @returns its path. */
async function serviceTo(engine: TestEngine, { href }: Receiver): Promise<string> {
  const { sid } = (await engine.post('/v1/Services', { FriendlyName: 'Other' })).body
  const base = `/v1/Services/${sid}`
  await engine.post(`${base}/Configuration/Webhooks`, { PostWebhookUrl: href })
  return base
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { ConversationsTables } from '../tables.ts'
import { engineFactory, startConversation, type TestEngine } from '../testing.ts'

const pair = { 'MessagingBinding.Address': '+15550100001', 'MessagingBinding.ProxyAddress': '+15550109999' }

/** Where things of a service are. What is on handsets stays there, as a delivered text message does. */
const tables = [
  ...(['conversation', 'participant', 'binding', 'message', 'receipt'] as const),
  ...(['carrier_job', 'webhook_event', 'webhook_lane'] as const),
] satisfies (keyof ConversationsTables)[]

/** How many rows each table has. */
async function countRows({ database: { db } }: TestEngine): Promise<Record<string, number>> {
  const counts = tables.map(
    async (table) => [table, (await db.selectFrom(table).selectAll().execute()).length] as const,
  )
  return Object.fromEntries(await Promise.all(counts))
}

/** A service whose webhooks go somewhere. @returns its path. */
async function createService(engine: TestEngine): Promise<string> {
  const { sid } = (await engine.post('/v1/Services', { FriendlyName: 'Other' })).body
  await engine.post(`/v1/Services/${sid}/Configuration/Webhooks`, { PostWebhookUrl: 'http://127.0.0.1:9/hooks' })
  return `/v1/Services/${sid}`
}

onEachDatabase((create) => {
  const open = engineFactory(create)

  test('a service is deleted with all it has, and nothing of another', async (t) => {
    const engine = await open(t, { idle: true })
    const kept = await startConversation(engine, { address: '+15550100002' })
    await engine.post(`${kept.path}/Messages`, { Body: 'stays', Author: 'ada' })
    const before = await countRows(engine)
    const service = await createService(engine)
    const { sid } = (await engine.post(`${service}/Conversations`)).body
    await engine.post(`${service}/Conversations/${sid}/Participants`, pair)
    await engine.post(`${service}/Conversations/${sid}/Messages`, { Body: 'goes', Author: 'ada' })
    const between = await countRows(engine)
    for (const table of tables) assert.ok((between[table] ?? 0) > (before[table] ?? 0), table)
    assert.equal((await engine.delete(service)).status, 204)
    assert.deepEqual(await countRows(engine), before)
    assert.equal((await engine.get(`${service}/Conversations`)).status, 404)
  })

  test('what is made in a service while it is deleted is deleted too, or refused', async (t) => {
    const engine = await open(t, { idle: true })
    const service = await createService(engine)
    const { sid } = (await engine.post(`${service}/Conversations`)).body
    const made = Array.from({ length: 10 }, async (_, i) => [
      (await engine.post(`${service}/Conversations`, { UniqueName: String(i) })).status,
      (await engine.post(`${service}/Conversations/${sid}/Participants`, { Identity: String(i) })).status,
      (await engine.post(`${service}/Conversations/${sid}/Messages`, { Body: 'hello' })).status,
      (
        await engine.post(`${service}/Conversations/${i}/Participants`, {
          ...pair,
          'MessagingBinding.Address': `+1555010001${i}`,
        })
      ).status,
    ])
    const [deleted, ...statuses] = await Promise.all([engine.delete(service), ...made])
    assert.equal(deleted.status, 204)
    assert.deepEqual(
      statuses.flat().filter((status) => status !== 201 && status !== 404),
      [],
    )
    assert.deepEqual(new Set(Object.values(await countRows(engine))), new Set([0]))
  })

  test('the default service stays: 20403', async (t) => {
    const engine = await open(t)
    const { status, body } = await engine.delete(`/v1/Services/${engine.conversations.defaultServiceSid}`)
    assert.deepEqual([status, body.code], [403, 20403])
    assert.equal((await engine.post('/v1/Conversations')).status, 201)
  })
})

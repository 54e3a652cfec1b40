import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import { engineFactory, type TestEngine } from '../testing.ts'
import { listen, type Receiver } from './testing.ts'

/** Less than a receiver that hangs is waited for. */
const promptlyMs = 3_000

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
})

/** A service whose webhooks go to a receiver of its own. @returns its path. */
async function serviceTo(engine: TestEngine, { href }: Receiver): Promise<string> {
  const { sid } = (await engine.post('/v1/Services', { FriendlyName: 'Other' })).body
  const base = `/v1/Services/${sid}`
  await engine.post(`${base}/Configuration/Webhooks`, { PostWebhookUrl: href })
  return base
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import { engineFactory, request, startConversation } from '../testing.ts'

onEachDatabase((create) => {
  const open = engineFactory(create)

  test('a slash at the end of a path makes no difference', async (t) => {
    const engine = await open(t)
    const { sid, path } = await startConversation(engine)
    const service = `/v1/Services/${engine.conversations.defaultServiceSid}`
    assert.equal((await engine.get(`${path}/`)).body.sid, sid)
    assert.equal((await engine.get(`${service}/Conversations/${sid}/Participants/`)).body.participants.length, 2)
    assert.equal((await engine.get(`/twilio${service}/`)).status, 200)
    assert.equal((await engine.post('/v1/Conversations/', { FriendlyName: 'Grace' })).status, 201)
  })

  test('a method that a path does not have is refused: 405 with 20004', async (t) => {
    const engine = await open(t)
    const { path } = await startConversation(engine)
    const service = `/v1/Services/${engine.conversations.defaultServiceSid}`
    for (const [method, below] of [
      ['PUT', path],
      ['PATCH', `${path}/Messages`],
      ['DELETE', `${path}/Participants`],
      ['POST', `/twilio${path}/Webhooks`],
      ['POST', '/v1/ParticipantConversations'],
      ['DELETE', '/v1/Configuration/Webhooks'],
      ['PUT', service],
      ['PUT', `${service}/Conversations`],
      ['GET', '/simulator/messages'],
    ] as const) {
      const { status, body } = await request(engine.conversations, method, below)
      assert.deepEqual([status, body.code], [405, 20004], `${method} ${below}`)
    }
  })
})

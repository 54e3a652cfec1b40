import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import { engineFactory, startConversation } from '../testing.ts'

const [created, updated] = ['2015-12-16T22:18:37Z', '2016-01-02T03:04:05Z']

onEachDatabase((create) => {
  const open = engineFactory(create)

  test('what is brought from elsewhere keeps its dates', async (t) => {
    const engine = await open(t)
    const { path } = await startConversation(engine)
    for (const [what, params] of [
      ['/v1/Conversations', {}],
      [`${path}/Participants`, { Identity: 'bob' }],
      [`${path}/Messages`, { Body: 'hello' }],
    ] as const) {
      const made = (await engine.post(what, { ...params, DateCreated: created, DateUpdated: updated })).body
      assert.deepEqual([made.date_created, made.date_updated], [created, updated], what)
      const { date_created, date_updated } = (await engine.get(`${what}/${made.sid}`)).body
      assert.deepEqual([date_created, date_updated], [created, updated], what)
    }
    const { body } = await engine.post(`${path}/Messages`, { Body: 'hello', DateCreated: '2015-12-16T23:18:37+01:00' })
    assert.deepEqual([body.date_created, body.date_updated], [created, created])
  })

  for (const DateCreated of ['yesterday', '2015-12-16', '2015-13-16T22:18:37Z']) {
    test(`refuses to have been made at ${DateCreated}: 20001`, async (t) => {
      const engine = await open(t)
      assert.equal((await engine.post('/v1/Conversations', { DateCreated })).body.code, 20001)
    })
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import { type Answer, openEngine, type TestEngine } from './testing.ts'

const proxy = '+15550109999'
const names = ['a', 'b', 'c', 'd']
const writers = 12
const writesOfEach = 25

onEachDatabase((create) => {
  test('whatever happens at once, nothing fails inside and what is stored fits together', async (t) => {
    const databases = await create()
    t.after(() => databases.dispose())
    const failures: unknown[] = []
    const log = { info() {}, warn() {}, error: (fields: object) => failures.push(fields) }
    const ends: (() => Promise<void>)[] = []
    const open = () => openEngine({ after: (end) => ends.push(end) }, databases, { log })
    const nodes = databases.kind === 'postgres' ? [await open(), await open()] : [await open()]

    const write = async (): Promise<Answer> => pick(writes)(pick(nodes), `/v1/Conversations/${pick(names)}`)
    await Promise.all(
      Array.from({ length: writers }, async () => {
        for (let i = 0; i < writesOfEach; i++) assert.ok((await write()).status < 500)
      }),
    )
    await checkConsistency(nodes[0] as TestEngine)
    for (const end of ends) await end()
    assert.deepEqual(failures, [])
  })
})

/** Few names and numbers, so that the writers are always in each other's way. */
const writes: ((engine: TestEngine, path: string) => Promise<Answer>)[] = [
  (engine, path) => engine.post('/v1/Conversations', { UniqueName: path.slice(-1) }),
  (engine, path) => engine.post('/v1/Conversations', { UniqueName: path.slice(-1) }),
  (engine, path) => engine.post(`${path}/Participants`, bindingOf(contact())),
  (engine, path) => engine.post(`${path}/Participants`, bindingOf(contact())),
  (engine, path) => engine.post(`${path}/Participants`, { Identity: 'ada', Attributes: '{"customer_id":1}' }),
  (engine, path) => engine.post(`${path}/Messages`, { Body: 'hello', Author: 'ada' }),
  (engine, path) => engine.post(`${path}/Messages`, { Body: 'hello', Author: 'bob' }),
  (engine) => engine.simulate('/messages', { from: contact(), to: proxy, body: 'hi', messageId: pick(names) }),
  (engine, path) => engine.post(path, { State: pick(['active', 'inactive', 'closed']) }),
  (engine, path) => engine.delete(`${path}/Participants/ada`),
  (engine, path) => engine.delete(path),
]

const bindingOf = (address: string) => ({
  'MessagingBinding.Address': address,
  'MessagingBinding.ProxyAddress': proxy,
})

function contact(): string {
  return `+1555010000${Math.floor(Math.random() * 5)}`
}

function pick<T>(from: readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T
}

async function checkConsistency({ database: { db } }: TestEngine): Promise<void> {
  const participants = await db
    .selectFrom('participant')
    .innerJoin('conversation', 'conversation.sid', 'participant.conversation_sid')
    .select(['participant.sid', 'participant.address', 'conversation.state'])
    .where('participant.address', 'is not', null)
    .execute()
  const bindings = await db.selectFrom('binding').select('participant_sid').execute()
  // A pair is held by exactly the participants of conversations that are not closed.
  assert.deepEqual(
    bindings.map((binding) => binding.participant_sid).sort(),
    participants
      .filter(({ state }) => state !== 'closed')
      .map(({ sid }) => sid)
      .sort(),
  )
  const conversations = await db.selectFrom('conversation').select(['sid', 'next_index']).execute()
  for (const { sid, next_index } of conversations) {
    const messages = await db
      .selectFrom('message')
      .select('message_index')
      .where('conversation_sid', '=', sid)
      .orderBy('message_index')
      .execute()
    assert.deepEqual(
      messages.map((message) => message.message_index),
      Array.from({ length: next_index }, (_, index) => index),
    )
  }
}

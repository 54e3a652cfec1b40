import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { KyselyPlugin } from 'kysely'
import { createContext } from '../app.ts'
import { dueQueues, sendQueued } from './sending.ts'
import { openInbox } from './testing.ts'

type Next = (request: Request) => Promise<Response>
type Fault = (request: Request, next: Next) => Promise<Response>

/** Lets everything through but the creation of messages, which these faults meet, first to last. */
function faultyEngine(faults: Fault[]) {
  const posts: string[] = []
  const first = Promise.withResolvers<void>()
  return {
    posts,
    /** Until the first one has been posted. */
    posted: first.promise,
    async engine(request: Request, next: Next): Promise<Response> {
      if (request.method !== 'POST' || !request.url.endsWith('/Messages')) return next(request)
      posts.push(new URLSearchParams(await request.clone().text()).get('Body') ?? '')
      first.resolve()
      const fault = faults.shift()
      return fault ? fault(request, next) : next(request)
    },
  }
}

const answer = (status: number, code: number) => Response.json({ status, code, message: 'no' }, { status })
const lostAnswer: Fault = async (request, next) => {
  await next(request)
  throw new TypeError('the connection was lost')
}
const takenAnd500: Fault = async (request, next) => {
  await next(request)
  return answer(500, 20500)
}
const lostRequest: Fault = async () => {
  throw new TypeError('the connection was lost')
}

async function bodiesInEngine(inbox: Awaited<ReturnType<typeof openInbox>>, sid: string): Promise<string[]> {
  const { body } = await inbox.engine<{ messages: { body: string }[] }>(`/v1/Conversations/${sid}/Messages`)
  return body.messages.map((message) => message.body)
}

onEachDatabase((create) => {
  for (const [what, fault] of [
    ['the answer is lost', lostAnswer],
    ['the engine takes it and says 500', takenAnd500],
  ] as const) {
    test(`sends once when ${what}`, async (t) => {
      const faulty = faultyEngine([fault])
      const inbox = await openInbox(t, create, { engine: faulty.engine })
      const sid = await inbox.converse(['ada'])
      const sent = await inbox.send('ada', sid, { body: 'Once' })
      assert.equal(sent.status, 201)
      assert.match(sent.body.message.sid ?? '', /^IM/)
      assert.deepEqual(await bodiesInEngine(inbox, sid), ['Once'])
      assert.deepEqual(faulty.posts, ['Once'])
    })
  }

  test('sends again what never arrived, but only once it cannot arrive any more', async (t) => {
    const faulty = faultyEngine([lostRequest])
    const inbox = await openInbox(t, create, { engine: faulty.engine })
    const sid = await inbox.converse(['ada'])
    const sending = inbox.send('ada', sid, { body: 'Late' })
    await faulty.posted
    inbox.advance(20_000)
    const afterIt = inbox.send('ada', sid, { body: 'After it' })
    await inbox.until(async () => (await inbox.history('ada', sid)).length === 2)
    assert.deepEqual(faulty.posts, ['Late'], 'half a minute has not passed, and the queue keeps its order')
    inbox.advance(60_000)
    for (const { body } of [await sending, await afterIt]) assert.match(body.message.sid ?? '', /^IM/)
    assert.deepEqual(await bodiesInEngine(inbox, sid), ['Late', 'After it'])
  })

  test('waits when the engine is busy, and keeps the order', async (t) => {
    const faulty = faultyEngine([async () => answer(429, 20429)])
    const inbox = await openInbox(t, create, { engine: faulty.engine })
    const sid = await inbox.converse(['ada', 'bob'])
    const first = inbox.send('ada', sid, { body: 'First' })
    await inbox.until(async () => (await inbox.history('ada', sid)).length === 1)
    const second = inbox.send('bob', sid, { body: 'Second' })
    await inbox.until(async () => (await inbox.history('ada', sid)).length === 2)
    inbox.advance(5_000)
    assert.deepEqual([(await first).status, (await second).status], [201, 201])
    assert.deepEqual(await bodiesInEngine(inbox, sid), ['First', 'Second'])
  })

  test('what is taken and answered 503 is not even looked for before the engine wants to be asked', async (t) => {
    const asked: number[] = []
    let isTold = true
    const inbox = await openInbox(t, create, {
      webhook: async (request, next) => (isTold ? next(request) : new Response()),
      engine: async (request, next) => {
        if (!new URL(request.url).pathname.endsWith('/Messages')) return next(request)
        asked.push(performance.now())
        const answered = await next(request)
        return request.method === 'POST' ? new Response('', { status: 503, headers: { 'retry-after': '1' } }) : answered
      },
    })
    const sid = await inbox.converse(['ada'])
    asked.length = 0
    isTold = false
    const { body } = await inbox.send('ada', sid, { body: 'Once' })
    assert.match(body.message.sid ?? '', /^IM/)
    assert.ok((asked[1] ?? 0) - (asked[0] ?? 0) >= 1_000, String(asked))
    assert.deepEqual(await bodiesInEngine(inbox, sid), ['Once'])
  })

  test('a refused message is failed, stays so, and holds up nobody', async (t) => {
    const faulty = faultyEngine([async () => answer(400, 50504)])
    const inbox = await openInbox(t, create, { engine: faulty.engine })
    const sid = await inbox.converse(['ada'])
    const refused = await inbox.send('ada', sid, { body: 'Refused' }, 'key')
    assert.deepEqual(
      [refused.status, refused.body.message.status, refused.body.message.failure?.title],
      [201, 'failed', 'Too long'],
    )
    assert.equal((await inbox.send('ada', sid, { body: 'Refused' }, 'key')).body.message.status, 'failed')
    assert.equal((await inbox.send('ada', sid, { body: 'Taken' })).body.message.status, 'sent')
    assert.deepEqual(
      (await inbox.history('ada', sid)).map(({ body, status }) => [body, status === 'failed']),
      [
        ['Refused', true],
        ['Taken', false],
      ],
    )
    assert.deepEqual(await bodiesInEngine(inbox, sid), ['Taken'])
  })

  test('another start of the app finds what the one before it had sent', async (t) => {
    const faulty = faultyEngine([])
    const inbox = await openInbox(t, create, { engine: faulty.engine })
    const sid = await inbox.converse(['ada'])
    const { body } = await inbox.send('ada', sid, { body: 'Once' })
    // As a crash leaves it that comes between the engine's answer and its being written down.
    await inbox.app.drain()
    await inbox.database.db.deleteFrom('message').execute()
    await inbox.database.db
      .updateTable('outgoing_message')
      .set({ state: 'sending', message_sid: null, asked_at: inbox.ctx.clock() })
      .execute()
    const restarted = await createContext(inbox.ctx.options)
    assert.deepEqual((await dueQueues(restarted, 10)).keys, [sid])
    await sendQueued(restarted, sid)
    const [message] = await inbox.history('ada', sid)
    assert.deepEqual([message?.sid, message?.body], [body.message.sid, 'Once'])
    assert.deepEqual(faulty.posts, ['Once'])
  })

  test('what was held up right before it was sent is looked for first, since another node may have sent it', async (t) => {
    const asked: string[] = []
    const inbox = await openInbox(t, create, {
      async engine(request, next) {
        if (new URL(request.url).pathname.endsWith('/Messages')) asked.push(request.method)
        return next(request)
      },
    })
    const sid = await inbox.converse(['ada'])
    await inbox.app.drain()
    const sending = inbox.send('ada', sid, { body: 'Once' })
    await inbox.until(async () => (await inbox.history('ada', sid)).length === 1)
    asked.length = 0
    // The process stands still for a minute once it is written down that the engine is asked.
    let heldUpMs = 0
    const { database, clock } = inbox.ctx
    const standStill: KyselyPlugin = {
      transformQuery({ node }) {
        if (node.kind === 'UpdateQueryNode' && JSON.stringify(node).includes('asked_at')) heldUpMs = 60_000
        return node
      },
      transformResult: async ({ result }) => result,
    }
    const standing = { ...database, db: database.db.withPlugin(standStill) }
    await sendQueued({ ...inbox.ctx, database: standing, clock: () => clock() + heldUpMs }, sid)
    assert.deepEqual(asked, ['GET', 'POST'])
    assert.match((await sending).body.message.sid ?? '', /^IM/)
    assert.deepEqual(await bodiesInEngine(inbox, sid), ['Once'])
  })

  test('two nodes send a queue once and in order', async (t) => {
    const faulty = faultyEngine([])
    const inbox = await openInbox(t, create, { engine: faulty.engine })
    if (inbox.database.kind === 'sqlite') return t.skip('a SQLite file has one node')
    const sid = await inbox.converse(['ada'])
    await inbox.app.drain()
    const bodies = ['1', '2', '3', '4', '5', '6']
    const sending = bodies.map((body) => inbox.send('ada', sid, { body }))
    await inbox.until(async () => (await inbox.history('ada', sid)).length === bodies.length)
    const written = (await inbox.history('ada', sid)).map(({ body }) => body)
    const nodes = [inbox.ctx, await createContext(inbox.ctx.options)]
    await Promise.all(nodes.map((node) => sendQueued(node, sid)))
    await Promise.all(sending)
    assert.deepEqual(faulty.posts, written)
    assert.deepEqual(await bodiesInEngine(inbox, sid), written)
  })
})

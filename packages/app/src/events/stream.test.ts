import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import { createAdaptorServer } from '@hono/node-server'
import { cleanUp } from '../retention.ts'
import { createTestApp, type TestApp } from '../testing.ts'
import type { Audience } from './log.ts'

type Received = { id?: string; type?: string; data?: unknown }
const dayMs = 24 * 60 * 60_000

onEachDatabase((create) => {
  /** The app behind a real socket. */
  async function open(t: { after(fn: () => Promise<void>): void }) {
    const databases = await create()
    let now = Date.now()
    const app = await createTestApp(databases, { clock: () => now })
    const server = createAdaptorServer({ fetch: app.app.fetch })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    t.after(async () => {
      await app.stop()
      server.close()
      await databases.dispose()
    })
    const pass = (ms: number) => {
      now += ms
    }

    /** Listens as somebody's browser does; each call of `next` gives the next block that has an event. */
    async function listen(as: string, lastEventId?: string) {
      const headers = new Headers({ cookie: app.cookie(as) })
      if (lastEventId !== undefined) headers.set('last-event-id', lastEventId)
      const response = await fetch(`${origin}/api/events`, { headers })
      assert.equal(response.status, 200)
      const blocks = readBlocks(response)
      const first = await nextOf(blocks)
      const next = async (): Promise<Received | undefined> => {
        for (;;) {
          const block = await nextOf(blocks)
          if (block === undefined || block.type) return block
        }
      }
      return { first, next, response }
    }

    return { ...app, origin, pass, listen }
  }

  async function append(app: TestApp, audience: Audience, ...sids: string[]) {
    const events = sids.map((sid) => ({ audience, type: 'conversation.removed', data: { sid } }) as const)
    await app.ctx.events.transaction(async (tx) => app.ctx.events.append(tx, events))
  }

  test('a stream starts now, and gets what is for its worker, in order', async (t) => {
    const app = await open(t)
    await app.worker('ann')
    await append(app, { worker: 'ann' }, 'before')
    const { first, next, response } = await app.listen('ann')
    assert.equal(response.headers.get('content-type'), 'text/event-stream')
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.deepEqual(first, { id: '1' })
    await append(app, { worker: 'bob' }, 'not yours')
    await append(app, 'administrators', 'not yours')
    await append(app, { worker: 'ann' }, 'one', 'two')
    assert.deepEqual(await next(), { id: '4', type: 'conversation.removed', data: { sid: 'one' } })
    assert.deepEqual(await next(), { id: '5', type: 'conversation.removed', data: { sid: 'two' } })
  })

  test('an administrator gets what is for administrators too', async (t) => {
    const app = await open(t)
    await app.administrator('ada')
    const { next } = await app.listen('ada')
    await append(app, 'administrators', 'for all of them')
    await append(app, { worker: 'ada' }, 'own')
    assert.deepEqual((await next())?.data, { sid: 'for all of them' })
    assert.deepEqual((await next())?.data, { sid: 'own' })
  })

  test('a stream that was cut off gets what it missed, once', async (t) => {
    const app = await open(t)
    await app.worker('ann')
    await append(app, { worker: 'ann' }, 'one', 'two')
    await append(app, { worker: 'bob' }, 'not yours')
    const { first, next } = await app.listen('ann', '1')
    assert.deepEqual(first, { id: '2', type: 'conversation.removed', data: { sid: 'two' } })
    await append(app, { worker: 'ann' }, 'three')
    assert.deepEqual(await next(), { id: '4', type: 'conversation.removed', data: { sid: 'three' } })
  })

  test('events that commit while streams open reach each stream exactly once', async (t) => {
    const app = await open(t)
    await app.worker('ann')
    await append(app, { worker: 'ann' }, '1')
    const sids = ['2', '3', '4', '5', '6', '7', '8', '9']
    const appending = (async () => {
      for (const sid of sids) await append(app, { worker: 'ann' }, sid)
    })()
    const streams = await Promise.all(sids.map(() => app.listen('ann', '1')))
    await appending
    for (const { first, next } of streams) {
      const seen = first?.type ? [first.id] : []
      while (seen.at(-1) !== '9') seen.push((await next())?.id)
      assert.deepEqual(seen, sids)
    }
  })

  test('an id that is too old, of the future or no id at all means: load everything anew', async (t) => {
    const app = await open(t)
    await app.worker('ann')
    await append(app, { worker: 'ann' }, 'one', 'two')
    app.pass(dayMs + 1)
    await append(app, { worker: 'ann' }, 'three')
    await cleanUp(app.ctx)
    const reset = { id: '3', type: 'reset', data: {} }
    for (const id of ['0', '1', '99', '-1', 'x']) assert.deepEqual((await app.listen('ann', id)).first, reset)
    assert.deepEqual((await app.listen('ann', '2')).first?.data, { sid: 'three' })
    assert.deepEqual((await app.listen('ann', '3')).first, { id: '3' })
  })

  test('a backlog that is longer than a reload is a reset', async (t) => {
    const app = await open(t)
    await app.worker('ann')
    await append(app, { worker: 'ann' }, ...Array.from({ length: 600 }, (_, index) => String(index)))
    assert.equal((await app.listen('ann', '0')).first?.type, 'reset')
    assert.equal((await app.listen('ann', '500')).first?.id, '501')
  })

  test('deactivating a worker ends their streams, and only theirs', async (t) => {
    const app = await open(t)
    await app.administrator('ada')
    const { id } = await app.worker('ann')
    await app.worker('bob')
    const [ann, bob] = [await app.listen('ann'), await app.listen('bob')]
    const answer = await app.request(`/api/console/workers/${id}`, {
      as: 'ada',
      method: 'PATCH',
      body: { active: false },
    })
    assert.equal(answer.status, 200)
    assert.equal(await ann.next(), undefined)
    await append(app, { worker: 'bob' }, 'still here')
    assert.deepEqual((await bob.next())?.data, { sid: 'still here' })
  })

  test('signing out ends the streams of that session, and so does a change of role', async (t) => {
    const app = await open(t)
    await app.administrator('ada')
    const { id } = await app.administrator('bob')
    const bob = await app.listen('bob')
    await app.request(`/api/console/workers/${id}`, { as: 'ada', method: 'PATCH', body: { role: 'worker' } })
    assert.equal(await bob.next(), undefined)
    const ada = await app.listen('ada')
    await app.request('/api/auth/sign-out', { as: 'ada', method: 'POST' })
    assert.equal(await ada.next(), undefined)
  })

  test('draining ends every stream, and says to come back later', async (t) => {
    const app = await open(t)
    await app.worker('ann')
    const { next } = await app.listen('ann')
    assert.equal((await fetch(`${app.origin}/readyz`)).status, 200)
    await app.app.drain()
    assert.equal(await next(), undefined)
    assert.equal((await fetch(`${app.origin}/readyz`)).status, 503)
    assert.equal((await fetch(`${app.origin}/healthz`)).status, 200)
    assert.equal((await app.request('/api/events', { as: 'ann' })).status, 503)
  })

  test('a reader that does not read is cut off instead of filling the memory', async (t) => {
    const app = await open(t)
    await app.worker('ann')
    await app.worker('bob')
    const response = await app.request('/api/events', { as: 'ann' })
    const bob = await app.listen('bob')
    const big = 'x'.repeat(64 * 1024)
    for (let sent = 0; sent < 10; sent++) await append(app, { worker: 'ann' }, big)
    await append(app, { worker: 'bob' }, 'all sent')
    await bob.next()
    const body = await response.text()
    assert.ok(body.length < 400 * 1024, `${body.length} characters were kept`)
  })

  test('what happens on one node reaches the streams of another', async (t) => {
    const databases = await create()
    if (databases.kind === 'sqlite') {
      await databases.dispose()
      return t.skip('SQLite has one node')
    }
    const [one, two] = [await createTestApp(databases), await createTestApp(databases)]
    t.after(async () => {
      await Promise.all([one.stop(), two.stop()])
      await databases.dispose()
    })
    await one.worker('ann')
    const response = await one.request('/api/events', { as: 'ann' })
    const blocks = readBlocks(response)
    await nextOf(blocks)
    await append(two, { worker: 'ann' }, 'from afar')
    assert.deepEqual((await nextOf(blocks))?.data, { sid: 'from afar' })
    await two.administrator('ada')
    const { id } = await two.worker('ann')
    await two.request(`/api/console/workers/${id}`, { as: 'ada', method: 'PATCH', body: { active: false } })
    assert.equal(await nextOf(blocks), undefined)
  })
})

async function nextOf(blocks: AsyncGenerator<Received>): Promise<Received | undefined> {
  const { value, done } = await blocks.next()
  return done ? undefined : value
}

/** Reads server-sent events as the standard says, as far as we send them. */
async function* readBlocks(response: Response): AsyncGenerator<Received> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block: Received = {}
      for (const line of text.slice(0, end).split('\n')) {
        const [name, value = ''] = [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]
        if (name === 'id') block.id = value
        if (name === 'event') block.type = value
        if (name === 'data') block.data = JSON.parse(value)
      }
      text = text.slice(end + 2)
      if (block.id) yield block
    }
  }
}

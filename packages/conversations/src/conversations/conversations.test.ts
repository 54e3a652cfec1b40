import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import { engineFactory, startConversation, type TestEngine } from '../testing.ts'

onEachDatabase((create) => {
  const open = engineFactory(create)

  test('finds a conversation by SID and by unique name, and changes what is sent', async (t) => {
    const engine = await open(t)
    const created = (await engine.post('/v1/Conversations', { UniqueName: 'attempt-1', FriendlyName: 'Grace' })).body
    assert.deepEqual((await engine.get(`/v1/Conversations/${created.sid}`)).body, created)
    assert.deepEqual((await engine.get('/v1/Conversations/attempt-1')).body, created)
    const changed = await engine.post('/v1/Conversations/attempt-1', {
      UniqueName: 'attempt 2/é',
      Attributes: '{"avatar":"x"}',
    })
    assert.equal(changed.status, 200)
    assert.equal(changed.body.friendly_name, 'Grace')
    const found = await engine.get(`/v1/Conversations/${encodeURIComponent('attempt 2/é')}`)
    assert.equal(found.body.attributes, '{"avatar":"x"}')
    assert.equal((await engine.get('/v1/Conversations/attempt-1')).status, 404)
  })

  test('of 10 creations with one unique name at once, one succeeds: 50353', async (t) => {
    const engine = await open(t)
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => engine.post('/v1/Conversations', { UniqueName: 'attempt-1' })),
    )
    assert.deepEqual(answers.map(({ status, body }) => body.code ?? status).sort(), [201, ...Array(9).fill(50353)])
  })

  test('a unique name is free again after deletion', async (t) => {
    const engine = await open(t)
    await engine.post('/v1/Conversations', { UniqueName: 'attempt-1' })
    assert.equal((await engine.delete('/v1/Conversations/attempt-1')).status, 204)
    assert.equal((await engine.post('/v1/Conversations', { UniqueName: 'attempt-1' })).status, 201)
  })

  test('is never born closed: 50384', async (t) => {
    const engine = await open(t)
    assert.equal((await engine.post('/v1/Conversations', { State: 'closed' })).body.code, 50384)
    assert.equal((await engine.post('/v1/Conversations', { State: 'inactive' })).body.state, 'inactive')
  })

  test('deletes all that belongs to a conversation', async (t) => {
    const engine = await open(t, { idle: true })
    const { path } = await startConversation(engine)
    await engine.post(`${path}/Messages`, { Body: 'hello' })
    await engine.delete(path)
    const { db } = engine.database
    for (const table of ['conversation', 'participant', 'binding', 'message', 'receipt', 'carrier_job'] as const) {
      const { rows } = await db
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<number>().as('rows'))
        .executeTakeFirstOrThrow()
      assert.equal(rows, 0, table)
    }
  })

  test('lists the newest first, by state and by date', async (t) => {
    const engine = await open(t, { fixedClock: true })
    const sids: string[] = []
    for (let day = 0; day < 3; day++) {
      sids.unshift((await engine.post('/v1/Conversations')).body.sid)
      engine.advance(86_400_000)
    }
    await engine.post(`/v1/Conversations/${sids[0]}`, { State: 'closed' })
    const list = async (query: string) =>
      (await engine.get(`/v1/Conversations?${query}`)).body.conversations.map((row: { sid: string }) => row.sid)
    assert.deepEqual(await list(''), sids)
    assert.deepEqual(await list('State=closed'), [sids[0]])
    assert.deepEqual(await list('StartDate=2026-02-01&EndDate=2026-02-01'), [sids[1]])
    assert.equal((await engine.get('/v1/Conversations?StartDate=yesterday')).body.code, 20001)
  })

  test('pages forward and back, and stays put while conversations are added', async (t) => {
    const engine = await open(t, { fixedClock: true })
    const add = async () => {
      engine.advance(1000)
      return (await engine.post('/v1/Conversations')).body.sid as string
    }
    const sids: string[] = []
    for (let i = 0; i < 5; i++) sids.unshift(await add())
    const first = await readPage(engine, '/twilio/v1/Conversations?PageSize=2')
    await add()
    const second = await readPage(engine, first.next)
    await add()
    const third = await readPage(engine, second.next)
    assert.deepEqual([first.sids, second.sids, third.sids], [sids.slice(0, 2), sids.slice(2, 4), sids.slice(4)])
    assert.deepEqual([first.previous, third.next], [null, null])
    const back = await readPage(engine, third.previous)
    assert.deepEqual(back.sids, second.sids)
    assert.deepEqual((await readPage(engine, back.next)).sids, third.sids)
  })

  test('a page has at most 100, whatever is asked for', async (t) => {
    const engine = await open(t)
    for (let i = 0; i < 101; i++) await engine.post('/v1/Conversations')
    const { conversations, meta } = (await engine.get('/v1/Conversations?PageSize=200')).body
    assert.deepEqual([conversations.length, meta.page_size], [100, 100])
    assert.equal(new URL(meta.next_page_url).searchParams.get('PageSize'), '100')
    assert.equal((await readPage(engine, meta.next_page_url)).sids.length, 1)
  })

  for (const query of ['PageSize=0', 'PageSize=x', 'PageToken=PAnonsense', 'Page=-1']) {
    test(`refuses ${query}: 20001`, async (t) => {
      const engine = await open(t)
      assert.equal((await engine.get(`/v1/Conversations?${query}`)).body.code, 20001)
    })
  }

  test('turns inactive and closed by its timers, which releases the pair', async (t) => {
    const engine = await open(t, { fixedClock: true })
    const { sid, path } = await startConversation(engine)
    await engine.post(path, { 'Timers.Inactive': 'PT5M', 'Timers.Closed': 'PT1H' })
    const { timers } = (await engine.get(path)).body
    assert.deepEqual(timers, { date_inactive: '2026-01-31T12:05:00Z', date_closed: '2026-01-31T13:00:00Z' })
    engine.advance(5 * 60_000)
    const inactive = await engine.hooks.find({ EventType: 'onConversationStateUpdated', StateTo: 'inactive' })
    assert.deepEqual([inactive.params['StateFrom'], inactive.params['Reason']], ['active', 'TIMER'])
    assert.deepEqual((await engine.get(path)).body.timers, { date_closed: '2026-01-31T13:00:00Z' })
    engine.advance(55 * 60_000)
    await engine.hooks.find({ EventType: 'onConversationStateUpdated', StateTo: 'closed', ConversationSid: sid })
    assert.equal((await engine.get(path)).body.state, 'closed')
    assert.equal((await startConversation(engine)).customer.code, undefined)
  })

  test('a message wakes an inactive conversation and restarts its timers', async (t) => {
    const engine = await open(t, { fixedClock: true })
    const { path } = await startConversation(engine)
    await engine.post(path, { State: 'inactive', 'Timers.Inactive': 'PT5M' })
    engine.advance(3 * 60_000)
    await engine.simulate('/messages', { from: '+15550100001', to: '+15550109999', body: 'hello?' })
    const event = await engine.hooks.find({ EventType: 'onConversationStateUpdated', StateTo: 'active' })
    assert.deepEqual([event.params['StateFrom'], event.params['Reason']], ['inactive', 'EVENT'])
    const { state, timers } = (await engine.get(path)).body
    assert.deepEqual([state, timers], ['active', { date_inactive: '2026-01-31T12:08:00Z' }])
  })

  test('an inactive conversation keeps its pair', async (t) => {
    const engine = await open(t)
    const { path } = await startConversation(engine)
    await engine.post(path, { State: 'inactive' })
    assert.equal((await startConversation(engine)).customer.code, 50416)
  })
})

async function readPage(engine: TestEngine, url: string | null) {
  assert.ok(url)
  const { conversations, meta } = (await engine.get(url)).body
  return {
    sids: conversations.map((row: { sid: string }) => row.sid),
    next: meta.next_page_url,
    previous: meta.previous_page_url,
  }
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { AttemptDetails, AttemptPage, AuditPage, CallbackPage } from './api.ts'
import { record, recordsWritten } from './console/recording.ts'
import { setStage, sms } from './outgoing/testing.ts'
import { cleanUp } from './retention.ts'
import type { AppTables } from './tables.ts'

const dayMs = 24 * 60 * 60_000

onEachDatabase((create) => {
  async function open(t: Parameters<typeof setStage>[0], retentionDays?: number) {
    const time = { now: Date.now() }
    const stage = await setStage(t, create, { clock: () => time.now, ...(retentionDays && { retentionDays }) })
    const { app } = stage
    const count = async (table: keyof AppTables) => {
      await recordsWritten(app.ctx)
      const { rows } = await app.database.db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('rows'))
        .executeTakeFirstOrThrow()
      return Number(rows)
    }
    const pass = async (days: number) => {
      time.now += days * dayMs
      await cleanUp(app.ctx)
      await app.administrator()
      await app.worker('ann')
    }
    const ask = async <T>(path: string) => (await app.json<T>(`/api/console/${path}`, { as: 'admin' })).body
    return { ...stage, count, pass, ask }
  }

  test('starts, their callbacks and their requests go together after 30 days, and not before', async (t) => {
    const { start, count, pass, ask } = await open(t)
    await start(sms)
    await pass(20)
    const { attemptId } = (await start(sms)).body
    await pass(10)
    assert.equal((await ask<AttemptPage>('attempts')).attempts.length, 2)
    await pass(1)
    assert.deepEqual(
      (await ask<AttemptPage>('attempts')).attempts.map((attempt) => attempt.attemptId),
      [attemptId],
    )
    const { calls, exchanges } = await ask<AttemptDetails>(`attempts/${attemptId}`)
    assert.equal((await ask<CallbackPage>('callbacks')).exchanges.length, exchanges.length)
    assert.equal(await count('attempt_call'), calls.length)
    await pass(20)
    for (const table of ['outgoing_attempts', 'callback_exchange', 'attempt_call', 'attempt_reference'] as const) {
      assert.equal(await count(table), 0, table)
    }
  })

  test('how long is configured', async (t) => {
    const { start, count, pass } = await open(t, 2)
    await start(sms)
    await pass(2)
    assert.equal(await count('outgoing_attempts'), 1)
    await pass(1)
    assert.equal((await count('outgoing_attempts')) + (await count('attempt_call')), 0)
  })

  test('a start that is not at its end stays', async (t) => {
    const { app, start, count, pass } = await open(t)
    await start(sms)
    await app.database.db.updateTable('outgoing_attempts').set({ lease_until: Number.MAX_SAFE_INTEGER }).execute()
    await pass(31)
    assert.equal(await count('outgoing_attempts'), 1)
    assert.ok((await count('attempt_call')) > 0)
  })

  test('who changed what is kept for a year', async (t) => {
    const { pass, ask } = await open(t, 1)
    const entries = async () => (await ask<AuditPage>('audit')).entries.length
    await pass(365)
    assert.equal(await entries(), 1)
    await pass(1)
    assert.equal(await entries(), 0)
  })

  test('more than goes at once goes all the same', async (t) => {
    const { app, count, pass } = await open(t)
    for (let n = 0; n < 1_200; n++) {
      record(app.ctx, 'callback_exchange', {
        id: String(n),
        attempt_id: null,
        at: app.ctx.clock() + n,
        exchange: '{}',
        callback: 'crm',
        url: '',
        location: '',
        worker: '',
        verdict: 'ok',
        code: null,
        ms: 1,
        is_try: 0,
      })
    }
    assert.equal(await count('callback_exchange'), 1_200)
    assert.equal((await count('event')) >= 1_200, true)
    await pass(31)
    assert.deepEqual([await count('callback_exchange'), await count('event')], [0, 0])
  })
})

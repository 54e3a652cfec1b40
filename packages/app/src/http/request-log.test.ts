import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import { pino } from 'pino'
import { createTestApp } from '../testing.ts'

onEachDatabase((create) => {
  async function open(t: { after(fn: () => Promise<void>): void }) {
    const databases = await create()
    const lines: string[] = []
    const sink = new Writable({
      write(chunk, _, done) {
        lines.push(String(chunk))
        done()
      },
    })
    const app = await createTestApp(databases, { log: pino({ level: 'trace' }, sink) })
    t.after(async () => {
      await app.stop()
      await databases.dispose()
    })
    return { ...app, lines }
  }

  test('a line for each request, with neither passwords, cookies, query nor bodies', async (t) => {
    const app = await open(t)
    const { id } = await app.worker('ann')
    const token = 'invitation-token-of-somebody'
    const password = 'correct horse battery'
    await app.request('/api/me?name=Grace', { as: 'ann', headers: { 'x-request-id': 'request-1' } })
    await app.request('/api/auth/sign-in/email', { body: { email: 'grace@example.com', password } })
    await app.request('/api/invitations/accept', { body: { token, password } })
    const line = app.lines.map((text) => JSON.parse(text)).find(({ requestId }) => requestId === 'request-1')
    const { method, path, status, worker } = line
    assert.deepEqual({ method, path, status, worker }, { method: 'GET', path: '/api/me', status: 200, worker: id })
    const everything = app.lines.join('\n')
    for (const secret of [token, password, 'Grace', 'grace@', app.cookie('ann').split('=')[1] ?? '']) {
      assert.ok(!everything.includes(secret), `${secret} is in the log`)
    }
  })

  test('a failure of ours is logged under the id that the answer names', async (t) => {
    const app = await open(t)
    await app.worker('ann')
    await app.database.db.schema.dropTable('auth_session').execute()
    const { status, body } = await app.json<{ requestId: string; code: number; cause?: string }>('/api/me', {
      as: 'ann',
    })
    assert.equal(status, 500)
    assert.equal(body.code, 48050)
    assert.equal(body.cause, undefined)
    const failure = app.lines.map((text) => JSON.parse(text)).find(({ msg }) => msg === 'failed')
    assert.equal(failure.requestId, body.requestId)
    assert.match(failure.error.message, /auth_session/)
  })
})

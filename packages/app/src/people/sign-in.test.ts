import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { Me, Problem } from '../api.ts'
import { createTestApp } from '../testing.ts'

const password = 'a long enough password'

onEachDatabase((create) => {
  async function open(t: { after(fn: () => Promise<void>): void }, overrides = {}) {
    const databases = await create()
    const app = await createTestApp(databases, overrides)
    t.after(async () => {
      await app.stop()
      await databases.dispose()
    })
    return app
  }

  test('signs in with e-mail and password, and out again', async (t) => {
    const { app, request, json } = await open(t)
    await app.people.ensureAdministrator({ email: 'Ada@Example.com', password })
    const answer = await request('/api/auth/sign-in/email', { body: { email: 'ada@example.com', password } })
    assert.equal(answer.status, 200)
    assert.ok(!(await answer.text()).includes('token'))
    const [set = ''] = answer.headers.getSetCookie()
    assert.match(set, /HttpOnly/i)
    assert.match(set, /SameSite=Lax/i)
    assert.doesNotMatch(set, /Secure/i)
    const headers = { cookie: set.split(';')[0] ?? '' }
    const me = await json<Me>('/api/me', { headers })
    assert.deepEqual(me.body, {
      identity: 'Ada@Example.com',
      displayName: 'Ada',
      email: 'ada@example.com',
      role: 'administrator',
      engine: 'embedded',
    })
    assert.equal((await request('/api/auth/sign-out', { method: 'POST', headers })).status, 200)
    assert.equal((await request('/api/me', { headers })).status, 401)
  })

  test('a wrong password and an unknown address get the same answer', async (t) => {
    const { app, json } = await open(t)
    await app.people.ensureAdministrator({ email: 'ada@example.com', password })
    const answers = []
    for (const email of ['ada@example.com', 'bob@example.com']) {
      const { status, body } = await json<Problem>('/api/auth/sign-in/email', { body: { email, password: 'wrong' } })
      assert.equal(status, 401)
      answers.push({ ...body, requestId: '' })
    }
    assert.deepEqual(answers[0], answers[1])
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { Problem, Worker, WorkerChange } from '../api.ts'
import { createTestApp } from '../testing.ts'

onEachDatabase((create) => {
  async function open(t: { after(fn: () => Promise<void>): void }) {
    const databases = await create()
    const app = await createTestApp(databases)
    t.after(async () => {
      await app.stop()
      await databases.dispose()
    })
    await app.administrator('ada')
    const change = (id: string, body: WorkerChange, as = 'ada') =>
      app.json<{ worker: Worker } & Problem>(`/api/console/workers/${id}`, { as, method: 'PATCH', body })
    return { ...app, change }
  }

  test('lists everybody with role and state', async (t) => {
    const { worker, json } = await open(t)
    await worker('bob', { displayName: 'Bob' })
    const { body } = await json<{ workers: Worker[] }>('/api/console/workers', { as: 'ada' })
    const seen = body.workers.map(({ identity, role, state }) => ({ identity, role, state }))
    assert.deepEqual(
      seen.sort((a, b) => a.identity.localeCompare(b.identity)),
      [
        { identity: 'ada', role: 'administrator', state: 'active' },
        { identity: 'bob', role: 'worker', state: 'active' },
      ],
    )
  })

  test('a deactivated worker is signed out at once and cannot sign in', async (t) => {
    const { app, worker, request, change } = await open(t)
    const password = 'a long enough password'
    const email = 'bob@example.com'
    const { id } = await app.people.addWorker({ email, identity: 'bob', displayName: 'Bob', role: 'worker', password })
    await worker('bob')
    assert.equal((await request('/api/me', { as: 'bob' })).status, 200)
    assert.equal((await change(id, { active: false })).body.worker.state, 'deactivated')
    assert.equal((await request('/api/me', { as: 'bob' })).status, 401)
    const signIn = () => request('/api/auth/sign-in/email', { body: { email, password } })
    assert.equal((await signIn()).status, 403)
    assert.equal((await change(id, { active: true })).body.worker.state, 'active')
    assert.equal((await signIn()).status, 200)
  })

  test('a role holds from the next request on', async (t) => {
    const { worker, request, change } = await open(t)
    const { id } = await worker('bob')
    assert.equal((await request('/api/console/workers', { as: 'bob' })).status, 403)
    await change(id, { role: 'administrator' })
    assert.equal((await request('/api/console/workers', { as: 'bob' })).status, 200)
    await change(id, { role: 'worker' })
    assert.equal((await request('/api/console/workers', { as: 'bob' })).status, 403)
  })

  test('nobody changes themselves', async (t) => {
    const { administrator, change } = await open(t)
    const { id } = await administrator('ada')
    assert.equal((await change(id, { active: false })).status, 409)
  })

  test('two administrators who demote each other at the same moment leave one', async (t) => {
    const { administrator, change, app } = await open(t)
    const [ada, bob] = [await administrator('ada'), await administrator('bob')]
    const answers = await Promise.all([
      change(bob.id, { role: 'worker' }, 'ada'),
      change(ada.id, { active: false }, 'bob'),
    ])
    assert.ok(answers.some(({ status }) => status === 200))
    assert.equal(await app.people.hasAdministrator(), true)
  })

  test('an unknown worker is not found, and an empty change is refused', async (t) => {
    const { change } = await open(t)
    assert.equal((await change('nobody', { active: false })).status, 404)
    assert.equal((await change('nobody', {})).status, 400)
  })
})

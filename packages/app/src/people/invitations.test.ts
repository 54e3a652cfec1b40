import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { Invitation, Me, Problem, Worker } from '../api.ts'
import { createTestApp, type TestApp } from '../testing.ts'

const password = 'a long enough password'
const tokenOf = (url: string | undefined) => new URL(url ?? '').hash.slice(1)
const minutes = 60_000

onEachDatabase((create) => {
  async function open(t: { after(fn: () => Promise<void>): void }) {
    const databases = await create()
    let now = Date.now()
    const app = await createTestApp(databases, { clock: () => now })
    t.after(async () => {
      await app.stop()
      await databases.dispose()
    })
    const pass = (ms: number) => {
      now += ms
    }
    return { ...app, pass }
  }

  const invite = (app: TestApp, body: object) =>
    app.json<{ worker: Worker; invitationUrl: string } & Problem>('/api/console/workers', { as: 'admin', body })

  const accept = (app: TestApp, body: object) => app.request('/api/invitations/accept', { body })

  test('the set-up link makes the first administrator, who is then signed in', async (t) => {
    const app = await open(t)
    const url = await app.app.people.createSetupLink()
    assert.match(url ?? '', /^http:\/\/firstline\.test\/welcome#[\w-]{43}$/)
    const token = tokenOf(url)
    assert.deepEqual((await app.json('/api/invitations/look', { body: { token } })).body, { kind: 'setup' })
    const answer = await accept(app, { token, password, email: 'Ada@example.com', displayName: 'Ada Lovelace' })
    assert.equal(answer.status, 200)
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const { body } = await app.json<Me>('/api/me', { headers: { cookie } })
    assert.equal(body.identity, 'Ada@example.com')
    assert.equal(body.role, 'administrator')
    assert.equal(await app.app.people.createSetupLink(), undefined)
  })

  test('a set-up link holds 15 minutes, and only the newest one', async (t) => {
    const app = await open(t)
    const look = async (url: string | undefined) =>
      (await app.request('/api/invitations/look', { body: { token: tokenOf(url) } })).status
    const first = await app.app.people.createSetupLink()
    const second = await app.app.people.createSetupLink()
    assert.deepEqual([await look(first), await look(second)], [404, 200])
    app.pass(15 * minutes)
    assert.equal(await look(second), 404)
  })

  test('a set-up link is worth nothing once there is an administrator', async (t) => {
    const app = await open(t)
    const token = tokenOf(await app.app.people.createSetupLink())
    await app.app.people.ensureAdministrator({ email: 'ada@example.com', password })
    assert.equal((await accept(app, { token, password, email: 'eve@example.com' })).status, 404)
  })

  test('two who use one link at the same moment: one of them gets in', async (t) => {
    const app = await open(t)
    const token = tokenOf(await app.app.people.createSetupLink())
    const emails = ['ada@example.com', 'bob@example.com', 'cyd@example.com']
    const answers = await Promise.all(emails.map((email) => accept(app, { token, password, email })))
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 404, 404])
    assert.equal((await app.app.people.listWorkers()).length, 1)
  })

  test('a further link lets an administrator in again who lost the password', async (t) => {
    const app = await open(t)
    await app.app.people.ensureAdministrator({ email: 'ada@example.com', password })
    const token = tokenOf(await app.app.people.createSetupLink({ further: true }))
    assert.equal((await accept(app, { token, password: 'another long one', email: 'ada@example.com' })).status, 200)
    const [ada, ...others] = await app.app.people.listWorkers()
    assert.equal(ada?.email, 'ada@example.com')
    assert.deepEqual(others, [])
  })

  test('an invited worker sets a password by the link, once', async (t) => {
    const app = await open(t)
    await app.administrator()
    const { status, body } = await invite(app, { email: 'Bob@example.com', displayName: 'Bob', role: 'worker' })
    assert.equal(status, 201)
    assert.equal(body.worker.state, 'invited')
    assert.equal(body.worker.identity, 'Bob@example.com')
    const token = tokenOf(body.invitationUrl)
    const looked = await app.json<Invitation>('/api/invitations/look', { body: { token } })
    assert.deepEqual(looked.body, { kind: 'invitation', email: 'bob@example.com', displayName: 'Bob' })
    assert.equal((await accept(app, { token, password: '7 chars' })).status, 422)
    assert.equal((await accept(app, { token, password })).status, 200)
    assert.equal((await accept(app, { token, password })).status, 404)
    const signIn = await app.request('/api/auth/sign-in/email', { body: { email: 'BOB@example.com', password } })
    assert.equal(signIn.status, 200)
    assert.equal((await app.app.people.findWorkerByIdentity('Bob@example.com'))?.state, 'active')
  })

  test('an invitation holds 7 days, and a new one replaces it', async (t) => {
    const app = await open(t)
    const look = async (url: string) =>
      (await app.request('/api/invitations/look', { body: { token: tokenOf(url) } })).status
    await app.administrator()
    const { body } = await invite(app, { email: 'bob@example.com', displayName: 'Bob', role: 'worker' })
    const path = `/api/console/workers/${body.worker.id}/invitation`
    const again = await app.json<typeof body>(path, { as: 'admin', method: 'POST' })
    assert.deepEqual([await look(body.invitationUrl), await look(again.body.invitationUrl)], [404, 200])
    app.pass(7 * 24 * 60 * minutes)
    assert.equal(await look(again.body.invitationUrl), 404)
  })

  test('identities are unique and case-sensitive; e-mail addresses are unique in any case', async (t) => {
    const app = await open(t)
    await app.administrator()
    const add = async (email: string, identity: string) =>
      (await invite(app, { email, identity, displayName: 'Bob', role: 'worker' })).status
    assert.equal(await add('a@example.com', 'bob'), 201)
    assert.equal(await add('b@example.com', 'Bob'), 201)
    assert.equal(await add('c@example.com', 'bob'), 409)
    assert.equal(await add('A@example.com', 'carl'), 409)
    assert.equal(await add('d@example.com', 'system'), 422)
  })
})

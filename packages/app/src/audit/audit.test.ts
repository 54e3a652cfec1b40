import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { AuditEntry, AuditPage, InvitedWorker, Settings } from '../api.ts'
import { createTestApp } from '../testing.ts'

const password = 'a long enough password'
const settings: Settings = {
  outgoingConversationCallbackUrl: 'https://example.com/outgoing',
  crmCallbackUrl: 'built-in',
  templatesCallbackUrl: 'built-in',
}

onEachDatabase((create) => {
  async function open(t: { after(fn: () => Promise<void>): void }) {
    const databases = await create()
    // Each change at a moment of its own.
    let now = Date.now()
    const app = await createTestApp(databases, { clock: () => now++ })
    t.after(async () => {
      await app.stop()
      await databases.dispose()
    })
    await app.worker('ada', { role: 'administrator', displayName: 'Ada Lovelace' })
    const page = async (cursor = '') =>
      (await app.json<AuditPage>(`/api/console/audit?cursor=${cursor}`, { as: 'ada' })).body
    const write = <T>(method: string, path: string, body: unknown) =>
      app.json<T>(`/api/console/${path}`, { as: 'ada', method, body })
    const entries = async () => (await page()).entries.map(({ id: _, at: __, ...entry }) => entry)
    return { ...app, page, write, entries }
  }
  const ada = { identity: 'ada', displayName: 'Ada Lovelace' }

  test('tells which setting was changed, by whom and when, from what to what', async (t) => {
    const { write, page } = await open(t)
    const before = Date.now()
    await write('PUT', 'settings', settings)
    const { entries } = await page()
    assert.deepEqual(
      entries.map(({ id: _, at: __, ...entry }) => entry),
      [
        {
          by: ada,
          subject: { kind: 'settings' },
          action: 'changed',
          changes: [{ field: 'outgoingConversationCallbackUrl', from: 'built-in', to: 'https://example.com/outgoing' }],
        },
      ],
    )
    assert.ok(Math.abs(Date.parse(entries[0]?.at ?? '') - before) < 60_000)
  })

  test('what changes nothing, and what is refused, leaves no entry', async (t) => {
    const { write, entries, worker } = await open(t)
    await write('PUT', 'settings', settings)
    await write('PUT', 'settings', settings)
    assert.equal((await write('PUT', 'settings', { ...settings, crmCallbackUrl: 'ftp://example.com/' })).status, 422)
    assert.equal((await entries()).length, 1)
    const { id } = await worker('bob')
    await write('PATCH', `workers/${id}`, { role: 'worker' })
    const lastAdministrator = await write('PATCH', `workers/${(await worker('ada')).id}`, { role: 'worker' })
    assert.equal(lastAdministrator.status, 409)
    assert.equal((await entries()).length, 1)
  })

  test('follows a worker from the invitation on, and never tells a password or a link', async (t) => {
    const { app, json, write, page } = await open(t)
    const bob = { email: 'bob@example.com', displayName: 'Bob Ray', identity: 'bob', role: 'worker' }
    const { body: invited } = await write<InvitedWorker>('POST', 'workers', bob)
    const path = `workers/${invited.worker.id}`
    const { body: again } = await write<InvitedWorker>('POST', `${path}/invitation`, {})
    const token = new URL(again.invitationUrl).hash.slice(1)
    await json('/api/invitations/accept', { body: { token, password } })
    await write('PATCH', path, { role: 'administrator', active: false })
    await write('PATCH', path, { active: true })
    await app.people.addWorker({ email: 'eve@example.com', displayName: 'Eve', role: 'worker', password })

    const { entries } = await page()
    const change = (field: string, from: string | null, to: string) => ({ field, from, to })
    assert.deepEqual(
      entries.map(({ by, subject, action, changes }) => [by.identity, nameOf(subject), action, changes]).reverse(),
      [
        [
          'ada',
          'Bob Ray',
          'added',
          [
            change('displayName', null, 'Bob Ray'),
            change('email', null, 'bob@example.com'),
            change('role', null, 'worker'),
            change('state', null, 'invited'),
          ],
        ],
        ['ada', 'Bob Ray', 'invited', [change('invitation', null, `until ${again.expiresAt}`)]],
        ['bob', 'Bob Ray', 'changed', [change('state', 'invited', 'active'), change('password', null, 'set')]],
        [
          'ada',
          'Bob Ray',
          'deactivated',
          [change('role', 'worker', 'administrator'), change('state', 'active', 'deactivated')],
        ],
        ['ada', 'Bob Ray', 'reactivated', [change('state', 'deactivated', 'active')]],
        [
          '',
          'Eve',
          'added',
          [
            change('displayName', null, 'Eve'),
            change('email', null, 'eve@example.com'),
            change('role', null, 'worker'),
            change('state', null, 'active'),
          ],
        ],
      ],
    )
    const told = JSON.stringify(entries)
    assert.ok(!told.includes(token) && !told.includes(password))
  })

  test('what the configuration changes is there too, and only when it changes something', async (t) => {
    const { app, entries } = await open(t)
    const administrator = { email: 'root@example.com', password }
    await app.people.ensureAdministrator(administrator)
    await app.people.ensureAdministrator(administrator)
    await app.people.ensureAdministrator({ ...administrator, password: 'another long password' })
    const all = await entries()
    assert.deepEqual(
      all.map(({ by, action }) => [by.displayName, action]),
      [
        ['The server', 'changed'],
        ['The server', 'added'],
      ],
    )
    assert.deepEqual(all[0]?.changes, [{ field: 'password', from: null, to: 'set' }])
  })

  test('comes page by page, the newest first', async (t) => {
    const { write, page } = await open(t)
    for (let n = 1; n <= 52; n++) {
      await write('PUT', 'settings', { ...settings, crmCallbackUrl: `https://example.com/${n}` })
    }
    const first = await page()
    const second = await page(first.nextCursor)
    const urls = [...first.entries, ...second.entries].map(({ changes }) => changes.at(-1)?.to)
    assert.deepEqual([first.entries.length, second.entries.length, second.nextCursor], [50, 2, undefined])
    assert.deepEqual(
      urls,
      Array.from({ length: 52 }, (_, n) => `https://example.com/${52 - n}`),
    )
  })
})

function nameOf(subject: AuditEntry['subject']): string {
  return subject.kind === 'worker' ? subject.displayName : subject.kind
}

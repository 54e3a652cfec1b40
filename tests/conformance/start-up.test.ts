import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ConversationPage, CustomerPage, SettingsView } from '@firstline/app/api'
import { startableCustomers } from '../support/customers.ts'
import { startFirstline } from '../support/firstline.ts'
import { administrator, amira, asAdministrator, signIn } from '../support/session.ts'
import { startStranger } from '../support/stranger.ts'

async function folder(t: { after(fn: () => Promise<void>): void }): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'firstline-start-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

test('a second start on the same data goes on where the first stopped', async (t) => {
  const environment = { ...asAdministrator, DATA_DIR: await folder(t) }
  const first = await startFirstline(environment)
  const before = await signIn(first.url, amira.email, amira.password)
  const [customer] = await startableCustomers(before, 'sms', 1)
  const input = { customerId: customer?.customerId, channel: customer?.channel }
  const started = await before.request('POST', '/api/outgoing-conversations', input, { 'idempotency-key': 'before' })
  const result = await started.json()
  assert.equal(await first.stop(), 0)

  const second = await startFirstline({ ...environment, PORT: new URL(first.url).port })
  t.after(async () => void (await second.stop()))
  // The session, the conversation and the answer to the key are still there.
  const page = (await (await before.request('GET', '/api/conversations')).json()) as ConversationPage
  assert.equal(page.conversations[0]?.sid, (result as { conversationSid: string }).conversationSid)
  const again = await before.request('POST', '/api/outgoing-conversations', input, { 'idempotency-key': 'before' })
  assert.deepEqual(await again.json(), result)
})

test('SIGTERM with a browser’s stream open and a start under way: the start is answered, the exit code is 0', async (t) => {
  const stranger = await startStranger()
  t.after(() => stranger.close())
  const firstline = await startFirstline(asAdministrator)
  const admin = await signIn(firstline.url, administrator.email, administrator.password)
  const settings = {
    crmCallbackUrl: 'built-in',
    templatesCallbackUrl: 'built-in',
    outgoingConversationCallbackUrl: stranger.url,
  }
  await admin.request('PUT', '/api/console/settings', settings)
  const [customer] = await startableCustomers(admin, 'sms', 1)
  const stream = await admin.request('GET', '/api/events')
  stranger.answer({ json: { proxy_address: '+123456789' }, afterMs: 700 })
  const input = { customerId: customer?.customerId, channel: customer?.channel }
  const answer = admin.request('POST', '/api/outgoing-conversations', input, { 'idempotency-key': 'draining' })
  await stranger.asked(1)
  const stopped = firstline.stop()
  assert.equal((await answer).status, 201)
  // The stream ends by itself.
  for await (const _ of stream.body as ReadableStream<Uint8Array>);
  assert.equal(await stopped, 0)
})

test('with Twilio there are no samples and no handset, and the engine’s door is shut', async (t) => {
  const twilio = {
    TWILIO_ACCOUNT_SID: `AC${'1'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'the-token-of-the-account',
    TWILIO_CONVERSATIONS_SERVICE_SID: `IS${'1'.repeat(32)}`,
    // Nobody is there: what is asked of Twilio at the start must not keep Firstline from starting.
    TWILIO_BASE_URL: 'http://127.0.0.1:9',
  }
  const firstline = await startFirstline({ ...asAdministrator, ...twilio, LOG_LEVEL: 'silent' })
  t.after(async () => void (await firstline.stop()))
  await assert.rejects(signIn(firstline.url, amira.email, amira.password), /401/)
  const admin = await signIn(firstline.url, administrator.email, administrator.password)
  const settings = (await (await admin.request('GET', '/api/console/settings')).json()) as SettingsView
  assert.equal(settings.engine, 'twilio')
  const customers = (await (await admin.request('GET', '/api/customers')).json()) as CustomerPage
  assert.deepEqual(customers.customers, [])
  assert.equal((await admin.request('GET', '/api/handset/phones')).status, 404)
  assert.ok(!(await (await fetch(`${firstline.url}/twilio/v1/Conversations`)).text()).includes('more_info'))
})

test('a taken port, a folder that cannot be written, a wrong variable: one line that says so, and exit 1', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(async () => void other.close())
  const port = String((other.address() as { port: number }).port)
  const file = join(await folder(t), 'a-file')
  await writeFile(file, 'not a folder')
  const wrong: [environment: NodeJS.ProcessEnv, says: RegExp][] = [
    [{ PORT: port }, new RegExp(`Port ${port} is taken`)],
    [{ DATA_DIR: join(file, 'data') }, /DATA_DIR/],
    [{ PUBLIC_URL: 'firstline.example.com' }, /PUBLIC_URL/],
    [{ DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:9/none' }, /DATABASE_URL/],
  ]
  for (const [environment, says] of wrong) {
    await assert.rejects(startFirstline(environment), (error: Error) => {
      const [, ...lines] = error.message.trimEnd().split('\n')
      assert.match(lines.join('\n'), says)
      assert.equal(lines.length, 1, error.message)
      return true
    })
  }
})

test('the token that signs is printed, and never sent to a browser', async (t) => {
  const firstline = await startFirstline({ ...asAdministrator, FIRSTLINE_AUTH_TOKEN: 'a-token-to-look-for' })
  t.after(async () => void (await firstline.stop()))
  const admin = await signIn(firstline.url, administrator.email, administrator.password)
  for (const path of ['/api/me', '/api/console/settings', '/api/console/workers', '/api/auth/get-session']) {
    const body = await (await admin.request('GET', path)).text()
    assert.ok(!body.includes('a-token-to-look-for'), path)
  }
  assert.ok(!firstline.printed().includes('a-token-to-look-for'))
})

/** What `docs/deploying.md` says of backing up and restoring, done. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ConversationPage, MessagePage, StartResult } from '@firstline/app/api'
import { type Startable, startableCustomers } from '../support/customers.ts'
import { runFirstline, startFirstline } from '../support/firstline.ts'
import { findPostgresTools, startInstalledPostgres } from '../support/postgres-tools.ts'
import { amira, asAdministrator, type Session, signIn } from '../support/session.ts'

const main = fileURLToPath(new URL('../../packages/firstline/src/main.ts', import.meta.url))
const tools = findPostgresTools()

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'firstline-backup-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

function firstline(environment: NodeJS.ProcessEnv, ...args: string[]) {
  return promisify(execFile)(process.execPath, [main, ...args], { env: { ...process.env, ...environment } })
}

async function answer<T>(session: Session, method: string, path: string, body?: unknown, key?: string): Promise<T> {
  const response = await session.request(method, path, body, key ? { 'idempotency-key': key } : {})
  const text = await response.text()
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`)
  return JSON.parse(text) as T
}

type Before = { customer: Startable; started: StartResult; texts: string[] }

/** A start and two messages: what a backup is to hold. */
async function work(session: Session): Promise<Before> {
  const [customer] = await startableCustomers(session, 'sms', 1)
  assert.ok(customer)
  const started = await startWith(session, customer, 'before')
  const texts = ['The parcel has arrived.', 'Shall I keep it for you?']
  for (const [index, body] of texts.entries()) {
    await answer(
      session,
      'POST',
      `/api/conversations/${started.conversationSid}/messages`,
      { body },
      `message-${index}`,
    )
  }
  return { customer, started, texts }
}

function startWith(session: Session, { customerId, channel }: Startable, key: string): Promise<StartResult> {
  return answer(session, 'POST', '/api/outgoing-conversations', { customerId, channel }, key)
}

/** What was there is there, and work goes on where it stopped. */
async function expectRestored(session: Session, { customer, started, texts }: Before): Promise<void> {
  const { conversationSid } = started
  const list = await answer<ConversationPage>(session, 'GET', '/api/conversations')
  assert.deepEqual(
    list.conversations.map(({ sid }) => sid),
    [conversationSid],
  )
  const path = `/api/conversations/${conversationSid}/messages`
  const { messages } = await answer<MessagePage>(session, 'GET', path)
  assert.deepEqual(
    messages.map(({ body }) => body),
    texts,
  )
  assert.deepEqual(await startWith(session, customer, 'before'), started)
  assert.equal((await startWith(session, customer, 'after')).conversationSid, conversationSid)
  await answer(session, 'POST', path, { body: 'I am back.' }, 'after')
}

async function expectWhole(environment: NodeJS.ProcessEnv): Promise<void> {
  const { code, printed } = await runFirstline(['check'], environment)
  assert.equal(code, 0, printed)
  assert.match(printed, /^Checked: 2 attempts, 1 conversations, 3 messages\.\nEverything is as it should be\.\n/)
}

test('SQLite: `firstline backup` while the server runs, restored into another folder', async (t) => {
  const folder = await temporaryFolder(t)
  const [copy, restored] = [join(folder, 'backup'), join(folder, 'restored')]
  const running = await startFirstline(asAdministrator)
  t.after(() => running.stop())
  const before = await work(await signIn(running.url, amira.email, amira.password))
  const { stdout } = await firstline({ DATA_DIR: running.dataDir }, 'backup', copy)
  assert.match(stdout, /app\.sqlite[\s\S]*conversations\.sqlite/)
  assert.equal(statSync(copy).mode & 0o077, 0)

  cpSync(copy, restored, { recursive: true })
  const account = await firstline({ DATA_DIR: running.dataDir }, 'token')
  assert.equal((await firstline({ DATA_DIR: restored }, 'token')).stdout, account.stdout)
  assert.equal(await running.stop(), 0)

  const again = await startFirstline({ ...asAdministrator, DATA_DIR: restored })
  t.after(() => again.stop())
  await expectRestored(await signIn(again.url, amira.email, amira.password), before)
  await expectWhole({ DATA_DIR: restored })
  assert.equal(await again.stop(), 0)
})

test('a backup never goes where something is already, nor out of a folder without data', async (t) => {
  const folder = await temporaryFolder(t)
  await firstline({ DATA_DIR: join(folder, 'data') }, 'token')
  const refused = async (dataDir: string, ...args: string[]) => {
    const failure = await firstline({ DATA_DIR: join(folder, dataDir) }, 'backup', ...args).catch((error) => error)
    assert.equal(failure.code, 1)
    assert.equal(failure.stderr.trim().split('\n').length, 1)
    return failure.stderr as string
  }
  assert.match(await refused('data', join(folder, 'data')), /is not empty/)
  assert.match(await refused('data', join(folder, 'no', 'such', 'parent')), /cannot be made/)
  assert.match(await refused('elsewhere', join(folder, 'backup')), /nothing to back up/)
  assert.match(await refused('data'), /^Usage/)
})

test('PostgreSQL: pg_dump while the server runs, restored into another database', {
  skip: tools ? false : 'no PostgreSQL with pg_dump on this machine',
}, async (t) => {
  const folder = await temporaryFolder(t)
  const postgres = await startInstalledPostgres(tools as string)
  t.after(() => postgres.stop())
  await postgres.run('psql', postgres.url('postgres'), '--command', 'create database firstline')
  await postgres.run('psql', postgres.url('postgres'), '--command', 'create database restored')
  const DATABASE_URL = postgres.url('firstline')
  const running = await startFirstline({ ...asAdministrator, DATABASE_URL })
  t.after(() => running.stop())
  const before = await work(await signIn(running.url, amira.email, amira.password))
  const sent = await firstline({ DATABASE_URL }, 'backup', folder).catch((error) => error.stderr)
  assert.match(sent, /pg_dump/)

  const dump = join(folder, 'firstline.dump')
  await postgres.run('pg_dump', '--format=custom', `--file=${dump}`, DATABASE_URL)
  await postgres.run('pg_restore', '--no-owner', '--exit-on-error', `--dbname=${postgres.url('restored')}`, dump)
  assert.equal(await running.stop(), 0)

  const again = await startFirstline({ ...asAdministrator, DATABASE_URL: postgres.url('restored') })
  t.after(() => again.stop())
  await expectRestored(await signIn(again.url, amira.email, amira.password), before)
  await expectWhole({ DATABASE_URL: postgres.url('restored') })
  assert.equal(await again.stop(), 0)
})

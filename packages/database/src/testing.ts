import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'node:test'
import pg from 'pg'
import { type Database, type DatabaseLocation, openDatabase } from './database.ts'

/** A fresh database of one kind, for one test. */
export type TestDatabases = {
  readonly kind: DatabaseLocation['kind']
  /** A place for a room of this name, shared by all who ask this object for it. */
  locate(room: string): DatabaseLocation
  /** Opens a room's database; `dispose` closes it. */
  open<Tables>(room: string): Promise<Database<Tables>>
  dispose(): Promise<void>
}

/**
 * Runs a suite on SQLite and on PostgreSQL. PostgreSQL is the one that the test command starts and
 * names in `TEST_POSTGRES_URL`; a test file run by itself without it says that this half was skipped.
 *
 * @example
 * onEachDatabase((create) => {
 *   test('stores a row', async (t) => {
 *     const databases = await create()
 *     t.after(() => databases.dispose())
 *     const database = await databases.open<Tables>('app')
 *   })
 * })
 */
export function onEachDatabase(suite: (create: () => Promise<TestDatabases>) => void): void {
  describe('on SQLite', () => suite(createSqlite))
  onPostgres(suite)
}

/** The same for what only PostgreSQL has: connections, and several nodes. */
export function onPostgres(suite: (create: () => Promise<TestDatabases>) => void): void {
  const skip = process.env['TEST_POSTGRES_URL'] ? false : 'TEST_POSTGRES_URL is not set'
  describe('on PostgreSQL', { skip }, () => suite(createPostgres))
}

async function createSqlite(): Promise<TestDatabases> {
  const folder = await mkdtemp(join(tmpdir(), 'firstline-test-'))
  return testDatabases(
    'sqlite',
    (room) => ({ kind: 'sqlite', file: join(folder, `${room}.sqlite`) }),
    () => rm(folder, { recursive: true, force: true }),
  )
}

async function createPostgres(): Promise<TestDatabases> {
  const server = process.env['TEST_POSTGRES_URL'] as string
  const name = `test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
  await administer(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return testDatabases(
    'postgres',
    (room) => ({ kind: 'postgres', url: url.href, schema: room, poolSize: 5 }),
    () => administer(server, `drop database if exists ${name} with (force)`),
  )
}

function testDatabases(
  kind: DatabaseLocation['kind'],
  locate: (room: string) => DatabaseLocation,
  remove: () => Promise<void>,
): TestDatabases {
  const opened: Database<unknown>[] = []
  return {
    kind,
    locate,
    async open<Tables>(room: string) {
      const database = await openDatabase<Tables>(locate(room))
      opened.push(database as unknown as Database<unknown>)
      return database
    },
    async dispose() {
      for (const database of opened) await database.close()
      await remove()
    },
  }
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

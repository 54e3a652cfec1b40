import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe } from 'node:test'
import { CompiledQuery, type KyselyPlugin, type QueryId, type RootOperationNode } from 'kysely'
import pg from 'pg'
import { type Database, type DatabaseLocation, openDatabase } from './database.ts'

/** A fresh database of one kind, for one test. */
export type TestDatabases = {
  readonly kind: DatabaseLocation['kind']
  /** A place for a room of this name, shared by all who ask this object for it. */
  locate(room: string): DatabaseLocation
  /** Opens a room's database; `dispose` closes it. */
  open<Tables>(room: string): Promise<Database<Tables>>
  /**
   * Begins with what `fill` makes, unless a room has been opened before: it is called once in a suite, and what it
   * leaves is copied. Migrations are most of what a test would take.
   */
  beginWith(fill: Fill): Promise<void>
  dispose(): Promise<void>
}

/** Where databases are; those of another place can be put in its stead. */
type Place = {
  readonly kind: DatabaseLocation['kind']
  /** The folder, or the database. */
  readonly name: string
  locate(room: string): DatabaseLocation
  copy(from: Place): Promise<void>
  remove(): Promise<void>
}

type Fill = (databases: TestDatabases) => Promise<void>
type Suite = (create: () => Promise<TestDatabases>) => void

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
export function onEachDatabase(suite: Suite): void {
  describe('on SQLite', () => run(suite, createFolder))
  onPostgres(suite)
}

/** The same for what only PostgreSQL has: connections, and several nodes. */
export function onPostgres(suite: Suite): void {
  const skip = process.env['TEST_POSTGRES_URL'] ? false : 'TEST_POSTGRES_URL is not set'
  describe('on PostgreSQL', { skip }, () => run(suite, createPostgresDatabase))
}

function run(suite: Suite, createPlace: () => Promise<Place>): void {
  const templates = new Map<Fill, Promise<Place>>()
  after(async () => {
    for (const template of templates.values()) await (await template).remove()
  })

  function templateOf(fill: Fill): Promise<Place> {
    const template = templates.get(fill) ?? makeTemplate(fill)
    templates.set(fill, template)
    return template
  }

  async function makeTemplate(fill: Fill): Promise<Place> {
    const place = await createPlace()
    const { databases, close } = databasesAt(place, templateOf)
    await fill(databases)
    await close()
    return place
  }

  suite(async () => databasesAt(await createPlace(), templateOf).databases)
}

function databasesAt(place: Place, templateOf: (fill: Fill) => Promise<Place>) {
  const opened: Database<unknown>[] = []
  async function close(): Promise<void> {
    for (const database of opened) await database.close()
  }
  const databases: TestDatabases = {
    kind: place.kind,
    locate: place.locate,
    async open<Tables>(room: string) {
      const database = await openDatabase<Tables>(place.locate(room))
      opened.push(database as unknown as Database<unknown>)
      return database
    },
    async beginWith(fill) {
      if (opened.length === 0) await place.copy(await templateOf(fill))
    },
    async dispose() {
      await close()
      await place.remove()
    },
  }
  return { databases, close }
}

async function createFolder(): Promise<Place> {
  const name = await mkdtemp(join(tmpdir(), 'firstline-test-'))
  return {
    kind: 'sqlite',
    name,
    locate: (room) => ({ kind: 'sqlite', file: join(name, `${room}.sqlite`) }),
    copy: (from) => cp(from.name, name, { recursive: true }),
    remove: () => rm(name, { recursive: true, force: true }),
  }
}

async function createPostgresDatabase(): Promise<Place> {
  const server = process.env['TEST_POSTGRES_URL'] as string
  const name = `test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`
  await administer(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const remove = () => administer(server, `drop database if exists ${name} with (force)`)
  return {
    kind: 'postgres',
    name,
    locate: (room) => ({ kind: 'postgres', url: url.href, schema: room, poolSize: 5 }),
    async copy(from) {
      await remove()
      await administer(server, `create database ${name} template ${from.name}`)
    },
    remove,
  }
}

/**
 * A SQLite database that remembers what it is asked, to see how it finds it: `plans` are the lines of SQLite's
 * explanations, such as `SCAN message` for a table that is read from end to end.
 */
export function recordPlans<Tables>(database: Database<Tables>): {
  database: Database<Tables>
  plans(): Promise<string[]>
} {
  const asked: { node: RootOperationNode; queryId: QueryId }[] = []
  const recorder: KyselyPlugin = {
    transformQuery(query) {
      asked.push(query)
      return query.node
    },
    transformResult: async ({ result }) => result,
  }
  async function plans(): Promise<string[]> {
    const lines: string[] = []
    for (const { node, queryId } of asked) {
      const query = database.db.getExecutor().compileQuery(node, queryId)
      const explain = CompiledQuery.raw(`explain query plan ${query.sql}`, [...query.parameters])
      const { rows } = await database.db.executeQuery<{ detail: string }>(explain)
      lines.push(...rows.map(({ detail }) => detail))
    }
    return lines
  }
  return { database: { ...database, db: database.db.withPlugin(recorder) }, plans }
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

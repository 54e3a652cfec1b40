import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Kysely, sql, type Transaction } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { holdsInProcess, type TakeHold } from './holds.ts'
import { openPostgres, type PostgresLocation } from './postgres.ts'
import { createSession } from './session.ts'
import { openSqlite } from './sqlite.ts'
import { wakeInProcess } from './wakeups.ts'

/** Where a room's tables are: a SQLite file of its own, or a schema of its own in PostgreSQL. */
export type DatabaseLocation =
  | { readonly kind: 'sqlite'; readonly file: string }
  | ({ readonly kind: 'postgres' } & PostgresLocation)

/**
 * A room's database. The same queries run on both kinds; so that they do, columns hold only text and integers:
 * times as milliseconds since 1970 (int8), yes and no as 1 and 0, JSON as text.
 */
export type Database<Tables> = {
  readonly kind: 'sqlite' | 'postgres'
  readonly db: Kysely<Tables>
  /** Brings the tables up to date; several nodes may do so at once. */
  migrate(migrations: Record<string, Migration>): Promise<void>
  /** Those that the tables have not gone through yet, by name. Changes nothing. */
  listPending(migrations: Record<string, Migration>): Promise<string[]>
  /** Waits for every other transaction that holds this name, until the end of the transaction. */
  lock(tx: Transaction<Tables>, name: string): Promise<void>
  /**
   * Holds a name against everybody else on this database, across transactions, until it is released or the process
   * ends. Whoever holds it may have lost it with the connection and not know yet: what must not happen twice needs a
   * check of its own.
   */
  hold: TakeHold
  /** Wakes the listeners of a topic in every process on this database. Call it after the commit. */
  wake(topic: string): void
  /** Listens for wake-ups, which may get lost: keep a slow poll behind it. @returns a function that ends it. */
  onWake(topic: string, listener: () => void): () => void
  close(): Promise<void>
}

/**
 * Opens a room's database.
 *
 * @throws the driver's own error when the file cannot be opened, DatabaseUnavailableError when the server cannot be
 *   reached or does not let us in.
 * @example
 * const database = await openDatabase<Tables>({ kind: 'sqlite', file: 'data/app.sqlite' })
 * await database.migrate(migrations)
 */
export async function openDatabase<Tables>(location: DatabaseLocation): Promise<Database<Tables>> {
  if (location.kind === 'sqlite' && location.file !== ':memory:') makeFolder(dirname(location.file))
  const db = location.kind === 'sqlite' ? openSqlite<Tables>(location.file) : await openPostgres<Tables>(location)
  const { wakeups, hold } =
    location.kind === 'sqlite'
      ? { wakeups: wakeInProcess(), hold: holdsInProcess() }
      : createSession(location, db as unknown as Kysely<unknown>)

  const migratorOf = (migrations: Record<string, Migration>) =>
    new Migrator({
      db,
      provider: { getMigrations: async () => migrations },
      // Otherwise the tables of another room's migrations, in another schema, are taken for this one's.
      ...(location.kind === 'postgres' ? { migrationTableSchema: location.schema } : {}),
    })

  return {
    kind: location.kind,
    db,
    hold,
    wake: wakeups.wake,
    onWake: wakeups.onWake,
    async migrate(migrations) {
      const { error } = await migratorOf(migrations).migrateToLatest()
      if (error) throw error
    },
    async listPending(migrations) {
      const known = await migratorOf(migrations).getMigrations()
      return known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name)
    },
    async lock(tx, name) {
      // SQLite has one writer at a time anyway.
      if (location.kind === 'postgres') await sql`select pg_advisory_xact_lock(hashtext(${name}))`.execute(tx)
    },
    async close() {
      await wakeups.close()
      await db.destroy()
    },
  }
}

/** Makes a folder and its missing parents, one by one: Node's own `recursive` never returns below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder)
}

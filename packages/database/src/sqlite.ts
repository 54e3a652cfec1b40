import { type FileHandle, open } from 'node:fs/promises'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { Kysely, type SqliteStatement } from 'kysely'
import { createKeeping } from './keeping.ts'
import { KeepingDialect } from './sqlite-driver.ts'
import { storable } from './text.ts'

/** Statements are compiled once: a start runs the same two dozen over and over. */
const maxCachedStatements = 500
/** What changes nothing in the file. */
const readsOnly = /^\s*(select|pragma|begin|commit|rollback|savepoint|release)\b/i

/**
 * Opens a SQLite file: write-ahead log, and every commit on the disk before it is answered.
 *
 * With `synchronous = normal` SQLite writes a commit into its log and leaves the waiting for the disk to us: many
 * commits share one wait, and none holds up the event loop. A checkpoint syncs both files itself, as with `full`:
 * https://sqlite.org/pragma.html#pragma_synchronous
 *
 * @param file a path, or `:memory:`.
 * @param disk puts the log on the disk; the system's own way when absent.
 */
export function openSqlite<Tables>(file: string, disk: Disk = logOf(file)): Kysely<Tables> {
  const connection = new DatabaseSync(file)
  connection.exec('pragma busy_timeout = 5000')
  connection.exec('pragma journal_mode = wal')
  connection.exec('pragma synchronous = normal')
  connection.exec('pragma foreign_keys = on')
  const cache = new Map<string, SqliteStatement>()
  let written = false

  function prepare(sql: string): SqliteStatement {
    const cached = cache.get(sql)
    if (cached) return cached
    // A deferred transaction that turns out to write fails at once when another process wrote meanwhile.
    const compiled = connection.prepare(sql === 'begin' ? 'begin immediate' : sql)
    const statement = wrap(compiled, readsOnly.test(sql) ? () => {} : () => (written = true))
    if (cache.size >= maxCachedStatements) cache.clear()
    cache.set(sql, statement)
    return statement
  }

  const durability = {
    keeping: createKeeping(disk.sync),
    hasWritten() {
      const has = written
      written = false
      return has
    },
    close: disk.close,
  }
  return new Kysely<Tables>({
    dialect: new KeepingDialect({ database: { prepare, close: () => connection.close() } }, durability),
  })
}

export type Disk = {
  /** Puts everything on the disk that was committed before the call. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** The file of the write-ahead log: it is there from the first commit until the database is closed. */
function logOf(file: string): Disk {
  let opened: Promise<FileHandle> | undefined
  return {
    async sync() {
      if (file === ':memory:') return
      opened ??= open(`${file}-wal`, 'r+')
      await (await opened).datasync()
    },
    async close() {
      await (await opened)?.close()
    },
  }
}

function wrap(statement: StatementSync, onUse: () => void): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all(parameters) {
      onUse()
      return statement.all(...checked(parameters))
    },
    run(parameters) {
      onUse()
      return statement.run(...checked(parameters))
    },
    iterate(parameters) {
      onUse()
      return statement.iterate(...checked(parameters))
    },
  }
}

/** node:sqlite takes a first object for named parameters and silently shifts the rest: refuse it instead. */
function checked(parameters: readonly unknown[]): SQLInputValue[] {
  for (const parameter of parameters) {
    const isBytes = parameter instanceof Uint8Array
    if (
      parameter === undefined ||
      typeof parameter === 'boolean' ||
      (typeof parameter === 'object' && parameter !== null && !isBytes)
    ) {
      throw new TypeError(
        `SQLite cannot store a ${parameter instanceof Date ? 'Date' : typeof parameter}: convert it first`,
      )
    }
  }
  return parameters.map(storable) as SQLInputValue[]
}

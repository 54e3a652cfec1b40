import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { Kysely, type SqliteStatement } from 'kysely'
import { GivingWayDialect } from './giving-way.ts'
import { storable } from './text.ts'

/** Statements are compiled once: a start runs the same two dozen over and over. */
const maxCachedStatements = 500

/**
 * Opens a SQLite file: write-ahead log, and every commit on the disk before it is answered.
 *
 * @param file a path, or `:memory:`.
 */
export function openSqlite<Tables>(file: string): Kysely<Tables> {
  const connection = new DatabaseSync(file)
  connection.exec('pragma busy_timeout = 5000')
  connection.exec('pragma journal_mode = wal')
  connection.exec('pragma synchronous = full')
  connection.exec('pragma foreign_keys = on')
  const cache = new Map<string, SqliteStatement>()

  function prepare(sql: string): SqliteStatement {
    const cached = cache.get(sql)
    if (cached) return cached
    // A deferred transaction that turns out to write fails at once when another process wrote meanwhile.
    const statement = wrap(connection.prepare(sql === 'begin' ? 'begin immediate' : sql))
    if (cache.size >= maxCachedStatements) cache.clear()
    cache.set(sql, statement)
    return statement
  }

  return new Kysely<Tables>({
    dialect: new GivingWayDialect({ database: { prepare, close: () => connection.close() } }),
  })
}

function wrap(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...checked(parameters)),
    run: (parameters) => statement.run(...checked(parameters)),
    iterate: (parameters) => statement.iterate(...checked(parameters)),
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

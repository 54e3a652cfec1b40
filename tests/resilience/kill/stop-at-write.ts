/**
 * Loaded into a Firstline process by a test (`node --import`): ends the process with SIGKILL at a chosen write to its
 * database, where nothing outside of it can see that it has got there. The file named by `STOP_AT_WRITE` says where;
 * while there is no such file nothing happens.
 */
import { appendFileSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

export type Stop = {
  /** `before`: the database has not been asked. `after`: it has answered, and nobody has read the answer. */
  moment: 'before' | 'after'
  /** Only writes to one of these tables count; of a transaction one that has written to one of them. */
  tables: readonly string[]
  /** Which of them: 1 is the first since the file was written. Without it, none. */
  nth?: number
  /** A file to which each write that counts is appended, a line each. */
  log: string
}

const file = process.env['STOP_AT_WRITE'] as string
let text = ''
let stop: Stop | undefined
let seen = 0

/** Of a transaction only the commit counts: before it nothing has been written. */
const inTransaction = new WeakSet<object>()
const writtenIn = new WeakMap<object, string[]>()

function readStop(): void {
  let now = ''
  try {
    now = readFileSync(file, 'utf8')
  } catch {}
  if (now === text) return
  text = now
  stop = now ? (JSON.parse(now) as Stop) : undefined
  seen = 0
}

/** @returns whether this is where to stop. */
function arrives(connection: object, sql: string): boolean {
  const verb = /^\s*(\w+)/.exec(sql)?.[1]?.toLowerCase() ?? ''
  if (verb === 'begin') inTransaction.add(connection)
  if (verb === 'commit' || verb === 'rollback') inTransaction.delete(connection)
  const isChange = verb === 'insert' || verb === 'update' || verb === 'delete'
  if (isChange && inTransaction.has(connection)) {
    writtenIn.set(connection, [...(writtenIn.get(connection) ?? []), nameOf(sql)])
    return false
  }
  if (verb === 'rollback') writtenIn.delete(connection)
  if (verb !== 'commit' && !isChange) return false
  const writes = verb === 'commit' ? (writtenIn.get(connection) ?? []) : [nameOf(sql)]
  writtenIn.delete(connection)
  readStop()
  const tables = new Set(stop?.tables)
  if (!stop || !writes.some((write) => tables.has(write.split(' ')[1] ?? ''))) return false
  const name = [...new Set(writes)].join(', ')
  seen += 1
  appendFileSync(stop.log, `${name}\n`)
  return seen === stop.nth
}

/** The verb and the table: `update outgoing_attempts`. */
function nameOf(sql: string): string {
  const [, verb = '', table = ''] = /^\s*(\w+)\s+(?:into\s+|from\s+)?"?(\w+)/.exec(sql) ?? []
  return `${verb} ${table}`
}

function die(): void {
  process.kill(process.pid, 'SIGKILL')
  // The signal comes a moment later.
  for (;;);
}

const { prepare } = DatabaseSync.prototype
DatabaseSync.prototype.prepare = function (sql, ...more) {
  const statement = prepare.call(this, sql, ...more)
  for (const method of ['run', 'all'] as const) {
    const original = statement[method].bind(statement) as (...values: unknown[]) => unknown
    const guarded = (...values: unknown[]) => {
      const isHere = arrives(this, sql)
      if (isHere && stop?.moment === 'before') die()
      const answer = original(...values)
      if (isHere) die()
      return answer
    }
    Object.assign(statement, { [method]: guarded })
  }
  return statement
}

type Query = (this: object, query: string | { text?: string }, ...more: unknown[]) => unknown
const prototype = pg.Client.prototype as unknown as { query: Query }
const { query: originalQuery } = prototype
prototype.query = function (query, ...more) {
  const sql = typeof query === 'string' ? query : (query.text ?? '')
  const isHere = arrives(this, sql)
  if (isHere && stop?.moment === 'before') die()
  const answer = originalQuery.call(this, query, ...more)
  return isHere ? (answer as Promise<unknown>).then(die) : answer
}

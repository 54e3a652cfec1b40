/**
 * Loaded before Firstline (`--import`): keeps every statement that writes to a SQLite file, with its values, and puts
 * them into the file that `BENCH_WRITES` names when the process ends.
 */
import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { serialize } from 'node:v8'
import type { Write } from './replay.ts'

const writes: Write[] = []
const fileOf = new WeakMap<StatementSync, string>()
const isWrite = /^\s*(insert|update|delete|create|alter|drop|begin|commit|rollback|savepoint|release)\b/i

const prepare = DatabaseSync.prototype.prepare
DatabaseSync.prototype.prepare = function (sql, ...rest) {
  const statement = prepare.call(this, sql, ...rest)
  if (isWrite.test(sql)) fileOf.set(statement, basename(this.location() ?? ''))
  return statement
}
for (const method of ['run', 'all'] as const) {
  const original = StatementSync.prototype[method] as (...values: unknown[]) => unknown
  Object.assign(StatementSync.prototype, {
    [method](this: StatementSync, ...values: unknown[]) {
      const result = original.apply(this, values)
      const file = fileOf.get(this)
      if (file)
        writes.push({ at: performance.timeOrigin + performance.now(), file, sql: this.sourceSQL, method, values })
      return result
    },
  })
}

const target = process.env['BENCH_WRITES']
if (target) process.on('exit', () => writeFileSync(target, serialize(writes)))

/** The same commits without anything around them: what was recorded, written again by SQLite alone. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { deserialize } from 'node:v8'

/** A statement that wrote, or one that began or ended a transaction. */
export type Write = {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly file: string
  readonly sql: string
  readonly method: 'run' | 'all'
  readonly values: unknown[]
}

/** What reached the disk at once: a transaction that wrote something, or a statement on its own. */
export type Commit = { readonly at: number; readonly file: string; readonly writes: readonly Write[] }

/** Reads what `record.ts` has kept, in the order of the commits. */
export function readCommits(path: string): Commit[] {
  const commits: Commit[] = []
  const open = new Map<string, Write[]>()
  for (const write of deserialize(readFileSync(path)) as Write[]) {
    const { at, file, sql } = write
    const verb = sql.trim().split(/\s/, 1)[0]
    const transaction = open.get(file)
    if (verb === 'begin') open.set(file, [write])
    else if (!transaction) commits.push({ at, file, writes: [write] })
    else if (verb === 'commit' || verb === 'rollback') {
      open.delete(file)
      if (verb === 'commit' && transaction.length > 1) commits.push({ at, file, writes: [...transaction, write] })
    } else transaction.push(write)
  }
  return commits
}

export type Replay = {
  /** Commits again what was recorded, on top of what was before. @returns milliseconds. */
  commit(commits: readonly Commit[]): number
  close(): void
}

/** @param folder where the files are made, opened as the app opens its own. */
export function createReplay(folder: string): Replay {
  const files = new Map<string, { db: DatabaseSync; statements: Map<string, StatementSync> }>()

  function open(file: string) {
    const known = files.get(file)
    if (known) return known
    const db = new DatabaseSync(join(folder, file))
    for (const pragma of ['journal_mode = wal', 'synchronous = full', 'foreign_keys = on']) db.exec(`pragma ${pragma}`)
    const opened = { db, statements: new Map<string, StatementSync>() }
    files.set(file, opened)
    return opened
  }

  function write({ file, sql, method, values }: Write): void {
    const { db, statements } = open(file)
    const statement = statements.get(sql) ?? db.prepare(sql)
    statements.set(sql, statement)
    statement[method](...(values as SQLInputValue[]))
  }

  return {
    commit(commits) {
      const begun = performance.now()
      for (const { writes } of commits) writes.forEach(write)
      return performance.now() - begun
    },
    close() {
      for (const { db } of files.values()) db.close()
    },
  }
}

import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/**
 * Copies a SQLite database as it is at one moment, while others go on reading and writing it. The copy is one file that
 * is there whole, checked and on the disk, or not at all.
 *
 * @throws SQLite's or the file system's own error; also when the copy is not sound.
 * @example copySqlite('data/app.sqlite', '/backup/app.sqlite')
 */
export function copySqlite(file: string, copy: string): void {
  const partial = `${copy}.partial`
  rmSync(partial, { force: true })
  try {
    withDatabase(file, (source) => source.prepare('vacuum into ?').run(partial))
    withDatabase(partial, (copied) => {
      const [verdict] = copied.prepare('pragma integrity_check(1)').all() as { integrity_check: string }[]
      if (verdict?.integrity_check !== 'ok')
        throw new Error(`the copy of ${file} is not sound: ${verdict?.integrity_check}`)
    })
    const descriptor = openSync(partial, 'r+')
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(partial, copy)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

function withDatabase(file: string, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file)
  try {
    database.exec('pragma busy_timeout = 5000')
    work(database)
  } finally {
    database.close()
  }
}

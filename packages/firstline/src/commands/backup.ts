import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { copySqlite } from '@firstline/database'
import type { Configuration } from '../configuration.ts'
import { OperatorError, say } from './say.ts'

const usage = 'Usage: firstline backup FOLDER. The folder is made; it must not be there yet, or be empty.'
/** Copied last: whatever another room's copy speaks of is then in this one. What is newer, the app reads anew. */
const engine = 'conversations.sqlite'

/**
 * `firstline backup FOLDER`: copies each room's SQLite file, as it is at one moment, while the server runs. The folder
 * can take the place of `DATA_DIR` as it is.
 */
export async function backup(configuration: Configuration, args: string[]): Promise<void> {
  const [folder] = args
  if (!folder || args.length > 1) throw new OperatorError(usage)
  if (configuration.postgres) {
    throw new OperatorError(
      'The data is in PostgreSQL: back it up with `pg_dump --format=custom --file=firstline.dump "$DATABASE_URL"`.',
    )
  }
  const { dataDir } = configuration
  const files = listOrEmpty(dataDir).filter((name) => name.endsWith('.sqlite'))
  if (files.length === 0) throw new OperatorError(`There is nothing to back up in ${dataDir}: set DATA_DIR.`)
  makeEmptyFolder(folder)
  for (const name of files.sort((a, b) => Number(a === engine) - Number(b === engine))) {
    try {
      copySqlite(join(dataDir, name), join(folder, name))
    } catch (error) {
      throw new OperatorError(`${name} could not be backed up: ${(error as Error).message}`)
    }
    say(`${join(dataDir, name)} → ${join(folder, name)}`)
  }
}

/** The copies hold secrets: nobody else gets in. */
function makeEmptyFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && listOrEmpty(folder, ['not a folder']).length === 0) return
    if (code === 'EEXIST') throw new OperatorError(`${folder} is not empty: name a folder that is not there yet.`)
    throw new OperatorError(`The folder for the backup cannot be made: ${message}`)
  }
}

function listOrEmpty(folder: string, otherwise: string[] = []): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return otherwise
  }
}

import { existsSync } from 'node:fs'
import pg from 'pg'
import type { DatabaseLocation } from './database.ts'
import { connectionSettings } from './postgres.ts'
import { DatabaseUnavailableError } from './unavailable.ts'

/**
 * Whether a room has a database there. Opening one would make it.
 *
 * @throws DatabaseUnavailableError when the server cannot be reached or does not let us in.
 */
export async function databaseExists(location: DatabaseLocation): Promise<boolean> {
  if (location.kind === 'sqlite') return existsSync(location.file)
  const client = new pg.Client(connectionSettings(location))
  client.on('error', () => {})
  try {
    await client.connect()
    const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [location.schema])
    return rowCount === 1
  } catch (error) {
    throw new DatabaseUnavailableError(error)
  } finally {
    await client.end()
  }
}

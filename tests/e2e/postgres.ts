import { startPostgres } from '../../scripts/postgres.ts'

/** Starts one PostgreSQL for all browser tests; each server gets a database of its own on it. */
export default async function startForAll(): Promise<() => Promise<void>> {
  const postgres = await startPostgres()
  process.env['TEST_POSTGRES_URL'] = postgres.url
  return postgres.stop
}

import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'

export type PostgresLocation = { readonly url: string; readonly schema: string; readonly poolSize: number }

const int8 = 20
/** Our int8 columns hold milliseconds and counters, all below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}

/** The settings of one connection whose unqualified table names mean the room's own schema. */
export function connectionSettings({ url, schema }: PostgresLocation): pg.ClientConfig {
  return {
    connectionString: url,
    options: `-c search_path=${schema}`,
    types,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    application_name: `firstline ${schema}`,
  }
}

/** Opens a pool on one schema of a PostgreSQL database and creates the schema when it is missing. */
export async function openPostgres<Tables>(location: PostgresLocation): Promise<Kysely<Tables>> {
  if (!/^[a-z_]{1,63}$/.test(location.schema)) throw new TypeError(`not a schema name: ${location.schema}`)
  const pool = new pg.Pool({ ...connectionSettings(location), max: location.poolSize })
  // A connection lost while idle is replaced at its next use; without a listener it would end the process.
  pool.on('error', () => {})
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await db.transaction().execute(async (tx) => {
      // `create schema if not exists` races with itself when several nodes start at once.
      await sql`select pg_advisory_xact_lock(hashtext('firstline schema'))`.execute(tx)
      await sql`create schema if not exists ${sql.id(location.schema)}`.execute(tx)
    })
  } catch (error) {
    await db.destroy()
    throw error
  }
  return db
}

import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely'
import pg from 'pg'
import { storable } from './text.ts'
import { DatabaseUnavailableError, isUnavailable } from './unavailable.ts'

export type PostgresLocation = { readonly url: string; readonly schema: string; readonly poolSize: number }

/** Migrations of large tables included. What takes longer has lost its server. */
const queryTimeoutMs = 60_000
/** A node that stands still in the middle of a transaction would hold its locks against all others. */
const idleInTransactionMs = 15_000
const int8 = 20
/** Our int8 columns hold milliseconds and counters, all below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}

/** The settings of one connection whose unqualified table names mean the room's own schema. */
export function connectionSettings({ url, schema }: PostgresLocation): pg.ClientConfig {
  const server = new URL(url)
  // What the URL says would go before ours.
  const given = server.searchParams.get('options')
  server.searchParams.delete('options')
  return {
    connectionString: server.href,
    options: [given, `-c search_path=${schema}`].filter(Boolean).join(' '),
    types,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: 10_000,
    query_timeout: queryTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    application_name: `firstline ${schema}`,
  }
}

/**
 * Opens a pool on one schema of a PostgreSQL database and creates the schema when it is missing.
 *
 * @throws DatabaseUnavailableError here, and from every query while the server cannot be reached.
 */
export async function openPostgres<Tables>(location: PostgresLocation): Promise<Kysely<Tables>> {
  if (!/^[a-z_]{1,63}$/.test(location.schema)) throw new TypeError(`not a schema name: ${location.schema}`)
  const pool = new pg.Pool({ ...connectionSettings(location), max: location.poolSize })
  // A connection lost while idle is replaced at its next use; without a listener it would end the process.
  pool.on('error', () => {})
  // The same between two statements of a transaction, whose next one then fails.
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: watched(pool) }) })
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

/** The pool as it is, but that a server which is not there has an error of its own, and broken connections go. */
function watched(pool: pg.Pool): PostgresPool {
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect().catch((error) => {
        throw new DatabaseUnavailableError(error)
      })
      let broken = false
      const query = async (text: string, parameters: readonly unknown[]) => {
        try {
          return await client.query(text, parameters.map(storable))
        } catch (error) {
          if (!isUnavailable(error)) throw error
          broken = true
          throw new DatabaseUnavailableError(error)
        }
      }
      const release = (destroy?: boolean) => client.release(destroy || broken)
      // Kysely's other way to query is with a cursor, which nobody here has.
      return { query, release } as unknown as PostgresPoolClient
    },
  }
}

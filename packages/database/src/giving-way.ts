/**
 * node:sqlite works on the event loop itself, and what follows from one statement goes straight on to the next: many
 * that work beside each other would keep sockets and timers waiting for seconds.
 */
import { SqliteAdapter, SqliteDialect, type SqliteDialectConfig, SqliteDriver } from 'kysely'

/** After so many milliseconds of the databases, everything else has its turn. */
const maxHoldMs = 5

/** When a database of this process was used first since the event loop came round. */
let heldSince: number | undefined

class GivingWayDriver extends SqliteDriver {
  /** Whoever waits for the connection waits for the turn too. */
  override async releaseConnection(): Promise<void> {
    if (heldSince === undefined) {
      heldSince = performance.now()
      setImmediate(() => {
        heldSince = undefined
      })
    } else if (performance.now() - heldSince >= maxHoldMs) {
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }
}

/** SQLite takes changes of tables back as well: migrations are made whole or not at all, with one wait for the disk. */
class MigratingWholeAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** Kysely's own dialect, in which everything else has its turn between two uses of the connection. */
export class GivingWayDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig

  constructor(config: SqliteDialectConfig) {
    super(config)
    this.#config = config
  }

  override createAdapter(): SqliteAdapter {
    return new MigratingWholeAdapter()
  }

  override createDriver(): SqliteDriver {
    return new GivingWayDriver(this.#config)
  }
}

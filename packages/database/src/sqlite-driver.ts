/**
 * node:sqlite works on the event loop itself. Kysely's dialect for it is given what many who work beside each other
 * need: everything else has its turn between two uses of the connection, and nobody waits for the disk on the loop.
 */
import { SqliteAdapter, SqliteDialect, type SqliteDialectConfig, SqliteDriver } from 'kysely'
import type { Keeping } from './keeping.ts'

/** After so many milliseconds of the databases, everything else has its turn. */
const maxHoldMs = 5

/** When a database of this process was used first since the event loop came round. */
let heldSince: number | undefined

export type Durability = {
  readonly keeping: Keeping
  /** Whether anything has been written since this was asked last. */
  hasWritten(): boolean
  /** Called before the database is closed. */
  close(): Promise<void>
}

class KeepingDriver extends SqliteDriver {
  readonly #durability: Durability
  #isTaken = false
  readonly #waiting: (() => void)[] = []

  constructor(config: SqliteDialectConfig, durability: Durability) {
    super(config)
    this.#durability = durability
  }

  override async acquireConnection() {
    if (this.#isTaken) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#isTaken = true
    return super.acquireConnection()
  }

  /**
   * The next one need not wait for the disk, but nobody is answered before it: neither who has written, nor who has
   * read what another has only just written.
   */
  override async releaseConnection(): Promise<void> {
    const { keeping, hasWritten } = this.#durability
    if (hasWritten()) keeping.committed()
    await giveWay()
    this.#passOn()
    await keeping.kept()
  }

  override async destroy(): Promise<void> {
    await this.#durability.keeping.end()
    await this.#durability.close()
    await super.destroy()
  }

  #passOn(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#isTaken = false
  }
}

/** Whoever waits for the connection waits for the turn too. */
async function giveWay(): Promise<void> {
  if (heldSince === undefined) {
    heldSince = performance.now()
    setImmediate(() => {
      heldSince = undefined
    })
  } else if (performance.now() - heldSince >= maxHoldMs) {
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

class KeepingAdapter extends SqliteAdapter {
  /** There is one, but the driver itself lets one after the other use it. */
  override get supportsMultipleConnections(): boolean {
    return true
  }

  /** SQLite takes changes of tables back as well: migrations are made whole or not at all. */
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

export class KeepingDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig
  readonly #durability: Durability

  constructor(config: SqliteDialectConfig, durability: Durability) {
    super(config)
    this.#config = config
    this.#durability = durability
  }

  override createAdapter(): SqliteAdapter {
    return new KeepingAdapter()
  }

  override createDriver(): SqliteDriver {
    return new KeepingDriver(this.#config, this.#durability)
  }
}

import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import { connectionSettings, type PostgresLocation } from './postgres.ts'

/**
 * Tells whoever waits that there is something new to read. It carries no data and may get lost,
 * so a slow poll stands behind every listener.
 */
export type Wakeups = {
  /** Call after the commit. */
  wake(topic: string): void
  /** @returns a function that ends the listening. */
  onWake(topic: string, listener: () => void): () => void
  close(): Promise<void>
}

const channel = 'firstline_wakeups'
const reconnectAfterMs = 1_000

/** Wake-ups inside one process, which is all there is with SQLite. */
export function wakeInProcess(): Wakeups {
  const emitter = new EventEmitter().setMaxListeners(0)
  return {
    wake: (topic) => {
      emitter.emit(topic)
    },
    onWake: (topic, listener) => {
      emitter.on(topic, listener)
      return () => emitter.off(topic, listener)
    },
    close: async () => {
      emitter.removeAllListeners()
    },
  }
}

/** Wake-ups of every process on the same PostgreSQL schema, over LISTEN and NOTIFY. */
export function wakeOverPostgres(location: PostgresLocation, db: Kysely<unknown>): Wakeups {
  const local = wakeInProcess()
  const self = randomUUID()
  const topics = new Set<string>()
  let client: pg.Client | undefined
  let retry: NodeJS.Timeout | undefined
  let closed = false

  /** Connects, and anew whenever that connection has come to its end. */
  function connect(): void {
    const next = new pg.Client(connectionSettings(location))
    client = next
    next.on('error', () => {})
    next.once('end', () => {
      if (!closed) retry = setTimeout(connect, reconnectAfterMs)
    })
    next.on('notification', ({ payload }) => {
      const [schema, sender, ...topic] = (payload ?? '').split(' ')
      if (schema === location.schema && sender !== self) local.wake(topic.join(' '))
    })
    listen(next).catch(() => next.end().catch(() => {}))
  }

  async function listen(next: pg.Client): Promise<void> {
    await next.connect()
    await next.query(`listen ${channel}`)
    // Whatever happened while nobody listened is found by those who look now.
    for (const topic of topics) local.wake(topic)
  }

  return {
    wake: (topic) => {
      local.wake(topic)
      const payload = `${location.schema} ${self} ${topic}`
      // A wake-up that cannot be sent is made up for by the listeners' slow poll.
      sql`select pg_notify(${channel}, ${payload})`.execute(db).catch(() => {})
    },
    onWake: (topic, listener) => {
      // A room in which nobody listens needs no connection for it.
      if (!client && !closed) connect()
      topics.add(topic)
      return local.onWake(topic, listener)
    },
    close: async () => {
      closed = true
      clearTimeout(retry)
      await local.close()
      await client?.end().catch(() => {})
    },
  }
}

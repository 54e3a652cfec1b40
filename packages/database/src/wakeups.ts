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

const channel = 'firstline_wake'
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
  const topics = new Set<string>()
  let client: pg.Client | undefined
  let closed = false
  let retry: NodeJS.Timeout | undefined

  async function listen(): Promise<void> {
    const next = new pg.Client(connectionSettings(location))
    client = next
    next.on('error', () => {})
    next.on('end', again)
    next.on('notification', ({ payload }) => {
      const [schema, topic] = (payload ?? '').split(' ')
      if (schema === location.schema && topic) local.wake(topic)
    })
    await next.connect()
    await next.query(`listen ${channel}`)
    // Whatever happened while nobody listened is found by those who look now.
    for (const topic of topics) local.wake(topic)
  }

  function again(): void {
    if (closed || retry) return
    retry = setTimeout(() => {
      retry = undefined
      listen().catch(again)
    }, reconnectAfterMs)
  }

  listen().catch(again)

  return {
    wake: (topic) => {
      local.wake(topic)
      // A wake-up that cannot be sent is made up for by the listeners' slow poll.
      sql`select pg_notify(${channel}, ${`${location.schema} ${topic}`})`.execute(db).catch(() => {})
    },
    onWake: (topic, listener) => {
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

import { randomUUID } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import { type Hold, holdsInProcess, type TakeHold } from './holds.ts'
import { connectionSettings, type PostgresLocation } from './postgres.ts'
import { type Wakeups, wakeInProcess } from './wakeups.ts'

const channel = 'firstline_wakeups'
const reconnectAfterMs = 1_000
/** Of a machine that is gone without a word the server learns in less than half a minute. */
const keepalives = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3'

type Connection = {
  isOpen: boolean
  /** One query after the other. @throws when there is no connection (any more). */
  ask(query: string, parameters: string[]): Promise<Record<string, unknown>[]>
  end(): Promise<void>
}

/**
 * A room's own connection to PostgreSQL, beside the pool: it listens for wake-ups, and what is held over it is free
 * for others as soon as it ends, with the process or before. It is opened when it is first needed.
 */
export function createSession(location: PostgresLocation, db: Kysely<unknown>): { wakeups: Wakeups; hold: TakeHold } {
  const local = wakeInProcess()
  const self = randomUUID()
  const topics = new Set<string>()
  let connection: Connection | undefined
  let retry: NodeJS.Timeout | undefined
  let isClosed = false

  /** Connects, and anew whenever that connection has come to its end. */
  function connect(): Connection {
    const next = openConnection(location, {
      onNotification(payload) {
        const [schema, sender, ...topic] = payload.split(' ')
        if (schema === location.schema && sender !== self) local.wake(topic.join(' '))
      },
      // Whatever happened while nobody listened is found by those who look now.
      onReady: () => topics.forEach(local.wake),
      onEnd() {
        if (!isClosed) retry = setTimeout(connect, reconnectAfterMs)
      },
    })
    connection = next
    return next
  }

  async function hold(name: string): Promise<Hold | undefined> {
    if (isClosed) return undefined
    const holder = connection ?? connect()
    const key = `${location.schema} ${name}`
    // Over a connection that fails nobody holds anything.
    const nothing = () => holder.end().then(() => [])
    const [answer] = await holder
      .ask('select pg_try_advisory_lock(hashtextextended($1, 0)) as taken', [key])
      .catch(nothing)
    if (!answer?.['taken']) return undefined
    return {
      isHeld: () => holder.isOpen,
      async release() {
        await holder.ask('select pg_advisory_unlock(hashtextextended($1, 0))', [key]).catch(holder.end)
      },
    }
  }

  const wakeups: Wakeups = {
    wake(topic) {
      local.wake(topic)
      const payload = `${location.schema} ${self} ${topic}`
      // A wake-up that cannot be sent is made up for by the listeners' slow poll.
      sql`select pg_notify(${channel}, ${payload})`.execute(db).catch(() => {})
    },
    onWake(topic, listener) {
      if (!connection) connect()
      topics.add(topic)
      return local.onWake(topic, listener)
    },
    async close() {
      isClosed = true
      clearTimeout(retry)
      await local.close()
      await connection?.end()
    },
  }
  return { wakeups, hold: holdsInProcess(hold) }
}

function openConnection(
  location: PostgresLocation,
  told: { onNotification(payload: string): void; onReady(): void; onEnd(): void },
): Connection {
  const settings = connectionSettings(location)
  const client = new pg.Client({ ...settings, options: `${settings.options} ${keepalives}` })
  const connection = { isOpen: true, ask, end: () => client.end().catch(() => {}) }
  client.on('error', () => {})
  client.on('notification', ({ payload }) => told.onNotification(payload ?? ''))
  client.once('end', () => {
    connection.isOpen = false
    told.onEnd()
  })
  let turn: Promise<unknown> = listen()
  turn.catch(connection.end)
  return connection

  async function listen(): Promise<void> {
    await client.connect()
    await client.query(`listen ${channel}`)
    told.onReady()
  }

  function ask(query: string, parameters: string[]): Promise<Record<string, unknown>[]> {
    const asked = turn.then(async () => (await client.query(query, parameters)).rows as Record<string, unknown>[])
    // What is asked after it is asked all the same; without a connection that fails by itself.
    turn = asked.catch(() => {})
    return asked
  }
}

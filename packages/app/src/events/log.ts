import type { Database } from '@firstline/database'
import type { Transaction } from 'kysely'
import type { AppEvents } from '../api.ts'
import type { AppTables } from '../tables.ts'

export type EventTables = {
  event: { id: number; audience: string; type: string; data: string; at: number }
  event_head: { one: number; id: number }
}

/** A worker by identity, or all administrators. */
export type Audience = { worker: string } | 'administrators'

export type NewEvent = {
  [Type in Exclude<keyof AppEvents, 'reset'>]: { audience: Audience; type: Type; data: AppEvents[Type] }
}[Exclude<keyof AppEvents, 'reset'>]

export type StoredEvent = { id: number; audience: string; type: keyof AppEvents; data: string }

/**
 * The log of what happened, from which the browsers' streams are fed. Ids are in commit order: the row that
 * counts them stays locked until the appending transaction ends, so a reader that has seen an id
 * has seen every smaller one.
 */
export type EventLog = {
  /**
   * Runs a transaction that changes something of which browsers are to be told. What is appended in it is written at
   * its very end, so that everybody else who appends waits for no more than that, and announced after the commit.
   */
  transaction<T>(work: (tx: Transaction<AppTables>) => Promise<T>): Promise<T>
  /** Appends, in a transaction of `transaction`. */
  append(tx: Transaction<AppTables>, events: NewEvent[]): void
  /**
   * Waits until everybody else who appends has committed, and keeps them waiting until the transaction ends: what is
   * read from then on is as new as the newest event. Only for who cannot know before what to append.
   */
  standInLine(tx: Transaction<AppTables>): Promise<void>
  /** @returns a function that ends the listening. */
  onAnnounce(listener: () => void): () => void
}

const topic = 'events'

/** How an audience is written in the log. Identities cannot collide with the administrators' mark. */
export function audienceKey(audience: Audience): string {
  return audience === 'administrators' ? 'administrators' : `worker ${audience.worker}`
}

export function createEventLog(database: Database<AppTables>, clock: () => number): EventLog {
  const appended = new WeakMap<Transaction<AppTables>, NewEvent[]>()
  return {
    async transaction(work) {
      const events: NewEvent[] = []
      const result = await database.db.transaction().execute(async (tx) => {
        appended.set(tx, events)
        const done = await work(tx)
        if (events.length > 0) await write(tx, events, clock())
        return done
      })
      if (events.length > 0) database.wake(topic)
      return result
    },
    append(tx, events) {
      const all = appended.get(tx)
      if (!all) throw new TypeError('events are appended in a transaction of the event log')
      all.push(...events)
    },
    async standInLine(tx) {
      await tx
        .updateTable('event_head')
        .set((eb) => ({ id: eb.ref('id') }))
        .where('one', '=', 1)
        .execute()
    },
    onAnnounce: (listener) => database.onWake(topic, listener),
  }
}

async function write(tx: Transaction<AppTables>, events: readonly NewEvent[], at: number): Promise<void> {
  const head = await tx
    .updateTable('event_head')
    .set((eb) => ({ id: eb('id', '+', events.length) }))
    .where('one', '=', 1)
    .returning('id')
    .executeTakeFirstOrThrow()
  const first = head.id - events.length + 1
  const rows = events.map((event, offset) => ({
    id: first + offset,
    audience: audienceKey(event.audience),
    type: event.type,
    data: JSON.stringify(event.data),
    at,
  }))
  await tx.insertInto('event').values(rows).execute()
}

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
  /** Appends in the transaction that makes the change; append last, so that the lock is held briefly. */
  append(tx: Transaction<AppTables>, events: NewEvent[]): Promise<void>
  /** Wakes the streams. Call it after the commit. */
  announce(): void
  /** @returns a function that ends the listening. */
  onAnnounce(listener: () => void): () => void
}

const topic = 'events'

/** How an audience is written in the log. Identities cannot collide with the administrators' mark. */
export function audienceKey(audience: Audience): string {
  return audience === 'administrators' ? 'administrators' : `worker ${audience.worker}`
}

export function createEventLog(database: Database<AppTables>, clock: () => number): EventLog {
  return {
    async append(tx, events) {
      if (events.length === 0) return
      const head = await tx
        .updateTable('event_head')
        .set((eb) => ({ id: eb('id', '+', events.length) }))
        .where('one', '=', 1)
        .returning('id')
        .executeTakeFirstOrThrow()
      const at = clock()
      const first = head.id - events.length + 1
      await tx
        .insertInto('event')
        .values(
          events.map((event, offset) => ({
            id: first + offset,
            audience: audienceKey(event.audience),
            type: event.type,
            data: JSON.stringify(event.data),
            at,
          })),
        )
        .execute()
    },
    announce: () => database.wake(topic),
    onAnnounce: (listener) => database.onWake(topic, listener),
  }
}

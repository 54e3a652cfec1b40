/** Where a worker is in the CRM's list. It is stored, since it knows every row that was seen. */
import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { AppTables } from '../tables.ts'

/** Where the next page begins: by the token that the service gave, behind the last customer, or at the beginning. */
export type Place = { readonly token?: string; readonly anchor?: string }

/** `search`: the service is asked for what matches. `all`: it is asked for everything, and we look for what matches. */
export type Mode = 'search' | 'all'

/** How far one page has got. */
export type Stop = {
  readonly mode: Mode
  /** The ids of the customers that the service gave for this page, shown or not. */
  readonly seen: readonly string[]
  /** Whether anything was shown up to here. */
  readonly found: boolean
  /** Absent at the end of the list. */
  readonly next?: Place
}

export type Walk = {
  readonly id: string
  readonly worker: string
  /** What is searched for; '' for everything. */
  readonly query: string
  /** One for each page, after the beginning. */
  readonly stops: readonly [Stop, ...Stop[]]
}

export function newWalk(worker: string, query: string, mode: Mode): Walk {
  return { id: randomUUID(), worker, query, stops: [{ mode, seen: [], found: false, next: {} }] }
}

/** What the browser gets to ask for the page after those walked so far. */
export function tokenOf(walk: Walk): string {
  return `${walk.id}.${walk.stops.length}`
}

/** The walk up to the page that a token asks for; `undefined` when there is none (any more) of this worker. */
export async function findWalk(
  db: Kysely<AppTables>,
  { worker, query, token }: { worker: string; query: string; token: string },
): Promise<Walk | undefined> {
  const [, id, length] = /^([0-9a-f-]{36})\.([1-9]\d{0,5})$/.exec(token) ?? []
  if (!id) return undefined
  const row = await db
    .selectFrom('customer_walk')
    .select('stops')
    .where('id', '=', id)
    .where('worker', '=', worker)
    .where('query', '=', query)
    .executeTakeFirst()
  const stops: Stop[] = row ? JSON.parse(row.stops) : []
  const [first, ...rest] = stops.slice(0, Number(length))
  return first && Number(length) <= stops.length ? { id, worker, query, stops: [first, ...rest] } : undefined
}

export async function saveWalk(db: Kysely<AppTables>, { id, worker, query, stops }: Walk, now: number): Promise<void> {
  const row = { worker, query, stops: JSON.stringify(stops), walked_at: now }
  await db
    .insertInto('customer_walk')
    .values({ id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

export async function deleteWalks(db: Kysely<AppTables>, before: number): Promise<void> {
  await db.deleteFrom('customer_walk').where('walked_at', '<', before).execute()
}

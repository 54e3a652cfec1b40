import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { invalidRequest } from '../http/problem.ts'

/** Where a list that is sorted by time, newest first, goes on: behind this row. */
export type Cursor = { readonly at: number; readonly id: string }

export function writeCursor({ at, id }: Cursor): string {
  return `${at}.${id}`
}

/** @throws RequestError 400 for what never was a cursor. */
export function readCursor(cursor: string | undefined): Cursor | undefined {
  if (!cursor) return undefined
  const [, at, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(cursor) ?? []
  if (!at || !id) throw invalidRequest('cursor: not one that was given.')
  return { at: Number(at), id }
}

/**
 * What comes behind a row in a list that is sorted by a time and then by `id`, both descending.
 *
 * @param column holds the time.
 */
export function olderThan(column: string, { at, id }: Cursor): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.ref(column)}, ${sql.ref('id')}) < (${at}, ${id})`
}

/** A page out of one row more than it shows, and the cursor of the next page if there is one. */
export function cutPage<Row>(
  rows: Row[],
  size: number,
  cursorOf: (row: Row) => Cursor,
): { page: Row[]; nextCursor?: string } {
  const page = rows.slice(0, size)
  const last = page.at(-1)
  return { page, ...(last !== undefined && rows.length > size && { nextCursor: writeCursor(cursorOf(last)) }) }
}

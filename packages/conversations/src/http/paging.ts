import { type Expression, type SqlBool, sql } from 'kysely'
import { RestError } from '../errors.ts'
import type { RestContext } from './scope.ts'

const maxPageSize = 100
const defaultPageSize = 50

/** Where a page begins: after or before a row, which is named by its sort key. */
type Cursor = { readonly toward: 'next' | 'previous'; readonly key: readonly [number, string] }

/** The part of a Kysely query that paging works on. */
type Pageable<Q> = {
  where(e: Expression<SqlBool>): Q
  orderBy(e: Expression<unknown>, d: 'asc' | 'desc'): Q
  limit(n: number): Q
}

export type PageQuery<Row> = {
  /** The name of the list in the answer, such as `messages`. */
  readonly key: string
  /** The public URL of the list, without its query. */
  readonly url: string
  /** A number and a SID; together unique, and never changed: so a page stays what it was under inserts. */
  readonly columns: readonly [string, string]
  readonly sortKey: (row: Row) => readonly [number, string]
  readonly order?: 'asc' | 'desc'
  /** Runs the query, narrowed to the page. */
  readonly read: (narrow: <Q extends Pageable<Q>>(query: Q) => Q) => Promise<Row[]>
}

/**
 * Reads one page of a list in Twilio's manner: `PageSize`, `Page`, `PageToken`, and `meta` with the URLs of
 * the pages beside it.
 *
 * @throws RestError 20001 for a page size that is no whole number of at least 1, or a token that is none of ours.
 */
export async function readPage<Row>(c: RestContext, query: PageQuery<Row>): Promise<{ rows: Row[]; meta: PageMeta }> {
  // The official client asks for as many as its caller wants in all, and follows the pages.
  const pageSize = Math.min(maxPageSize, readNumber(c, 'PageSize', defaultPageSize, 1))
  const page = readNumber(c, 'Page', 0, 0)
  const cursor = readToken(c.req.query('PageToken'))
  const backward = cursor?.toward === 'previous'
  const direction = (query.order === 'desc') !== backward ? 'desc' : 'asc'
  const first = sql.ref(query.columns[0])
  const second = sql.ref(query.columns[1])

  const found = await query.read((builder) => {
    const comparison = sql.raw(direction === 'asc' ? '>' : '<')
    const from = cursor
      ? builder.where(sql<SqlBool>`(${first}, ${second}) ${comparison} (${cursor.key[0]}, ${cursor.key[1]})`)
      : builder
    // One more than asked for tells whether there is another page.
    return from
      .orderBy(first, direction)
      .orderBy(second, direction)
      .limit(pageSize + 1)
  })
  const hasMore = found.length > pageSize
  const rows = found.slice(0, pageSize)
  if (backward) rows.reverse()

  function link(toward: Cursor['toward'], row: Row | undefined, exists: boolean): string | null {
    if (!row || !exists) return null
    const token = writeToken({ toward, key: query.sortKey(row) })
    return pageUrl(c, query.url, pageSize, Math.max(0, page + (toward === 'next' ? 1 : -1)), token)
  }

  return {
    rows,
    meta: {
      page,
      page_size: pageSize,
      first_page_url: pageUrl(c, query.url, pageSize, 0),
      previous_page_url: link('previous', rows[0], backward ? hasMore : cursor !== undefined),
      url: pageUrl(c, query.url, pageSize, page, c.req.query('PageToken')),
      next_page_url: link('next', rows.at(-1), backward || hasMore),
      key: query.key,
    },
  }
}

export type PageMeta = {
  page: number
  page_size: number
  first_page_url: string
  previous_page_url: string | null
  url: string
  next_page_url: string | null
  key: string
}

function readNumber(c: RestContext, name: string, otherwise: number, least: number): number {
  const text = c.req.query(name)
  if (text === undefined) return otherwise
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1
  if (value < least) throw new RestError(20001, `${name} must be a whole number of at least ${least}`)
  return value
}

/** The list's URL with the request's own filters and the page's parameters. */
function pageUrl(c: RestContext, url: string, pageSize: number, page: number, token?: string): string {
  const params = new URLSearchParams(c.req.query())
  params.delete('PageToken')
  params.set('PageSize', String(pageSize))
  params.set('Page', String(page))
  if (token) params.set('PageToken', token)
  return `${url}?${params}`
}

function writeToken(cursor: Cursor): string {
  const letter = cursor.toward === 'next' ? 'PA' : 'PB'
  return letter + Buffer.from(JSON.stringify(cursor.key)).toString('base64url')
}

function readToken(token: string | undefined): Cursor | undefined {
  if (!token) return undefined
  const toward = token.startsWith('PA') ? 'next' : token.startsWith('PB') ? 'previous' : undefined
  try {
    const key: unknown = JSON.parse(Buffer.from(token.slice(2), 'base64url').toString('utf8'))
    if (toward && Array.isArray(key) && Number.isSafeInteger(key[0]) && typeof key[1] === 'string') {
      return { toward, key: [key[0], key[1]] }
    }
  } catch {}
  throw new RestError(20001, 'PageToken is not valid')
}

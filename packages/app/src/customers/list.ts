import { askCustomers, type CustomersAnswer } from '@firstline/callbacks'
import type { CustomerPage, CustomerSummary } from '../api.ts'
import { callbackTarget, recordExchange } from '../console/callbacks.ts'
import type { Context } from '../context.ts'
import { RequestError } from '../http/problem.ts'
import { matchesName } from './matching.ts'
import { recently } from './recent.ts'
import { findWalk, type Mode, newWalk, type Place, type Stop, saveWalk, tokenOf, type Walk } from './walk.ts'

/** What Frontline's app sends, whatever the service makes of it. */
const pageSize = 30
/** A search goes on over pages without a match until it has something to show, but not for ever in one request. */
const maxAsks = 5
const maxTotalMs = 6_000
const enough = 15
/** Nobody scrolls further; a service that invents customers must end as well. */
const maxPages = 1_000
const searchableMs = 60 * 60_000

export type ListQuestion = {
  /** The identity of the worker who asks. */
  worker: string
  /** What is searched for in the names; '' for all. */
  query: string
  pageToken?: string | undefined
}

/**
 * A page of a worker's customers, as the CRM lists them. However the service pages: no row comes twice, and a page
 * that brings nothing new is the last. However it searches: only what matches by name is shown, and a service that
 * does not search, or finds nothing by part of a name, is searched by us.
 *
 * @throws ContractError of the failing callback (48001 to 48005); RequestError 410 when the list is too old to go on.
 */
export async function listCustomers(ctx: Context, { worker, query, pageToken }: ListQuestion): Promise<CustomerPage> {
  const { database, clock } = ctx
  const begun = pageToken
    ? await findWalk(database.db, { worker, query, token: pageToken })
    : newWalk(worker, query, await chooseMode(ctx, worker, query))
  if (!begun) throw new RequestError(410, 'List too old', 'This list is too old to go on. Load it anew.')
  const { stop, customers } = await walkOn(ctx, begun)
  const searchable = await isSearchable(ctx, worker)
  const walk: Walk = { ...begun, stops: [...begun.stops, stop] }
  if (stop.next === undefined || walk.stops.length > maxPages) return { customers, searchable }
  await saveWalk(database.db, walk, clock())
  return { customers, searchable, nextPageToken: tokenOf(walk) }
}

/** Asks until there is something to show, or nothing more comes. */
async function walkOn(
  ctx: Context,
  { worker, query, stops }: Walk,
): Promise<{ stop: Stop; customers: CustomerSummary[] }> {
  const customers: CustomerSummary[] = []
  let { mode, found, next } = stops.at(-1) as Stop
  const before = new Set(stops.filter((stop) => stop.mode === mode).flatMap(({ seen }) => seen))
  const seen = new Set<string>()
  const wanted = query === '' ? 1 : enough
  const until = performance.now() + maxTotalMs
  for (let asks = 0; next && asks < maxAsks && customers.length < wanted && performance.now() < until; asks++) {
    const answer = await ask(ctx, worker, mode === 'search' ? query : undefined, next)
    const fresh = answer.customers.filter(({ customerId }) => !before.has(customerId) && !seen.has(customerId))
    for (const { customerId } of fresh) seen.add(customerId)
    const matching = fresh.filter(({ displayName }) => matchesName(displayName, query))
    customers.push(...matching)
    found ||= matching.length > 0
    next = fresh.length > 0 ? placeAfter(answer) : undefined
    // Some services match whole words only, and some do not search at all though they say so.
    if (!next && mode === 'search' && !found) {
      mode = 'all'
      next = {}
      before.clear()
      seen.clear()
    }
  }
  return { stop: { mode, seen: [...seen], found, ...(next && { next }) }, customers }
}

/** `Query` goes only to a service that says it searches. */
async function chooseMode(ctx: Context, worker: string, query: string): Promise<Mode> {
  return query !== '' && (await isSearchable(ctx, worker)) ? 'search' : 'all'
}

const searchable = recently<boolean>()

/** Every list says it; if there was none yet, one is asked for. */
async function isSearchable(ctx: Context, worker: string): Promise<boolean> {
  const { url } = await callbackTarget(ctx, 'crm')
  return searchable.get(ctx, [url, worker]) ?? (await ask(ctx, worker, undefined, {})).searchable
}

async function ask(ctx: Context, worker: string, query: string | undefined, { token, anchor }: Place) {
  const target = await callbackTarget(ctx, 'crm')
  const { exchange, value, error } = await askCustomers(
    { Worker: worker, PageSize: pageSize, Anchor: anchor, NextPageToken: token, Query: query },
    target,
  )
  recordExchange(ctx, { exchange, worker, error })
  if (error) throw error
  const answer = value as CustomersAnswer
  if (query === undefined) searchable.set(ctx, [target.url, worker], answer.searchable, searchableMs)
  return answer
}

function placeAfter({ customers, nextPageToken }: CustomersAnswer): Place | undefined {
  if (nextPageToken) return { token: nextPageToken }
  const last = customers.at(-1)
  return last && { anchor: last.customerId }
}

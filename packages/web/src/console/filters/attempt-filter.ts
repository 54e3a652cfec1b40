import type { Attempt, AttemptFilter, AttemptState } from '@firstline/app/api'

const states: readonly AttemptState[] = ['running', 'undoing', 'succeeded', 'failed']

/** The filter that an address holds. What cannot be one is left out, so that an old or mistyped link still opens. */
export function readAttemptFilter(search: Record<string, unknown>): AttemptFilter {
  const { worker, customer, code, from, to } = search
  const state = states.find((each) => each === search['state'])
  const sought = textOf(search['search'])
  return {
    ...given('worker', textOf(worker)),
    ...given('customer', textOf(customer)),
    ...given('state', state),
    ...given('code', codeOf(code)),
    ...given('from', timeOf(from)),
    ...given('to', timeOf(to)),
    ...given('search', sought),
  }
}

/** The filter and the page as a query: `?worker=…&cursor=…`, or nothing. */
export function queryOf(filter: object, cursor: string): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...filter, cursor })) {
    if (value !== undefined && value !== '') query.set(name, String(value))
  }
  return query.size > 0 ? `?${query}` : ''
}

/** Whether an attempt that just changed belongs to a filtered list. What only the server can tell counts as no. */
export function matchesFilter(attempt: Attempt, filter: AttemptFilter): boolean {
  const { worker, customer, state, code, from, to, search } = filter
  const startedAt = Date.parse(attempt.startedAt)
  return (
    (worker === undefined || attempt.worker === worker) &&
    (customer === undefined || isCustomer(attempt, customer)) &&
    (state === undefined || attempt.state === state) &&
    (code === undefined || attempt.code === code) &&
    (from === undefined || startedAt >= Date.parse(from)) &&
    (to === undefined || startedAt < Date.parse(to)) &&
    (search === undefined || attempt.attemptId === search || attempt.conversationSid === search)
  )
}

/**
 * What somebody means who types into the one search field: a code, an id, or a customer.
 *
 * @example readSearchText('48005') // { code: 48005 }
 */
export function readSearchText(typed: string): Pick<AttemptFilter, 'customer' | 'code' | 'search'> {
  const text = typed.trim()
  if (text === '') return {}
  if (/^480\d\d$/.test(text)) return { code: Number(text) }
  if (/^[A-Z]{2}[0-9a-f]{32}$/.test(text) || uuid.test(text)) return { search: text }
  return { customer: text }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** As the server does it: by the id, or by each word of a part of the name. */
function isCustomer({ customer }: Attempt, wanted: string): boolean {
  const name = plain(customer.displayName)
  return (
    customer.customerId === wanted ||
    plain(wanted)
      .split(/\s+/)
      .every((word) => name.includes(word))
  )
}

function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [K in Name]?: Value })
}

/** The router reads what looks like a number as one. */
export function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && text.trim() !== '' && text.length <= 300 ? text.trim() : undefined
}

function codeOf(value: unknown): number | undefined {
  const code = Number(value)
  return textOf(value) !== undefined && Number.isInteger(code) && code >= 0 && code < 100_000 ? code : undefined
}

/** ISO 8601, whatever form of it. */
export function timeOf(value: unknown): string | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

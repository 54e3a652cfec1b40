import type { Context } from 'hono'
import { RestError, unsupported } from '../errors.ts'

const formTypes = new Set(['application/x-www-form-urlencoded', 'application/x-www-urlencoded'])

/** The parameters of a POST. */
export type Form = {
  /** undefined when it was not sent; '' when it was sent empty. */
  get(name: string): string | undefined
  all(name: string): string[]
  has(name: string): boolean
}

/** A form in which some parameters are other than they were sent. */
export function changeForm(form: Form, changes: Readonly<Record<string, string>>): Form {
  for (const [name, value] of Object.entries(changes)) refuseNul(name, value)
  return {
    get: (name) => changes[name] ?? form.get(name),
    all: (name) => (changes[name] === undefined ? form.all(name) : [changes[name]]),
    has: (name) => changes[name] !== undefined || form.has(name),
  }
}

/** A form of these parameters. */
export function formOf(params: Record<string, string> | URLSearchParams): Form {
  const all = new URLSearchParams(params)
  return { get: (name) => all.get(name) ?? undefined, all: (name) => all.getAll(name), has: (name) => all.has(name) }
}

/** PostgreSQL's text has no NUL. */
function refuseNul(name: string, value: string): void {
  if (value.includes('\0')) throw new RestError(20001, `Parameter '${name}' contains a NUL character`)
}

/**
 * Reads a form-encoded body.
 *
 * @param unsupportedNames parameters of Twilio's API that this engine refuses rather than ignores.
 * @throws RestError 20001 when the body is of another type, or a parameter cannot be taken.
 */
export async function readForm(c: Context, unsupportedNames: readonly string[] = []): Promise<Form> {
  const text = await c.req.text()
  const type = (c.req.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (text !== '' && !formTypes.has(type)) {
    throw new RestError(20001, 'The body must be application/x-www-form-urlencoded')
  }
  const params = new URLSearchParams(text)
  for (const [name, value] of params) {
    refuseNul(name, value)
    if (unsupportedNames.includes(name)) throw unsupported(name)
  }
  return formOf(params)
}

/**
 * Checks an `Attributes` parameter: JSON, of limited size.
 *
 * @throws RestError 50303 when it is too long, 50304 when it is not JSON.
 */
export function readAttributes(form: Form, maxBytes: number): string | undefined {
  const attributes = form.get('Attributes')
  if (attributes === undefined) return undefined
  if (Buffer.byteLength(attributes) > maxBytes) throw new RestError(50303)
  try {
    JSON.parse(attributes)
  } catch {
    throw new RestError(50304)
  }
  return attributes
}

/** The dates of a resource that is older than its row: one that is brought from elsewhere. */
export type Dates = { readonly created_at?: number; readonly updated_at?: number }

/**
 * Reads `DateCreated` and `DateUpdated`; without the second it was not changed since the first.
 *
 * @throws RestError 20001 for what is no moment in ISO 8601, such as `2026-01-31T12:00:00Z`.
 */
export function readDates(form: Form): Dates {
  const created = readMoment(form, 'DateCreated')
  const updated = readMoment(form, 'DateUpdated') ?? created
  return {
    ...(created !== undefined && { created_at: created }),
    ...(updated !== undefined && { updated_at: updated }),
  }
}

function readMoment(form: Form, name: string): number | undefined {
  const text = form.get(name)
  if (!text) return undefined
  const ms = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw new RestError(20001, `${name} must be a moment such as 2026-01-31T12:00:00Z`)
  return ms
}

/** Limits of https://www.twilio.com/docs/conversations/conversations-limits */
export const maxConversationAttributes = 16 * 1024
export const maxSmallAttributes = 4 * 1024

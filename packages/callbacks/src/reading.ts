import { ContractError } from './errors.ts'

/** What was understood, and what was off about the answer. */
export type Read<T> = { readonly value: T; readonly warnings: readonly string[] }

export type Warn = (warning: string) => void
type Fields = Readonly<Record<string, unknown>>

const maxWarnings = 20
/** Control characters but tab and line feed: some databases store no NUL, and none of them can be shown. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f]/g

/** Runs a reader with a collector of warnings, of which the first twenty are kept. */
export function reading<T>(read: (warn: Warn) => T): Read<T> {
  const warnings: string[] = []
  let dropped = 0
  const value = read((warning) => {
    if (warnings.length < maxWarnings) warnings.push(warning)
    else dropped++
  })
  if (dropped > 0) warnings.push(`… and ${dropped} more`)
  return { value, warnings }
}

/** An object's fields, or `undefined` for anything else, arrays included. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

/** A field of the object itself, never of its prototype; null is the same as absent. */
export function fieldOf(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined
}

/** The answer as an object, or error 48003. */
export function requireFields(value: unknown, where: string): Fields {
  const fields = fieldsOf(value)
  if (!fields) throw new ContractError(48003, { detail: `${where} is ${kindOf(value)}, an object was expected` })
  return fields
}

/** A list, empty when it is absent; anything else is left out with a warning. */
export function listOf(value: unknown, where: string, max: number, warn: Warn): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) {
    warn(`${where} is ${kindOf(value)}, a list was expected: left out`)
    return []
  }
  if (value.length > max) warn(`${where} has ${value.length} entries: only the first ${max} are used`)
  return value.slice(0, max)
}

/** A text for people, without control characters, cut at `max` characters. Numbers are taken as text. */
export function textOf(value: unknown, where: string, max: number, warn: Warn): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string' && typeof value !== 'number') {
    warn(`${where} is ${kindOf(value)}, a string was expected: left out`)
    return undefined
  }
  const text = clean(String(value)).trim()
  if (text.length > max) warn(`${where} has ${text.length} characters: cut to ${max}`)
  return text === '' ? undefined : text.slice(0, max).toWellFormed()
}

/** An id or address, which is taken whole or not at all. Ids come as numbers and as strings. */
export function exactTextOf(value: unknown, where: string, max: number, warn: Warn): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const isWhole = typeof value === 'string' || Number.isSafeInteger(value)
  const text = isWhole ? String(value) : ''
  if (isWhole && text.length <= max && clean(text) === text) return text
  warn(
    isWhole ? `${where} is too long or holds control characters: left out` : `${where} is ${kindOf(value)}: left out`,
  )
  return undefined
}

/** `true` and `"true"`, `false` and `"false"`; absent is false. */
export function booleanOf(value: unknown, where: string, warn: Warn): boolean {
  if (value === true) return true
  if (value === false || value === undefined || value === null) return false
  if (value === 'true' || value === 'false') {
    warn(`${where} is the string "${value}", a boolean was expected`)
    return value === 'true'
  }
  warn(`${where} is ${kindOf(value)}, a boolean was expected: taken as false`)
  return false
}

/** The kind of a JSON value, for a message: never the value itself, which may be private or huge. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function clean(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(unprintable, '').toWellFormed()
}

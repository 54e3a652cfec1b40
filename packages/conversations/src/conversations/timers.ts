import { RestError } from '../errors.ts'
import type { Form } from '../http/form.ts'
import type { ConversationRow, ConversationState } from '../tables.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const duration = /^P(?=\d|T\d)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/
const longestMs = 10 * 365 * dayMs

/** The durations after the last activity at which a conversation turns inactive and closed; null: never. */
export type Timers = Pick<ConversationRow, 'timer_inactive' | 'timer_closed'>
type Moments = Pick<ConversationRow, 'inactive_at' | 'closed_at'>

/** An ISO-8601 duration of weeks, days, hours, minutes and seconds, in milliseconds. */
export function parseDuration(text: string): number | undefined {
  const match = duration.exec(text)
  if (!match || text.length > 40) return undefined
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((digits) => Number(digits ?? 0)) as number[]
  const wholeDays = (weeks ?? 0) * 7 + (days ?? 0)
  const ms = wholeDays * dayMs + ((hours ?? 0) * 60 + (minutes ?? 0)) * minuteMs + (seconds ?? 0) * 1000
  return ms <= longestMs ? ms : undefined
}

/**
 * Reads `Timers.Inactive` and `Timers.Closed`. Empty or `PT0S` takes a timer away.
 *
 * @throws RestError 50379 or 50380 when one is no duration, 50375 or 50376 when one is too short.
 */
export function readTimers(form: Form): Partial<Timers> {
  const inactive = readTimer(form.get('Timers.Inactive'), minuteMs, 50379, 50375)
  const closed = readTimer(form.get('Timers.Closed'), 10 * minuteMs, 50380, 50376)
  return {
    ...(inactive !== undefined && { timer_inactive: inactive }),
    ...(closed !== undefined && { timer_closed: closed }),
  }
}

function readTimer(
  text: string | undefined,
  leastMs: number,
  invalid: 50379 | 50380,
  tooShort: 50375 | 50376,
): string | null | undefined {
  if (text === undefined) return undefined
  if (text === '') return null
  const ms = parseDuration(text)
  if (ms === undefined) throw new RestError(invalid)
  if (ms === 0) return null
  if (ms < leastMs) throw new RestError(tooShort)
  return text
}

/** When the timers run out, if nothing happens after `now`. An inactive conversation has only one left. */
export function restartTimers(timers: Timers, state: ConversationState, now: number): Moments {
  const after = (timer: string | null) => (timer === null ? null : now + (parseDuration(timer) ?? 0))
  if (state === 'closed') return { inactive_at: null, closed_at: null }
  return {
    inactive_at: state === 'active' ? after(timers.timer_inactive) : null,
    closed_at: after(timers.timer_closed),
  }
}

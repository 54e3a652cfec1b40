import { timeOfDay } from '../moment.ts'

/** From when to when, both ISO 8601, either end open. */
export type TimeRange = { from?: string; to?: string }
export type Preset = 'hour' | 'today' | 'yesterday' | 'week'

export const presetLabels: Record<Preset, string> = {
  hour: 'The last hour',
  today: 'Today',
  yesterday: 'Yesterday',
  week: 'The last 7 days',
}

/** What a preset means now, in the time zone of whoever looks. */
export function rangeOf(preset: Preset, now = new Date()): TimeRange {
  if (preset === 'hour') return { from: onTheMinute(now.getTime() - 3_600_000) }
  if (preset === 'today') return { from: midnight(now, 0) }
  if (preset === 'yesterday') return { from: midnight(now, -1), to: midnight(now, 0) }
  return { from: midnight(now, -7) }
}

/** The preset that a range is, when it still is one. */
export function presetOf(range: TimeRange, now = new Date()): Preset | undefined {
  const presets: Preset[] = ['today', 'yesterday', 'week']
  return presets.find((preset) => {
    const { from, to } = rangeOf(preset, now)
    return from === range.from && to === range.to
  })
}

/**
 * A range in words, in the local time zone.
 *
 * @example rangeWords({ from: '2026-03-03T10:00:00Z' }) // 'since 3 Mar, 10:00'
 */
export function rangeWords(range: TimeRange, now = new Date(), locale?: string): string {
  const preset = presetOf(range, now)
  if (preset) return presetLabels[preset].toLowerCase()
  const { from, to } = range
  if (from && to) {
    const day = new Date(from)
    if (from === midnight(day, 0) && to === midnight(day, 1)) return dateWords(day, now, locale)
    return `${momentWords(from, now, locale)} – ${momentWords(to, now, locale)}`
  }
  if (from) return `since ${momentWords(from, now, locale)}`
  return to ? `until ${momentWords(to, now, locale)}` : 'any time'
}

/** For `<input type="datetime-local">`, which knows no time zones: local time, to the minute. */
export function toLocalInput(iso: string | undefined): string {
  const at = iso === undefined ? Number.NaN : Date.parse(iso)
  if (Number.isNaN(at)) return ''
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 16)
}

/** What such an input holds, as ISO 8601; `undefined` while it holds nothing whole. */
export function fromLocalInput(value: string): string | undefined {
  const at = new Date(value)
  return value === '' || Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

function midnight(day: Date, days: number): string {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).toISOString()
}

function onTheMinute(ms: number): string {
  return new Date(Math.floor(ms / 60_000) * 60_000).toISOString()
}

function momentWords(iso: string, now: Date, locale?: string): string {
  return `${dateWords(new Date(iso), now, locale)}, ${timeOfDay(iso, locale)}`
}

function dateWords(at: Date, now: Date, locale?: string): string {
  const sameYear = at.getFullYear() === now.getFullYear()
  return at.toLocaleDateString(locale, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) })
}

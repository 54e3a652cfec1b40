import type { CallbackHealth } from '@firstline/app/api'
import type { Span } from '../filters/callback-filter.ts'
import { timeOfDay } from '../moment.ts'
import { formatMs } from '../waterfall.ts'

export type Health = CallbackHealth['callbacks'][number]
export type Slice = Health['slices'][number]

export const spanLabels: Record<Span, string> = { hour: 'Hour', day: 'Day', week: 'Week' }
export const lastSpan: Record<Span, string> = {
  hour: 'the last hour',
  day: 'the last 24 hours',
  week: 'the last 7 days',
}

/**
 * How many failed, as a share: never rounded to nothing or to all when that is not so.
 *
 * @example failureRate(1, 2000) // '<0.1 %'
 */
export function failureRate(failed: number, total: number): string {
  if (total === 0 || failed === 0) return '0 %'
  if (failed === total) return '100 %'
  const percent = (failed / total) * 100
  if (percent < 0.1) return '<0.1 %'
  if (percent > 99.9) return '>99.9 %'
  return `${percent < 10 ? percent.toFixed(1) : Math.min(99, Math.round(percent))} %`
}

/** How a callback does, in one sentence: what its drawing says for those who do not see it. */
export function healthWords(name: string, health: Health, span: Span): string {
  const { total, failed, p50, p95 } = health
  if (total === 0) return `${name}: not called in ${lastSpan[span]}.`
  const calls = total === 1 ? 'one call' : `${total} calls`
  const fast = p50 === undefined ? '' : `; half took up to ${formatMs(p50)}`
  const slow = p95 === undefined ? '' : `, 95 of 100 up to ${formatMs(p95)}`
  return `${name}: ${calls} in ${lastSpan[span]}, ${failed === 0 ? 'none' : failed} failed${fast}${slow}.`
}

/** When a slice began: the time, on the week's drawing with its day. */
export function sliceTime(from: string, span: Span, locale?: string): string {
  const time = timeOfDay(from, locale)
  return span === 'week' ? `${new Date(from).toLocaleDateString(locale, { weekday: 'short' })} ${time}` : time
}

/** A slice in words, for the pointer that rests on it. */
export function sliceWords(slice: Slice, span: Span, locale?: string): string {
  const { total, failed, p50, p95 } = slice
  const time = `From ${sliceTime(slice.from, span, locale)}`
  if (total === 0) return `${time}: no calls`
  const times = p50 === undefined || p95 === undefined ? '' : `, p50 ${formatMs(p50)}, p95 ${formatMs(p95)}`
  return `${time}: ${total === 1 ? 'one call' : `${total} calls`}, ${failed} failed${times}`
}

/** Hours and minutes, of 24. */
export function timeOfDay(iso: string, locale?: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  return at.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', hour12: false })
}

/**
 * When something happened, to the second: the time today, with the date before it on other days.
 *
 * @example momentOf('2026-03-01T10:00:04Z') // '10:00:04', or '1 Mar, 10:00:04' on another day
 */
export function momentOf(iso: string, now = new Date(), locale?: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  const time = at.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })
  if (at.toDateString() === now.toDateString()) return time
  const sameYear = at.getFullYear() === now.getFullYear()
  const date = at.toLocaleDateString(locale, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  })
  return `${date}, ${time}`
}

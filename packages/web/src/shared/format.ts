const names: Record<string, string> = {
  sms: 'SMS',
  whatsapp: 'WhatsApp',
  chat: 'Chat',
  email: 'E-mail',
  phone: 'Phone',
  voice: 'Voice',
}

/** How a channel is called on the screen. Types that nobody knows are shown as the service names them. */
export function channelName(type: string): string {
  return names[type] ?? type
}

/** For lists: the time today, "Yesterday", the weekday within the last week, else the date. */
export function shortTime(iso: string, now = new Date(), locale?: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return ''
  const days = daysBetween(at, now)
  if (days <= 0) return clockTime(iso, locale)
  if (days === 1) return 'Yesterday'
  if (days < 7) return at.toLocaleDateString(locale, { weekday: 'short' })
  const sameYear = at.getFullYear() === now.getFullYear()
  return at.toLocaleDateString(locale, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) })
}

/** For the line between the messages of two days. */
export function dayName(iso: string, now = new Date(), locale?: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return ''
  const days = daysBetween(at, now)
  if (days <= 0) return 'Today'
  if (days === 1) return 'Yesterday'
  const sameYear = at.getFullYear() === now.getFullYear()
  return at.toLocaleDateString(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(sameYear ? {} : { year: 'numeric' }),
  })
}

/** Hours and minutes. */
export function clockTime(iso: string, locale?: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return ''
  return at.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
}

/** Date and time in full, for tooltips and `title`. */
export function fullTime(iso: string, locale?: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  return at.toLocaleString(locale, { dateStyle: 'full', timeStyle: 'medium' })
}

/** Milliseconds for people: "<1 ms", "8 ms", "1.2 s", "2 min 5 s". */
export function duration(ms: number): string {
  if (ms < 1) return '<1 ms'
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}

/** Calendar days, so that 23:59 was yesterday two minutes later. */
function daysBetween(earlier: Date, later: Date): number {
  const day = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000
  return day(later) - day(earlier)
}

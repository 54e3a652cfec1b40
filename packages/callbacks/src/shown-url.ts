/**
 * A URL as it may be shown and written down: a password in it is masked.
 *
 * @example shownUrl('https://ada:secret@example.com/crm') // 'https://ada:***@example.com/crm'
 */
export function shownUrl(url: string): string {
  const parsed = URL.parse(url)
  if (!parsed?.password) return url
  parsed.password = '***'
  return parsed.href
}

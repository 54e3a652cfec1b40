const nul = '\0'
/** What stands in the place of characters that cannot be stored: U+FFFD, as for lone surrogates. */
const replacement = '\uFFFD'

/**
 * Text as both databases can hold and compare it. PostgreSQL's has no NUL character and refuses it; SQLite's C strings
 * end at it, here and there.
 */
export function storable<T>(parameter: T): T | string {
  return typeof parameter === 'string' && parameter.includes(nul) ? parameter.replaceAll(nul, replacement) : parameter
}

import type { Attempt, AttemptFilter, AttemptPage } from '@firstline/app/api'
import { matchesFilter } from './filters/attempt-filter.ts'

/**
 * Puts an attempt that has just changed into the pages already loaded: in its place when it is there,
 * else on top when it is new, and nowhere when it belongs to a page that has not been loaded yet.
 * What does not match the list's filter (any more) stays out, or goes.
 */
export function withAttempt(pages: AttemptPage[], attempt: Attempt, filter: AttemptFilter = {}): AttemptPage[] {
  const isThere = pages.some((page) => page.attempts.some((each) => each.attemptId === attempt.attemptId))
  // An id that was searched for may be of something that an attempt does not tell, such as a request.
  const { search, ...told } = filter
  if (!matchesFilter(attempt, isThere ? told : filter)) return isThere ? withoutAttempt(pages, attempt) : pages
  if (isThere) {
    return pages.map((page) => ({
      ...page,
      attempts: page.attempts.map((each) => (each.attemptId === attempt.attemptId ? attempt : each)),
    }))
  }
  const last = pages.at(-1)
  const oldest = last?.attempts.at(-1)
  if (last?.nextCursor !== undefined && oldest && attempt.startedAt < oldest.startedAt) return pages
  const [first, ...rest] = pages
  if (!first) return [{ attempts: [attempt] }]
  const attempts = [...first.attempts, attempt].sort((one, other) => other.startedAt.localeCompare(one.startedAt))
  return [{ ...first, attempts }, ...rest]
}

function withoutAttempt(pages: AttemptPage[], { attemptId }: Attempt): AttemptPage[] {
  return pages.map((page) => ({ ...page, attempts: page.attempts.filter((each) => each.attemptId !== attemptId) }))
}

/** All attempts of the pages, each once: a new attempt shifts the pages that are loaded later. */
export function attemptsOf(pages: AttemptPage[]): Attempt[] {
  const seen = new Map<string, Attempt>()
  for (const attempt of pages.flatMap((page) => page.attempts)) {
    if (!seen.has(attempt.attemptId)) seen.set(attempt.attemptId, attempt)
  }
  return [...seen.values()]
}

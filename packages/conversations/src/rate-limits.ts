import { RestError } from './errors.ts'

/** Counts writes against a limit per key, such as one conversation. */
export type RateLimiter = {
  /** @throws RestError 20429 with `Retry-After` when the key's writes of this second are used up. */
  take(key: string): void
}

const maxKeys = 10_000

/**
 * A token bucket per key, in this process: the limit is to stop a runaway, not to account.
 *
 * @param perSecond tokens a second, which is also how many may be taken at once; 0 or Infinity: no limit.
 */
export function createRateLimiter(perSecond: number, clock: () => number): RateLimiter {
  const buckets = new Map<string, { tokens: number; at: number }>()
  if (perSecond <= 0 || perSecond === Number.POSITIVE_INFINITY) return { take() {} }
  return {
    take(key) {
      const now = clock()
      const bucket = buckets.get(key) ?? { tokens: perSecond, at: now }
      const elapsed = Math.max(0, now - bucket.at) / 1000
      const tokens = Math.min(perSecond, bucket.tokens + elapsed * perSecond)
      if (tokens < 1) throw new RestError(20429, undefined, { retryAfterSeconds: 1 })
      // Re-inserted, so that the map's first key is the one that was quiet for longest.
      buckets.delete(key)
      buckets.set(key, { tokens: tokens - 1, at: now })
      if (buckets.size > maxKeys) buckets.delete(buckets.keys().next().value as string)
    },
  }
}

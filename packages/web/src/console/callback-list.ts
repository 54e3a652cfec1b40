import type { CallbackExchange, CallbackPage } from '@firstline/app/api'

/**
 * Puts the newest page of the log on top of the pages already loaded.
 *
 * @returns `undefined` when so much is new that something lies between: then all is to be loaded anew.
 */
export function withNewest(pages: CallbackPage[], newest: CallbackPage): CallbackPage[] | undefined {
  const [first, ...rest] = pages
  if (!first) return [newest]
  const known = new Set(exchangesOf(pages).map(({ exchangeId }) => exchangeId))
  const added = newest.exchanges.filter(({ exchangeId }) => !known.has(exchangeId))
  if (added.length === 0) return pages
  if (added.length === newest.exchanges.length && newest.nextCursor !== undefined) return undefined
  return [{ ...first, exchanges: [...added, ...first.exchanges] }, ...rest]
}

/** All exchanges of the pages, each once: a new one shifts the pages that are loaded later. */
export function exchangesOf(pages: CallbackPage[]): CallbackExchange[] {
  const seen = new Map<string, CallbackExchange>()
  for (const exchange of pages.flatMap((page) => page.exchanges)) {
    if (!seen.has(exchange.exchangeId)) seen.set(exchange.exchangeId, exchange)
  }
  return [...seen.values()]
}

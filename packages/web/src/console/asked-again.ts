import type { CallbackExchange } from '@firstline/app/api'
import { callbackOf } from './attempt-advice.ts'
import type { Callback } from './callbacks.ts'
import { decodeForm } from './exchange.ts'

/** What to fill "Try it" with so that it asks what was asked before; nothing for a location that nobody knows. */
export function askedAgain(
  exchange: Pick<CallbackExchange, 'location' | 'request'>,
): { callback: Callback; again: { location: string; params: Record<string, string> } } | undefined {
  const callback = callbackOf(exchange.location)
  if (!callback) return undefined
  const { Location: _, ...params } = Object.fromEntries(decodeForm(exchange.request.body))
  return { callback, again: { location: exchange.location, params } }
}

import type { Context } from '../context.ts'

/** The engine's time-out of 10 seconds, and half a minute. */
const defaultSettleMs = 40_000

/** How long a request to the engine may still take effect there, whether or not it was answered, in milliseconds. */
export function settleMsOf({ options }: Pick<Context, 'options'>): number {
  return options.startSettleMs ?? defaultSettleMs
}

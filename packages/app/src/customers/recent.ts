import type { Context } from '../context.ts'

const maxRemembered = 5_000

/** What this process remembers of what was asked of outside, a bounded number of answers, the oldest forgotten first. */
export function recently<T>() {
  const byContext = new WeakMap<Context, Map<string, { value: T; until: number }>>()

  function all(ctx: Context) {
    const known = byContext.get(ctx) ?? new Map<string, { value: T; until: number }>()
    byContext.set(ctx, known)
    return known
  }

  return {
    /** `undefined` when it is not known, or not any more. */
    get(ctx: Context, key: readonly string[]): T | undefined {
      const known = all(ctx).get(JSON.stringify(key))
      return known && ctx.clock() < known.until ? known.value : undefined
    },
    /** @param ms how long it counts; `undefined` as value forgets what was known. */
    set(ctx: Context, key: readonly string[], value: T | undefined, ms: number): void {
      const known = all(ctx)
      known.delete(JSON.stringify(key))
      if (value !== undefined) known.set(JSON.stringify(key), { value, until: ctx.clock() + ms })
      if (known.size > maxRemembered) known.delete(known.keys().next().value as string)
    },
  }
}

/**
 * Small things kept in the browser per worker: drafts, what is not sent yet, starts under way. Storage can be full or
 * forbidden; then they live as long as the page.
 */

const prefix = 'firstline:'
const memory = new Map<string, string>()

/** Reads what `keep` kept. What is there but cannot be read (an older version wrote it) counts as not there. */
export function kept<T>(worker: string, name: string): T | undefined {
  const key = `${prefix}${worker}:${name}`
  try {
    const text = localStorage.getItem(key) ?? memory.get(key)
    return text === undefined ? undefined : (JSON.parse(text) as T)
  } catch {
    return undefined
  }
}

/** Keeps a value, or with `undefined` forgets it. */
export function keep(worker: string, name: string, value: unknown): void {
  const key = `${prefix}${worker}:${name}`
  try {
    if (value === undefined) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
    memory.delete(key)
  } catch {
    if (value === undefined) memory.delete(key)
    else memory.set(key, JSON.stringify(value))
  }
}

/** Everything of a worker whose name begins like this. Things that several tabs write have a name of their own each. */
export function keptAll<T>(worker: string, namePrefix: string): T[] {
  const start = `${prefix}${worker}:`
  const names = new Set(memory.keys())
  try {
    for (const key of Object.keys(localStorage)) names.add(key)
  } catch {
    // Only what is in memory then.
  }
  return [...names]
    .filter((key) => key.startsWith(start + namePrefix))
    .map((key) => kept<T>(worker, key.slice(start.length)))
    .filter((value): value is T => value !== undefined)
}

/** Forgets everything of a worker: on signing out, the next one may be somebody else. */
export function forgetAll(worker: string): void {
  memory.clear()
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`${prefix}${worker}:`)) localStorage.removeItem(key)
    }
  } catch {
    // Nothing was kept there then.
  }
}

import { setTimeout as delay } from 'node:timers/promises'

export type SeenEvent = { id: number; type: string; data: unknown }

/** A browser's `EventSource`, without the browser: reconnects by itself, and says what it has seen. */
export type EventStream = {
  /** Everything seen so far, in the order in which it came. */
  readonly events: readonly SeenEvent[]
  /** The id from which the first connection began. */
  firstId(): number
  lastId(): number
  /** How often it has connected. */
  connections(): number
  /** Waits until this holds; it is asked after everything that arrives, and after every connection that ends. */
  until(isReached: () => boolean): Promise<void>
  close(): void
}

const reconnectAfterMs = 100

/**
 * Opens a stream of events and keeps it open.
 *
 * @param url where the first connection and all after it go; a function is asked each time.
 */
export function openEventStream(url: string | (() => string), cookie: string): EventStream {
  const events: SeenEvent[] = []
  const waiting = new Set<{ isReached: () => boolean; resolve: () => void }>()
  const closing = new AbortController()
  let firstId: number | undefined
  let lastId: number | undefined
  let connections = 0

  void keepOpen()
  return {
    events,
    firstId: () => firstId ?? Number.NaN,
    lastId: () => lastId ?? Number.NaN,
    connections: () => connections,
    until(isReached) {
      if (isReached()) return Promise.resolve()
      return new Promise((resolve) => waiting.add({ isReached, resolve }))
    },
    close: () => closing.abort(),
  }

  async function keepOpen(): Promise<void> {
    while (!closing.signal.aborted) {
      await connect().catch(() => {})
      tell()
      await delay(reconnectAfterMs, undefined, { signal: closing.signal }).catch(() => {})
    }
  }

  async function connect(): Promise<void> {
    const headers = { cookie, ...(lastId !== undefined && { 'last-event-id': String(lastId) }) }
    const address = typeof url === 'string' ? url : url()
    const response = await fetch(`${address}/api/events`, { headers, signal: closing.signal })
    if (!response.ok || !response.body) {
      await response.body?.cancel()
      return
    }
    connections++
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true })
      // What has not come to its empty line when the connection breaks does not count, as in browsers.
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        take(text.slice(0, end))
        text = text.slice(end + 2)
      }
      tell()
    }
  }

  function take(block: string): void {
    const fields = new Map(block.split('\n').map((line) => line.split(/: ?(.*)/s, 2) as [string, string]))
    const id = fields.get('id')
    if (id !== undefined) lastId = Number(id)
    firstId ??= lastId
    const data = fields.get('data')
    if (data !== undefined) {
      events.push({ id: lastId ?? Number.NaN, type: fields.get('event') ?? 'message', data: JSON.parse(data) })
    }
  }

  function tell(): void {
    for (const each of waiting) {
      if (!each.isReached()) continue
      waiting.delete(each)
      each.resolve()
    }
  }
}

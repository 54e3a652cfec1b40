import type { Context } from '../context.ts'
import { RequestError } from '../http/problem.ts'
import { findViewers } from '../people/store.ts'
import { type BrowserStream, bufferBytes, eventText, idText, openBrowserStream, type Viewer } from './browser-stream.ts'
import { findHead, isComplete, listEvents } from './store.ts'

export type HubTimes = { pollMs: number; heartbeatMs: number; recheckMs: number }

const times: HubTimes = { pollMs: 2_000, heartbeatMs: 15_000, recheckMs: 30_000 }
const pageSize = 500

/** Feeds all the browsers of this node. */
export type EventHub = {
  /**
   * Opens a stream: from where it was cut off, or from now.
   *
   * @param lastEventId the last id that the browser has seen, as it sent it.
   * @throws RequestError 503 while the app shuts down.
   */
  open(viewer: Viewer, lastEventId: string | undefined): Promise<ReadableStream<Uint8Array>>
  start(): void
  /** How many streams are open. */
  size(): number
  /** Ends every stream, and refuses new ones. */
  stop(): Promise<void>
}

/**
 * Reads the log once for all streams: when something is announced, and every two seconds in case that got lost.
 *
 * Reading and opening take turns, so that a new stream neither misses an event nor gets one twice.
 */
export function createEventHub(ctx: Context, { pollMs, heartbeatMs, recheckMs } = times): EventHub {
  const { db } = ctx.database
  const streams = new Set<BrowserStream>()
  /** The last event that all streams have been given. */
  let position = 0
  let stopped = false
  let lastTurn: Promise<unknown> = Promise.resolve()
  let waiting = false
  const endings: (() => void)[] = []

  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = lastTurn.then(run)
    lastTurn = turn.catch(() => {})
    return turn
  }

  async function fanOut(): Promise<void> {
    while (streams.size > 0) {
      const events = await listEvents(db, { after: position, limit: pageSize })
      for (const event of events) {
        const text = eventText(event)
        for (const stream of streams) if (stream.audiences.includes(event.audience)) stream.send(text)
        position = event.id
      }
      if (events.length < pageSize) return
    }
  }

  /**
   * Announcements that come while one waits for its turn are met by that one. Whoever has written goes on first: an
   * answer is waited for, and an event is not.
   */
  function wake(): void {
    if (waiting || stopped || streams.size === 0) return
    waiting = true
    setImmediate(() => {
      inTurn(() => {
        waiting = false
        return fanOut()
      }).catch((error) => ctx.log.warn({ err: error }, 'events could not be read'))
    })
  }

  function beat(): void {
    for (const stream of streams) stream.send(idText(position))
  }

  /** Ends the streams whose session is over or whose worker has another role now. */
  async function recheck(): Promise<void> {
    if (streams.size === 0) return
    const checked = [...streams]
    const viewers = await findViewers(
      db,
      checked.map((stream) => stream.viewer.sessionId),
      ctx.clock(),
    )
    for (const stream of checked) {
      if (viewers.get(stream.viewer.sessionId) !== stream.viewer.worker.role) stream.end()
    }
  }

  const recheckSoon = () =>
    void recheck().catch((error) => ctx.log.warn({ err: error }, 'sessions could not be checked'))

  /** What was missed since `after`; `undefined` when that cannot be said, or is more than a reload. */
  async function missed(stream: BrowserStream, after: number): Promise<string | undefined> {
    if (!Number.isSafeInteger(after) || after < 0 || after > position) return undefined
    if (!(await isComplete(db, after, position))) return undefined
    const range = { after, upTo: position, audiences: stream.audiences, limit: pageSize }
    const events = await listEvents(db, range)
    const text = events.map(eventText).join('')
    return events.length < pageSize && text.length < bufferBytes / 4 ? text : undefined
  }

  return {
    open: (viewer, lastEventId) =>
      inTurn(async () => {
        if (stopped) throw new RequestError(503, 'Restarting', 'The app is restarting.', { retryable: true })
        if (streams.size === 0) position = await findHead(db)
        // An id of the future is one that this node has not read yet.
        else if (Number(lastEventId) > position) await fanOut()
        const stream = openBrowserStream(viewer, () => streams.delete(stream))
        const text = lastEventId === undefined ? '' : await missed(stream, Number(lastEventId))
        const reset = eventText({ id: position, type: 'reset', data: '{}' })
        stream.send(`retry: 2000\n${text ?? reset}${idText(position)}`)
        if (stopped) stream.end()
        else streams.add(stream)
        return stream.body
      }),

    start() {
      const timers = [setInterval(wake, pollMs), setInterval(beat, heartbeatMs), setInterval(recheckSoon, recheckMs)]
      for (const timer of timers) endings.push(() => clearInterval(timer.unref()))
      endings.push(ctx.events.onAnnounce(wake), ctx.database.onWake('people', recheckSoon))
    },

    size: () => streams.size,

    async stop() {
      stopped = true
      for (const end of endings.splice(0)) end()
      for (const stream of streams) stream.end()
      await lastTurn
    },
  }
}

import type { SignedInWorker } from '../http/environment.ts'
import { audienceKey, type StoredEvent } from './log.ts'

/** Half a thousand messages. Who lags behind by more is cut off, and resumes or reloads. */
export const bufferBytes = 256 * 1024

export type Viewer = { worker: SignedInWorker; sessionId: string }

/** One browser's stream: text in, bytes out, and never more than a buffer of them waiting. */
export type BrowserStream = {
  readonly viewer: Viewer
  readonly audiences: readonly string[]
  readonly body: ReadableStream<Uint8Array>
  /** The text goes out whole, or the stream ends since its reader does not keep up. */
  send(text: string): void
  /** Ends the stream; what waits in its buffer is still delivered. */
  end(): void
}

const encoder = new TextEncoder()

/** @param onEnd is called once, whoever ends the stream. */
export function openBrowserStream(viewer: Viewer, onEnd: () => void): BrowserStream {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given
      },
      cancel() {
        controller = undefined
        onEnd()
      },
    },
    { highWaterMark: bufferBytes, size: (chunk) => chunk?.byteLength ?? 0 },
  )

  function end(): void {
    if (!controller) return
    controller.close()
    controller = undefined
    onEnd()
  }

  return {
    viewer,
    audiences: audiencesOf(viewer.worker),
    body,
    send(text) {
      if (!controller) return
      if ((controller.desiredSize ?? 0) <= 0) return end()
      controller.enqueue(encoder.encode(text))
    },
    end,
  }
}

function audiencesOf({ identity, role }: SignedInWorker): string[] {
  const own = audienceKey({ worker: identity })
  return role === 'administrator' ? [own, audienceKey('administrators')] : [own]
}

/** An event as it goes over the wire. The data is JSON, so it holds no line breaks. */
export const eventText = ({ id, type, data }: Pick<StoredEvent, 'id' | 'type' | 'data'>) =>
  `id: ${id}\nevent: ${type}\ndata: ${data}\n\n`

/** Moves the browser's `Last-Event-ID` on without an event. The empty comment keeps proxies from hanging up. */
export const idText = (id: number) => `:\nid: ${id}\n\n`

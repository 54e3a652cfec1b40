import { EventEmitter } from 'node:events'

/**
 * Tells whoever waits that there is something new to read. It carries no data and may get lost,
 * so a slow poll stands behind every listener.
 */
export type Wakeups = {
  /** Call after the commit. */
  wake(topic: string): void
  /** @returns a function that ends the listening. */
  onWake(topic: string, listener: () => void): () => void
  close(): Promise<void>
}

/** Wake-ups inside one process, which is all there is with SQLite. */
export function wakeInProcess(): Wakeups {
  const emitter = new EventEmitter().setMaxListeners(0)
  return {
    wake: (topic) => {
      emitter.emit(topic)
    },
    onWake: (topic, listener) => {
      emitter.on(topic, listener)
      return () => emitter.off(topic, listener)
    },
    close: async () => {
      emitter.removeAllListeners()
    },
  }
}

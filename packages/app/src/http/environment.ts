import type { Role } from '../api.ts'

/** Who asks. */
export type SignedInWorker = { id: string; identity: string; displayName: string; email: string; role: Role }

/** Whose session a request carries. `cookies` go onto the answer. */
export type Identified = { worker: SignedInWorker; sessionId: string; cookies: string[] }

/**
 * What the middleware leaves for the routes: `c.var.requestId` always, `c.var.worker` behind `requireWorker`.
 * `identify` is what the guards ask.
 */
export type AppEnvironment = {
  Variables: {
    requestId: string
    /** The address of whoever asks, when it is known. */
    clientAddress: string | undefined
    worker: SignedInWorker
    identify: () => Promise<Identified | undefined>
  }
}

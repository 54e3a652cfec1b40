import type { Role } from '../api.ts'

/** Who asks. */
export type SignedInWorker = { id: string; identity: string; displayName: string; email: string; role: Role }

/** What the middleware leaves for the routes: `c.var.worker` behind `requireWorker`, `c.var.requestId` always. */
export type AppEnvironment = { Variables: { requestId: string; worker: SignedInWorker } }

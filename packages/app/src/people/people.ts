import type { NewWorker, Worker } from '../api.ts'
import type { Context } from '../context.ts'
import { createLink, makeAdministrator } from './invitations.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import * as store from './store.ts'

/** What whoever starts the app may do without being signed in: it has the machine. */
export type People = ReturnType<typeof createPeople>

export function createPeople(ctx: Context) {
  const { database } = ctx

  return {
    hasAdministrator: async () => (await store.countAdministrators(database.db)) > 0,

    /**
     * Makes sure that this administrator can sign in with this password; call it at each start. The configuration
     * is the source of truth: an administrator who was deactivated or demoted is one again, and a password that
     * differs is replaced and ends the sessions. The identity is the e-mail address as given here the first time.
     */
    async ensureAdministrator(input: { email: string; password: string; displayName?: string }): Promise<Worker> {
      const known = await store.findWorker(database.db, { email: input.email })
      const current = known && (await store.findPasswordHash(database.db, known.id))
      const same = current !== undefined && (await verifyPassword({ hash: current, password: input.password }))
      const password = same ? undefined : await hashPassword(input.password)
      return await database.db.transaction().execute(async (tx) => {
        await database.lock(tx, store.administratorsLock)
        const now = ctx.clock()
        const worker = await makeAdministrator(tx, input, now)
        // Of several nodes that start at once the first one sets it, and its sessions may be in use by now.
        if (password && (await store.findPasswordHash(tx, worker.id)) === current) {
          await store.setPasswordHash(tx, worker.id, password, now)
          await store.deleteSessions(tx, worker.id)
        }
        return worker
      })
    },

    /**
     * A link that makes the first administrator: 15 minutes, once. `undefined` when there is one already.
     *
     * @param options.further makes the link in any case: for a further administrator, or for one who lost the
     *   password and gives the same e-mail address again.
     */
    async createSetupLink(options: { further?: boolean } = {}): Promise<string | undefined> {
      return await database.db.transaction().execute(async (tx) => {
        await database.lock(tx, store.administratorsLock)
        if (options.further) return createLink(ctx, tx, 'administrator')
        if ((await store.countAdministrators(tx)) > 0) return undefined
        await tx.deleteFrom('invitation').where('kind', '=', 'setup').execute()
        return createLink(ctx, tx, 'setup')
      })
    },

    /** Adds a worker who can sign in at once with `password`; without it, one who cannot yet. Known ones stay. */
    async addWorker(input: NewWorker & { password?: string }): Promise<Worker> {
      const password = input.password === undefined ? undefined : await hashPassword(input.password)
      return await database.db.transaction().execute(async (tx) => {
        await database.lock(tx, store.administratorsLock)
        const known = await store.findWorker(tx, { email: input.email })
        if (known) return known
        const { password: _, ...rest } = input
        const row = {
          ...rest,
          identity: input.identity ?? input.email,
          state: password ? 'active' : 'invited',
        } as const
        const worker = await store.insertWorker(tx, row, ctx.clock())
        if (password) await store.setPasswordHash(tx, worker.id, password, ctx.clock())
        return worker
      })
    },

    findWorkerByIdentity: (identity: string) => store.findWorker(database.db, { identity }),
    listWorkers: () => store.listWorkers(database.db),
  }
}

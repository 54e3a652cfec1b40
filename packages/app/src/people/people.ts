import type { NewWorker, Worker } from '../api.ts'
import { passwordSet, recordWorkerChange, theServer } from '../audit/audit.ts'
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
        const { before, after } = await makeAdministrator(tx, input, now)
        // Of several nodes that start at once the first one sets it, and its sessions may be in use by now.
        const isSet = password !== undefined && (await store.findPasswordHash(tx, after.id)) === current
        if (isSet) {
          await store.setPasswordHash(tx, after.id, password, now)
          await store.deleteSessions(tx, after.id)
        }
        await recordWorkerChange(tx, now, { by: theServer, before, after, also: isSet ? [passwordSet] : [] })
        return after
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
        if (options.further) return (await createLink(ctx, tx, 'administrator')).url
        if ((await store.countAdministrators(tx)) > 0) return undefined
        await tx.deleteFrom('invitation').where('kind', '=', 'setup').execute()
        return (await createLink(ctx, tx, 'setup')).url
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
        const now = ctx.clock()
        const after = await store.insertWorker(tx, row, now)
        if (password) await store.setPasswordHash(tx, after.id, password, now)
        await recordWorkerChange(tx, now, { by: theServer, after })
        return after
      })
    },

    findWorkerByIdentity: (identity: string) => store.findWorker(database.db, { identity }),
    listWorkers: () => store.listWorkers(database.db),
  }
}

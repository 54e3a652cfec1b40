import { isChatIdentity } from '@firstline/addresses'
import { isUniqueViolation } from '@firstline/database'
import type { Transaction } from 'kysely'
import type { InvitedWorker, NewWorker, Worker, WorkerChange } from '../api.ts'
import { type Author, recordChange, recordWorkerChange } from '../audit/audit.ts'
import type { Context } from '../context.ts'
import { notFound, RequestError } from '../http/problem.ts'
import { isoTime } from '../outgoing/present.ts'
import type { AppTables } from '../tables.ts'
import { createLink } from './invitations.ts'
import * as store from './store.ts'

/** The worker whose identity this is. */
export function findWorkerByIdentity(ctx: Pick<Context, 'database'>, identity: string): Promise<Worker | undefined> {
  return store.findWorker(ctx.database.db, { identity })
}

/** Everybody's identity and name, in order of their names. */
export async function listIdentities(
  ctx: Pick<Context, 'database'>,
): Promise<{ identity: string; displayName: string }[]> {
  const workers = await store.listWorkers(ctx.database.db)
  return workers.map(({ identity, displayName }) => ({ identity, displayName }))
}

/**
 * Adds a worker, who is invited by a link and sets a password there.
 *
 * @throws RequestError 422 for an identity that the channels cannot carry, 409 when it or the e-mail is taken.
 */
export async function inviteWorker(ctx: Context, input: NewWorker, by: Author): Promise<InvitedWorker> {
  const identity = input.identity ?? input.email
  if (!isChatIdentity(identity)) {
    const detail = 'An identity has 1 to 256 characters and is none of "system", "private", "unique" or a user SID.'
    throw new RequestError(422, 'Identity not accepted', detail)
  }
  try {
    return await ctx.database.db.transaction().execute(async (tx) => {
      const row = { ...input, identity, state: 'invited' } as const
      const worker = await store.insertWorker(tx, row, ctx.clock())
      await recordWorkerChange(tx, ctx.clock(), { by, after: worker })
      return { worker, ...(await createInvitation(ctx, tx, worker.id)) }
    })
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new RequestError(409, 'Already taken', 'Somebody has this e-mail address or this identity already.')
  }
}

/**
 * A new link for a worker: for one who has not come yet, or who has forgotten the password. The old password holds
 * until the link is used.
 */
export async function renewInvitation(ctx: Context, id: string, by: Author): Promise<InvitedWorker> {
  return await ctx.database.db.transaction().execute(async (tx) => {
    const worker = await store.findWorker(tx, { id })
    if (!worker) throw notFound('worker')
    if (worker.state === 'deactivated') {
      throw new RequestError(409, 'Deactivated', 'This worker is deactivated. Activate them first.')
    }
    const invitation = await createInvitation(ctx, tx, id)
    const { identity, displayName } = worker
    await recordChange(tx, ctx.clock(), {
      by,
      subject: { kind: 'worker', identity, displayName },
      action: 'invited',
      changes: [{ field: 'invitation', from: null, to: `until ${invitation.expiresAt}` }],
    })
    return { worker, ...invitation }
  })
}

async function createInvitation(ctx: Context, tx: Transaction<AppTables>, userId: string) {
  const { url, expiresAt } = await createLink(ctx, tx, { userId })
  return { invitationUrl: url, expiresAt: isoTime(expiresAt) }
}

/**
 * Changes a worker's role, or lets them in or out. Who is let out is signed out everywhere, at once.
 *
 * @throws RequestError 409 for oneself, and for the last administrator.
 */
export async function changeWorker(
  ctx: Context,
  input: { id: string; by: Author & { id: string }; change: WorkerChange },
): Promise<Worker> {
  const { id, by, change } = input
  if (id === by.id) {
    throw new RequestError(409, 'That is you', 'Another administrator must change your role or deactivate you.')
  }
  const changed = await ctx.database.db.transaction().execute(async (tx) => {
    await ctx.database.lock(tx, store.administratorsLock)
    const worker = await store.findWorker(tx, { id })
    if (!worker) throw notFound('worker')
    const now = ctx.clock()
    const role = change.role ?? worker.role
    let state = worker.state
    if (change.active === false) state = 'deactivated'
    else if (change.active && state === 'deactivated') {
      state = (await store.findPasswordHash(tx, id)) ? 'active' : 'invited'
    }
    await store.updateWorker(tx, id, { role, state }, now)
    if ((await store.countAdministrators(tx)) === 0) {
      throw new RequestError(409, 'Last administrator', 'There must be an administrator. Make somebody else one first.')
    }
    if (state === 'deactivated') {
      await store.deleteSessions(tx, id)
      await tx.deleteFrom('invitation').where('user_id', '=', id).execute()
    }
    const after = { ...worker, role, state }
    await recordWorkerChange(tx, now, { by, before: worker, after })
    return after
  })
  ctx.database.wake('people')
  return changed
}

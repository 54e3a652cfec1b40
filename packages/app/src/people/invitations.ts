import { createHash, randomBytes } from 'node:crypto'
import { isUniqueViolation } from '@firstline/database'
import type { Transaction } from 'kysely'
import type { AcceptInvitation, Invitation } from '../api.ts'
import { passwordSet, recordWorkerChange } from '../audit/audit.ts'
import type { Context } from '../context.ts'
import { RequestError } from '../http/problem.ts'
import type { AppTables } from '../tables.ts'
import { checkPassword, hashPassword } from './passwords.ts'
import * as store from './store.ts'

const setupMs = 15 * 60_000
const invitationMs = 7 * 24 * 60 * 60_000

const hash = (token: string) => createHash('sha256').update(token).digest('hex')

const noLonger = () =>
  new RequestError(
    404,
    'Link not valid',
    'This link has been used, has expired, or was replaced. Ask your administrator for a new one.',
  )

/**
 * Makes the link with which somebody sets a password; older links for the same person stop working.
 *
 * @param invites a worker's id: the link holds 7 days. `setup`: it makes the first administrator, holds 15 minutes
 *   and only while there is none. `administrator`: it makes a further one, or lets one in again who lost the password.
 * @returns the URL, whose token is in the fragment, which browsers do not send; and until when it holds.
 */
export async function createLink(
  ctx: Pick<Context, 'clock' | 'options'>,
  tx: Transaction<AppTables>,
  invites: { userId: string } | 'setup' | 'administrator',
): Promise<{ url: string; expiresAt: number }> {
  const token = randomBytes(32).toString('base64url')
  const now = ctx.clock()
  const userId = typeof invites === 'string' ? null : invites.userId
  const kind = typeof invites === 'string' ? invites : 'invitation'
  const expiresAt = now + (userId ? invitationMs : setupMs)
  if (userId) await tx.deleteFrom('invitation').where('user_id', '=', userId).execute()
  await tx
    .insertInto('invitation')
    .values({
      token_hash: hash(token),
      kind,
      user_id: userId,
      created_at: now,
      expires_at: expiresAt,
    })
    .execute()
  return { url: new URL(`/welcome#${token}`, ctx.options.publicUrl).href, expiresAt }
}

/** Whom a link invites. @throws RequestError 404 when it no longer holds. */
export async function lookAtInvitation(ctx: Context, token: string): Promise<Invitation> {
  const { db } = ctx.database
  const link = await db
    .selectFrom('invitation')
    .selectAll()
    .where('token_hash', '=', hash(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', ctx.clock())
    .executeTakeFirst()
  if (!link) throw noLonger()
  if (link.kind === 'setup' && (await store.countAdministrators(db)) > 0) throw noLonger()
  if (link.user_id === null) return { kind: 'setup' }
  const worker = await store.findWorker(db, { id: link.user_id })
  if (!worker || worker.state === 'deactivated') throw noLonger()
  return { kind: 'invitation', email: worker.email, displayName: worker.displayName }
}

/**
 * Uses a link up and sets the password; with `setup` it makes the administrator too.
 *
 * @returns what to sign in with.
 * @throws RequestError 404 when the link no longer holds, 422 when the password or the name will not do.
 */
export async function acceptInvitation(ctx: Context, input: AcceptInvitation): Promise<{ email: string }> {
  const found = await lookAtInvitation(ctx, input.token)
  checkPassword(input.password)
  if (found.kind === 'setup' && !input.email) {
    throw new RequestError(422, 'E-mail address needed', 'Enter the e-mail address to sign in with.')
  }
  const password = await hashPassword(input.password)
  const accepted = await ctx.database.db.transaction().execute(async (tx) => {
    // Two set-up links used at the same moment make one administrator.
    await ctx.database.lock(tx, store.administratorsLock)
    const now = ctx.clock()
    const link = await tx
      .updateTable('invitation')
      .set({ used_at: now })
      .where('token_hash', '=', hash(input.token))
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning(['kind', 'user_id'])
      .executeTakeFirst()
    if (!link) throw noLonger()
    if (link.kind === 'setup' && (await store.countAdministrators(tx)) > 0) throw noLonger()
    const { before, after } = link.user_id
      ? await activate(tx, link.user_id, now)
      : await makeAdministrator(tx, { email: input.email ?? '', displayName: input.displayName }, now)
    await store.setPasswordHash(tx, after.id, password, now)
    await store.deleteSessions(tx, after.id)
    await recordWorkerChange(tx, now, { by: after, before, after, also: [passwordSet] })
    return { email: after.email }
  })
  ctx.database.wake('people')
  return accepted
}

/** A worker before and after a change; `before` is absent for one who is new. */
type Changed = { before?: store.WorkerRow; after: store.WorkerRow }

async function activate(tx: Transaction<AppTables>, id: string, now: number): Promise<Changed> {
  const before = await store.findWorker(tx, { id })
  if (!before || before.state === 'deactivated') throw noLonger()
  await store.updateWorker(tx, id, { state: 'active' }, now)
  return { before, after: { ...before, state: 'active' } }
}

/** Makes an administrator of this e-mail address; its identity is the address as it was typed. */
export async function makeAdministrator(
  tx: Transaction<AppTables>,
  input: { email: string; displayName?: string | undefined },
  now: number,
): Promise<Changed> {
  const email = input.email.trim()
  const displayName = input.displayName?.trim()
  const before = await store.findWorker(tx, { email })
  if (before) {
    const change = { role: 'administrator', state: 'active', ...(displayName ? { displayName } : {}) } as const
    await store.updateWorker(tx, before.id, change, now)
    return { before, after: { ...before, ...change } }
  }
  const name = displayName || (email.split('@')[0] ?? email)
  try {
    const row = { email, displayName: name, identity: email, role: 'administrator', state: 'active' } as const
    return { after: await store.insertWorker(tx, row, now) }
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new RequestError(409, 'Already taken', 'Somebody has this e-mail address or this identity already.')
  }
}

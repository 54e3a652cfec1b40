import { randomUUID } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import type { Role, Worker } from '../api.ts'
import type { AppTables } from '../tables.ts'
import type { PeopleTables, WorkerState } from './tables.ts'

/** The database, or the transaction that the query belongs to. */
type Queries = Kysely<AppTables>

export type WorkerRow = Worker

/** Held by whoever makes or unmakes an administrator, so that there is always one. */
export const administratorsLock = 'people administrators'

const columns = ['id', 'identity', 'name', 'email', 'role', 'state', 'createdAt'] as const

function toWorker(row: Pick<Selectable<PeopleTables['auth_user']>, (typeof columns)[number]>): Worker {
  const { name, createdAt, ...same } = row
  return { ...same, displayName: name, createdAt: new Date(createdAt).toISOString() }
}

/** Everybody, in order of their names. */
export async function listWorkers(db: Queries): Promise<Worker[]> {
  const rows = await db.selectFrom('auth_user').select(columns).orderBy('name').orderBy('id').execute()
  return rows.map(toWorker)
}

export async function findWorker(
  db: Queries,
  by: { id: string } | { identity: string } | { email: string },
): Promise<Worker | undefined> {
  let query = db.selectFrom('auth_user').select(columns)
  if ('id' in by) query = query.where('id', '=', by.id)
  else if ('identity' in by) query = query.where('identity', '=', by.identity)
  else query = query.where('email', '=', by.email.toLowerCase())
  const row = await query.executeTakeFirst()
  return row && toWorker(row)
}

export type NewWorkerRow = { email: string; displayName: string; identity: string; role: Role; state: WorkerState }

/** @throws a unique violation when the identity or the e-mail address is taken. */
export async function insertWorker(db: Queries, input: NewWorkerRow, now: number): Promise<Worker> {
  const at = new Date(now).toISOString()
  const row = await db
    .insertInto('auth_user')
    .values({
      id: randomUUID(),
      name: input.displayName,
      email: input.email.toLowerCase(),
      emailVerified: 1,
      identity: input.identity,
      role: input.role,
      state: input.state,
      createdAt: at,
      updatedAt: at,
    })
    .returning(columns)
    .executeTakeFirstOrThrow()
  return toWorker(row)
}

export async function updateWorker(
  db: Queries,
  id: string,
  change: { role?: Role; state?: WorkerState; displayName?: string },
  now: number,
): Promise<void> {
  const { displayName, ...same } = change
  await db
    .updateTable('auth_user')
    .set({
      ...same,
      ...(displayName === undefined ? {} : { name: displayName }),
      updatedAt: new Date(now).toISOString(),
    })
    .where('id', '=', id)
    .execute()
}

/** How many administrators can sign in. */
export async function countAdministrators(db: Queries): Promise<number> {
  const row = await db
    .selectFrom('auth_user')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('role', '=', 'administrator')
    .where('state', '=', 'active')
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

const provider = 'credential'

export async function findPasswordHash(db: Queries, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('auth_account')
    .select('password')
    .where('userId', '=', userId)
    .where('providerId', '=', provider)
    .executeTakeFirst()
  return row?.password ?? undefined
}

/** Sets the password, or replaces it. */
export async function setPasswordHash(db: Queries, userId: string, password: string, now: number): Promise<void> {
  const at = new Date(now).toISOString()
  await db.deleteFrom('auth_account').where('userId', '=', userId).where('providerId', '=', provider).execute()
  await db
    .insertInto('auth_account')
    .values({
      id: randomUUID(),
      accountId: userId,
      providerId: provider,
      userId,
      password,
      createdAt: at,
      updatedAt: at,
    })
    .execute()
}

export async function deleteSession(db: Queries, id: string): Promise<void> {
  await db.deleteFrom('auth_session').where('id', '=', id).execute()
}

export async function deleteSessions(db: Queries, userId: string): Promise<void> {
  await db.deleteFrom('auth_session').where('userId', '=', userId).execute()
}

/** The roles of those whose sessions these are, by session; without the ones that are over. */
export async function findViewers(db: Queries, sessionIds: string[], now: number): Promise<Map<string, Role>> {
  const rows = await db
    .selectFrom('auth_session')
    .innerJoin('auth_user', 'auth_user.id', 'auth_session.userId')
    .select(['auth_session.id', 'auth_user.role'])
    .where('auth_session.id', 'in', sessionIds)
    .where('auth_session.expiresAt', '>', new Date(now).toISOString())
    .where('auth_user.state', '=', 'active')
    .execute()
  return new Map(rows.map(({ id, role }) => [id, role]))
}

/** Deletes sessions and links that are over. */
export async function deleteExpired(db: Queries, now: number): Promise<void> {
  await db.deleteFrom('auth_session').where('expiresAt', '<', new Date(now).toISOString()).execute()
  await db.deleteFrom('invitation').where('expires_at', '<', now).execute()
}

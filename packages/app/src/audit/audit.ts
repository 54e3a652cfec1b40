/** Who changed settings or workers, when, from what to what. */
import { randomUUID } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import type { AuditEntry, Worker } from '../api.ts'
import { type Cursor, olderThan } from '../console/cursor.ts'
import { isoTime } from '../outgoing/present.ts'
import type { AppTables } from '../tables.ts'
import type { AuditRow } from './tables.ts'

export type Author = AuditEntry['by']
export type FieldChange = AuditEntry['changes'][number]

/** Whoever has the machine changed it: by the configuration, or by a command. */
export const theServer: Author = { identity: '', displayName: 'The server' }

/** That a password was set is told; which one is nobody's business. */
export const passwordSet: FieldChange = { field: 'password', from: null, to: 'set' }

/**
 * Writes a change down, in the transaction that makes it: neither is there without the other.
 *
 * @example await recordChange(tx, ctx.clock(), { by: c.var.worker, subject: { kind: 'settings' }, action, changes })
 */
export async function recordChange(
  tx: Transaction<AppTables>,
  at: number,
  { by, subject, action, changes }: Omit<AuditEntry, 'id' | 'at'>,
): Promise<void> {
  const whom = subject.kind === 'worker' ? subject : undefined
  await tx
    .insertInto('audit_entry')
    .values({
      id: randomUUID(),
      at,
      by_identity: by.identity,
      by_name: by.displayName,
      subject: subject.kind,
      subject_identity: whom?.identity ?? null,
      subject_name: whom?.displayName ?? null,
      action,
      changes: JSON.stringify(changes),
    })
    .execute()
}

type KnownWorker = Pick<Worker, 'identity' | 'displayName' | 'email' | 'role' | 'state'>

/**
 * Writes down what became of a worker; nothing when nothing did.
 *
 * @param change.before absent for one who is new.
 * @param change.also what happened besides to what cannot be shown.
 */
export async function recordWorkerChange(
  tx: Transaction<AppTables>,
  at: number,
  change: { by: Author; before?: KnownWorker | undefined; after: KnownWorker; also?: FieldChange[] },
): Promise<void> {
  const { by, before, after, also = [] } = change
  const fields = ({ displayName, email, role, state }: KnownWorker) => ({ displayName, email, role, state })
  const changes = [...changesBetween(before && fields(before), fields(after)), ...also]
  if (changes.length === 0) return
  const { identity, displayName } = after
  await recordChange(tx, at, {
    by,
    subject: { kind: 'worker', identity, displayName },
    action: actionBetween(before, after),
    changes,
  })
}

function actionBetween(before: KnownWorker | undefined, after: KnownWorker): AuditEntry['action'] {
  if (!before) return 'added'
  if (before.state === after.state) return 'changed'
  if (after.state === 'deactivated') return 'deactivated'
  return before.state === 'deactivated' ? 'reactivated' : 'changed'
}

/** What differs, field by field; `before` is absent for what is new. */
export function changesBetween(
  before: Readonly<Record<string, string>> | undefined,
  after: Readonly<Record<string, string>>,
): FieldChange[] {
  return Object.entries(after)
    .map(([field, to]) => ({ field, from: before?.[field] ?? null, to }))
    .filter(({ from, to }) => from !== to)
}

/** The newest first. */
export async function listChanges(
  db: Kysely<AppTables>,
  page: { after?: Cursor | undefined; limit: number },
): Promise<AuditEntry[]> {
  const rows = await db
    .selectFrom('audit_entry')
    .selectAll()
    .$if(page.after !== undefined, (query) => query.where(olderThan('at', page.after as Cursor)))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map(present)
}

function present(row: AuditRow): AuditEntry {
  const { id, at, action, changes } = row
  return {
    id,
    at: isoTime(at),
    by: { identity: row.by_identity, displayName: row.by_name },
    subject:
      row.subject === 'settings'
        ? { kind: 'settings' }
        : { kind: 'worker', identity: row.subject_identity ?? '', displayName: row.subject_name ?? '' },
    action,
    changes: JSON.parse(changes),
  }
}

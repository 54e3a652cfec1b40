import type { AuditEntry } from '../api.ts'

export type AuditTables = { audit_entry: AuditRow }

/** Somebody changed the settings or a worker. */
export type AuditRow = {
  id: string
  at: number
  by_identity: string
  /** As it was then, like `subject_name`. */
  by_name: string
  subject: AuditEntry['subject']['kind']
  /** Of the worker who was changed. */
  subject_identity: string | null
  subject_name: string | null
  action: AuditEntry['action']
  /** JSON: field by field. Never a password or a token. */
  changes: string
}

import type { ColumnType, Generated } from 'kysely'
import type { Role } from '../api.ts'

/** better-auth keeps times as ISO text in SQLite and as `timestamptz` in PostgreSQL; both take ISO text. */
type AuthTime = ColumnType<string | Date, string, string>

/** Whether somebody may sign in. `invited`: has not set a password yet. */
export type WorkerState = 'active' | 'invited' | 'deactivated'

export type PeopleTables = {
  auth_user: {
    id: string
    name: string
    /** Lower case, as better-auth looks it up. */
    email: string
    emailVerified: ColumnType<number | boolean, number, number>
    image: ColumnType<string | null, string | null | undefined, string | null>
    createdAt: AuthTime
    updatedAt: AuthTime
    /** What `Worker` carries in callbacks: unique, case-sensitive, never changes. */
    identity: string
    role: Role
    state: WorkerState
  }
  auth_account: {
    id: string
    accountId: string
    providerId: string
    userId: string
    password: string | null
    createdAt: AuthTime
    updatedAt: AuthTime
  }
  auth_session: { id: string; token: string; userId: string; expiresAt: AuthTime }
  invitation: {
    /** SHA-256 of the token, in hex: who reads the database cannot use the links. */
    token_hash: string
    kind: 'setup' | 'administrator' | 'invitation'
    /** Whom it invites; `null` with the others, which make an administrator. */
    user_id: string | null
    created_at: number
    expires_at: number
    used_at: Generated<number | null>
  }
}

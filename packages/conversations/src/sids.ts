import { randomBytes } from 'node:crypto'

export type SidPrefix = 'CH' | 'MB' | 'IM' | 'IS' | 'DY' | 'SM' | 'WA'

/** A new SID: two letters and 32 hex digits. */
export function newSid(prefix: SidPrefix): string {
  return prefix + randomBytes(16).toString('hex')
}

/** Whether a path segment is a SID of this kind, rather than a unique name or an identity. */
export function isSid(prefix: string, value: string): boolean {
  return value.length === 34 && value.startsWith(prefix) && /^[0-9a-f]{32}$/i.test(value.slice(2))
}

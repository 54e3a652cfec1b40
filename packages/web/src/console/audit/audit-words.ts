import type { AuditEntry } from '@firstline/app/api'
import { callbacks } from '../callbacks.ts'
import { momentOf } from '../moment.ts'
import { roleWords, workerStateWords } from '../worker-words.ts'

/** A change in words: what it was of, what it was before, if anything, and what it is now. */
export type ChangeWords = { what: string; from?: string; to: string }
export type EntryWords = { did: string; changes: ChangeWords[] }

const fieldLabels: Record<string, string> = {
  role: 'Role',
  displayName: 'Name',
  email: 'E-mail address',
  identity: 'Identity',
  state: 'State',
  password: 'Password',
  invitation: 'Link',
}

const isoTime = /\d{4}-\d\d-\d\dT[\d:.]+Z/

/**
 * What an entry says after the name of whoever did it.
 *
 * @example entryWords(entry).did // 'changed the CRM Callback URL'
 */
export function entryWords(entry: AuditEntry): EntryWords {
  const changes = entry.changes.map(({ field, from, to }) => ({
    what: labelOf(field),
    ...(from === null ? {} : { from: wordsFor(field, from) }),
    to: wordsFor(field, to),
  }))
  return { did: didOf(entry, changes), changes }
}

function didOf(entry: AuditEntry, changes: ChangeWords[]): string {
  const { subject, action, by } = entry
  if (subject.kind === 'settings') {
    const [only, ...others] = changes
    return only && others.length === 0 ? `changed the ${only.what}` : 'changed the settings'
  }
  const own = subject.identity === by.identity
  const whom = own ? 'themselves' : subject.displayName
  if (action === 'added') return `added ${whom} as ${isAdministrator(entry) ? 'an administrator' : 'a worker'}`
  if (action === 'deactivated') return `deactivated ${whom}`
  if (action === 'reactivated') return `reactivated ${whom}`
  if (action === 'invited') return `made a new invitation link for ${whom}`
  const [only, ...others] = changes
  const setPassword = changes.some(({ what }) => what === fieldLabels['password'])
  if (own && setPassword) return others.length > 0 ? 'accepted their invitation' : 'set a new password'
  return only && others.length === 0 ? `changed the ${lower(only.what)} of ${whom}` : `changed ${whom}`
}

function isAdministrator({ changes }: AuditEntry): boolean {
  return changes.some(({ field, to }) => field === 'role' && to === 'administrator')
}

function labelOf(field: string): string {
  return callbacks.find(({ setting }) => setting === field)?.title ?? fieldLabels[field] ?? field
}

function wordsFor(field: string, value: string | null): string {
  if (value === null || value === '') return 'nothing'
  if (value === 'built-in') return 'the built-in service'
  if (field === 'invitation') return value.replace(isoTime, (iso) => momentOf(iso))
  if (field === 'role' && Object.hasOwn(roleWords, value)) return roleWords[value as keyof typeof roleWords]
  if (field === 'state' && Object.hasOwn(workerStateWords, value)) {
    return workerStateWords[value as keyof typeof workerStateWords]
  }
  return value
}

function lower(label: string): string {
  return label.charAt(0).toLowerCase() + label.slice(1)
}

export type AuditDay = { day: string; entries: AuditEntry[] }

/** The entries by local day, in the order in which they come. */
export function byDay(entries: readonly AuditEntry[]): AuditDay[] {
  const days: AuditDay[] = []
  for (const entry of entries) {
    const day = new Date(entry.at).toDateString()
    const last = days.at(-1)
    if (last?.day === day) last.entries.push(entry)
    else days.push({ day, entries: [entry] })
  }
  return days
}

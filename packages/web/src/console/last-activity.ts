import type { AttemptFilter } from '@firstline/app/api'

let last: AttemptFilter = {}

/** The filter with which Activity was looked at last: the way back from an attempt leads there. */
export function lastActivity(): AttemptFilter {
  return last
}

export function rememberActivity(filter: AttemptFilter): void {
  last = filter
}

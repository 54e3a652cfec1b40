import type { Role, Worker } from '@firstline/app/api'

export const roleWords: Record<Role, string> = { worker: 'Worker', administrator: 'Administrator' }
export const roleMeaning: Record<Role, string> = {
  worker: 'Starts and holds conversations with their own customers.',
  administrator: 'The same, and sees the console: settings, activity, workers.',
}
export const workerStateWords: Record<Worker['state'], string> = {
  active: 'Active',
  invited: 'Invited, no password yet',
  deactivated: 'Deactivated',
}

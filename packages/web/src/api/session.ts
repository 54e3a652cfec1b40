import type { Me } from '@firstline/app/api'
import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { forgetAll } from '../shared/stored.ts'
import { request, send } from './client.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => request<Me>('GET', '/api/me'),
  staleTime: 5 * 60_000,
  retry: false,
})

/** Who is signed in. Only below the routes that ask for a session first. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data
}

/** Whether an administrator is looking. Also where nobody may be signed in: then it is nobody. */
export function useIsAdministrator(): boolean {
  return useQuery({ ...meQuery, enabled: false }).data?.role === 'administrator'
}

/** Ends the session and starts from an empty page, so that the next worker sees nothing of this one. */
export async function signOut(worker: string): Promise<void> {
  await send('POST', '/api/auth/sign-out', {})
  forgetAll(worker)
  location.assign('/sign-in')
}

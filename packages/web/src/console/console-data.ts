import type {
  Attempt,
  AttemptDetails,
  AttemptPage,
  CallbackExchange,
  CustomerDetails,
  CustomerPage,
  NewWorker,
  ProbeRequest,
  ProbeResult,
  Settings,
  SettingsView,
  Worker,
  WorkerChange,
} from '@firstline/app/api'
import { useThrottledCallback } from '@mantine/hooks'
import { type InfiniteData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, send } from '../api/client.ts'
import { useAppEvent } from '../api/events.ts'
import { withAttempt } from './attempt-list.ts'
import type { Sample } from './callbacks.ts'

const keys = {
  settings: ['console', 'settings'],
  attempts: ['console', 'attempts'],
  attempt: (attemptId: string) => ['console', 'attempt', attemptId],
  workers: ['console', 'workers'],
  callbacks: ['console', 'callbacks'],
  sample: ['console', 'sample'],
}

export function useSettings() {
  return useQuery({ queryKey: keys.settings, queryFn: () => get<SettingsView>('/api/console/settings') })
}

export function useSaveSettings() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (settings: Settings) =>
      send<Partial<SettingsView> | undefined>('PUT', '/api/console/settings', settings),
    onSuccess: (answer, settings) => {
      client.setQueryData<SettingsView>(keys.settings, (before) => before && { ...before, ...settings, ...answer })
    },
  })
}

export function useProbe() {
  return useMutation({ mutationFn: (probe: ProbeRequest) => send<ProbeResult>('POST', '/api/console/probe', probe) })
}

/** A customer to try callbacks with: the first of one's own. None while the CRM callback does not work. */
export function useSampleCustomer() {
  return useQuery({
    queryKey: keys.sample,
    queryFn: async (): Promise<Sample | null> => {
      const { customers } = await get<CustomerPage>('/api/customers')
      const [first] = customers
      if (!first) return null
      const { customer } = await get<CustomerDetails>(`/api/customers/${encodeURIComponent(first.customerId)}`)
      return { customerId: first.customerId, channels: customer.channels.filter((channel) => channel.startable) }
    },
    retry: false,
    staleTime: 5 * 60_000,
  })
}

/** The attempts, newest first; what happens while one looks is put in as it happens. */
export function useAttempts() {
  const client = useQueryClient()
  useAppEvent('attempt', (attempt: Attempt) => {
    client.setQueryData<InfiniteData<AttemptPage>>(
      keys.attempts,
      (before) => before && { ...before, pages: withAttempt(before.pages, attempt) },
    )
  })
  return useInfiniteQuery({
    queryKey: keys.attempts,
    queryFn: ({ pageParam }) =>
      get<AttemptPage>(`/api/console/attempts${pageParam ? `?cursor=${encodeURIComponent(pageParam)}` : ''}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
}

/** One attempt with its exchanges, kept up to date while it runs. */
export function useAttempt(attemptId: string) {
  const client = useQueryClient()
  const queryKey = keys.attempt(attemptId)
  useAppEvent('attempt', (attempt: Attempt) => {
    if (attempt.attemptId !== attemptId) return
    client.setQueryData<AttemptDetails>(queryKey, (before) => before && { ...before, attempt })
    // The exchanges, the notes and the problem are not in the event.
    void client.invalidateQueries({ queryKey })
  })
  return useQuery({
    queryKey,
    queryFn: () => get<AttemptDetails>(`/api/console/attempts/${encodeURIComponent(attemptId)}`),
  })
}

export type CallbackPage = { exchanges: CallbackExchange[]; nextCursor?: string }
/** Every callback that was made, newest first. The events only say that there is a new one. */
export function useCallbacks() {
  const client = useQueryClient()
  // A busy house makes many a second; looking once a second is enough.
  const refresh = useThrottledCallback(() => void client.invalidateQueries({ queryKey: keys.callbacks }), 1_000)
  useAppEvent('callback', () => refresh())
  return useInfiniteQuery({
    queryKey: keys.callbacks,
    queryFn: ({ pageParam }) =>
      get<CallbackPage>(`/api/console/callbacks${pageParam ? `?cursor=${encodeURIComponent(pageParam)}` : ''}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
}

export function useWorkers() {
  return useQuery({
    queryKey: keys.workers,
    queryFn: () => get<{ workers: Worker[] }>('/api/console/workers').then((answer) => answer.workers),
  })
}

export type Invited = { worker: Worker; invitationUrl: string }
export function useAddWorker() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (worker: NewWorker) => send<Invited>('POST', '/api/console/workers', worker),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.workers }),
  })
}

export function useChangeWorker() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: WorkerChange }) =>
      send<unknown>('PATCH', `/api/console/workers/${encodeURIComponent(id)}`, change),
    onSettled: () => client.invalidateQueries({ queryKey: keys.workers }),
  })
}

/** A new invitation link; the one before stops working. */
export function useInviteAgain() {
  return useMutation({
    mutationFn: (id: string) =>
      send<{ invitationUrl: string }>('POST', `/api/console/workers/${encodeURIComponent(id)}/invitation`),
  })
}

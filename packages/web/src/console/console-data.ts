import type {
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
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, send } from '../api/client.ts'
import type { Sample } from './callbacks.ts'

const keys = {
  settings: ['console', 'settings'],
  workers: ['console', 'workers'],
  sample: ['console', 'sample'],
}

export function useSettings() {
  return useQuery({ queryKey: keys.settings, queryFn: () => get<SettingsView>('/api/console/settings') })
}

/** For how long attempts and callbacks are kept, in words: "30 days". */
export function useKeptFor(): string {
  const days = useSettings().data?.retentionDays ?? 30
  return days === 1 ? 'one day' : `${days} days`
}

export function useSaveSettings() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (settings: Settings) =>
      send<Partial<SettingsView> | undefined>('PUT', '/api/console/settings', settings),
    onSuccess: (answer, settings) => {
      client.setQueryData<SettingsView>(keys.settings, (before) => before && { ...before, ...settings, ...answer })
      void client.invalidateQueries({ queryKey: ['console', 'trouble'] })
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

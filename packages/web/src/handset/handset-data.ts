import type { HandsetMessage, Phone, PhoneThread } from '@firstline/app/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { get, send } from '../api/client.ts'
import { useAppEvent } from '../api/events.ts'

/**
 * The handset shows other people's conversations too, of which no events come: it asks again and again while one
 * looks (queries rest while the window is hidden), and at once when an event says that something happened.
 */
const everyMs = 1_500

const keys = {
  all: ['handset'],
  phones: ['handset', 'phones'],
  phone: (address: string) => ['handset', 'phone', address],
}

export function useHandsetRefresh(): void {
  const client = useQueryClient()
  const refresh = () => void client.invalidateQueries({ queryKey: keys.all })
  useAppEvent('message', refresh)
  useAppEvent('conversation', refresh)
}

export function usePhones() {
  return useQuery({
    queryKey: keys.phones,
    queryFn: () => get<{ phones: Phone[] }>('/api/handset/phones').then((answer) => answer.phones),
    refetchInterval: everyMs,
    retry: false,
  })
}

export function useThreads(address: string) {
  return useQuery({
    queryKey: keys.phone(address),
    queryFn: () =>
      get<{ threads: PhoneThread[] }>(`/api/handset/phones/${encodeURIComponent(address)}`).then(
        (answer) => answer.threads,
      ),
    refetchInterval: everyMs,
    retry: false,
  })
}

export function useReply() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (message: HandsetMessage) => send<unknown>('POST', '/api/handset/messages', message),
    onSettled: (_answer, _error, message) => client.invalidateQueries({ queryKey: keys.phone(message.from) }),
  })
}

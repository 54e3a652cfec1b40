import type { CustomerDetails, CustomerPage } from '@firstline/app/api'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { get } from '../api/client.ts'

/** The worker's customers as the CRM lists them, page by page. */
export function customersQuery(query: string) {
  return infiniteQueryOptions({
    queryKey: ['customers', query],
    queryFn: ({ pageParam }) => {
      const search = new URLSearchParams({
        ...(query ? { query } : {}),
        ...(pageParam ? { pageToken: pageParam } : {}),
      })
      return get<CustomerPage>(`/api/customers?${search}`)
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextPageToken,
    // The list stays while the next letter is being looked up.
    placeholderData: keepPreviousData,
  })
}

/** A customer with channels, links, details, and the worker's conversations with them. */
export function customerQuery(customerId: string) {
  return queryOptions({
    queryKey: ['customer', customerId],
    queryFn: () => get<CustomerDetails>(`/api/customers/${encodeURIComponent(customerId)}`),
  })
}

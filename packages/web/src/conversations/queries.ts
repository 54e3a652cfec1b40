import type {
  ConversationDetails,
  ConversationPage,
  Message,
  MessagePage,
  TemplateCategories,
} from '@firstline/app/api'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { get } from '../api/client.ts'

export type ConversationFilter = 'open' | 'closed'

/** The worker's conversations, newest first, page by page. */
export function conversationsQuery(filter: ConversationFilter) {
  return infiniteQueryOptions({
    queryKey: ['conversations', filter],
    queryFn: ({ pageParam }) =>
      get<ConversationPage>(
        `/api/conversations?state=${filter}${pageParam ? `&pageToken=${encodeURIComponent(pageParam)}` : ''}`,
      ),
    initialPageParam: '' as string,
    getNextPageParam: (page) => page.nextPageToken,
  })
}

/** One conversation, who is in it, and whether free text may be sent. */
export function conversationQuery(sid: string) {
  return queryOptions({
    queryKey: ['conversation', sid],
    queryFn: () => get<ConversationDetails>(`/api/conversations/${sid}`),
  })
}

/** The messages of a conversation: the first page holds the newest, each further one what came before it. */
export function messagesQuery(sid: string) {
  return infiniteQueryOptions({
    queryKey: ['messages', sid],
    queryFn: ({ pageParam }) =>
      get<MessagePage>(
        `/api/conversations/${sid}/messages?limit=40${pageParam === undefined ? '' : `&before=${pageParam}`}`,
      ),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.hasEarlier ? lowestIndex(page.messages) : undefined),
  })
}

/** What came over the stream or as the answer to a send, since the pages were loaded. Only ever written to. */
export function liveMessagesQuery(sid: string) {
  return queryOptions({
    queryKey: ['live-messages', sid],
    queryFn: (): Message[] => [],
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** The message templates for the customer of a conversation. They may differ from call to call. */
export function templatesQuery(sid: string) {
  return queryOptions({
    queryKey: ['templates', sid],
    queryFn: () => get<TemplateCategories>(`/api/conversations/${sid}/templates`),
    staleTime: 60_000,
  })
}

function lowestIndex(messages: Message[]): number | undefined {
  return messages.find((message) => message.index !== null)?.index ?? undefined
}

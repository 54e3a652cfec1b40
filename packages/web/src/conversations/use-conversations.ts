import type { ConversationDetails, Message } from '@firstline/app/api'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useAppEvent } from '../api/events.ts'
import { queryClient } from '../api/query-client.ts'
import { belongsTo, type ConversationPages, isLoaded, withConversation, withoutConversation } from './list.ts'
import { type ConversationFilter, conversationQuery, conversationsQuery, liveMessagesQuery } from './queries.ts'
import { mergeMessages } from './timeline.ts'

const filters: ConversationFilter[] = ['open', 'closed']
/** More than anybody reads between two loadings of a conversation. */
const liveMessagesKept = 300

/** How many messages are unread in all conversations. */
export function useUnreadTotal(): number {
  return useInfiniteQuery(conversationsQuery('open')).data?.pages[0]?.unreadTotal ?? 0
}

/** Keeps lists, details and messages as the stream says. Once per page, in the shell. */
export function useLiveConversations(): void {
  useAppEvent('conversation', (conversation) => {
    for (const filter of filters) {
      const pages = queryClient.getQueryData<ConversationPages>(['conversations', filter])
      if (!pages) continue
      queryClient.setQueryData(['conversations', filter], withConversation(pages, filter, conversation))
      // What was unread in it before is not known here, so the server is asked for the total.
      if (!isLoaded(pages, conversation.sid) && belongsTo(filter, conversation))
        void queryClient.invalidateQueries({ queryKey: ['conversations', filter] })
    }
    changeDetails(conversation.sid, (details) => ({ ...details, conversation }))
    if (conversation.customerId) {
      void queryClient.invalidateQueries({ queryKey: ['customer', conversation.customerId], refetchType: 'active' })
    }
  })
  useAppEvent('conversation.removed', ({ sid }) => {
    for (const filter of filters) {
      queryClient.setQueryData<ConversationPages>(
        ['conversations', filter],
        (pages) => pages && withoutConversation(pages, sid),
      )
    }
    void queryClient.invalidateQueries({ queryKey: ['conversation', sid] })
  })
  useAppEvent('message', (message) => {
    addLiveMessage(message)
    // A customer's message opens WhatsApp's window, and a refusal shuts it.
    if (message.direction === 'inbound' || message.failure) {
      void queryClient.invalidateQueries({ queryKey: ['conversation', message.conversationSid] })
    }
  })
}

/** Puts a message where the conversation's screen finds it, in its later state if it is there already. */
export function addLiveMessage(message: Message): void {
  queryClient.setQueryData<Message[]>(liveMessagesQuery(message.conversationSid).queryKey, (known = []) =>
    mergeMessages(known, [message]).slice(-liveMessagesKept),
  )
}

/** Changes what is known of a conversation, where it is known. */
export function changeDetails(sid: string, change: (details: ConversationDetails) => ConversationDetails): void {
  queryClient.setQueryData(conversationQuery(sid).queryKey, (details) => details && change(details))
}

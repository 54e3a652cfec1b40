import type { Conversation, ConversationPage } from '@firstline/app/api'
import type { InfiniteData } from '@tanstack/react-query'
import type { ConversationFilter } from './queries.ts'

export type ConversationPages = InfiniteData<ConversationPage>

/** Whether a conversation belongs into the list of open, or of closed ones. */
export function belongsTo(filter: ConversationFilter, conversation: Conversation): boolean {
  return (conversation.state === 'closed') === (filter === 'closed')
}

/** The loaded pages as one list: each conversation once, newest first. */
export function conversationsOf(pages: ConversationPages, filter: ConversationFilter): Conversation[] {
  const bySid = new Map<string, Conversation>()
  for (const page of pages.pages) {
    for (const conversation of page.conversations) {
      if (!bySid.has(conversation.sid)) bySid.set(conversation.sid, conversation)
    }
  }
  return [...bySid.values()]
    .filter((conversation) => belongsTo(filter, conversation))
    .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt))
}

/**
 * The pages with a conversation put in, or taken out when it no longer belongs, and the total of unread messages
 * changed by the difference.
 */
export function withConversation(
  pages: ConversationPages,
  filter: ConversationFilter,
  conversation: Conversation,
): ConversationPages {
  const before = find(pages, conversation.sid)
  const without = withoutConversation(pages, conversation.sid)
  const unread = conversation.unreadCount - (before?.unreadCount ?? 0)
  return {
    ...without,
    pages: without.pages.map((page, at) => ({
      ...page,
      unreadTotal: Math.max(0, (pages.pages[at]?.unreadTotal ?? 0) + unread),
      conversations:
        at === 0 && belongsTo(filter, conversation) ? [conversation, ...page.conversations] : page.conversations,
    })),
  }
}

/** The pages without a conversation and without what was unread in it. */
export function withoutConversation(pages: ConversationPages, sid: string): ConversationPages {
  const unread = find(pages, sid)?.unreadCount ?? 0
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      unreadTotal: Math.max(0, page.unreadTotal - unread),
      conversations: page.conversations.filter((other) => other.sid !== sid),
    })),
  }
}

/** Whether a conversation is among the loaded pages. */
export function isLoaded(pages: ConversationPages, sid: string): boolean {
  return find(pages, sid) !== undefined
}

function find(pages: ConversationPages, sid: string): Conversation | undefined {
  for (const page of pages.pages) {
    const found = page.conversations.find((other) => other.sid === sid)
    if (found) return found
  }
  return undefined
}

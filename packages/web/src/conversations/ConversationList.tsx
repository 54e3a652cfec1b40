import { IconArchive, IconMessagePlus } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { asProblem } from '../api/client.ts'
import { EmptyState } from '../shared/EmptyState.tsx'
import { Loading } from '../shared/Loading.tsx'
import { LinkButton } from '../shared/links.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import row from '../shared/Row.module.css'
import { ScrollEnd } from '../shared/ScrollEnd.tsx'
import { ConversationRow } from './ConversationRow.tsx'
import { conversationsOf } from './list.ts'
import { type ConversationFilter, conversationsQuery } from './queries.ts'

export function ConversationList({ filter, selected }: { filter: ConversationFilter; selected?: string }) {
  const query = useInfiniteQuery(conversationsQuery(filter))
  const { data, error, refetch } = query
  if (!data && error) {
    return (
      <div style={{ padding: 16 }}>
        <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />
      </div>
    )
  }
  if (!data) return <Loading what="conversations" />
  const conversations = conversationsOf(data, filter)
  if (conversations.length === 0 && !query.hasNextPage) return filter === 'open' ? <NoneOpen /> : <NoneClosed />
  return (
    <ul className={row['list']}>
      {conversations.map((conversation) => (
        <li key={conversation.sid}>
          <ConversationRow conversation={conversation} active={conversation.sid === selected} />
        </li>
      ))}
      {query.hasNextPage && (
        <li>
          <ScrollEnd
            label="Load more conversations"
            loadingLabel="Loading more conversations…"
            loading={query.isFetchingNextPage}
            onReach={() => void query.fetchNextPage()}
          />
        </li>
      )}
    </ul>
  )
}

function NoneOpen() {
  return (
    <EmptyState icon={<IconMessagePlus />} title="No open conversations">
      Choose a customer and a channel to start one. When a customer writes, it appears here by itself.
      <br />
      <LinkButton to="/customers">To my customers</LinkButton>
    </EmptyState>
  )
}

function NoneClosed() {
  return (
    <EmptyState icon={<IconArchive />} title="No closed conversations">
      When you close a conversation it moves here, with everything that was said in it.
    </EmptyState>
  )
}

import { SegmentedControl } from '@mantine/core'
import { Outlet, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { PageHeader } from '../shared/PageHeader.tsx'
import { TwoPanes } from '../shell/TwoPanes.tsx'
import { ConversationList } from './ConversationList.tsx'
import type { ConversationFilter } from './queries.ts'

/** The list beside the open conversation; on a phone one of the two. */
export function ConversationsLayout() {
  const { sid } = useParams({ strict: false })
  const [filter, setFilter] = useState<ConversationFilter>('open')
  return (
    <TwoPanes
      listLabel="Conversations"
      detailOpen={sid !== undefined}
      list={
        <>
          <PageHeader title="Conversations" level={sid === undefined ? 1 : 2}>
            <SegmentedControl
              size="xs"
              aria-label="Which conversations"
              value={filter}
              onChange={(value) => setFilter(value as ConversationFilter)}
              data={[
                { value: 'open', label: 'Open' },
                { value: 'closed', label: 'Closed' },
              ]}
            />
          </PageHeader>
          <ConversationList filter={filter} {...(sid ? { selected: sid } : {})} />
        </>
      }
    >
      <Outlet />
    </TwoPanes>
  )
}

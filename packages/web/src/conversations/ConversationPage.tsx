import type { ConversationDetails } from '@firstline/app/api'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { asProblem } from '../api/client.ts'
import { Loading } from '../shared/Loading.tsx'
import { PageHeader } from '../shared/PageHeader.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import { BackToConversations } from './BackToConversations.tsx'
import { ConversationHeader } from './ConversationHeader.tsx'
import classes from './ConversationPage.module.css'
import { Footer } from './Footer.tsx'
import { conversationQuery } from './queries.ts'
import { StartedNote } from './StartedNote.tsx'
import { Thread } from './Thread.tsx'

export function ConversationPage() {
  const { sid } = useParams({ from: '/signed-in/shell/conversations/$sid' })
  return <OpenConversation key={sid} sid={sid} />
}

function OpenConversation({ sid }: { sid: string }) {
  const { data, error, refetch } = useQuery(conversationQuery(sid))
  if (data) {
    return (
      <div className={classes['screen']}>
        <ConversationHeader details={data} />
        <StartedNote conversation={data.conversation} />
        <Thread conversation={data.conversation} hint={hintFor(data)} />
        <Footer details={data} />
      </div>
    )
  }
  return (
    <>
      <PageHeader title="Conversation" before={<BackToConversations />} />
      {error ? (
        <div style={{ padding: 16 }}>
          <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />
        </div>
      ) : (
        <Loading what="the conversation" />
      )}
    </>
  )
}

function hintFor({ conversation, window }: ConversationDetails): string {
  if (conversation.state === 'closed') return 'It was closed before anybody wrote.'
  return window.freeText ? 'Write the first message below.' : 'Choose a template below to begin.'
}

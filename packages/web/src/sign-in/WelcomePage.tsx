import type { Invitation } from '@firstline/app/api'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { asProblem, request } from '../api/client.ts'
import { Loading } from '../shared/Loading.tsx'
import { LinkButton } from '../shared/links.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import classes from './Door.module.css'
import { Door } from './Door.tsx'
import { InvitationForm } from './InvitationForm.tsx'

/** Where a set-up or invitation link leads. Its token is in the fragment, which never reaches a server's log. */
export function WelcomePage() {
  const [token] = useState(() => location.hash.replace(/^#/, '').replace(/^token=/, ''))
  const { data, error, refetch } = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => request<Invitation>('POST', '/api/invitations/look', { token }),
    enabled: token !== '',
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  if (data) return <InvitationForm token={token} invitation={data} />
  const problem = error && asProblem(error)
  if (problem && (problem.status === 0 || problem.status === 429 || problem.status >= 500)) {
    return (
      <Door title="Welcome">
        <div className={classes['form']}>
          <ProblemNotice problem={problem} onRetry={() => void refetch()} />
        </div>
      </Door>
    )
  }
  if (error || token === '') return <LinkOver />
  return (
    <Door title="Welcome">
      <Loading what="your invitation" />
    </Door>
  )
}

function LinkOver() {
  return (
    <Door
      title="This link is no longer valid"
      lead="It has been used, it has expired, or a part of it was lost when it was copied."
    >
      <p className={classes['lead']}>
        <strong>You were invited:</strong> ask your administrator for a new invitation.
      </p>
      <p className={classes['lead']}>
        <strong>You are setting up Firstline:</strong> run <code>npm run firstline admin-link</code> on the server. It
        prints a new link, good for 15 minutes.
      </p>
      <div className={classes['form']}>
        <LinkButton to="/sign-in" variant="default" fullWidth>
          I have an account already
        </LinkButton>
      </div>
    </Door>
  )
}

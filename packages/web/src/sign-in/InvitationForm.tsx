import type { AcceptInvitation, Invitation } from '@firstline/app/api'
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { request } from '../api/client.ts'
import { queryClient } from '../api/query-client.ts'
import classes from './Door.module.css'
import { Door } from './Door.tsx'
import { FormProblem } from './FormProblem.tsx'

/** Sets the password, and for the first administrator also who they are. */
export function InvitationForm({ token, invitation }: { token: string; invitation: Invitation }) {
  const navigate = useNavigate()
  const setup = invitation.kind === 'setup'
  const accepting = useMutation({
    mutationFn: (given: AcceptInvitation) => request('POST', '/api/invitations/accept', given),
    onSuccess: () => {
      queryClient.clear()
      return navigate({ to: '/customers', replace: true })
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (accepting.isPending) return
    const given = new FormData(event.currentTarget)
    const text = (name: string) => String(given.get(name) ?? '').trim()
    accepting.mutate({
      token,
      password: String(given.get('password')),
      ...(setup ? { email: text('email'), displayName: text('displayName') } : {}),
    })
  }
  return (
    <Door
      title={setup ? 'Set up Firstline' : `Welcome, ${invitation.displayName}`}
      lead={
        setup
          ? 'You will be the first administrator. You can invite your colleagues afterwards, in the console.'
          : 'Choose a password, and you are in.'
      }
    >
      <form className={classes['form']} onSubmit={submit}>
        {setup && (
          <TextInput
            label="Your name"
            description="Colleagues and customers see it."
            name="displayName"
            autoComplete="name"
            size="md"
            maxLength={200}
            required
            withAsterisk={false}
          />
        )}
        <TextInput
          label="E-mail"
          description={setup ? 'You sign in with it.' : 'You sign in with this address.'}
          name="email"
          type="email"
          autoComplete="username"
          size="md"
          required
          withAsterisk={false}
          {...(setup ? {} : { readOnly: true, value: invitation.email })}
        />
        <PasswordInput
          label="Password"
          description="8 characters or more. A few words in a row make a good one."
          name="password"
          autoComplete="new-password"
          size="md"
          minLength={8}
          maxLength={128}
          required
          withAsterisk={false}
        />
        <FormProblem error={accepting.error} />
        <Button type="submit" size="md" fullWidth loading={accepting.isPending}>
          {setup ? 'Create the administrator' : 'Set password and start'}
        </Button>
      </form>
    </Door>
  )
}

import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { type FormEvent, useRef } from 'react'
import { queryClient } from '../api/query-client.ts'
import classes from './Door.module.css'
import { Door } from './Door.tsx'
import { FormProblem } from './FormProblem.tsx'
import { placeToGo } from './place-to-go.ts'
import { signIn } from './sign-in.ts'

export function SignInPage() {
  const router = useRouter()
  const { to } = useSearch({ from: '/sign-in' })
  const password = useRef<HTMLInputElement>(null)
  const entering = useMutation({
    mutationFn: signIn,
    onSuccess: () => {
      queryClient.clear()
      router.history.replace(placeToGo(to))
    },
    onError: () => password.current?.select(),
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (entering.isPending) return
    const given = new FormData(event.currentTarget)
    entering.mutate({ email: String(given.get('email')).trim(), password: String(given.get('password')) })
  }
  return (
    <Door title="Sign in" lead="Your conversations with customers, from your company’s numbers.">
      <form className={classes['form']} onSubmit={submit}>
        <TextInput
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          size="md"
          required
          withAsterisk={false}
          data-autofocus
          autoFocus
        />
        <PasswordInput
          ref={password}
          label="Password"
          name="password"
          autoComplete="current-password"
          size="md"
          required
          withAsterisk={false}
        />
        <FormProblem error={entering.error} />
        <Button type="submit" size="md" fullWidth loading={entering.isPending}>
          Sign in
        </Button>
      </form>
      <p className={classes['lead']} style={{ marginTop: 20 }}>
        No account, or the password is lost? Your administrator sends you a link.
      </p>
    </Door>
  )
}

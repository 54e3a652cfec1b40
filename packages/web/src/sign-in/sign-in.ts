import type { Problem } from '@firstline/app/api'
import { ProblemError, request } from '../api/client.ts'

/**
 * Signs in with e-mail and password.
 *
 * @throws ProblemError with words of our own: the sign-in routes answer in another form than the rest of the API.
 */
export async function signIn(given: { email: string; password: string }): Promise<void> {
  try {
    await request('POST', '/api/auth/sign-in/email', given)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    throw new ProblemError({ ...error.problem, ...wordsFor(error.problem) })
  }
}

function wordsFor({ status }: Problem): Partial<Problem> {
  if (status === 401 || status === 400 || status === 422) {
    return {
      title: 'That did not match',
      detail: 'The e-mail address or the password is wrong. Check both; capital letters count in the password.',
    }
  }
  if (status === 403) {
    return {
      title: 'This account is switched off',
      detail: 'Your administrator has deactivated it. Ask them if you think that this is a mistake.',
    }
  }
  if (status === 429) {
    return {
      title: 'Too many attempts',
      detail: 'To protect your account, signing in is held back for a moment. Wait a minute, then try again.',
    }
  }
  return {}
}

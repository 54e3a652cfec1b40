import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { RequestError } from '../http/problem.ts'
import { passwordLength } from './auth.ts'

/** @throws RequestError 422 when the password is too short or too long. */
export function checkPassword(password: string): void {
  const { min, max } = passwordLength
  if (password.length >= min && password.length <= max) return
  throw new RequestError(422, 'Password not accepted', `The password must have ${min} to ${max} characters.`)
}

export { hashPassword, verifyPassword }

import { z } from 'zod'
import { invalidRequest } from './problem.ts'

/** What tells a repeated request from a new one: any printable characters, without spaces at the ends. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/, 'must be 1 to 255 printable characters')

/** @throws RequestError 400 when the header is missing or not usable. */
export function readIdempotencyKey(header: string | undefined): string {
  const read = idempotencyKey.safeParse(header)
  if (read.success) return read.data
  throw invalidRequest('The header Idempotency-Key is missing or is not 1 to 255 printable characters.')
}

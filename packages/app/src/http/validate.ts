import { zValidator } from '@hono/zod-validator'
import type { ValidationTargets } from 'hono'
import type { ZodType } from 'zod'
import { invalidRequest } from './problem.ts'

/**
 * Checks a part of the request; what does not fit is a 400 with 48000 that names the field in words.
 *
 * @example app.post('/', validate('json', z.object({ query: z.string().max(200) })), (c) => c.req.valid('json'))
 */
export function validate<Target extends keyof ValidationTargets, Schema extends ZodType>(
  target: Target,
  schema: Schema,
) {
  return zValidator(target, schema, (result) => {
    if (result.success) return
    const [issue] = result.error.issues
    const field = issue?.path.join('.')
    throw invalidRequest(`${field ? `${field}: ` : ''}${issue?.message ?? 'not understood'}.`)
  })
}

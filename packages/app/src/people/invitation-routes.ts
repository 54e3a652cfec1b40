import { Hono } from 'hono'
import { z } from 'zod'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { validate } from '../http/validate.ts'
import type { Auth } from './auth.ts'
import { acceptInvitation, lookAtInvitation } from './invitations.ts'

const token = z.string().min(1).max(200)

const acceptance = z.object({
  token,
  password: z.string().max(1000),
  email: z.email('must be an e-mail address').max(254).exactOptional(),
  displayName: z.string().trim().min(1).max(200).exactOptional(),
})

/** `/api/invitations`: for people who have a link and no password yet. */
export function invitationRoutes(ctx: Context, auth: Auth): Hono<AppEnvironment> {
  return new Hono<AppEnvironment>()
    .post('/look', validate('json', z.object({ token })), async (c) => {
      return c.json(await lookAtInvitation(ctx, c.req.valid('json').token))
    })
    .post('/accept', validate('json', acceptance), async (c) => {
      const input = c.req.valid('json')
      const { email } = await acceptInvitation(ctx, input)
      const signedIn = await auth.api.signInEmail({
        body: { email, password: input.password },
        headers: c.req.raw.headers,
        returnHeaders: true,
      })
      for (const cookie of signedIn.headers.getSetCookie()) c.header('set-cookie', cookie, { append: true })
      return c.json({ email })
    })
}

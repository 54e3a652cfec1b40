import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { RestError } from '../errors.ts'

/** Basic auth with the account's SID and token, as Twilio's API has it; anything else is 401 with code 20003. */
export function basicAuth(account: { accountSid: string; authToken: string }): MiddlewareHandler {
  const expected = digest(`${account.accountSid}:${account.authToken}`)
  return async (c, next) => {
    const [, encoded = ''] = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(c.req.header('authorization') ?? '') ?? []
    const given = digest(Buffer.from(encoded, 'base64').toString('utf8'))
    if (!timingSafeEqual(given, expected)) throw new RestError(20003)
    await next()
  }
}

/** Of equal length whatever was given, so that the comparison takes constant time. */
function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest()
}

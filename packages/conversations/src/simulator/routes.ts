import { Hono } from 'hono'
import { z } from 'zod'
import { RestError } from '../errors.ts'
import type { Env, RestContext } from '../http/scope.ts'
import { maxCarrierBody, maxChatBody } from '../messages/length.ts'
import { receiveInbound } from './inbound.ts'
import { listPhones, readPhone } from './threads.ts'

const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((value) => !value.includes('\0'), 'contains a NUL character')
/** Its channel may have a shorter limit, which is known with the conversation. */
const inboundBody = text(maxChatBody).refine((value) => Buffer.byteLength(value) <= maxChatBody, 'is too long')
const inboundFields = { from: text(300), body: inboundBody, messageId: text(200).optional() }
const inbound = z.union([
  z.object({ ...inboundFields, to: text(300) }),
  z.object({ ...inboundFields, conversationSid: text(34) }),
])
const content = z.object({ content_sid: z.string().regex(/^HX[0-9a-f]{32}$/i), body: text(maxCarrierBody) })
const fault = z.object({
  address: text(300),
  errorCode: z.int().min(1).max(99_999).nullable(),
  status: z.enum(['failed', 'undelivered']).default('undelivered'),
})

/** `/simulator`: the handsets of simulated customers, and what the carrier is to know. JSON both ways. */
export function simulatorRoutes(): Hono<Env> {
  return new Hono<Env>()
    .get('/phones', async (c) => c.json({ phones: await listPhones(c.get('engine')) }))
    .get('/phones/:address', async (c) => c.json(await readPhone(c.get('engine'), c.req.param('address'))))
    .post('/messages', async (c) => {
      const received = await receiveInbound(c.get('engine'), await readJson(c, inbound))
      return c.json(received, received.duplicate ? 200 : 201)
    })
    .post('/contents', async (c) => {
      const row = await readJson(c, content)
      await c
        .get('engine')
        .database.db.insertInto('content')
        .values(row)
        .onConflict((conflict) => conflict.column('content_sid').doUpdateSet({ body: row.body }))
        .execute()
      return c.json(row, 201)
    })
    .post('/faults', async (c) => {
      const { address, errorCode, status } = await readJson(c, fault)
      const { db } = c.get('engine').database
      if (errorCode === null) {
        await db.deleteFrom('fault').where('address', '=', address).execute()
      } else {
        const values = { status, error_code: errorCode }
        await db
          .insertInto('fault')
          .values({ address, ...values })
          .onConflict((conflict) => conflict.column('address').doUpdateSet(values))
          .execute()
      }
      return c.json({ address, errorCode, status })
    })
}

/** @throws RestError 20001 that names what does not fit. */
async function readJson<T>(c: RestContext, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await c.req.json().catch(() => undefined)
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new RestError(20001, `The body does not fit: ${issue?.path.join('.') || 'JSON'}: ${issue?.message ?? ''}`)
}

import { isChannelType } from '@firstline/addresses'
import { ContractError } from '@firstline/callbacks'
import { Hono } from 'hono'
import { z } from 'zod'
import type { OwnStart, StartResult } from '../api.ts'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { notFound, RequestError, sendProblem } from '../http/problem.ts'
import { validate } from '../http/validate.ts'
import { presentOwnStart } from './present.ts'
import { findOwnStart, startConversation } from './start.ts'

const key = z.string().regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/, 'must be 1 to 255 printable characters')
const startRequest = z.object({
  customerId: z.string().min(1).max(256),
  channel: z.object({ type: z.string().min(1).max(64), value: z.string().min(1).max(2_048) }),
})

/** `/api/outgoing-conversations` */
export function outgoingRoutes(ctx: Context): Hono<AppEnvironment> {
  return new Hono<AppEnvironment>()
    .post('/', validate('json', startRequest), async (c) => {
      const idempotencyKey = readKey(c.req.header('idempotency-key'))
      const { customerId, channel } = c.req.valid('json')
      const { type, value } = channel
      if (!isChannelType(type)) throw cannotStart()
      const { worker, requestId } = c.var
      const request = { customerId, channel: { type, value } }
      const answer = await startConversation(ctx, { worker, idempotencyKey, request, requestId })
      return 'result' in answer ? c.json<StartResult>(answer.result, 201) : sendProblem(c, answer.problem)
    })
    .get('/', validate('query', z.object({ idempotencyKey: key })), async (c) => {
      const start = await findOwnStart(ctx, c.var.worker.identity, c.req.valid('query').idempotencyKey)
      if (!start) throw notFound('start')
      return c.json<OwnStart>(presentOwnStart(start))
    })
}

function readKey(header: string | undefined): string {
  const read = key.safeParse(header)
  if (read.success) return read.data
  const detail = 'The header Idempotency-Key is missing or is not 1 to 255 printable characters.'
  throw new RequestError(400, 'Idempotency-Key missing', detail)
}

function cannotStart(): ContractError {
  return new ContractError(48025, {
    status: 403,
    worker: 'A conversation cannot be started on this channel. Choose another one.',
    cause: 'Conversations are started over sms, whatsapp and chat only.',
    remedy: 'List one of these channels for the customer in the CRM.',
  })
}

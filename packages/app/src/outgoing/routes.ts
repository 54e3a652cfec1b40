import { isChannelType } from '@firstline/addresses'
import { ContractError } from '@firstline/callbacks'
import { Hono } from 'hono'
import { z } from 'zod'
import type { OwnStart, StartResult } from '../api.ts'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { idempotencyKey, readIdempotencyKey } from '../http/idempotency-key.ts'
import { notFound, sendProblem } from '../http/problem.ts'
import { validate } from '../http/validate.ts'
import { presentOwnStart } from './present.ts'
import { findOwnStart, startConversation } from './start.ts'

/** Ids come as numbers and as strings, also from those who start conversations for a worker. */
const customerId = z
  .union([z.string(), z.int().transform(String)], 'must be a string or a whole number')
  .pipe(z.string().min(1).max(256))
const startRequest = z.object({
  customerId,
  channel: z.object({ type: z.string().min(1).max(64), value: z.string().max(2_048) }),
})

/** `/api/outgoing-conversations` */
export function outgoingRoutes(ctx: Context): Hono<AppEnvironment> {
  return new Hono<AppEnvironment>()
    .post('/', validate('json', startRequest), async (c) => {
      const key = readIdempotencyKey(c.req.header('idempotency-key'))
      const { customerId, channel } = c.req.valid('json')
      const { type, value } = channel
      if (!isChannelType(type)) throw cannotStart()
      if (value === '') throw new ContractError(type === 'chat' ? 48033 : 48025)
      const { worker, requestId } = c.var
      const request = { customerId, channel: { type, value } }
      const answer = await startConversation(ctx, { worker, idempotencyKey: key, request, requestId })
      return 'result' in answer ? c.json<StartResult>(answer.result, 201) : sendProblem(c, answer.problem)
    })
    .get('/', validate('query', z.object({ idempotencyKey })), async (c) => {
      const start = await findOwnStart(ctx, c.var.worker.identity, c.req.valid('query').idempotencyKey)
      if (!start) throw notFound('start')
      return c.json<OwnStart>(presentOwnStart(start))
    })
}

function cannotStart(): ContractError {
  return new ContractError(48025, {
    status: 403,
    worker: 'A conversation cannot be started on this channel. Choose another one.',
    cause: 'Conversations are started over sms, whatsapp and chat only.',
    remedy: 'List one of these channels for the customer in the CRM.',
  })
}

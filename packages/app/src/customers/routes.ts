import { Hono } from 'hono'
import { z } from 'zod'
import type { CustomerDetails, CustomerPage } from '../api.ts'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { notFound } from '../http/problem.ts'
import { validate } from '../http/validate.ts'
import { conversationsWithCustomer } from '../inbox/routes.ts'
import { customerDetails } from './details.ts'
import { listCustomers } from './list.ts'
import { presentCustomer } from './present.ts'

const listQuery = z.object({
  query: z.string().max(200).default(''),
  pageToken: z.string().max(200).optional(),
})
const customerParam = z.object({ customerId: z.string().min(1).max(256) })

/** `/api/customers` */
export function customerRoutes(ctx: Context): Hono<AppEnvironment> {
  return new Hono<AppEnvironment>()
    .get('/', validate('query', listQuery), async (c) => {
      const { query, pageToken } = c.req.valid('query')
      const { identity } = c.var.worker
      return c.json<CustomerPage>(await listCustomers(ctx, { worker: identity, query: query.trim(), pageToken }))
    })
    .get('/:customerId', validate('param', customerParam), async (c) => {
      const { customerId } = c.req.valid('param')
      const { identity } = c.var.worker
      const { customer } = await customerDetails(ctx, { worker: identity, customerId })
      if (!customer) throw notFound('customer')
      const conversations = await conversationsWithCustomer(ctx, identity, customerId)
      return c.json<CustomerDetails>({ customer: presentCustomer(customer), conversations })
    })
}

/**
 * Stands between the app and all whom it asks: the engine and the callbacks. Knows which step of whose start a request
 * belongs to, and does with it what it is told.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { StepName } from './points.ts'

/** Customers are told from each other by everything they have. */
export type Customer = {
  readonly id: string
  readonly name: string
  readonly phone: string
  readonly identity: string
}

export type Asked = {
  readonly customer: Customer
  readonly what: StepName | `undo ${StepName}` | 'read the conversation' | 'something else'
}

/**
 * `hold`: it goes no further. `hold for later`: the same, but it comes about once the app has asked something else about
 * the customer. `withhold`: it takes effect, and is never answered. An answer: it goes no further, and is answered so.
 */
export type Plan = 'pass' | 'hold' | 'hold for later' | 'withhold' | Answer
export type Answer = { readonly status: number; readonly json?: unknown }

export type Wire = {
  /** Where the app finds the Conversations API. */
  readonly engineUrl: string
  readonly callbackUrl: string
  /** Where the engine itself is; without a path. */
  target: string
  plan: (asked: Asked) => Plan | Promise<Plan>
  /** Called when a plan has been carried out: the request is held, or its answer is. */
  arrived: (asked: Asked, plan: Plan) => void
  /** Everything passes from now on. */
  calm(): void
  addCustomer(customer: Customer): void
  /** Says whose a conversation is that was made by others. */
  adopt(conversationSid: string, customer: Customer): void
  /** Lets go of the connections on which somebody waits for nothing. */
  hangUp(): void
  close(): Promise<void>
}

export const proxyNumber = '+15550001111'

export async function startWire(): Promise<Wire> {
  const customers: Customer[] = []
  const ownerOf = new Map<string, Customer>()
  const late = new Map<Customer, () => Promise<unknown>>()
  const held = new Set<ServerResponse>()
  const engine = createServer((request, response) => void serveEngine(request, response))
  const callbacks = createServer((request, response) => void serveCallback(request, response))
  const [enginePort, callbackPort] = await Promise.all([listen(engine), listen(callbacks)])

  const wire: Wire = {
    engineUrl: `http://127.0.0.1:${enginePort}`,
    callbackUrl: `http://127.0.0.1:${callbackPort}/callback`,
    target: '',
    plan: () => 'pass',
    arrived: () => {},
    addCustomer: (customer) => void customers.push(customer),
    adopt: (sid, customer) => void ownerOf.set(sid, customer),
    calm() {
      wire.plan = () => 'pass'
      wire.arrived = () => {}
    },
    hangUp() {
      for (const response of held) response.destroy()
      held.clear()
    },
    async close() {
      for (const server of [engine, callbacks]) {
        server.closeAllConnections()
        server.close()
        await once(server, 'close')
      }
    },
  }
  return wire

  async function serveEngine(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    const { method = 'GET', url = '/' } = request
    const asked = whatIsAsked(method, url, new URLSearchParams(body))
    await carryOut(asked, response, async () => {
      const { authorization = '', 'content-type': type } = request.headers
      const headers = { authorization, 'x-twilio-webhook-enabled': 'true', ...(type && { 'content-type': type }) }
      const answer = await fetch(wire.target + url, { method, headers, ...(method === 'POST' && { body }) })
      const text = await answer.text()
      if (asked?.what === 'createConversation' && answer.ok) ownerOf.set(JSON.parse(text).sid, asked.customer)
      return { status: answer.status, text }
    })
  }

  async function serveCallback(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const params = new URLSearchParams(await readBody(request))
    const customer = customers.find(({ id }) => id === params.get('CustomerId'))
    const isProxy = params.get('Location') === 'GetProxyAddress'
    const asked = customer && ({ customer, what: isProxy ? 'getProxyAddress' : 'checkCustomer' } as const)
    await carryOut(asked, response, async () => {
      if (!customer) return { status: 404, text: '{}' }
      const answer = isProxy ? { proxy_address: proxyNumber } : { objects: { customer: detailsOf(customer) } }
      return { status: 200, text: JSON.stringify(answer) }
    })
  }

  async function carryOut(
    asked: Asked | undefined,
    response: ServerResponse,
    forward: () => Promise<{ status: number; text: string }>,
  ): Promise<void> {
    const plan = asked ? await wire.plan(asked) : 'pass'
    if (plan === 'hold' || plan === 'hold for later') held.add(response)
    if (asked && plan === 'hold for later') late.set(asked.customer, forward)
    if (plan === 'pass' || plan === 'withhold') {
      try {
        const { status, text } = await forward()
        if (plan === 'withhold') held.add(response)
        else send(response, status, text)
      } catch {
        response.destroy()
      }
    }
    if (typeof plan === 'object') send(response, plan.status, JSON.stringify(plan.json ?? {}))
    if (!asked) return
    wire.arrived(asked, plan)
    if (plan !== 'hold for later') await comeAbout(asked.customer)
  }

  /** Whoever asked for it is no more. */
  async function comeAbout(customer: Customer): Promise<void> {
    const forward = late.get(customer)
    late.delete(customer)
    await forward?.().catch(() => {})
  }

  function whatIsAsked(method: string, url: string, form: URLSearchParams): Asked | undefined {
    const { pathname } = new URL(url, 'http://engine')
    const [, key = '', resource = '', inner = ''] =
      /\/Conversations(?:\/([^/]+))?(?:\/(\w+))?(?:\/(\w+))?$/.exec(pathname) ?? []
    if (method === 'POST' && !key) {
      const customer = customers.find(({ name }) => name === form.get('FriendlyName'))
      if (customer) ownerOf.set(form.get('UniqueName') ?? '', customer)
      return customer && { customer, what: 'createConversation' }
    }
    const customer = ownerOf.get(key)
    if (!customer) return undefined
    const isCustomer = form.has('MessagingBinding.Address') || form.get('Identity') === customer.identity
    if (method === 'POST' && resource === 'Participants' && !inner) {
      return { customer, what: isCustomer ? 'addCustomer' : 'addWorker' }
    }
    if (method === 'DELETE' && !resource) return { customer, what: 'undo createConversation' }
    if (method === 'DELETE' && resource === 'Participants') return { customer, what: 'undo addWorker' }
    return { customer, what: resource ? 'something else' : 'read the conversation' }
  }
}

function detailsOf({ id, name, phone, identity }: Customer) {
  const channels = [
    { type: 'sms', value: phone },
    { type: 'chat', value: identity },
  ]
  return { customer_id: id, display_name: name, channels }
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(text)
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += chunk
  return body
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

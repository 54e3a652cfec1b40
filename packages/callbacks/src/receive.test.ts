import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import {
  type AnswerOptions,
  askCustomer,
  askCustomers,
  askProxyAddress,
  askTemplates,
  type CallbackRequest,
  encodeParameters,
  Refusal,
  signRequest,
  toFetchHandler,
  toNodeHandler,
} from './index.ts'

const authToken = 'secret'
type Open = (options: Omit<AnswerOptions, 'url'>) => Promise<{
  url: string
  send(request: RequestInit): Promise<Response>
  close(): void
}>

const adapters: Record<string, Open> = {
  async 'fetch handler'(options) {
    const url = 'https://service.example.com/callbacks?x=1'
    const handle = toFetchHandler({ ...options, url })
    return { url, send: (request) => handle(new Request(url, request)), close() {} }
  },
  async 'Node handler'(options) {
    let url = ''
    const server = createServer((req, res) => toNodeHandler({ ...options, url })(req, res)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callbacks?x=1`
    return { url, send: (request) => fetch(url, request), close: () => server.close().closeAllConnections() }
  },
}

const heard: CallbackRequest[] = []
const options: Omit<AnswerOptions, 'url'> = {
  authTokens: ['older', authToken],
  handlers: {
    GetProxyAddress(request) {
      heard.push(request)
      if (request.CustomerId === 'not-yours') throw new Refusal(403, 'not yours')
      if (request.CustomerId === 'broken') throw new Error('a secret of the database')
      return { proxy_address: '+123456789' }
    },
    GetCustomersList(request) {
      heard.push(request)
      return { objects: { customers: [{ customer_id: 1, display_name: 'Ada' }], searchable: true } }
    },
    async GetCustomerDetailsByCustomerId(request) {
      if (request.CustomerId !== '1') throw new Refusal(404, 'no such customer')
      return { objects: { customer: { customer_id: 1, display_name: 'Ada' } } }
    },
  },
}

const question = [
  ['Location', 'GetProxyAddress'],
  ['Worker', 'ada@example.com'],
  ['CustomerId', '3'],
  ['ChannelType', 'sms'],
  ['ChannelValue', '+123456789'],
] as [string, string][]
const form = 'application/x-www-form-urlencoded'

for (const [name, open] of Object.entries(adapters)) {
  describe(name, () => {
    type Given = { params?: [string, string][]; type?: string; method?: string; body?: string; signature?: string }
    async function post(url: string, given: Given): Promise<RequestInit> {
      const params = given.params ?? question
      const body = given.body ?? encodeParameters(params)
      const signature = given.signature ?? signRequest(url, new URLSearchParams(body), authToken)
      const headers = { 'content-type': given.type ?? form, 'x-twilio-signature': signature }
      const method = given.method ?? 'POST'
      return { method, headers, ...(method !== 'GET' && { body }) }
    }

    const without = (name: string) => question.filter(([param]) => param !== name)
    const withValue = (name: string, value: string) => [...without(name), [name, value] as [string, string]]
    const cases: [name: string, status: number, given: Given][] = [
      ['answers a signed request', 200, {}],
      ['takes the name of the type that the document uses', 200, { type: 'application/x-www-urlencoded' }],
      ['takes a charset', 200, { type: `${form}; charset=UTF-8` }],
      ['takes parameters that it does not know', 200, { params: [...question, ['Future', 'x'], ['Future', 'y']] }],
      ['takes plus signs for spaces', 200, { body: `${encodeParameters(question)}&Note=a+b` }],
      ['refuses GET', 405, { method: 'GET' }],
      ['refuses PUT', 405, { method: 'PUT' }],
      ['refuses JSON', 415, { type: 'application/json' }],
      ['refuses a request without a type', 415, { type: '' }],
      ['refuses more than 64 kB, before it looks at the signature', 413, { body: 'x'.repeat(65_537), signature: '' }],
      ['refuses much more than 64 kB', 413, { body: 'x'.repeat(2_000_000), signature: '' }],
      ['refuses a request without a signature', 403, { signature: '' }],
      ['refuses a wrong signature', 403, { signature: signRequest('https://x/', question, authToken) }],
      ['refuses a wrong signature before it says what it knows', 403, { params: [], signature: 'x' }],
      ['does not know another Location', 422, { params: withValue('Location', 'GetWeather') }],
      ['does not know a Location without handler', 422, { params: withValue('Location', 'GetTemplatesByCustomerId') }],
      ['does not know what objects have by nature', 422, { params: withValue('Location', 'toString') }],
      ['misses a Location', 422, { params: without('Location') }],
      ['misses a parameter', 400, { params: without('CustomerId') }],
      ['passes on that a worker may not', 403, { params: withValue('CustomerId', 'not-yours') }],
      ['answers 500 when it breaks', 500, { params: withValue('CustomerId', 'broken') }],
    ]
    for (const [outcome, status, given] of cases) {
      test(`${outcome}: ${status}`, async (t) => {
        const errors: unknown[] = []
        const service = await open({ ...options, onError: (error) => errors.push(error) })
        t.after(service.close)
        const response = await service.send(await post(service.url, given))
        assert.equal(response.status, status)
        assert.equal(response.headers.get('content-type'), 'application/json')
        const answer = await response.json()
        if (status === 200) assert.deepEqual(answer, { proxy_address: '+123456789' })
        else assert.doesNotMatch(JSON.stringify(answer), /secret/)
        assert.equal(errors.length, status === 500 ? 1 : 0)
      })
    }

    test('what one end asks the other end understands', async (t) => {
      const service = await open(options)
      t.after(service.close)
      const call = {
        url: service.url,
        authToken,
        ...(name === 'fetch handler' && {
          transport: async (request: Request) =>
            service.send({ method: 'POST', headers: request.headers, body: await request.text() }),
        }),
      }
      const Worker = 'Ünü & Söhne+1@example.com'
      const proxy = { Worker, CustomerId: '3', ChannelType: 'whatsapp', ChannelValue: 'whatsapp:+123456789' } as const
      assert.equal((await askProxyAddress(proxy, call)).value?.proxyAddress, '+123456789')
      assert.deepEqual(heard.at(-1), { Location: 'GetProxyAddress', ...proxy })

      const list = await askCustomers({ Worker, PageSize: 5, Query: 'a b' }, call)
      assert.deepEqual(list.value, { customers: [{ customerId: '1', displayName: 'Ada' }], searchable: true })
      assert.deepEqual(heard.at(-1), { Location: 'GetCustomersList', Worker, PageSize: 5, Query: 'a b' })

      assert.equal((await askCustomer({ Worker, CustomerId: '1' }, call)).value?.displayName, 'Ada')
      const unknown = await askCustomer({ Worker, CustomerId: '2' }, call)
      assert.deepEqual([unknown.notFound, unknown.error, unknown.exchange.error], [true, undefined, undefined])

      const refused = await askProxyAddress({ ...proxy, CustomerId: 'not-yours' }, call)
      assert.deepEqual([refused.error?.code, refused.error?.retryable], [48004, false])
      assert.match(refused.error?.worker ?? '', /does not allow/)
      const templates = await askTemplates({ Worker, CustomerId: '1' }, call)
      assert.match(templates.error?.cause ?? '', /does not know the Location/)
    })
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askCustomer, askCustomers, askProxyAddress, askTemplates } from './index.ts'

const who = { Worker: 'ada@example.com', CustomerId: '3' }
const at = (answer: () => Response) => ({
  url: 'https://service.example.com/callbacks',
  authToken: 'secret',
  transport: async () => answer(),
})

test("a reader's warnings and error stand in the exchange", async () => {
  const odd = await askProxyAddress(
    { ...who, ChannelType: 'sms', ChannelValue: '+123456789' },
    at(() => new Response('{"proxy_address": 12345}', { headers: { 'content-type': 'text/plain' } })),
  )
  assert.equal(odd.exchange.warnings.length, 2)
  const wrong = await askCustomers(
    { Worker: 'ada', PageSize: 30 },
    at(() => Response.json({ customers: [] })),
  )
  assert.deepEqual([wrong.value, wrong.error?.code, wrong.exchange.error?.code], [undefined, 48003, 48003])
})

test('no endpoint for templates means no templates', async () => {
  const asked = await askTemplates(
    who,
    at(() => new Response('Not found', { status: 404 })),
  )
  assert.deepEqual([asked.value, asked.error, asked.exchange.error], [[], undefined, undefined])
})

for (const [name, answer] of [
  ['404', () => new Response('<h1>Not found</h1>', { status: 404 })],
  ['200 without a customer', () => Response.json({ objects: {} })],
] as const) {
  test(`${name} means that there is no such customer`, async () => {
    const asked = await askCustomer(who, at(answer))
    assert.deepEqual(
      [asked.value, asked.notFound, asked.error, asked.exchange.error],
      [undefined, true, undefined, undefined],
    )
  })
}

test('a customer that cannot be asked about is not "not found"', async () => {
  const asked = await askCustomer(
    who,
    at(() => new Response('', { status: 500 })),
  )
  assert.deepEqual([asked.notFound, asked.error?.code], [undefined, 48004])
})

test('a no that the contract provides for is told from a failure', async () => {
  const proxy = { ...who, ChannelType: 'sms', ChannelValue: '+123456789' } as const
  const saying = (status: number) => at(() => Response.json({}, { status }))
  const refused = async (asked: Promise<{ exchange: { refused?: true } }>) => (await asked).exchange.refused === true
  for (const status of [403, 404]) assert.ok(await refused(askProxyAddress(proxy, saying(status))), String(status))
  for (const status of [400, 422, 500]) assert.ok(!(await refused(askProxyAddress(proxy, saying(status)))))
  assert.ok(await refused(askCustomer(who, saying(404))))
  for (const status of [403, 422]) assert.ok(!(await refused(askCustomer(who, saying(status)))))
  for (const status of [404, 422]) assert.ok(await refused(askTemplates(who, saying(status))))
  for (const status of [403, 404])
    assert.ok(!(await refused(askCustomers({ Worker: 'w', PageSize: 30 }, saying(status)))))
})

test('that a service knows no such customer is not worth trying again', async () => {
  const proxy = { ...who, ChannelType: 'sms', ChannelValue: '+123456789' } as const
  const { error } = await askProxyAddress(
    proxy,
    at(() => Response.json({}, { status: 404 })),
  )
  assert.deepEqual([error?.code, error?.retryable], [48004, false])
  assert.match(error?.cause ?? '', /no such customer/)
})

test('of what a caller gave up on there is no answer, no error and no "not found"', async () => {
  for (const ask of [askCustomer, askTemplates]) {
    const controller = new AbortController()
    const transport = async () => {
      controller.abort()
      return new Promise<Response>(() => {})
    }
    const asked = await ask(who, { ...at(() => assert.fail()), transport, signal: controller.signal })
    assert.deepEqual(Object.keys(asked), ['exchange'])
  }
})

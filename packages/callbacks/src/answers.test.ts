import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  ContractError,
  readCustomerAnswer,
  readCustomersAnswer,
  readProxyAnswer,
  readTemplatesAnswer,
} from './index.ts'

const isCode = (code: number) => (error: unknown) => error instanceof ContractError && error.code === code

const proxies: [given: unknown, read: string | undefined, warnings: number][] = [
  [{ proxy_address: '+123456789' }, '+123456789', 0],
  [{ proxy_address: 'whatsapp:+123456789', more: [1] }, 'whatsapp:+123456789', 0],
  [{ proxy_address: 12345 }, '12345', 1],
  [{ proxy_address: 15550100199 }, '15550100199', 1],
  [{ proxy_address: '' }, undefined, 0],
  [{ proxy_address: ' ' }, undefined, 0],
  [{ proxy_address: null }, undefined, 0],
  [{}, undefined, 0],
  [JSON.parse('{"__proto__": {"proxy_address": "+123456789"}}'), undefined, 0],
]
for (const [given, read, warnings] of proxies) {
  test(`reads the proxy answer ${JSON.stringify(given)} as ${read}`, () => {
    const { value, warnings: warned } = readProxyAnswer(given)
    assert.equal(value.proxyAddress, read)
    assert.equal(warned.length, warnings)
  })
}

for (const given of [null, [], '+123456789', 5, { proxy_address: ['+123456789'] }, { proxy_address: true }]) {
  test(`refuses the proxy answer ${JSON.stringify(given)}: 48003`, () => {
    assert.throws(() => readProxyAnswer(given), isCode(48003))
  })
}

test('a proxy of 60 kB is 48026', () => {
  assert.throws(() => readProxyAnswer({ proxy_address: '1'.repeat(60_000) }), isCode(48026))
})

test('reads customers as services write them: ids of two kinds, booleans as strings, more than was asked for', () => {
  const { value, warnings } = readCustomersAnswer({
    objects: {
      customers: [
        { customer_id: 98, display_name: 'Bobby Shaftoe', avatar: null, extra: {} },
        { customer_id: '99', display_name: '  Ada\u0000 Lovelace ', avatar: 'https://x.example/a.png' },
      ],
      searchable: 'true',
      next_page_token: 7,
    },
  })
  assert.deepEqual(value, {
    customers: [
      { customerId: '98', displayName: 'Bobby Shaftoe' },
      { customerId: '99', displayName: 'Ada Lovelace', avatar: 'https://x.example/a.png' },
    ],
    searchable: true,
    nextPageToken: '7',
  })
  assert.equal(warnings.length, 1)
})

test('leaves out rows that cannot be used, and says which', () => {
  const { value, warnings } = readCustomersAnswer({
    objects: {
      customers: [
        null,
        'Ada',
        { display_name: 'nobody' },
        { customer_id: {}, display_name: 'odd' },
        { customer_id: 1 },
        { customer_id: '1', display_name: 'again' },
        { customer_id: 2, display_name: 'x'.repeat(1_000_000), avatar: 'javascript:alert(1)' },
      ],
      searchable: 'false',
    },
  })
  assert.deepEqual(
    value.customers.map(({ customerId, displayName, avatar }) => [customerId, displayName.length, avatar]),
    [
      ['1', 1, undefined],
      ['2', 256, undefined],
    ],
  )
  assert.equal(value.searchable, false)
  assert.ok(warnings.some((warning) => warning.startsWith('customers[5] comes twice')))
  for (const warning of warnings) assert.ok(warning.length < 200)
})

test('a token beside an empty page is ignored', () => {
  const { value, warnings } = readCustomersAnswer({ objects: { customers: [], next_page_token: 'more' } })
  assert.deepEqual(value, { customers: [], searchable: false })
  assert.equal(warnings.length, 1)
})

test('thousands of faults make a page of warnings, not thousands', () => {
  const { warnings } = readCustomersAnswer({ objects: { customers: Array(1_000).fill(null) } })
  assert.equal(warnings.length, 21)
})

for (const given of [
  null,
  [],
  {},
  { objects: [] },
  { objects: {} },
  { objects: { customers: {} } },
  { customers: [] },
]) {
  test(`refuses the list ${JSON.stringify(given)}: 48003, never an empty list`, () => {
    assert.throws(() => readCustomersAnswer(given), isCode(48003))
  })
}

test("reads a customer's channels, links and details", () => {
  const { value, warnings } = readCustomerAnswer(
    {
      objects: {
        customer: {
          customer_id: 3,
          display_name: 'Ada',
          channels: [
            { type: 'email', value: 'ada@example.com' },
            { type: 'sms', value: '+1 555 0100' },
            { type: 'whatsapp', value: 'whatsapp:+15550100' },
          ],
          links: [{ type: 'Facebook', value: 'https://facebook.example/ada', display_name: 'Profile' }],
          details: { title: 'Notes', content: 'one\r\ntwo' },
        },
      },
    },
    '3',
  )
  assert.deepEqual(value, {
    customerId: '3',
    displayName: 'Ada',
    channels: [
      { type: 'email', value: 'ada@example.com', startable: false },
      { type: 'sms', value: '+1 555 0100', startable: true },
      { type: 'whatsapp', value: 'whatsapp:+15550100', startable: true },
    ],
    links: [
      {
        type: 'Facebook',
        value: 'https://facebook.example/ada',
        displayName: 'Profile',
        href: 'https://facebook.example/ada',
      },
    ],
    details: { title: 'Notes', content: 'one\ntwo' },
  })
  assert.deepEqual(warnings, [])
})

test('channels without a usable address are not startable, those without any are left out', () => {
  const channels = [
    { type: 'sms', value: 'call me' },
    { type: 'sms', value: '' },
    { type: 'sms', value: null },
    { value: '+15550100' },
    { type: 'SMS', value: '+15550100' },
    { type: 'sms', value: '+15550100' },
    { type: 'chat', value: 'system' },
    { type: '__proto__', value: 'x' },
    'sms',
    null,
  ]
  const { value, warnings } = readCustomerAnswer({ objects: { customer: { customer_id: 3, channels } } })
  assert.deepEqual(
    value?.channels.map(({ type, value, startable }) => [type, value, startable]),
    [
      ['sms', 'call me', false],
      ['sms', '+15550100', true],
      ['chat', 'system', false],
      ['__proto__', 'x', false],
    ],
  )
  assert.ok(warnings.length >= 8)
})

for (const target of [
  'javascript:alert(1)',
  'http://x.example/',
  'data:text/html,x',
  ' JaVaScRiPt:x',
  'x',
  '//x.example',
]) {
  test(`the link ${target} stays text`, () => {
    const links = [{ type: 'a', value: target, display_name: 'Look' }]
    const { value } = readCustomerAnswer({ objects: { customer: { customer_id: 3, links } } })
    assert.equal(value?.links[0]?.href, undefined)
    assert.equal(value?.links[0]?.displayName, 'Look')
  })
}

test('a mailto link is a link', () => {
  const links = [{ value: 'mailto:ada@example.com' }]
  const { value } = readCustomerAnswer({ objects: { customer: { customer_id: 3, links } } })
  assert.equal(value?.links[0]?.href, 'mailto:ada@example.com')
})

for (const given of [
  null,
  [],
  false,
  '',
  {},
  { objects: null },
  { objects: [] },
  { objects: {} },
  { objects: { customer: null } },
  { objects: { customer: [] } },
  { objects: { customer: false } },
  { objects: { customer: '' } },
  { objects: { customer: {} } },
  { objects: { customer: { customer_id: null, display_name: ' ', avatar: '', channels: [] } } },
]) {
  test(`${JSON.stringify(given)} holds no customer`, () => {
    assert.equal(readCustomerAnswer(given, '3').value, undefined)
  })
}

for (const given of [[{ customer_id: 3 }], 'nobody', true, 0, { objects: [1] }, { objects: { customer: 'Ada' } }]) {
  test(`${JSON.stringify(given)} is not of the documented shape: 48003`, () => {
    assert.throws(() => readCustomerAnswer(given, '3'), isCode(48003))
  })
}

test('an answer about another customer is 48003', () => {
  assert.throws(() => readCustomerAnswer({ objects: { customer: { customer_id: 4 } } }, '3'), isCode(48003))
})

test('an answer without an id is about the customer asked for', () => {
  const { value, warnings } = readCustomerAnswer({ objects: { customer: { display_name: 'Ada' } } }, '3')
  assert.equal(value?.customerId, '3')
  assert.equal(warnings.length, 1)
})

const sid = `HX${'0a'.repeat(16)}`
test('reads templates with their content SID and variables', () => {
  const { value, warnings } = readTemplatesAnswer([
    {
      display_name: 'Greetings',
      templates: [
        { content: 'Hello Ada', whatsAppApproved: 'true', content_sid: sid, content_variables: { 1: 'Ada', 2: 7 } },
        { content: 'Hi', content_sid: sid, content_variables: '{"1":"Ada"}' },
        { content: 'Hi', content_sid: 'HX1' },
      ],
    },
    { display_name: 'None' },
  ])
  assert.deepEqual(value, [
    {
      displayName: 'Greetings',
      templates: [
        { content: 'Hello Ada', whatsAppApproved: true, contentSid: sid, contentVariables: { 1: 'Ada', 2: '7' } },
        { content: 'Hi', whatsAppApproved: false, contentSid: sid, contentVariables: { 1: 'Ada' } },
        { content: 'Hi', whatsAppApproved: false },
      ],
    },
    { displayName: 'None', templates: [] },
  ])
  assert.equal(warnings.length, 2)
})

test('a template that is too long to be sent is left out, not cut', () => {
  const { value } = readTemplatesAnswer([{ display_name: 'Long', templates: [{ content: 'x'.repeat(1_601) }] }])
  assert.deepEqual(value[0]?.templates, [])
})

for (const given of [null, {}, 'none', { templates: [] }]) {
  test(`refuses the templates ${JSON.stringify(given)}: 48003`, () => {
    assert.throws(() => readTemplatesAnswer(given), isCode(48003))
  })
}

const readers = { readProxyAnswer, readCustomersAnswer, readCustomerAnswer, readTemplatesAnswer }
for (const [name, read] of Object.entries(readers)) {
  test(`${name} understands or refuses any JSON, and breaks on none`, () => {
    const field = fc.constantFrom(
      ...[
        'objects',
        'customer',
        'customers',
        'customer_id',
        'display_name',
        'channels',
        'links',
        'details',
        'templates',
      ],
      ...['content', 'type', 'value', 'proxy_address', 'content_sid', 'content_variables', 'constructor', '__proto__'],
    )
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 6 }, fc.jsonValue(), fc.array(tie('any')), fc.dictionary(field, tie('any'))),
    }))
    fc.assert(
      fc.property(any, (given) => {
        try {
          const { value } = read(JSON.parse(JSON.stringify(given) ?? 'null'))
          assert.doesNotMatch(JSON.stringify(value) ?? '', /\\u0000/)
        } catch (error) {
          assert.ok(error instanceof ContractError, String(error))
        }
      }),
    )
  })
}

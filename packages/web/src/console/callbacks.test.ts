import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressFor, callbacks, prefilled, probeParams } from './callbacks.ts'

function location(name: string) {
  const found = callbacks.flatMap((callback) => callback.locations).find((each) => each.location === name)
  assert.ok(found)
  return found
}

test('every callback of the contract is there, with every location', () => {
  assert.deepEqual(
    callbacks.map((callback) => [callback.setting, callback.locations.map((each) => each.location)]),
    [
      ['outgoingConversationCallbackUrl', ['GetProxyAddress']],
      ['crmCallbackUrl', ['GetCustomersList', 'GetCustomerDetailsByCustomerId']],
      ['templatesCallbackUrl', ['GetTemplatesByCustomerId']],
    ],
  )
})

const sample = {
  customerId: '1058',
  channels: [
    { type: 'whatsapp', value: 'whatsapp:+14155550111' },
    { type: 'sms', value: '+14155550111' },
  ],
}

test('leaves optional parameters out when they are empty and keeps the others', () => {
  const params = probeParams(location('GetCustomersList'), { Worker: 'ada@example.com', PageSize: '', Query: 'bob' })
  assert.deepEqual(params, { Worker: 'ada@example.com', PageSize: '', Query: 'bob' })
})

test('a first try asks about a customer that the worker has', () => {
  assert.deepEqual(prefilled(location('GetProxyAddress'), sample), {
    CustomerId: '1058',
    ChannelType: 'whatsapp',
    ChannelValue: 'whatsapp:+14155550111',
  })
})

test('asks about an invented customer when none is known', () => {
  assert.deepEqual(prefilled(location('GetProxyAddress'), undefined), {
    CustomerId: '1',
    ChannelType: 'sms',
    ChannelValue: '+15550100100',
  })
})

test('a customer without a channel leaves the invented address', () => {
  const values = prefilled(location('GetProxyAddress'), { customerId: '7', channels: [] })
  assert.deepEqual(values, { CustomerId: '7', ChannelType: 'sms', ChannelValue: '+15550100100' })
})

test('adds no parameter that a location does not have', () => {
  assert.deepEqual(Object.keys(prefilled(location('GetCustomersList'), sample)), [
    'PageSize',
    'Query',
    'NextPageToken',
    'Anchor',
  ])
})

test('suggests an address that fits the channel', () => {
  assert.equal(addressFor('sms', sample), '+14155550111')
  assert.equal(addressFor('whatsapp', undefined), 'whatsapp:+15550100100')
  assert.equal(addressFor('chat', sample), 'visitor-1')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressFor, callbacks, probeParams } from './callbacks.ts'

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

test('leaves optional parameters out when they are empty and keeps the others', () => {
  const params = probeParams(location('GetCustomersList'), { Worker: 'ada@example.com', PageSize: '', Query: 'bob' })
  assert.deepEqual(params, { Worker: 'ada@example.com', PageSize: '', Query: 'bob' })
})

test('sends what is prefilled when nothing was typed', () => {
  assert.deepEqual(probeParams(location('GetProxyAddress'), { Worker: 'ada' }), {
    Worker: 'ada',
    CustomerId: '1',
    ChannelType: 'sms',
    ChannelValue: '+15550100100',
  })
})

test('suggests an address that fits the channel', () => {
  assert.equal(addressFor('whatsapp'), 'whatsapp:+15550100100')
  assert.equal(addressFor('sms'), '+15550100100')
})

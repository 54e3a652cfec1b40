import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { callbackOf, encodeParameters, isLocation, parametersOf } from './requests.ts'

test('whatever is encoded is decoded to the same, by URLSearchParams and with spaces as %20', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))), (params) => {
      const encoded = encodeParameters(params)
      assert.deepEqual([...new URLSearchParams(encoded)], params)
      assert.doesNotMatch(encoded, /[+ ]/)
    }),
  )
})

test('encodes as the captured request is', () => {
  const captured =
    'ChannelValue=%2B16505551111&Worker=dave%40example.com&CustomerId=3&ChannelType=sms&Location=GetProxyAddress'
  assert.equal(encodeParameters(new URLSearchParams(captured)), captured)
})

test('parameters that are not given are not sent', () => {
  const request = { Location: 'GetCustomersList', Worker: 'ada', PageSize: 30, Anchor: undefined } as const
  assert.equal(encodeParameters(parametersOf(request)), 'Location=GetCustomersList&Worker=ada&PageSize=30')
})

test('half a character is sent as a replacement character', () => {
  const request = { Location: 'GetCustomersList', Worker: 'a\ud800', PageSize: 30 } as const
  assert.match(encodeParameters(parametersOf(request)), /Worker=a%EF%BF%BD&/)
})

test('each location belongs to a callback', () => {
  assert.equal(callbackOf('GetProxyAddress'), 'outgoingConversation')
  assert.equal(callbackOf('GetCustomersList'), 'crm')
  assert.equal(callbackOf('GetCustomerDetailsByCustomerId'), 'crm')
  assert.equal(callbackOf('GetTemplatesByCustomerId'), 'templates')
  assert.equal(isLocation('toString'), false)
})

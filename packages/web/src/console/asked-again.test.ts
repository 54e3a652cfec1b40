import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedAgain } from './asked-again.ts'

const request = (body: string) => ({ method: 'POST' as const, url: 'https://example.com', headers: {}, body })

test('asks the same callback for the same again', () => {
  const repeat = askedAgain({
    location: 'GetProxyAddress',
    request: request('Location=GetProxyAddress&Worker=ada%40example.com&ChannelValue=%2B15550100100'),
  })
  assert.equal(repeat?.callback.name, 'outgoingConversation')
  assert.deepEqual(repeat?.again, {
    location: 'GetProxyAddress',
    params: { Worker: 'ada@example.com', ChannelValue: '+15550100100' },
  })
})

test('cannot ask what belongs to no callback', () => {
  assert.equal(askedAgain({ location: 'GetLost', request: request('Location=GetLost') }), undefined)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isChatIdentity, phoneNumberOf, readContactAddress, readProxyAddress } from './address.ts'

const contacts: [type: 'sms' | 'whatsapp' | 'chat', given: string, read: string | undefined][] = [
  ['sms', '+123456789', '+123456789'],
  ['sms', '+1 (555) 010-0199', '+15550100199'],
  ['sms', '+49.30\u00a0123\u201145', '+493012345'],
  ['sms', '0301234567', undefined],
  ['sms', '+0123', undefined],
  ['sms', '+1234567890123456', undefined],
  ['sms', '12345', undefined],
  ['sms', 'whatsapp:+123456789', undefined],
  ['sms', '+12345abc', undefined],
  ['sms', '', undefined],
  ['whatsapp', 'whatsapp:+123456789', 'whatsapp:+123456789'],
  ['whatsapp', '+123 456 789', 'whatsapp:+123456789'],
  ['whatsapp', 'whatsapp:123', undefined],
  ['chat', 'ada', 'ada'],
  ['chat', 'Ada Lovelace', 'Ada Lovelace'],
  ['chat', 'system', undefined],
  ['chat', `US${'a'.repeat(32)}`, undefined],
  ['chat', 'x'.repeat(257), undefined],
  ['chat', '', undefined],
]
for (const [type, given, read] of contacts) {
  test(`reads the ${type} contact ${JSON.stringify(given.slice(0, 40))} as ${read?.slice(0, 40)}`, () => {
    assert.equal(readContactAddress(type, given)?.value, read)
  })
}

const proxies: [given: string, channel: string | undefined][] = [
  ['+123456789', 'sms'],
  ['12345', 'sms'],
  ['12', undefined],
  ['123456789', undefined],
  ['whatsapp:+123456789', 'whatsapp'],
  ['whatsapp:12345', undefined],
  ['WhatsApp:+123456789', undefined],
  [' +123456789\n', 'sms'],
  ['', undefined],
]
for (const [given, channel] of proxies) {
  test(`reads the proxy ${JSON.stringify(given)} as ${channel}`, () => {
    assert.equal(readProxyAddress(given)?.channel, channel)
  })
}

test('reading an address a second time changes nothing', () => {
  fc.assert(
    fc.property(fc.constantFrom('sms', 'whatsapp', 'chat'), fc.string(), (channel, given) => {
      const once = readContactAddress(channel, given)
      if (once) assert.deepEqual(readContactAddress(channel, once.value), once)
    }),
  )
})

test('the number of an address is the same with and without its prefix', () => {
  assert.equal(phoneNumberOf('whatsapp:+123456789'), phoneNumberOf('+123456789'))
})

test('a chat identity of 256 characters is the longest', () => {
  assert.equal(isChatIdentity('x'.repeat(256)), true)
})

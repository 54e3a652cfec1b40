import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Phone, PhoneThread } from '@firstline/app/api'
import { searchPhones, shownThread, sortThreads, threadKey } from './threads.ts'

function thread(proxyAddress: string | null, open: boolean, at?: string): PhoneThread {
  return {
    proxyAddress,
    channel: 'sms',
    open,
    messages: at ? [{ sid: at, from: 'business', body: 'Hello', at }] : [],
  }
}
function phone(displayName: string, address: string): Phone {
  return { displayName, address, channel: 'sms', lastActivityAt: '2026-03-01T10:00:00Z' }
}

test('open threads come before closed ones, newest first', () => {
  const sorted = sortThreads([
    thread('+1', false, '2026-03-03'),
    thread('+2', true, '2026-03-01'),
    thread('+3', true, '2026-03-02'),
    thread('+4', true),
  ])
  assert.deepEqual(
    sorted.map((each) => each.proxyAddress),
    ['+3', '+2', '+4', '+1'],
  )
})

test('a phone with one thread shows it at once, one with several asks', () => {
  const one = thread('+1', true)
  assert.equal(shownThread([one], undefined), one)
  assert.equal(shownThread([one, thread('+2', true)], undefined), undefined)
  assert.equal(shownThread([one], '+9'), undefined)
})

test('chat threads are told apart by their conversation', () => {
  assert.equal(threadKey({ proxyAddress: null, conversationSid: 'CH1' }), 'CH1')
})

test('finds a phone by name and by its digits, however they are grouped', () => {
  const phones = [phone('Ada Lovelace', '+441632960123'), phone('Bob', 'whatsapp:+15550100100')]
  assert.deepEqual(searchPhones(phones, 'lace'), [phones[0]])
  assert.deepEqual(searchPhones(phones, '555 010'), [phones[1]])
  assert.deepEqual(searchPhones(phones, ' '), phones)
  assert.deepEqual(searchPhones(phones, 'nobody'), [])
})

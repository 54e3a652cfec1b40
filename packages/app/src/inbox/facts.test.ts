import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deliveryStatus, isFurther, messageFactsFromWebhook } from './facts.ts'
import { failureOf } from './failures.ts'
import type { DeliveryStatus } from './tables.ts'

const webhook = {
  ConversationSid: 'CH1',
  MessageSid: 'IM1',
  Index: '0',
  Author: '+15550100001',
  Body: '',
  DateCreated: '2026-01-31T12:00:00.123Z',
  Attributes: '{}',
}

test('a status only moves forward, whatever order it comes in', () => {
  const order: DeliveryStatus[] = ['sent', 'delivered', 'read', 'undelivered', 'failed']
  for (const [rank, status] of order.entries()) {
    for (const [other, than] of order.entries())
      assert.equal(isFurther(status, than), rank > other, `${status}, ${than}`)
  }
})

test('statuses that say nothing of delivery are none', () => {
  assert.deepEqual(['queued', 'received', '', undefined, 'toString'].map(deliveryStatus), Array(5).fill(undefined))
})

test('a picture is shown as an attachment of its kind', () => {
  const Media = '[{"Sid":"ME1","ContentType":"image/jpeg","Filename":"cat.jpg"}]'
  assert.equal(messageFactsFromWebhook({ ...webhook, Media })?.body, '[Attachment: image/jpeg]')
})

test('attributes that are no object, and characters that cannot be stored, do no harm', () => {
  for (const Attributes of ['', '[]', '7', '{', 'null']) {
    assert.equal(messageFactsFromWebhook({ ...webhook, Attributes })?.outgoingId, null)
  }
  assert.equal(messageFactsFromWebhook({ ...webhook, Body: 'a\0b\ud800' })?.body, 'ab\ufffd')
})

test('a message that is not whole has to be fetched', () => {
  for (const missing of ['Index', 'MessageSid', 'DateCreated', 'Author']) {
    const { [missing as 'Index']: _, ...rest } = webhook
    assert.equal(messageFactsFromWebhook(rest), undefined, missing)
  }
})

test('every failure has words, the unknown ones too', () => {
  assert.equal(failureOf(63016).title, 'WhatsApp needs a template')
  assert.deepEqual([failureOf(99_999).code, failureOf(99_999).retryable], [99_999, true])
  assert.equal(failureOf(0).title, 'Not delivered')
})

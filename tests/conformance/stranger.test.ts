import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Problem, StartResult } from '@firstline/app/api'
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { type Startable, startableCustomers } from '../support/customers.ts'
import { type FirstlineProcess, startFirstline } from '../support/firstline.ts'
import { administrator, asAdministrator, type Session, signIn } from '../support/session.ts'
import { type ReceivedCallback, type Stranger, startStranger } from '../support/stranger.ts'

const authToken = 'a-token-that-both-sides-know'
let firstline: FirstlineProcess
let admin: Session
let stranger: Stranger

before(async () => {
  stranger = await startStranger()
  firstline = await startFirstline({ ...asAdministrator, FIRSTLINE_AUTH_TOKEN: authToken })
  admin = await signIn(firstline.url, administrator.email, administrator.password)
  const settings = {
    outgoingConversationCallbackUrl: stranger.url,
    crmCallbackUrl: 'built-in',
    templatesCallbackUrl: 'built-in',
  }
  assert.equal((await admin.request('PUT', '/api/console/settings', settings)).status, 200)
})

after(async () => {
  await firstline?.stop()
  await stranger?.close()
})

test('a stranger’s server receives the documented request, with a signature that the official package accepts', async () => {
  const [{ customerId, channel }] = (await startableCustomers(admin, 'sms', 1)) as [Startable]
  const key = { 'idempotency-key': 'first' }
  const started = await admin.request('POST', '/api/outgoing-conversations', { customerId, channel }, key)
  assert.equal(started.status, 201)
  const result = (await started.json()) as StartResult
  assert.equal(result.proxyAddress, '+123456789')
  assert.match(result.conversationSid, /^CH[0-9a-f]{32}$/)

  assert.equal(stranger.received.length, 1)
  const [request] = stranger.received as [ReceivedCallback]
  assert.equal(request.method, 'POST')
  assert.equal(request.headers['content-type'], 'application/x-www-form-urlencoded')
  assert.equal(request.headers['content-length'], String(request.length))
  assert.deepEqual(request.parameters, {
    Location: 'GetProxyAddress',
    Worker: administrator.email,
    CustomerId: customerId,
    ChannelType: 'sms',
    ChannelValue: channel.value,
  })
  const signature = String(request.headers['x-twilio-signature'])
  assert.ok(validateRequest(authToken, signature, stranger.url, request.parameters))
  assert.ok(!validateRequest('another token', signature, stranger.url, request.parameters))
})

test('what the stranger refuses reaches the worker in plain words, with its code', async () => {
  stranger.answer({ status: 403, json: { error: 'not yours' } })
  const [, second] = await startableCustomers(admin, 'sms', 2)
  const input = { customerId: second?.customerId, channel: second?.channel }
  const refused = await admin.request('POST', '/api/outgoing-conversations', input, { 'idempotency-key': 'second' })
  const problem = (await refused.json()) as Problem
  assert.equal(problem.code, 48004)
  assert.ok(problem.detail.length > 20)
  assert.ok(problem.attemptId)
})

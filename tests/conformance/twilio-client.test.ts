import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { serve } from '@hono/node-server'
import twilio from 'twilio'
import RequestClient from 'twilio/lib/base/RequestClient.js'
import HttpResponse from 'twilio/lib/http/response.js'
import { account, type Engine, startEngine } from './engine.ts'
import { Redirected, twilioOrigin } from './official-client.ts'

/** The official client in the same process as the engine. */
class InProcess extends RequestClient {
  readonly #engine: Engine
  constructor(engine: Engine) {
    super()
    this.#engine = engine
  }
  override async request<T>(options: RequestClient.RequestOptions<T>): Promise<HttpResponse.default<T>> {
    const url = new URL(options.uri.replace(`${twilioOrigin}/v1`, `${twilioOrigin}/twilio/v1`))
    appendAll(url.searchParams, options.params)
    const headers = new Headers(options.headers as Record<string, string>)
    headers.set('authorization', `Basic ${btoa(`${options.username}:${options.password}`)}`)
    const body = options.method === 'post' ? appendAll(new URLSearchParams(), options.data as object) : null
    const response = await this.#engine.fetch(new Request(url, { method: options.method.toUpperCase(), headers, body }))
    return new HttpResponse.default(response.status, (await response.text()) as T, response.headers)
  }
}

function appendAll(params: URLSearchParams, values: object = {}): URLSearchParams {
  for (const [name, value] of Object.entries(values)) {
    for (const one of [value].flat()) if (one !== undefined) params.append(name, String(one))
  }
  return params
}

async function overHttp(t: { after(fn: () => void): unknown }, engine: Engine): Promise<RequestClient> {
  const server = serve({ fetch: engine.fetch, port: 0, hostname: '127.0.0.1' })
  if (!server.listening) await once(server, 'listening')
  t.after(() => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    server.close()
  })
  return new Redirected(`http://127.0.0.1:${(server.address() as AddressInfo).port}/twilio`)
}

for (const [name, connect] of [
  ['over HTTP', overHttp],
  ['in the same process', (_t: unknown, engine: Engine) => new InProcess(engine)],
] as const) {
  test(`the official client runs a conversation from beginning to end, ${name}`, async (t) => {
    const engine = await startEngine(t)
    const httpClient = await connect(t, engine)
    const client = twilio(account.accountSid, account.authToken, { httpClient })
    const { conversations } = client.conversations.v1

    const created = await conversations.create({ friendlyName: 'Grace', uniqueName: 'attempt-1' })
    assert.ok(created.dateCreated instanceof Date && !Number.isNaN(created.dateCreated.getTime()))
    const binding = {
      'messagingBinding.address': '+15550100001',
      'messagingBinding.proxyAddress': '+15550109999',
    }
    const conversation = conversations(created.sid)
    const customer = await conversation.participants.create({ ...binding, attributes: '{"customer_id":"7"}' })
    const worker = await conversation.participants.create({ identity: 'ada@example.com' })
    assert.deepEqual(customer.messagingBinding, { type: 'sms', address: '+15550100001', proxy_address: '+15550109999' })

    for (let i = 0; i < 5; i++) await conversation.messages.create({ author: 'ada@example.com', body: `message ${i}` })
    const forward = await conversation.messages.list({ pageSize: 2 })
    assert.deepEqual(
      forward.map((message) => [message.index, message.body]),
      Array.from({ length: 5 }, (_, i) => [i, `message ${i}`]),
    )
    const newest = await conversation.messages.list({ order: 'desc', limit: 3, pageSize: 2 })
    assert.deepEqual(
      newest.map((message) => message.index),
      [4, 3, 2],
    )
    const receipts = await forward[0]?.deliveryReceipts().list()
    assert.deepEqual(
      receipts?.map((receipt) => receipt.participantSid),
      [customer.sid],
    )

    const second = await client.conversations.v1.services(engine.defaultServiceSid).conversations.create({})
    const duplicate = client.conversations.v1
      .services(engine.defaultServiceSid)
      .conversations(second.sid)
      .participants.create(binding)
    await assert.rejects(duplicate, (error) => {
      assert.ok(error instanceof twilio.RestException)
      assert.deepEqual([error.status, error.code], [409, 50416])
      assert.equal(error.moreInfo, 'https://www.twilio.com/docs/errors/50416')
      assert.match(error.message, new RegExp(created.sid))
      return true
    })
    const holders = await client.conversations.v1.participantConversations.list({ address: '+15550100001' })
    assert.deepEqual(
      holders.map((holder) => [holder.conversationSid, holder.conversationState]),
      [[created.sid, 'active']],
    )

    assert.equal((await conversation.participants('ada@example.com').fetch()).sid, worker.sid)
    assert.equal((await conversations('attempt-1').fetch()).sid, created.sid)
    assert.equal((await conversation.update({ state: 'closed' })).state, 'closed')
    const late = conversation.messages.create({ body: 'too late' })
    await assert.rejects(late, (error) => (error as { code?: number }).code === 50377)
    assert.equal(await conversation.remove(), true)
    await assert.rejects(conversation.fetch(), (error) => (error as { code?: number }).code === 20404)
  })

  test(`the official client deletes a service with everything in it, but not the default one, ${name}`, async (t) => {
    const engine = await startEngine(t)
    const httpClient = await connect(t, engine)
    const { services, conversations } = twilio(account.accountSid, account.authToken, { httpClient }).conversations.v1
    const binding = {
      'messagingBinding.address': '+15550100001',
      'messagingBinding.proxyAddress': '+15550109999',
    }
    const { sid } = await services.create({ friendlyName: 'Other' })
    const inOther = await services(sid).conversations.create({ uniqueName: 'same' })
    await services(sid).conversations(inOther.sid).participants.create(binding)
    await services(sid).conversations(inOther.sid).messages.create({ body: 'hello' })
    const kept = await conversations.create({ uniqueName: 'same' })
    await assert.rejects(conversations(kept.sid).participants.create(binding), { code: 50416 })

    assert.equal(await services(sid).remove(), true)
    await assert.rejects(services(sid).fetch(), { status: 404, code: 20404 })
    await assert.rejects(services(sid).conversations(inOther.sid).fetch(), { status: 404, code: 20404 })
    await assert.rejects(services(sid).remove(), { status: 404, code: 20404 })
    assert.equal((await conversations(kept.sid).participants.create(binding)).conversationSid, kept.sid)

    await assert.rejects(services(engine.defaultServiceSid).remove(), { status: 403, code: 20403 })
    assert.equal((await conversations(kept.sid).fetch()).chatServiceSid, engine.defaultServiceSid)
    const listed = await services.list()
    assert.deepEqual(
      listed.map((service) => service.sid),
      [engine.defaultServiceSid],
    )
  })

  test(`the official client is told that its token is wrong, ${name}`, async (t) => {
    const engine = await startEngine(t)
    const httpClient = await connect(t, engine)
    const client = twilio(account.accountSid, 'another', { httpClient })
    const listing = client.conversations.v1.conversations.list()
    await assert.rejects(listing, (error) => (error as { code?: number; status?: number }).code === 20003)
  })
}

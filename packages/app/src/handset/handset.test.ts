import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { Phone, PhoneThread } from '../api.ts'
import { openInbox, sms } from '../inbox/testing.ts'
import { createTestApp } from '../testing.ts'

onEachDatabase((create) => {
  test('the handset shows a customer’s phone and answers from it', async (t) => {
    const inbox = await openInbox(t, create)
    await inbox.administrator('root')
    const sid = await inbox.converse(['ada'])
    await inbox.send('ada', sid, { body: 'Hello' })
    await inbox.until(async () => (await inbox.history('ada', sid))[0]?.status === 'delivered')

    const phones = await inbox.json<{ phones: Phone[] }>('/api/handset/phones', { as: 'root' })
    assert.deepEqual(
      phones.body.phones.map(({ address, displayName, channel }) => [address, displayName, channel]),
      [[sms.address, 'Grace Hopper', 'sms']],
    )
    const path = `/api/handset/phones/${encodeURIComponent(sms.address)}`
    const phone = await inbox.json<{ threads: PhoneThread[] }>(path, { as: 'root' })
    const [thread] = phone.body.threads
    assert.deepEqual([thread?.proxyAddress, thread?.open, thread?.conversationSid], [sms.proxyAddress, true, sid])
    assert.deepEqual(
      thread?.messages.map(({ from, body }) => [from, body]),
      [['business', 'Hello']],
    )

    const reply = { messageId: 'tap-1', from: sms.address, to: sms.proxyAddress, body: 'Hi Ada' }
    for (const _ of [1, 2]) {
      assert.equal((await inbox.json('/api/handset/messages', { as: 'root', body: reply })).status, 201)
    }
    const messages = await inbox.until(async () => {
      const all = await inbox.history('ada', sid)
      return all.length > 1 && all
    })
    assert.deepEqual(
      messages.map(({ body }) => body),
      ['Hello', 'Hi Ada'],
    )
  })

  test('what the phone cannot send is refused in words', async (t) => {
    const inbox = await openInbox(t, create)
    await inbox.administrator('root')
    const message = { messageId: 'tap', from: sms.address, to: sms.proxyAddress, body: 'Anybody?' }
    const post = (body: object) => inbox.json<{ detail: string }>('/api/handset/messages', { as: 'root', body })
    assert.equal((await post(message)).status, 404, 'no conversation holds the pair')
    assert.equal((await post({ ...message, to: null })).status, 400)
    assert.equal((await post({ ...message, body: ' ' })).status, 400)
    assert.equal((await inbox.request('/api/handset/phones/%2B1999', { as: 'root' })).status, 404)
  })

  test('workers have no handset, and with Twilio there is none', async (t) => {
    const databases = await create()
    const app = await createTestApp(databases, { simulator: undefined } as object)
    t.after(async () => {
      await app.stop()
      await databases.dispose()
    })
    await app.worker('ada')
    await app.administrator('root')
    assert.equal((await app.request('/api/handset/phones')).status, 401)
    assert.equal((await app.request('/api/handset/phones', { as: 'ada' })).status, 403)
    assert.equal((await app.request('/api/handset/phones', { as: 'root' })).status, 404)
  })
})

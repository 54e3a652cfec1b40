import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import twilio from 'twilio'
import { type FirstlineProcess, startFirstline } from '../support/firstline.ts'
import { account } from './engine.ts'
import { Redirected } from './official-client.ts'

/** The embedded engine as the official client finds it, on a real process. */
let firstline: FirstlineProcess

before(async () => {
  firstline = await startFirstline({
    FIRSTLINE_ACCOUNT_SID: account.accountSid,
    FIRSTLINE_AUTH_TOKEN: account.authToken,
    FIRSTLINE_ENGINE_WRITES_PER_SECOND: '0',
  })
})

after(async () => {
  assert.equal(await firstline?.stop(), 0)
})

test('the official client lists more than a page of messages, and follows the URLs in answers', async () => {
  const httpClient = new Redirected(`${firstline.url}/twilio`)
  const { conversations } = twilio(account.accountSid, account.authToken, { httpClient }).conversations.v1
  const created = await conversations.create({ friendlyName: 'Grace' })
  assert.equal(created.url, `${firstline.url}/twilio/v1/Conversations/${created.sid}`)
  const { messages } = conversations(created.sid)
  for (let i = 0; i < 120; i++) await messages.create({ body: String(i) })
  const indexes = (found: { index: number }[]) => found.map(({ index }) => index)
  const all = Array.from({ length: 120 }, (_, index) => index)
  assert.deepEqual(indexes(await messages.list()), all)
  assert.deepEqual(indexes(await messages.list({ pageSize: 100 })), all)
  assert.deepEqual(indexes(await messages.list({ limit: 115 })), all.slice(0, 115))
})

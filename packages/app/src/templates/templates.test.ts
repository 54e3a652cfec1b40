import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { TemplateCategories } from '../api.ts'
import { type InboxTest, openInbox, whatsApp } from '../inbox/testing.ts'

const contentSid = `HX${'a'.repeat(32)}`
const answers: Record<string, RequestListener> = {
  offers: (_request, response) =>
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify([
        {
          display_name: 'Opening',
          templates: [
            {
              content: 'Hello Grace',
              whatsAppApproved: true,
              content_sid: contentSid,
              content_variables: { 1: 'Grace' },
            },
            { content: 'Bye' },
          ],
        },
      ]),
    ),
  hasNone: (_request, response) => response.writeHead(404).end('<h1>Not found</h1>'),
  fails: (_request, response) => response.writeHead(500).end('<h1>Oops</h1>'),
}

/** A stranger's service as templates callback; remembers what it was asked. */
async function serve(
  t: TestContext,
  inbox: InboxTest,
  answer: RequestListener | undefined,
): Promise<URLSearchParams[]> {
  const asked: URLSearchParams[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    asked.push(new URLSearchParams(body))
    answer?.(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await inbox.administrator('root')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/templates`
  const settings = (await inbox.json<object>('/api/console/settings', { as: 'root' })).body
  const { outgoingConversationCallbackUrl, crmCallbackUrl } = settings as Record<string, string>
  const body = { outgoingConversationCallbackUrl, crmCallbackUrl, templatesCallbackUrl: url }
  const { status } = await inbox.json('/api/console/settings', { as: 'root', method: 'PUT', body })
  assert.equal(status, 200)
  return asked
}

onEachDatabase((create) => {
  test('offers what the templates callback answers for the customer', async (t) => {
    const inbox = await openInbox(t, create)
    const asked = await serve(t, inbox, answers['offers'])
    const sid = await inbox.converse(['ada'], whatsApp)
    const { status, body } = await inbox.json<TemplateCategories>(`/api/conversations/${sid}/templates`, { as: 'ada' })
    assert.equal(status, 200)
    const approved = { whatsAppApproved: true, contentSid, contentVariables: '{"1":"Grace"}' }
    assert.deepEqual(body, {
      categories: [
        {
          displayName: 'Opening',
          templates: [
            { content: 'Hello Grace', ...approved },
            { content: 'Bye', whatsAppApproved: false },
          ],
        },
      ],
    })
    const expected = { Location: 'GetTemplatesByCustomerId', Worker: 'ada', CustomerId: '7', ConversationSid: sid }
    assert.deepEqual(Object.fromEntries(asked[0] ?? []), expected)
  })

  test('a template is sent as it was offered, whole, and its values also as an object', async (t) => {
    const inbox = await openInbox(t, create)
    await serve(t, inbox, answers['offers'])
    const sid = await inbox.converse(['ada'], whatsApp)
    const { body } = await inbox.json<TemplateCategories>(`/api/conversations/${sid}/templates`, { as: 'ada' })
    const offered = body.categories[0]?.templates[0]
    for (const template of [
      offered,
      { ...offered, contentVariables: { 1: 'Grace' } },
      { content: 'Hello Grace', contentSid: null, contentVariables: null },
    ]) {
      const sent = await inbox.send('ada', sid, { template })
      assert.deepEqual([sent.status, sent.body.message?.body], [201, 'Hello Grace'], JSON.stringify(template))
    }
    const rows = await inbox.database.db.selectFrom('outgoing_message').select('content_variables').execute()
    assert.deepEqual(
      rows.map((row) => row.content_variables),
      ['{"1":"Grace"}', '{"1":"Grace"}', null],
    )
  })

  test('a service without templates offers none, nor does one that is not set up; a failing one is its own problem', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada'], whatsApp)
    const ask = () =>
      inbox.json<TemplateCategories & { code: number }>(`/api/conversations/${sid}/templates`, { as: 'ada' })
    await serve(t, inbox, answers['hasNone'])
    assert.deepEqual((await ask()).body, { categories: [] })
    await inbox.json('/api/console/settings', { as: 'root', method: 'PUT', body: { templatesCallbackUrl: '' } })
    const unset = await ask()
    assert.deepEqual([unset.status, unset.body], [200, { categories: [] }])
    await serve(t, inbox, answers['fails'])
    assert.equal((await ask()).body.code, 48004)
  })
})

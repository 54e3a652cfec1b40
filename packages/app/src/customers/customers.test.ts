import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { CustomerDetails, CustomerPage, Problem } from '../api.ts'
import { json, type Reply, setStage, sms } from '../outgoing/testing.ts'
import { cleanUp } from '../retention.ts'

type Row = { customer_id: unknown; display_name: string }

const everybody: Row[] = Array.from({ length: 75 }, (_, index) => ({
  customer_id: String(index),
  display_name: `${['Ann', 'Zoë', 'Bert'][index % 3]} Number ${index}`,
}))
const list = (customers: Row[], more: Record<string, unknown> = {}) => ({ objects: { customers, ...more } })
const behind = (anchor: string | null) =>
  anchor === null ? everybody : everybody.slice(everybody.findIndex((row) => row.customer_id === anchor) + 1)

/** Pages by `Anchor`, as Frontline's own example does. */
const byAnchor: Reply = (response, params) => json(response, list(behind(params.get('Anchor')).slice(0, 30)))
/** Pages by token, and says so. */
const byToken: Reply = (response, params) => {
  const from = Number(params.get('NextPageToken') ?? 0)
  const next = from + 30 < everybody.length ? { next_page_token: String(from + 30) } : {}
  json(response, list(everybody.slice(from, from + 30), next))
}
/** Gives everything each time, whatever it is asked. */
const everything: Reply = (response) => json(response, list(everybody, { next_page_token: 'more' }))

const searches =
  (matches: (row: Row, query: string) => boolean): Reply =>
  (response, params) => {
    const query = params.get('Query')
    const found = behind(params.get('Anchor')).filter((row) => query === null || matches(row, query))
    json(response, list(found.slice(0, 30), { searchable: true }))
  }

onEachDatabase((create) => {
  async function setList(t: Parameters<typeof setStage>[0], reply: Reply, clock?: () => number) {
    const stage = await setStage(t, create, clock ? { clock } : {})
    stage.answerCrm(reply)
    const page = (query = '', pageToken = '') =>
      stage.app.json<CustomerPage & Problem>(
        `/api/customers?${new URLSearchParams({ query, ...(pageToken && { pageToken }) })}`,
        {
          as: 'ann',
        },
      )
    /** Scrolls to the end. */
    async function scroll(query = '') {
      const pages: string[][] = []
      let next: string | undefined = ''
      while (next !== undefined) {
        const { status, body }: Awaited<ReturnType<typeof page>> = await page(query, next)
        assert.equal(status, 200)
        pages.push(body.customers.map(({ customerId }) => customerId))
        next = body.nextPageToken
        assert.ok(pages.length < 20, 'the list does not end')
      }
      return pages
    }
    return { stage, page, scroll }
  }

  for (const [name, reply] of Object.entries({ byAnchor, byToken, everything })) {
    test(`a service that pages ${name}: every customer comes once, and the list ends`, async (t) => {
      const { scroll } = await setList(t, reply)
      assert.deepEqual(
        (await scroll()).flat(),
        everybody.map(({ customer_id }) => customer_id),
      )
    })
  }

  test('what is asked is what Frontline’s app asks', async (t) => {
    const { stage, page } = await setList(t, byAnchor)
    const first = await page()
    await page('', first.body.nextPageToken)
    assert.deepEqual(
      stage.crm.received.map(({ params }) => Object.fromEntries(params)),
      [
        { Location: 'GetCustomersList', Worker: 'ann', PageSize: '30' },
        { Location: 'GetCustomersList', Worker: 'ann', PageSize: '30', Anchor: '29' },
      ],
    )
  })

  test('a page may be asked for again', async (t) => {
    const { page } = await setList(t, byAnchor)
    const { nextPageToken } = (await page()).body
    const second = await page('', nextPageToken)
    await page('', second.body.nextPageToken)
    assert.deepEqual((await page('', nextPageToken)).body, second.body)
  })

  test('a page token is its worker’s own, for its own search, and gets too old: 410', async (t) => {
    let now = Date.now()
    const { stage, page } = await setList(t, byAnchor, () => now)
    await stage.app.worker('bob')
    const { nextPageToken = '' } = (await page()).body
    const path = `/api/customers?pageToken=${nextPageToken}`
    assert.equal((await stage.app.json(path, { as: 'bob' })).status, 410)
    assert.equal((await page('zoe', nextPageToken)).status, 410)
    assert.equal((await page('', 'what')).status, 410)
    now += 7 * 60 * 60_000
    await cleanUp(stage.app.ctx)
    assert.equal((await page('', nextPageToken)).status, 410)
  })

  const zoes = everybody
    .filter(({ display_name }) => display_name.startsWith('Zoë'))
    .map(({ customer_id }) => customer_id)
  for (const [what, reply] of Object.entries({
    'does not search': byAnchor,
    'searches in names': searches((row, query) => row.display_name.toLowerCase().includes(query.toLowerCase())),
    'says it searches and does not': searches(() => true),
    'matches whole words only': searches((row, query) => row.display_name.split(' ').includes(query)),
  })) {
    test(`a service that ${what}: "zo" finds every Zoë and nobody else`, async (t) => {
      const { scroll } = await setList(t, reply)
      assert.deepEqual((await scroll('zo')).flat(), zoes)
    })
  }

  test('Query goes only to a service that says it is searchable, and the answer says so too', async (t) => {
    const { stage, page } = await setList(t, byAnchor)
    assert.equal((await page('zo')).body.searchable, false)
    assert.ok(stage.crm.received.every(({ params }) => !params.has('Query')))
    const other = await setList(
      t,
      searches(() => true),
    )
    assert.equal((await other.page('zo')).body.searchable, true)
    assert.ok(other.stage.crm.received.some(({ params }) => params.get('Query') === 'zo'))
  })

  test('a search that finds nobody ends', async (t) => {
    const { scroll } = await setList(t, byToken)
    assert.deepEqual((await scroll('nobody at all')).flat(), [])
  })

  test('a failing CRM keeps its code', async (t) => {
    const { page } = await setList(t, (response) => response.writeHead(500).end())
    const { status, body } = await page()
    assert.deepEqual([status, body.code], [502, 48004])
  })

  test('details show channels, links and the worker’s own conversations with the customer', async (t) => {
    const stage = await setStage(t, create)
    const { body: started } = await stage.start(sms)
    stage.answerCrm((response) =>
      json(response, {
        objects: {
          customer: {
            customer_id: 1,
            display_name: 'Carol Jones',
            avatar: 'https://example.com/carol.png',
            channels: [
              { type: 'sms', value: '+1 555 010 2222' },
              { type: 'email', value: 'carol@example.com' },
              { type: 'sms', value: 'soon' },
            ],
            links: [
              { type: 'Shop', value: 'https://example.com/', display_name: 'Orders' },
              { type: 'Bad', value: 'javascript:alert(1)', display_name: 'Click' },
            ],
            details: { title: 'Notes', content: 'one\ntwo' },
          },
        },
      }),
    )
    const { status, body } = await stage.app.json<CustomerDetails>('/api/customers/1', { as: 'ann' })
    assert.equal(status, 200)
    assert.deepEqual(body.customer, {
      customerId: '1',
      displayName: 'Carol Jones',
      avatar: 'https://example.com/carol.png',
      channels: [
        { type: 'sms', value: '+1 555 010 2222', startable: true },
        { type: 'email', value: 'carol@example.com', startable: false },
        { type: 'sms', value: 'soon', startable: false },
      ],
      links: [
        { displayName: 'Orders', type: 'Shop', text: 'https://example.com/', href: 'https://example.com/' },
        { displayName: 'Click', type: 'Bad', text: 'javascript:alert(1)' },
      ],
      details: { title: 'Notes', content: 'one\ntwo' },
    })
    assert.deepEqual(
      body.conversations.map(({ sid }) => sid),
      [started.conversationSid],
    )
  })

  test('a customer whom the CRM does not know is 404', async (t) => {
    const stage = await setStage(t, create)
    assert.equal((await stage.app.json('/api/customers/nobody', { as: 'ann' })).status, 404)
  })
})

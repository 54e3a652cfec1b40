import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  askCustomer,
  askCustomers,
  askProxyAddress,
  askTemplates,
  type CallbackName,
  type CustomerSummary,
} from '@firstline/callbacks'
import { onEachDatabase, type TestDatabases } from '@firstline/database/testing'
import {
  createIntegration,
  type IntegrationOptions,
  type IntegrationTables,
  integrationPaths,
  sampleWorkers,
} from './index.ts'

const authToken = 'secret'
const publicUrl = 'https://app.example.com'
const [amira, jonas] = sampleWorkers
const admin = 'admin@example.com'

onEachDatabase((create) => {
  async function open(t: TestContext, options: Partial<IntegrationOptions> = {}) {
    const databases = await create()
    t.after(() => databases.dispose())
    return { databases, ...(await openNode(databases, options)) }
  }

  async function openNode(databases: TestDatabases, options: Partial<IntegrationOptions> = {}) {
    const database = await databases.open<IntegrationTables>('integration')
    const integration = createIntegration({ database, accountToken: () => authToken, publicUrl, ...options })
    await integration.prepare()
    const call = (callback: CallbackName, token = authToken) => ({
      url: publicUrl + integrationPaths[callback],
      authToken: token,
      transport: integration.fetch,
    })
    return { database, integration, call }
  }

  async function openSeeded(t: TestContext, options: Partial<IntegrationOptions> = {}) {
    const opened = await open(t, options)
    await opened.integration.seedSamples(sampleWorkers)
    return opened
  }

  type Call = Awaited<ReturnType<typeof openNode>>['call']

  async function listAll(
    call: Call,
    Worker: string,
    next: 'token' | 'anchor',
    PageSize = 10,
  ): Promise<CustomerSummary[]> {
    const all: CustomerSummary[] = []
    let more: { NextPageToken?: string | undefined; Anchor?: string | undefined } = {}
    for (let page = 0; page < 50; page++) {
      const { value, error, exchange } = await askCustomers({ Worker, PageSize, ...more }, call('crm'))
      assert.equal(error, undefined)
      assert.deepEqual(exchange.warnings, [])
      assert.ok(value?.searchable && value.customers.length <= PageSize)
      all.push(...value.customers)
      if (next === 'token' ? !value.nextPageToken : value.customers.length === 0) return all
      more = next === 'token' ? { NextPageToken: value.nextPageToken } : { Anchor: all.at(-1)?.customerId }
    }
    throw new Error('the list does not end')
  }

  test('each sample worker, and one without own customers, sees at least 24 customers with sms', async (t) => {
    const { call } = await openSeeded(t)
    const seen = new Set<string>()
    for (const worker of [amira.identity, jonas.identity, admin]) {
      let withSms = 0
      for (const { customerId } of await listAll(call, worker, 'token', 30)) {
        assert.ok(!seen.has(customerId), 'no customer is seen by two of them')
        seen.add(customerId)
        const { value, exchange } = await askCustomer({ Worker: worker, CustomerId: customerId }, call('crm'))
        assert.ok(value)
        const unusable = value.channels.some(({ value }) => value === 'ask at the desk')
        assert.equal(exchange.warnings.length, unusable ? 1 : 0)
        for (const link of value.links) assert.ok(link.href)
        if (value.channels.some(({ type, startable }) => type === 'sms' && startable)) withSms++
      }
      assert.ok(withSms >= 24, `${worker} has ${withSms}`)
    }
    assert.ok(seen.size >= 80)
  })

  test('every phone number of the samples belongs to one customer and to a range kept for fiction', async (t) => {
    const { database } = await openSeeded(t)
    const fiction =
      /^\+(1\d{3}55501\d\d|447700900\d{3}|3532091\d{5}|3363998\d{4}|49176040690\d\d|467017406(0[5-9]|[1-9]\d)|6149157\d{4})$/
    const owners = new Map<string, string>()
    for (const { id, channels } of await database.db.selectFrom('customer').select(['id', 'channels']).execute()) {
      for (const { type, value } of JSON.parse(channels) as { type: string; value: string }[]) {
        if (type === 'chat' || type === 'email' || value === 'ask at the desk') continue
        const number = value.replace(/^whatsapp:|[ ()-]/g, '')
        assert.match(number, fiction)
        assert.equal(owners.get(number) ?? id, id)
        owners.set(number, id)
      }
    }
    for (const { address } of await database.db.selectFrom('sender').selectAll().execute()) {
      const number = address.replace('whatsapp:', '')
      assert.match(number, fiction)
      assert.ok(!owners.has(number))
    }
  })

  test('portraits are small and need no network; some customers have none', async (t) => {
    const { call } = await openSeeded(t)
    const avatars = (await listAll(call, amira.identity, 'token')).map(({ avatar }) => avatar)
    assert.ok(avatars.includes(undefined))
    for (const avatar of avatars) {
      if (avatar) assert.ok(avatar.startsWith('data:image/svg+xml,') && avatar.length < 1_024, `${avatar.length}`)
    }
    assert.ok(new Set(avatars).size > 10)
  })

  test('paging by token and by anchor gives the same list, in order of the names', async (t) => {
    const { call } = await openSeeded(t)
    const byToken = await listAll(call, jonas.identity, 'token', 7)
    assert.deepEqual(await listAll(call, jonas.identity, 'anchor', 7), byToken)
    const names = byToken.map(({ displayName }) => displayName)
    assert.deepEqual(names, names.toSorted(new Intl.Collator('en', { ignorePunctuation: false }).compare))
  })

  for (const more of [{ Anchor: 'unknown' }, { NextPageToken: 'nonsense' }]) {
    test(`after ${JSON.stringify(more)} there is nothing`, async (t) => {
      const { call } = await openSeeded(t)
      const { value } = await askCustomers({ Worker: admin, PageSize: 30, ...more }, call('crm'))
      assert.deepEqual(value?.customers, [])
    })
  }

  const searches: [query: string, found: string[]][] = [
    ['lefevre', ['Camille Lefèvre']],
    ['LEFÈVRE cam', ['Camille Lefèvre']],
    ['emile', ['Émile Fontaine']],
    ["o'sull", ['Brendan O’Sullivan']],
    ['  aisha   RAHMAN ', ['Aisha Rahman']],
    ['%', []],
    ['_', []],
    ["' or 1=1 --", []],
    ['annika', []],
  ]
  for (const [query, found] of searches) {
    test(`searching for ${JSON.stringify(query)} finds ${JSON.stringify(found)}`, async (t) => {
      const { call } = await openSeeded(t)
      const { value } = await askCustomers({ Worker: amira.identity, PageSize: 30, Query: query }, call('crm'))
      assert.deepEqual(
        value?.customers.map(({ displayName }) => displayName),
        found,
      )
    })
  }

  test("another worker's customer is not found, has no number and no templates", async (t) => {
    const { call } = await openSeeded(t)
    const [customer] = await listAll(call, jonas.identity, 'token')
    const question = { Worker: amira.identity, CustomerId: customer?.customerId ?? '' }
    assert.equal((await askCustomer(question, call('crm'))).notFound, true)
    const channel = { ChannelType: 'sms', ChannelValue: '+447700900100' } as const
    const proxy = await askProxyAddress({ ...question, ...channel }, call('outgoingConversation'))
    assert.deepEqual([proxy.error?.code, proxy.exchange.response?.status], [48004, 403])
    assert.deepEqual((await askTemplates(question, call('templates'))).value, [])
  })

  const proxies: [type: 'sms' | 'whatsapp' | 'chat', value: string, proxy: string | undefined][] = [
    ['sms', '+12065550100', '+12065550199'],
    ['whatsapp', 'whatsapp:+61491570006', 'whatsapp:+61491579760'],
    ['sms', '+3363998', '+447700900999'],
    ['chat', 'web:ada', undefined],
  ]
  for (const [ChannelType, ChannelValue, proxy] of proxies) {
    test(`the proxy for ${ChannelType} ${ChannelValue} is ${proxy}`, async (t) => {
      const { call } = await openSeeded(t)
      const [customer] = await listAll(call, admin, 'token')
      const question = { Worker: admin, CustomerId: customer?.customerId ?? '', ChannelType, ChannelValue }
      const { value, error } = await askProxyAddress(question, call('outgoingConversation'))
      assert.equal(error, undefined)
      assert.equal(value?.proxyAddress, proxy)
    })
  }

  test("the account's own numbers are given where there are any", async (t) => {
    const { call } = await openSeeded(t, { senders: ['whatsapp:+15550001111', '+15550002222'] })
    const [customer] = await listAll(call, admin, 'token')
    const question = { Worker: admin, CustomerId: customer?.customerId ?? '' }
    const channel = { ChannelType: 'sms', ChannelValue: '+447700900100' } as const
    const { value } = await askProxyAddress({ ...question, ...channel }, call('outgoingConversation'))
    assert.equal(value?.proxyAddress, '+15550002222')
  })

  test("templates come with both names filled in, and approved ones with what WhatsApp's rules need", async (t) => {
    const { call } = await openSeeded(t)
    const [customer] = await listAll(call, amira.identity, 'token')
    const question = { Worker: amira.identity, CustomerId: customer?.customerId ?? '' }
    const { value = [], exchange } = await askTemplates(question, call('templates'))
    assert.deepEqual(exchange.warnings, [])
    assert.equal(value.length, 3)
    const templates = value.flatMap(({ templates }) => templates)
    for (const { content, whatsAppApproved, contentSid, contentVariables } of templates) {
      assert.match(content, /Aisha.*Amira from Harbour & Pine/)
      assert.equal(contentSid !== undefined, whatsAppApproved)
      if (contentSid) assert.deepEqual(contentVariables, { 1: 'Aisha', 2: 'Amira from Harbour & Pine' })
    }
    assert.ok(templates.some(({ whatsAppApproved }) => !whatsAppApproved))
  })

  test('samples are filled in once, by however many nodes', async (t) => {
    const { databases, integration, call } = await open(t)
    const other = databases.kind === 'postgres' ? (await openNode(databases)).integration : integration
    await Promise.all([integration.seedSamples(sampleWorkers), other.seedSamples(sampleWorkers)])
    const before = await listAll(call, admin, 'token')
    await other.seedSamples([])
    assert.deepEqual(await listAll(call, admin, 'token'), before)
  })

  test('without samples there is an empty list, and no template', async (t) => {
    const { call } = await open(t)
    assert.deepEqual(await listAll(call, admin, 'token'), [])
  })

  test('a callback that is not signed with the token is refused', async (t) => {
    const { call } = await openSeeded(t)
    const { exchange } = await askCustomers({ Worker: admin, PageSize: 30 }, call('crm', 'guessed'))
    assert.equal(exchange.response?.status, 403)
  })

  test('each callback answers its own locations only, and other paths are not there', async (t) => {
    const { call, integration } = await openSeeded(t)
    const { exchange } = await askCustomers({ Worker: admin, PageSize: 30 }, call('templates'))
    assert.equal(exchange.response?.status, 422)
    const lost = await integration.fetch(new Request(`${publicUrl}/integration/callbacks/`, { method: 'POST' }))
    assert.equal(lost.status, 404)
  })

  test('a public URL with a path and a trailing slash is the one that is signed', async (t) => {
    const { integration } = await openSeeded(t, { publicUrl: 'https://example.com/firstline/' })
    const url = `https://example.com/firstline${integrationPaths.crm}`
    const asked = await askCustomers({ Worker: admin, PageSize: 5 }, { url, authToken, transport: integration.fetch })
    assert.equal(asked.value?.customers.length, 5)
  })
})

import { AxeBuilder } from '@axe-core/playwright'
import type { StartResult } from '@firstline/app/api'
import type { Page } from '@playwright/test'
import { type Startable, startableCustomers } from '../support/customers.ts'
import { administrator, type Session } from '../support/session.ts'
import { administratorAt, expect, signInAt, test } from './app.ts'

/** Every route, and each dialog on it; `open` brings it about. */
type Screen = { name: string; path: string; open?: (page: Page) => Promise<void> }

let session: Session
let customerId: string
let sid: string
let whatsAppSid: string
let failedAttemptId: string

const allBuiltIn = {
  outgoingConversationCallbackUrl: 'built-in',
  crmCallbackUrl: 'built-in',
  templatesCallbackUrl: 'built-in',
}
/** Nothing listens there. */
const nowhere = 'http://127.0.0.1:9/callbacks'

test.beforeAll(async ({ firstline }) => {
  session = await administratorAt(firstline.url)
  const sms = (await startableCustomers(session, 'sms', 3))[2]
  const whatsApp = (await startableCustomers(session, 'whatsapp', 3))[2]
  if (!sms || !whatsApp) throw new Error('too few customers')
  customerId = sms.customerId
  sid = await start(sms)
  whatsAppSid = await start(whatsApp)
  const key = { 'idempotency-key': 'accessibility' }
  await session.request('POST', `/api/conversations/${sid}/messages`, { body: 'A message to look at' }, key)
  await failAgainAndAgain()
})
test.afterAll(async () => {
  await session.request('PUT', '/api/console/settings', allBuiltIn)
})

/** Three times, and the console says so on every page. */
async function failAgainAndAgain(): Promise<void> {
  const settings = { ...allBuiltIn, outgoingConversationCallbackUrl: nowhere }
  await session.request('PUT', '/api/console/settings', settings)
  const customers = await startableCustomers(session, 'sms', 6)
  for (const { customerId, channel } of customers.slice(3)) {
    const key = { 'idempotency-key': `accessibility fails ${customerId}` }
    const response = await session.request('POST', '/api/outgoing-conversations', { customerId, channel }, key)
    expect(response.status).toBe(502)
    failedAttemptId = ((await response.json()) as { attemptId: string }).attemptId
  }
}

async function start({ customerId, channel }: Startable): Promise<string> {
  const key = { 'idempotency-key': `accessibility ${customerId} ${channel.type}` }
  const response = await session.request('POST', '/api/outgoing-conversations', { customerId, channel }, key)
  expect(response.status).toBe(201)
  return ((await response.json()) as StartResult).conversationSid
}

function screens(): Screen[] {
  const click = (name: string | RegExp) => async (page: Page) => {
    await page.getByRole('button', { name }).first().click()
    await expect(page.getByRole('dialog').or(page.getByRole('menu')).first()).toBeVisible()
  }
  return [
    { name: 'conversations', path: '/conversations' },
    { name: 'a conversation', path: `/conversations/${sid}` },
    { name: 'a conversation’s menu', path: `/conversations/${sid}`, open: click('More about this conversation') },
    { name: 'templates', path: `/conversations/${sid}`, open: click('Templates') },
    {
      name: 'closing a conversation',
      path: `/conversations/${sid}`,
      open: async (page) => {
        await click('More about this conversation')(page)
        await page.getByRole('menuitem', { name: /Close/ }).click()
        await expect(page.getByRole('dialog')).toBeVisible()
      },
    },
    { name: 'WhatsApp outside the window', path: `/conversations/${whatsAppSid}` },
    { name: 'a conversation that is not there', path: `/conversations/CH${'0'.repeat(32)}` },
    { name: 'my customers', path: '/customers' },
    { name: 'a search that finds nobody', path: '/customers?query=Nobody%20of%20this%20name' },
    { name: 'a customer', path: `/customers/${customerId}` },
    { name: 'a customer who is not there', path: '/customers/nobody' },
    { name: 'settings', path: '/console/settings' },
    { name: 'trying a callback', path: '/console/settings', open: click('Try it') },
    { name: 'activity', path: '/console/activity' },
    { name: 'activity, filtered', path: '/console/activity?state=failed&code=48004' },
    { name: 'activity, nothing found', path: '/console/activity?customer=Nobody%20of%20this%20name' },
    { name: 'the filters of activity', path: '/console/activity?state=failed', open: openFilters },
    { name: 'a start that failed', path: `/console/activity/${failedAttemptId}` },
    { name: 'a start that is not there', path: '/console/activity/nothing' },
    {
      name: 'trying a callback of the past',
      path: `/console/activity/${failedAttemptId}`,
      open: click('Try the same callback now'),
    },
    { name: 'callbacks', path: '/console/callbacks' },
    { name: 'callbacks of a week, as a table', path: '/console/callbacks?span=week', open: openTable },
    { name: 'a callback that failed', path: '/console/callbacks?verdict=failed', open: openExchange },
    { name: 'trying what the banner names', path: '/console/audit', open: click('Try it: Outgoing') },
    { name: 'audit', path: '/console/audit' },
    { name: 'workers', path: '/console/workers' },
    { name: 'adding a worker', path: '/console/workers', open: click('Add a worker') },
    { name: 'the handset', path: '/handset' },
    { name: 'nowhere', path: '/no-such-page' },
  ]
}

/** Behind a button on a phone, and always there on a desktop. */
async function openFilters(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: /^Filter/ })
  if (!(await button.isVisible())) return
  await button.click()
  await expect(page.getByRole('dialog').getByLabel('Worker')).toBeVisible()
}

async function openTable(page: Page): Promise<void> {
  await page.getByText('As a table').first().click()
  await expect(page.getByRole('columnheader', { name: 'Failed' }).first()).toBeVisible()
}

async function openExchange(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 3, name: 'GetProxyAddress' }).first().click()
  await expect(page.getByRole('link', { name: 'See the start it belongs to' })).toBeVisible()
}

const devices = [
  { colorScheme: 'light', name: 'a phone', viewport: { width: 390, height: 844 } },
  { colorScheme: 'dark', name: 'a desktop', viewport: { width: 1280, height: 800 } },
] as const

for (const { colorScheme, name: device, viewport } of devices) {
  test(`axe finds nothing, ${colorScheme}, on ${device}`, async ({ browser, firstline }) => {
    // Thirty screens, each looked at whole.
    test.setTimeout(5 * 60_000)
    const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.goto(firstline.url)
    await expect(page.getByLabel('E-mail')).toBeVisible()
    await check(page, 'sign in')
    await page.goto(`${firstline.url}/welcome#nothing`)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await check(page, 'a link that is over')
    await signInAt(page, firstline.url, administrator)
    for (const { name, path, open } of screens()) {
      await page.goto(firstline.url + path)
      await expect(page.getByRole('heading', { level: 1 }).first()).toBeAttached()
      await settled(page)
      await open?.(page)
      await check(page, name)
    }
    await context.close()
  })
}

/** Nothing says that it is loading any more. */
async function settled(page: Page): Promise<void> {
  await expect(page.getByText(/^Loading/)).toHaveCount(0)
}

async function check(page: Page, name: string): Promise<void> {
  // Its new mode opens a page of its own each time, for the sake of frames from elsewhere: there are none.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
  expect.soft(found, name).toEqual([])
}

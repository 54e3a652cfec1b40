import { startableCustomers } from '../support/customers.ts'
import { administrator, type Session } from '../support/session.ts'
import { type Stranger, startStranger } from '../support/stranger.ts'
import { administratorAt, expect, navigation, signInAt, test } from './app.ts'

let stranger: Stranger
let session: Session
test.beforeAll(async ({ firstline }) => {
  stranger = await startStranger()
  session = await administratorAt(firstline.url)
})
test.afterAll(async () => {
  await pointAt('built-in')
  await stranger.close()
})

async function pointAt(outgoingConversationCallbackUrl: string): Promise<void> {
  const settings = { outgoingConversationCallbackUrl, crmCallbackUrl: 'built-in', templatesCallbackUrl: 'built-in' }
  expect((await session.request('PUT', '/api/console/settings', settings)).status).toBe(200)
}

test('an administrator finds out alone why a start failed, and that it is mended', async ({ page, firstline }) => {
  await pointAt(stranger.url)
  stranger.answer({ status: 500, json: { stack: 'at Object.<anonymous>' } })
  const customers = (await startableCustomers(session, 'sms', 18)).slice(14)
  for (const [index, { customerId, channel }] of customers.entries()) {
    const key = { 'idempotency-key': `console ${index}` }
    const response = await session.request('POST', '/api/outgoing-conversations', { customerId, channel }, key)
    expect(response.status).toBe(502)
  }
  const failed = customers[1] as { displayName: string }

  await signInAt(page, firstline.url, administrator)
  await navigation(page).getByRole('link', { name: 'Console' }).click()
  const banner = page.getByText(/^The Outgoing Conversation Callback URL has failed \d+ times in a row/)
  await expect(banner).toBeVisible()

  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Activity' }).click()
  await page.getByLabel('Search by customer, SID, attempt or code').fill(failed.displayName)
  await page.getByRole('button', { name: /^Filter/ }).click()
  await page.getByRole('dialog').getByLabel('Result').selectOption('Failed')
  await page.getByRole('button', { name: 'Show results' }).click()
  const attempts = page.getByRole('list', { name: 'Attempts' })
  await expect(attempts.getByRole('listitem')).toHaveCount(1)
  await expect(page).toHaveURL(/state=failed/)
  await attempts.getByRole('link').click()

  await expect(page.getByText('48004 · Callback returned an error').first()).toBeVisible()
  await expect(page.getByText(/another status than 2xx.*status 500/).first()).toBeVisible()
  await expect(page.getByText('at Object.<anonymous>').first()).toBeVisible()
  const calls = page.getByRole('table', { name: 'Requests to the engine' })
  await expect(calls).toContainText('201 Created')
  await expect(calls).toContainText(/RQ[0-9a-f]{32}/)

  stranger.answer({ json: { proxy_address: '+15550009999' } })
  await page.getByRole('button', { name: 'Try the same callback now' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send the request' }).click()
  await expect(page.getByRole('dialog')).toContainText('The answer is right')
  await page.keyboard.press('Escape')
  await expect(banner).toBeHidden()

  await page.getByRole('link', { name: 'Back to Activity' }).click()
  await expect(attempts.getByRole('listitem')).toHaveCount(1)
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Audit' }).click()
  await expect(page.getByText('changed the Outgoing Conversation Callback URL').first()).toBeVisible()
  await expect(page.getByText(stranger.url).first()).toBeVisible()
})

test('what happens while one looks appears, and nothing moves away', async ({ page, firstline }) => {
  await pointAt('built-in')
  await signInAt(page, firstline.url, administrator)
  await page.goto(`${firstline.url}/console/activity`)
  const attempts = page.getByRole('list', { name: 'Attempts' })
  await expect(attempts.getByRole('listitem').first()).toBeVisible()
  const before = await attempts.getByRole('listitem').count()
  const [customer] = (await startableCustomers(session, 'sms', 20)).slice(19)
  const request = { customerId: customer?.customerId, channel: customer?.channel }
  const key = { 'idempotency-key': 'console live' }
  expect((await session.request('POST', '/api/outgoing-conversations', request, key)).status).toBe(201)
  await expect(attempts.getByRole('listitem')).toHaveCount(before + 1)
  await expect(attempts.getByRole('listitem').first()).toContainText(customer?.displayName ?? '')
})

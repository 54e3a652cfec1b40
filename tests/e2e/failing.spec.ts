import { startableCustomers } from '../support/customers.ts'
import { administrator, asAdministrator, type Session } from '../support/session.ts'
import { type Stranger, startStranger } from '../support/stranger.ts'
import { administratorAt, expect, openCustomer, signInAt, startButton, test } from './app.ts'

let stranger: Stranger
test.beforeAll(async () => {
  stranger = await startStranger()
})
test.afterAll(async () => {
  await stranger.close()
})
test.afterEach(async ({ firstline }) => {
  const session = await administratorAt(firstline.url)
  await pointAt(session, 'built-in')
})

async function pointAt(session: Session, url: string): Promise<void> {
  const settings = {
    outgoingConversationCallbackUrl: url,
    crmCallbackUrl: 'built-in',
    templatesCallbackUrl: 'built-in',
  }
  expect((await session.request('PUT', '/api/console/settings', settings)).status).toBe(200)
}

test('a callback that fails is said in plain words, with the code, and trying again works', async ({
  page,
  firstline,
}) => {
  const session = await administratorAt(firstline.url)
  const customer = (await startableCustomers(session, 'sms', 12))[11] as { displayName: string }
  await pointAt(session, stranger.url)
  stranger.answer({ status: 500, json: { stack: 'at Object.<anonymous>' } })

  await signInAt(page, firstline.url, administrator)
  await openCustomer(page, customer.displayName)
  await startButton(page, 'SMS').click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('48004')
  await expect(dialog).not.toContainText('Object.<anonymous>')

  // Nothing was left behind.
  const { conversations } = (await (await session.request('GET', '/api/conversations?state=all')).json()) as {
    conversations: { displayName: string }[]
  }
  expect(conversations.filter(({ displayName }) => displayName === customer.displayName)).toEqual([])

  stranger.answer({ json: { proxy_address: '+15550009999' } })
  await dialog.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByLabel(`Message to ${customer.displayName}`)).toBeFocused()
})

test('the step that failed first is told from the one beside it that was given up', async ({ page, start }) => {
  const [crm, twilio] = await Promise.all([startStranger(), startStranger()])
  const customer = { customer_id: '98', display_name: 'Carol', channels: [{ type: 'sms', value: '+15550102222' }] }
  crm.answer({ json: { objects: { customer, customers: [customer] } } })
  // As of a service that is not there; the callback is still silent then.
  twilio.answer({ status: 404, json: { code: 20404, status: 404 }, afterMs: 500 })
  stranger.answer('hang')
  const firstline = await start({
    ...asAdministrator,
    TWILIO_ACCOUNT_SID: `AC${'1'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'the-token-of-the-account',
    TWILIO_CONVERSATIONS_SERVICE_SID: `IS${'1'.repeat(32)}`,
    TWILIO_BASE_URL: new URL(twilio.url).origin,
    LOG_LEVEL: 'silent',
  })
  const session = await administratorAt(firstline.url)
  const settings = { outgoingConversationCallbackUrl: stranger.url, crmCallbackUrl: crm.url, templatesCallbackUrl: '' }
  expect((await session.request('PUT', '/api/console/settings', settings)).status).toBe(200)

  await signInAt(page, firstline.url, administrator)
  await page.goto(`${firstline.url}/customers/98`)
  await startButton(page, 'SMS').click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('48050')
  const steps = dialog.getByRole('listitem')
  await expect(steps.filter({ hasText: 'failed' })).toHaveText([/^Creating the conversation/])
  await expect(steps.filter({ hasText: 'not done' })).toHaveText([/^Asking which number to use/])
  await Promise.all([crm.close(), twilio.close()])
})

test('a reload in the middle of a start picks it up again, and it happens once', async ({ page, firstline }) => {
  const session = await administratorAt(firstline.url)
  const customer = (await startableCustomers(session, 'sms', 13))[12] as { displayName: string }
  await pointAt(session, stranger.url)
  stranger.answer({ json: { proxy_address: '+15550009999' }, afterMs: 2_500 })
  const before = stranger.received.length

  await signInAt(page, firstline.url, administrator)
  await openCustomer(page, customer.displayName)
  await startButton(page, 'SMS').dblclick()
  await expect(page.getByRole('dialog')).toContainText('Asking which number to use')
  await page.reload()
  await expect(page.getByRole('dialog')).toContainText('Asking which number to use')
  await expect(page).toHaveURL(/\/conversations\/CH/)
  expect(stranger.received.length).toBe(before + 1)
})

import { startableCustomers } from '../support/customers.ts'
import { administrator } from '../support/session.ts'
import { administratorAt, expect, openCustomer, openHandset, replyFrom, signInAt, startButton, test } from './app.ts'

test('on WhatsApp: no free text until the customer writes, so an approved template goes first', async ({
  page,
  firstline,
}) => {
  const session = await administratorAt(firstline.url)
  const [customer] = await startableCustomers(session, 'whatsapp', 1)
  if (!customer) throw new Error('no customer with WhatsApp')
  await signInAt(page, firstline.url, administrator)
  await openCustomer(page, customer.displayName)
  await startButton(page, 'WhatsApp').click()

  const templates = page.getByRole('region', { name: 'Approved templates' })
  await expect(templates).toContainText(/approved template/)
  await expect(page.getByLabel(`Message to ${customer.displayName}`)).toHaveCount(0)
  const template = templates.getByRole('listitem').first().getByRole('button')
  const text = await template.innerText()
  await template.click()
  await templates.getByRole('button', { name: 'Send' }).click()
  const messages = page.getByRole('log', { name: 'Messages' })
  await expect(messages.getByText(text)).toBeVisible()
  await expect(messages.getByText('Read')).toBeVisible()

  const handset = await openHandset(page, firstline.url, customer.channel.value)
  await expect(handset.getByText(text)).toBeVisible()
  await replyFrom(handset, 'Yes, please.')
  await expect(messages.getByText('Yes, please.')).toBeVisible()

  // Now the window is open.
  await page.getByLabel(`Message to ${customer.displayName}`).fill('Done.')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(handset.getByText('Done.')).toBeVisible()
})

test('on chat: no number is needed', async ({ page, firstline }) => {
  const session = await administratorAt(firstline.url)
  const [customer] = await startableCustomers(session, 'chat', 1)
  if (!customer) throw new Error('no customer with chat')
  await signInAt(page, firstline.url, administrator)
  await openCustomer(page, customer.displayName)
  await startButton(page, 'Chat').click()

  await expect(page.getByLabel(`Message to ${customer.displayName}`)).toBeFocused()
  await page.keyboard.type('Hello in the chat')
  await page.keyboard.press('Enter')
  const handset = await openHandset(page, firstline.url, customer.channel.value)
  await expect(handset.getByText('Hello in the chat')).toBeVisible()
  await replyFrom(handset, 'Hello back')
  await expect(page.getByRole('log', { name: 'Messages' }).getByText('Hello back')).toBeVisible()
})

import { test as base, expect, type Locator, type Page } from '@playwright/test'
import { type FirstlineProcess, startFirstline } from '../support/firstline.ts'
import { asAdministrator } from '../support/session.ts'

/** Browser tests on one Firstline, which has an administrator and the samples. */
export const test = base.extend<object, { firstline: FirstlineProcess }>({
  firstline: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures from the pattern
    async ({}, use) => {
      const firstline = await startFirstline(asAdministrator)
      await use(firstline)
      expect(await firstline.stop()).toBe(0)
    },
    { scope: 'worker' },
  ],
})

export { expect }

/** Signs in as a person does. */
export async function signInAt(
  page: Page,
  url: string,
  { email, password }: { email: string; password: string },
): Promise<void> {
  await page.goto(url)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(navigation(page)).toBeVisible()
}

export function navigation(page: Page): Locator {
  return page.getByRole('navigation', { name: 'Main' })
}

/** Goes to My customers, searches, and opens the customer's details. */
export async function openCustomer(page: Page, displayName: string): Promise<void> {
  await navigation(page).getByRole('link', { name: 'My customers' }).click()
  await page.getByLabel('Search customers').fill(displayName)
  await page.getByRole('link', { name: displayName, exact: true }).first().click()
  await expect(page.getByRole('heading', { level: 1, name: displayName })).toBeVisible()
}

/** The button that starts a conversation on a channel of the customer shown. */
export function startButton(page: Page, channel: 'SMS' | 'WhatsApp' | 'Chat'): Locator {
  return page.getByRole('button', { name: new RegExp(`^Start a conversation on ${channel}`) }).first()
}

/** Opens the handset beside the app, with a customer's phone in hand. */
export async function openHandset(page: Page, url: string, address: string): Promise<Page> {
  const handset = await page.context().newPage()
  await handset.goto(`${url}/handset?phone=${encodeURIComponent(address)}`)
  await expect(handset.getByRole('log', { name: 'Messages' })).toBeVisible()
  return handset
}

/** Replies as the customer. */
export async function replyFrom(handset: Page, body: string): Promise<void> {
  await handset.getByLabel('Reply as the customer').fill(body)
  await handset.getByRole('button', { name: 'Send' }).click()
}

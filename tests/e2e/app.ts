import { test as base, expect, type Locator, type Page } from '@playwright/test'
import { type FirstlineProcess, startFirstline } from '../support/firstline.ts'
import { type DatabaseKind, makePlace, type Place } from '../support/place.ts'
import { administrator, asAdministrator, type Session, signIn } from '../support/session.ts'

export type Options = {
  /** Where the servers of these tests keep their data. */
  database: DatabaseKind
}
type Servers = {
  /** Starts a Firstline of one's own on fresh data; it is stopped after the tests. */
  start: (environment?: NodeJS.ProcessEnv) => Promise<FirstlineProcess>
  /** One Firstline for all, which has an administrator and the samples. */
  firstline: FirstlineProcess
}

export const test = base.extend<object, Options & Servers>({
  database: ['sqlite', { option: true, scope: 'worker' }],
  start: [
    async ({ database }, use) => {
      const started: { place: Place; firstline: FirstlineProcess }[] = []
      await use(async (environment = {}) => {
        const place = await makePlace(database)
        const firstline = await startFirstline({ ...place.environment, ...environment })
        started.push({ place, firstline })
        return firstline
      })
      for (const { place, firstline } of started) {
        expect(await firstline.stop()).toBe(0)
        await place.remove()
      }
    },
    { scope: 'worker' },
  ],
  firstline: [async ({ start }, use) => use(await start(asAdministrator)), { scope: 'worker' }],
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

const sessions = new Map<string, Promise<Session>>()

/** The administrator's session beside the browser; one for each Firstline, since sign-ins are limited. */
export function administratorAt(url: string): Promise<Session> {
  const session = sessions.get(url) ?? signIn(url, administrator.email, administrator.password)
  sessions.set(url, session)
  return session
}

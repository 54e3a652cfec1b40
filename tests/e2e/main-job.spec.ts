import type { FirstlineProcess } from '../support/firstline.ts'
import { expect, navigation, openHandset, replyFrom, startButton, test } from './app.ts'

/** What a newcomer does on a fresh machine, from the link in the terminal to the customer's reply. */
let firstline: FirstlineProcess
// One story: the second device signs in as whom the first one set up.
test.describe.configure({ mode: 'serial' })
test.beforeAll(async ({ start }) => {
  firstline = await start()
})

for (const { name, viewport } of [
  { name: 'a phone', viewport: { width: 390, height: 844 } },
  { name: 'a desktop', viewport: { width: 1280, height: 800 } },
]) {
  test(`on ${name}: set up, pick a customer, start on SMS, write, get an answer`, async ({ browser }) => {
    const page = await (await browser.newContext({ viewport })).newPage()
    const link = /http\S+\/welcome#\S+/.exec(firstline.printed())?.[0]
    if (viewport.width === 390) {
      await page.goto(link as string)
      await page.getByLabel('Your name').fill('Grace Hopper')
      await page.getByLabel('E-mail').fill('grace@example.com')
      await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
      await page.getByRole('button', { name: 'Create the administrator' }).click()
    } else {
      await page.goto(firstline.url)
      await page.getByLabel('E-mail').fill('grace@example.com')
      await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await navigation(page).getByRole('link', { name: 'My customers' }).click()
    }

    // The first customer with sms who has no conversation yet.
    const customers = page.getByRole('region', { name: 'My customers' }).getByRole('listitem').getByRole('link')
    for (let row = 0; ; row++) {
      await customers.nth(row).click()
      await expect(page.getByRole('heading', { name: 'Channels' })).toBeVisible()
      const isNew = (await page.getByRole('heading', { name: 'Your conversations' }).count()) === 0
      if (isNew && (await startButton(page, 'SMS').count()) > 0) break
      await navigation(page).getByRole('link', { name: 'My customers' }).click()
    }
    const customer = await page.getByRole('main').getByRole('heading', { level: 1 }).innerText()
    const label = (await startButton(page, 'SMS').getAttribute('aria-label')) as string
    await startButton(page, 'SMS').click()

    const composer = page.getByLabel(`Message to ${customer}`)
    await expect(composer).toBeFocused()
    await expect(page).toHaveURL(/\/conversations\/CH[0-9a-f]{32}$/)
    await page.keyboard.type('Hello, your table is ready.')
    await page.keyboard.press('Enter')
    const messages = page.getByRole('log', { name: 'Messages' })
    await expect(messages.getByText('Hello, your table is ready.')).toHaveCount(1)
    await expect(messages.getByText('Delivered')).toBeVisible()

    const address = `+${label.replace(/^.*,/, '').replace(/\D/g, '')}`
    const handset = await openHandset(page, firstline.url, address)
    await expect(handset.getByText('Hello, your table is ready.')).toBeVisible()
    await replyFrom(handset, 'Wonderful, I will collect it.')
    await expect(messages.getByText('Wonderful, I will collect it.')).toBeVisible()

    // Back leads to the customer, not into the start again.
    await page.goBack()
    await expect(page.getByRole('heading', { name: 'Your conversations' })).toBeVisible()
  })
}

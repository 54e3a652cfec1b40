import { fileURLToPath } from 'node:url'
import { expect, type Page, test } from '@playwright/test'
import { openCustomer, openHandset, replyFrom, signInAt, startButton } from '../e2e/app.ts'
import { type FirstlineProcess, startFirstline } from '../support/firstline.ts'
import { administrator, signIn } from '../support/session.ts'
import { type Stranger, startStranger } from '../support/stranger.ts'

const folder = fileURLToPath(new URL('../../docs/screenshots', import.meta.url))
const desktop = { width: 1280, height: 800 }
const phone = { width: 390, height: 844 }
let firstline: FirstlineProcess
let stranger: Stranger

test.beforeAll(async () => {
  stranger = await startStranger()
  firstline = await startFirstline({
    FIRSTLINE_ADMIN_EMAIL: administrator.email,
    FIRSTLINE_ADMIN_PASSWORD: administrator.password,
  })
})
test.afterAll(async () => {
  await firstline.stop()
  await stranger.close()
})

const shoot = (page: Page, name: string) => page.screenshot({ path: `${folder}/${name}.png` })

async function pointAt(url: string): Promise<void> {
  const session = await signIn(firstline.url, administrator.email, administrator.password)
  const settings = {
    outgoingConversationCallbackUrl: url,
    crmCallbackUrl: 'built-in',
    templatesCallbackUrl: 'built-in',
  }
  expect((await session.request('PUT', '/api/console/settings', settings)).status).toBe(200)
}

test('the pictures of the README', async ({ browser }) => {
  test.setTimeout(120_000)
  const context = await browser.newContext({ viewport: phone, deviceScaleFactor: 2, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await signInAt(page, firstline.url, administrator)

  await openCustomer(page, 'Amelia Sutton')
  await expect(startButton(page, 'SMS')).toBeVisible()
  await shoot(page, 'customer')

  stranger.answer({ json: { proxy_address: '+447700900999' }, afterMs: 1_500 })
  await pointAt(stranger.url)
  await startButton(page, 'SMS').click()
  await expect(page.getByRole('dialog')).toContainText('Asking which number to use')
  await page.waitForTimeout(700)
  await shoot(page, 'starting')
  await expect(page).toHaveURL(/\/conversations\/CH/)

  // A few more starts, one of which fails, so that Activity has something to show.
  stranger.answer({ status: 500, json: {} })
  await page.goto(`${firstline.url}/customers`)
  await openCustomer(page, 'Arjun Mehta')
  await startButton(page, 'SMS').click()
  await expect(page.getByRole('dialog')).toContainText('48004')
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await pointAt('built-in')
  for (const name of ['Astrid Ekman', 'Chloe Anderson']) {
    await page.goto(`${firstline.url}/customers`)
    await openCustomer(page, name)
    await startButton(page, 'SMS').click()
    await expect(page).toHaveURL(/\/conversations\/CH/)
  }

  const wide = await browser.newContext({ viewport: desktop, reducedMotion: 'reduce' })
  const console_ = await wide.newPage()
  await signInAt(console_, firstline.url, administrator)
  await console_.goto(`${firstline.url}/console/activity`)
  await expect(console_.getByText('Arjun Mehta')).toBeVisible()
  await shoot(console_, 'activity')

  // The conversation on a tablet's width, the customer's phone beside it.
  const app = await wide.newPage()
  await app.setViewportSize({ width: 900, height: 760 })
  await app.goto(`${firstline.url}/conversations`)
  await app.getByRole('link', { name: /Amelia Sutton/ }).click()
  const composer = app.getByLabel('Message to Amelia Sutton')
  await composer.fill('Good morning, Amelia! Your table “Quay” is ready. Would Thursday between 9 and 12 suit you?')
  await composer.press('Enter')
  const handset = await openHandset(app, firstline.url, '+447700900163')
  await handset.setViewportSize({ width: 390, height: 760 })
  await replyFrom(handset, 'Thursday is perfect, thank you. Could they ring half an hour before?')
  const messages = app.getByRole('log', { name: 'Messages' })
  await expect(messages.getByText('Thursday is perfect')).toBeVisible()
  await composer.fill('Of course. Have a lovely day!')
  await composer.press('Enter')
  await expect(handset.getByText('Have a lovely day!')).toBeVisible()
  await expect(messages.getByText('Delivered')).toHaveCount(2)
  await besides(browser, await app.screenshot(), await handset.screenshot())
})

/** Puts the app and the handset on one picture. */
async function besides(browser: import('@playwright/test').Browser, app: Buffer, handset: Buffer): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1350, height: 800 } })
  const image = (picture: Buffer) => `<img src="data:image/png;base64,${picture.toString('base64')}">`
  await page.setContent(`<style>
    body { margin: 0; padding: 20px; display: flex; gap: 20px; background: #dfe7e4 }
    img { border-radius: 12px; box-shadow: 0 4px 24px #0003; height: 760px }
  </style>${image(app)}${image(handset)}`)
  await page.screenshot({ path: `${folder}/conversation-and-handset.png` })
}

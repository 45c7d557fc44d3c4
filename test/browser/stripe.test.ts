import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openPages, type Pages } from '../support/pages.ts'
import { StripeStandIn } from '../support/stripe.ts'
import { button, buyer, openWindow } from './acts.ts'

/** Paying on a provider's own page, in a window beside the show. */

let stripe: StripeStandIn
let pages: Pages

beforeAll(async () => {
  stripe = await new StripeStandIn().open()
  pages = await openPages({ settings: stripe.settings })
  stripe.webhookUrl = `${pages.house.url}/api/v1/payments/stripe/webhook`
}, 120_000)
afterEach((story) => pages.leave(story))
afterAll(async () => {
  await pages.close()
  stripe.close()
})

test('what is paid on Stripe’s page is yours in the show, which never left the screen', async () => {
  const { house } = pages
  const { path } = await openWindow(house)
  const phone = await pages.open(path, { as: await buyer(house), around: stripe.url })
  await button(phone, 'Buy now').tap()
  await phone.getByText('On Stripe’s own page, in the next step').waitFor()
  expect(await phone.getByText('Test card').count()).toBe(0)

  const opened = phone.waitForEvent('popup')
  await button(phone, /^Pay €24\.00/).tap()
  const till = await opened
  await till.getByRole('heading', { name: /^Order #\d+$/ }).waitFor()
  await phone.getByRole('heading', { name: 'Pay in the window that opened' }).waitFor()
  const left = till.waitForEvent('close')
  await button(till, 'Pay').tap()
  await phone.getByRole('heading', { name: 'It is yours, Aylin' }).waitFor()
  await left
}, 90_000)

test('a window that was closed opens again, from the order’s own page too', async () => {
  const { house } = pages
  const { path } = await openWindow(house)
  const aylin = await buyer(house)
  const phone = await pages.open(path, { as: aylin, around: stripe.url })
  await button(phone, 'Buy now').tap()
  const opened = phone.waitForEvent('popup')
  await button(phone, /^Pay €24\.00/).tap()
  await (await opened).close()

  const again = phone.waitForEvent('popup')
  await button(phone, 'Open the payment page').tap()
  await (await again).close()

  const { items } = await house.as(aylin).get<{ items: { id: string }[] }>('/orders')
  await phone.goto(`${new URL(phone.url()).origin}/orders/${items[0]?.id}`)
  await button(phone, /^Pay €24\.00/).tap()
  await phone.getByText('On Stripe’s own page, in the next step').waitFor()
  const till = phone.waitForEvent('popup')
  await phone
    .getByRole('dialog')
    .getByRole('button', { name: /^Pay €24\.00/ })
    .tap()
  await button(await till, 'Pay').tap()
  await phone.getByRole('heading', { name: 'It is yours, Aylin' }).waitFor()
}, 90_000)

import { expect, test } from 'vitest'
import { until } from '../support/front.ts'
import { told } from '../support/letters.ts'
import { openForStories, type Pages } from '../support/pages.ts'
import { mustBeOpenToAll, mustFit, mustShowFocus } from './access.ts'
import { button, buyer, openWindow } from './acts.ts'

/** A shop opens to affiliates, one brings a buyer, and is paid. */

let pages: Pages

openForStories({}, (opened) => {
  pages = opened
})

test('from an open shop to a buyer who came by a link, what that earned, and its being paid', async () => {
  const { house } = pages
  const { path, host, showId } = await openWindow(house)
  const desk = await pages.open('/shop/affiliates', { as: host, screen: 'desktop' })
  await desk.getByRole('heading', { name: 'Nobody brings you buyers yet' }).waitFor()
  await mustBeOpenToAll(desk)
  await mustShowFocus(desk, 12)
  await desk.getByRole('link', { name: 'Open your shop' }).click()
  const percent = desk.getByLabel('Percent of what they bring')
  await percent.fill('51')
  await button(desk, 'Save terms').click()
  await desk.getByText('From 0.01 to 50 percent.').waitFor()
  await percent.fill('12.5')
  await mustBeOpenToAll(desk)
  await mustFit(desk, 320, 568)
  await button(desk, 'Save terms').click()
  await desk.getByText(/^12\.5% of what they bring/).waitFor()
  await desk.getByRole('heading', { name: 'No affiliates yet' }).waitFor()
  await mustBeOpenToAll(desk)
  await mustFit(desk, 320, 568)

  const ines = await house.signUp('Ines')
  const partner = await pages.open(`/h/${host.id}`, { as: ines })
  await partner.getByRole('link', { name: /^Earn with/ }).tap()
  await partner.getByText('12.5% of what they buy by your link is yours.').waitFor()
  await mustBeOpenToAll(partner)
  await mustFit(partner, 320, 568)
  await button(partner, 'Join').tap()
  await partner.getByRole('heading', { name: 'Earnings' }).waitFor()
  await partner.getByText('No orders by your link yet.').waitFor()
  await partner.getByText('Links to shows').tap()
  const links = partner.locator('.link-box input')
  await links.nth(1).waitFor()
  const link = await links.nth(1).inputValue()
  expect(link).toContain(`/s/${showId}?via=`)
  const via = new URL(link).search
  await mustBeOpenToAll(partner)
  await mustFit(partner, 320, 568)

  const phone = await pages.open(`${path}${via}`, { as: await buyer(house) })
  // It is kept before anything can be bought.
  await phone.waitForFunction(() => localStorage.getItem('vitrine-via') !== null)
  await button(phone, 'Buy now').tap()
  await button(phone, /^Pay €24\.00/).tap()
  await phone.getByRole('heading', { name: 'It is yours, Aylin' }).waitFor()

  await partner.reload()
  await partner.getByText('€3.00').first().waitFor()
  await partner.getByText('Order by order').tap()
  await partner.getByText('Waiting').last().waitFor()
  expect(await partner.getByText('Aylin').count()).toBe(0)
  await mustBeOpenToAll(partner)
  await mustFit(partner, 320, 568)

  const { items } = await house.as(host).get<{ items: { id: string }[] }>('/merchant/orders')
  const parcel = { carrier: 'Post', trackingNumber: '1' }
  await house.as(host).post(`/merchant/orders/${items[0]?.id}/ship`, parcel)
  await house.pg.rest`update orders set return_days = 0 where id = ${items[0]?.id as string}`
  await desk.reload()
  await button(desk, 'Mark €3.00 paid to Ines').press('Enter')
  await desk.locator('input:focus').waitFor()
  await button(desk, 'Cancel').press('Enter')
  await desk.locator('li:focus', { hasText: 'Ines' }).waitFor()
  await button(desk, 'Mark €3.00 paid to Ines').click()
  await desk.getByLabel('How much you paid').fill('4')
  await button(desk, 'Write down as paid').click()
  await desk.getByText('At most €3.00 is owed.').waitFor()
  await desk.getByLabel('How much you paid').fill('3')
  await desk.getByLabel('Note to them').fill('By bank')
  await mustBeOpenToAll(desk)
  await mustFit(desk, 320, 568)
  await button(desk, 'Write down €3.00 as paid').click()
  await desk.getByText('€3.00 paid').waitFor()
  await button(desk, 'Payouts to Ines').click()
  await desk.getByRole('region', { name: 'Payouts to Ines' }).getByText('By bank').waitFor()
  await mustBeOpenToAll(desk)
  await mustFit(desk, 320, 568)
  await told(house, ines, 'By bank')
  await partner.reload()
  await partner.getByText('What you were paid').tap()
  await partner.getByText('By bank').waitFor()
  await mustBeOpenToAll(partner)
}, 120_000)

test('an invitation is for one person, and who is no partner any more has a way to see what was earned', async () => {
  const { house } = pages
  const { host } = await openWindow(house)
  await house
    .as(host)
    .put('/merchant/affiliates/terms', { entry: 'invited', rateBps: 1_000, products: [] })
  const desk = await pages.open('/shop/affiliates', { as: host, screen: 'desktop' })
  await button(desk, 'Invite').click()
  await button(desk, 'Make a link').click()
  const link = await desk.getByLabel('Link for one person', { exact: true }).inputValue()
  await desk.locator('.list:focus').waitFor()
  await mustBeOpenToAll(desk)
  await mustFit(desk, 320, 568)
  const ines = await house.signUp('Ines')
  const phone = await pages.open(new URL(link).pathname, { as: ines })
  await button(phone, 'Join').tap()
  await phone.getByText('No orders by your link yet.').waitFor()
  await desk.reload()
  await desk.getByText('Ines', { exact: true }).waitFor()
  await button(desk, 'End with Ines').click()
  await button(desk, 'End with Ines').last().click()
  await desk.getByText('Ended', { exact: true }).waitFor()
  await mustBeOpenToAll(desk)
  const page = await pages.open('/account', { as: ines })
  await page.getByRole('link', { name: 'Earnings' }).tap()
  await page.getByText('Ended', { exact: true }).waitFor()
  await until(
    () => house.as(ines).get<{ items: { endedAt: string | null }[] }>('/me/affiliates'),
    ({ items }) => items[0]?.endedAt != null,
  )
}, 90_000)

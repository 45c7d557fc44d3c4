import { expect, test } from 'vitest'
import type { Auction } from '../../shared/wire/auctions.ts'
import { openForStories, type Pages } from '../support/pages.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'
import { button, buyer, openWindow } from './acts.ts'

let pages: Pages

openForStories({}, (opened) => {
  pages = opened
})

/** The clock of the auction that runs stands at so many ms. */
async function leave(ms: number): Promise<void> {
  await pages.house.pg.rest`with a as (
      update auctions set opened_at = opened_at - (ends_at - now()) + ${`${ms} ms`}::interval, ends_at = now() + ${`${ms} ms`}::interval
      where ended_at is null returning id)
    update auction_bids b set at = at - interval '1 min', ends_at = now() + ${`${ms} ms`}::interval from a where b.auction_id = a.id`
}

test('two bid against each other; whoever leads at the end has it in the bag, and pays', async () => {
  const { house } = pages
  const { path, host, showId } = await openWindow(house, 1)
  const phone = await pages.open(path, { as: await buyer(house) })
  const desk = await pages.open(path, { as: await house.signUp('Noor'), screen: 'desktop' })
  const guest = await pages.open(path)
  const studio = await pages.open(`/studio/${showId}`, { as: host, screen: 'desktop' })
  await button(phone, 'Buy now').waitFor()
  await button(studio, 'More for number 1').click()
  await studio.getByRole('menuitem', { name: 'Auction one' }).click()
  await mustBeOpenToAll(studio)
  await studio.getByLabel('Opening bid').fill('10')
  await studio.getByLabel('Each bid adds at least').fill('1')
  await button(studio, 'Open the auction').click()

  await phone.getByText('No bids yet').waitFor()
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
  await button(phone, 'Bid €10.00').tap()
  await phone.getByText('You lead', { exact: true }).waitFor()
  await desk.getByText('led by Aylin').waitFor()
  await button(desk, 'Bid €11.00').press('Enter')
  await desk.locator('span:focus', { hasText: 'You lead' }).waitFor()
  await phone.getByText('Somebody bid more.').waitFor()
  await studio.getByText('2 bids, led by Noor').waitFor()
  await mustBeOpenToAll(desk)

  await button(phone, 'Bid another amount').tap()
  const amount = phone.getByLabel('Amount, €12.00 or more')
  await amount.fill('11.50')
  await button(phone, /^Bid €11/)
    .last()
    .tap()
  await phone.getByText('The next bid is €12.00. Write that or more.').waitFor()
  await mustBeOpenToAll(phone)
  await amount.fill('24')
  await button(phone, 'Bid €24.00').tap()
  await phone.getByText('You lead', { exact: true }).waitFor()
  await mustBeOpenToAll(phone)
  await button(guest, 'Bid €25.00').tap()
  await guest.getByText('Sign in to buy.').waitFor()

  await leave(1_000)
  await phone.getByText('Sold to you for €24.00').first().waitFor()
  await desk.getByText('Sold to Aylin Çelik for €24.00').first().waitFor()
  await studio.getByText(/They have 10 minutes to pay/).waitFor()
  await mustBeOpenToAll(studio)
  await button(phone, 'Pay now').tap()
  await button(phone, /^Pay €24\.00/).tap()
  await phone.getByRole('heading', { name: 'It is yours, Aylin' }).waitFor()
}, 120_000)

test('what its winner did not pay is offered to the next bidder, who finds it in the bag', async () => {
  const { house } = pages
  const { path, host, desk: line, showId, variantId } = await openWindow(house, 1)
  const euros = (amount: number) => ({ amount, currency: 'EUR' })
  const [aylin, bo] = [await buyer(house), await house.signUp('Bo')]
  const phone = await pages.open(path, { as: aylin })
  const studio = await pages.open(`/studio/${showId}`, { as: host, screen: 'desktop' })
  await button(studio, 'More for number 1').waitFor()
  const terms = { opening: euros(1_000), step: euros(100), durationMs: 60_000, extendMs: 0 }
  const { auctionId } = await line.ask<Auction>('auction:open', { showId, variantId, ...terms })
  for (const [n, who] of [aylin, bo].entries()) {
    const bid = { showId, auctionId, price: euros(1_000 + 100 * n), key: 'one' }
    await (await house.socket(who)).ask('auction:bid', bid)
  }
  await leave(0)
  await studio.getByText(/They have 10 minutes to pay/).waitFor()
  await house.pg.rest`update holds set expires_at = clock_timestamp() where buyer = ${bo.id}`
  const offer = button(studio, 'Offer it to Aylin Çelik for €10.00')
  await offer.waitFor()
  await mustBeOpenToAll(studio)
  await mustFit(studio, 390, 844)
  await offer.click()
  await studio.getByText(/is offered to Aylin/).waitFor()
  expect(await button(studio, 'Auction again').count()).toBe(0)
  await phone.getByText(/Your bid has it/).waitFor()
  await button(phone, 'Pay now').tap()
  await phone.getByRole('button', { name: /^Pay €10\.00/ }).waitFor()
}, 90_000)

test('a moderator calls an auction off: everybody sees it, and the unit can be bought again', async () => {
  const { house } = pages
  const { path, desk: line, moderator, showId, variantId } = await openWindow(house, 1)
  const euros = (amount: number) => ({ amount, currency: 'EUR' })
  const terms = { opening: euros(1_000), step: euros(100), durationMs: 60_000, extendMs: 0 }
  await line.ask('auction:open', { showId, variantId, ...terms })
  const phone = await pages.open(path, { as: await buyer(house) })
  await button(phone, 'Bid €10.00').tap()
  const console_ = await pages.open(`/moderate/${showId}`, { as: moderator, screen: 'desktop' })
  await console_.getByText('1 bid, led by Aylin').waitFor()
  await button(console_, 'Cancel').click()
  await mustBeOpenToAll(console_)
  await button(console_, 'Let it run').click()
  await button(console_, 'Cancel').click()
  await button(console_, 'Cancel the auction').click()
  await phone.getByText('The auction was called off').waitFor()
  expect(await button(phone, /^Bid/).count()).toBe(0)
  await button(phone, 'Buy now').waitFor()
}, 90_000)

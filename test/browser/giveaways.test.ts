import { expect, test } from 'vitest'
import { openForStories, type Pages } from '../support/pages.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'
import { button, buyer, openWindow } from './acts.ts'

let pages: Pages

openForStories({}, (opened) => {
  pages = opened
})

test('a piece is given away: who is in wins, checks the draw and says where to send it', async () => {
  const { house } = pages
  const { path, host, showId } = await openWindow(house, 1)
  const phone = await pages.open(path, { as: await buyer(house) })
  const guest = await pages.open(path, { screen: 'desktop' })
  const studio = await pages.open(`/studio/${showId}`, { as: host, screen: 'desktop' })
  await button(phone, 'Buy now').waitFor()
  await button(studio, 'More for number 1').click()
  await studio.getByRole('menuitem', { name: 'Give one away' }).click()
  await mustBeOpenToAll(studio)
  await button(studio, 'Open the giveaway').click()

  await phone.getByText('Nobody is in yet').waitFor()
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
  await button(guest, 'Enter for free').click()
  await guest.getByText('Sign in to enter.').waitFor()
  await button(phone, 'Enter for free').tap()
  await phone.getByText('You are in, ticket 1').waitFor()
  await guest.getByText('1 is in').waitFor()
  await studio.getByText('1 is in').waitFor()
  await mustBeOpenToAll(guest)
  await mustBeOpenToAll(studio)
  await phone.reload()
  await phone.getByText('You are in, ticket 1').waitFor()

  await button(studio, 'Draw now').click()
  await studio.getByText(/Aylin Çelik won .+ They have 30 minutes/).waitFor()
  await guest.getByText('Aylin Çelik won, the only one in').first().waitFor()
  await mustBeOpenToAll(studio)
  await button(guest, 'Check the draw').click()
  await guest.getByText('The draw is right. Ticket 1 won.').waitFor()
  await mustBeOpenToAll(guest)

  await phone.getByText('It is yours. Tell us where to send it by').waitFor()
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
  await button(phone, 'Check the draw').tap()
  await phone.getByText('The draw is right. Ticket 1 won.').waitFor()
  await phone.getByText('Your line in the list').waitFor()
  await mustBeOpenToAll(phone)
  await button(phone, 'Close').tap()
  await button(phone, 'Say where to send it').first().tap()
  await mustBeOpenToAll(phone)
  expect(await phone.getByText(/Test card/).count()).toBe(0)
  await button(phone, 'Send it to me').tap()
  await phone.getByRole('heading', { name: 'It is yours, Aylin' }).waitFor()
  await mustBeOpenToAll(phone)

  const shop = await pages.open('/shop', { as: host, screen: 'desktop' })
  await shop.locator('.row-link').click()
  await shop.getByText('It costs nothing, so no money moves.').waitFor()
}, 120_000)

test('a draw that another ticket won than was drawn is found out by whoever checks it', async () => {
  const { house } = pages
  const { path, desk, showId, variantId } = await openWindow(house, 1)
  const phone = await pages.open(path, { as: await buyer(house) })
  const asked = { showId, variantId, durationMs: 60_000 }
  const { giveawayId } = await desk.ask<{ giveawayId: string }>('giveaway:open', asked)
  await button(phone, 'Enter for free').tap()
  await phone.getByText('You are in, ticket 1').waitFor()
  // Whoever holds the rows puts another secret in the place of the one that was promised.
  await house.pg.rest`update giveaways set secret = sha256('other') where id = ${giveawayId}`
  await desk.ask('giveaway:draw', { showId, giveawayId })
  await button(phone, 'Check the draw').tap()
  await phone.getByText('The draw is not right').waitFor()
  await mustBeOpenToAll(phone)
}, 90_000)

test('a moderator calls a giveaway off: everybody sees it, and the unit can be bought again', async () => {
  const { house } = pages
  const { path, desk, moderator, showId, variantId } = await openWindow(house, 1)
  await desk.ask('giveaway:open', { showId, variantId, durationMs: 60_000 })
  const phone = await pages.open(path, { as: await buyer(house) })
  await button(phone, 'Enter for free').tap()
  const console_ = await pages.open(`/moderate/${showId}`, { as: moderator, screen: 'desktop' })
  await console_.getByText('1 is in').waitFor()
  expect(await button(console_, 'Draw now').count()).toBe(0)
  await button(console_, 'Cancel').click()
  await mustBeOpenToAll(console_)
  await button(console_, 'Cancel the giveaway').click()
  await phone.getByText('The giveaway was called off').waitFor()
  expect(await button(phone, 'Enter for free').count()).toBe(0)
  await button(phone, 'Buy now').waitFor()
}, 90_000)

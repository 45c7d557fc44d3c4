import { expect, test } from 'vitest'
import { newId } from '../../server/base/ids.ts'
import { openForStories, type Pages } from '../support/pages.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'
import { button, buyer, openWindow } from './acts.ts'

let pages: Pages

openForStories({}, (opened) => {
  pages = opened
})

test('sold out on a phone: a number, who is ahead, the turn that comes by itself, and a host who sees the line', async () => {
  const { house } = pages
  const { path, host, showId, variantId } = await openWindow(house, 1)
  const [holder, before] = [await buyer(house, 'Noor'), await buyer(house, 'Bo')]
  const held = { showId, variantId, quantity: 1 }
  const { holdId } = await house.as(holder).post<{ holdId: string }>('/holds', held)
  const phone = await pages.open(path, { as: await buyer(house) })
  const join = button(phone, 'Get in line for Ridge mug')
  await join.waitFor()
  await mustBeOpenToAll(phone)
  const other = await house.socket(before)
  await other.ask('line:join', { showId, variantId, key: 'k' })
  const studio = await pages.open(`/studio/${showId}`, { as: host, screen: 'desktop' })
  await studio.getByText('1 in line').waitFor()

  await join.tap()
  const own = button(phone, 'No. 2 in line for Ridge mug')
  await own.waitFor()
  await studio.getByText('2 in line').waitFor()
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
  await mustFit(studio, 320, 568)
  await own.tap()
  const sheet = phone.getByRole('dialog')
  await sheet.getByText('At most 1 ahead of you').waitFor()
  await mustBeOpenToAll(phone)
  await mustFit(phone, 320, 568)
  await phone.reload()
  await own.waitFor()
  await own.tap()
  await other.ask('line:leave', { showId, variantId })
  await sheet.getByText('You are next').waitFor()

  await house.as(holder).delete(`/holds/${holdId}`)
  await phone.getByText('It is your turn.').waitFor()
  await mustBeOpenToAll(phone)
  await sheet.getByText('Held for you').waitFor()
  await button(phone, 'Pay now').tap()
  await phone.getByRole('dialog', { name: 'Checkout' }).waitFor()
}, 90_000)

test('who is not signed in is led to it; who leaves the line is out of it, on every screen', async () => {
  const { house } = pages
  const { path, showId, variantId } = await openWindow(house, 1)
  const holder = await buyer(house, 'Noor')
  await house.as(holder).post('/holds', { showId, variantId, quantity: 1 })
  const guest = await pages.open(path)
  await button(guest, 'Get in line for Ridge mug').tap()
  await guest.getByText('Sign in to buy.').waitFor()

  const who = await buyer(house)
  const [phone, desk] = await Promise.all([
    pages.open(path, { as: who }),
    pages.open(path, { as: who, screen: 'desktop' }),
  ])
  await button(desk, 'Get in line for Ridge mug').click()
  const own = button(phone, 'No. 1 in line for Ridge mug')
  await own.tap()
  await mustBeOpenToAll(desk)
  await phone.getByRole('dialog').getByText('You are next').waitFor()
  await button(phone, 'Leave the line').tap()
  await button(desk, 'Get in line for Ridge mug').waitFor()
  const [offer] = await house.pg.rest`select waiting from offers where variant_id = ${variantId}`
  expect(offer?.['waiting']).toBe(0)
}, 90_000)

test('a turn whose news was lost with its process is found all the same', async () => {
  const { house } = pages
  const { path, showId, variantId } = await openWindow(house, 1)
  const [holder, who] = [await buyer(house, 'Noor'), await buyer(house)]
  const held = { showId, variantId, quantity: 1 }
  const { holdId } = await house.as(holder).post<{ holdId: string }>('/holds', held)
  const phone = await pages.open(path, { as: who })
  await button(phone, 'Get in line for Ridge mug').tap()
  await button(phone, 'No. 1 in line for Ridge mug').waitFor()
  const { rest: sql } = house.pg
  await sql.begin(async (tx) => {
    await tx`select release_hold_v1(${sql.json({ holdId, buyer: holder.id })})`
    await tx`select serve_lines_v1(${sql.json({ ids: [newId()], holdMs: 300_000 })})`
  })
  await button(phone, /^Held /).waitFor()
}, 90_000)

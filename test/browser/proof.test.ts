import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { spendEvening } from '../support/evening.ts'
import type { Person } from '../support/house.ts'
import { openPages, type Pages } from '../support/pages.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'

/** Whoever runs the house recounts it from the desk. */

let pages: Pages
let admin: Person
beforeAll(async () => {
  pages = await openPages({ settings: { FEE_BPS: '250' } })
  const { house } = pages
  await spendEvening(house)
  admin = await house.signUp('Petra')
  await house.pg.rest`update accounts set kind = 'admin' where id = ${admin.id}`
}, 120_000)
afterEach((context) => pages.leave(context))
afterAll(() => pages.close())

/** Presses until the page says so: a report of a moment ago is answered again. */
async function recountUntil(page: Page, says: string): Promise<void> {
  const isSaid = async () => {
    await page.getByRole('button', { name: /^Recount (everything|again)$/ }).click()
    await page.getByRole('button', { name: 'Recount again' }).waitFor()
    return page.getByText(says).isVisible()
  }
  await expect.poll(isSaid, { timeout: 30_000, interval: 1_000 }).toBe(true)
}

test('a unit that is missing is named', async () => {
  const { pg } = pages.house
  const [stock] = await pg.rest<{ id: string }[]>`
    update stock set sold = sold - 1 where variant_id in (select variant_id from stock where sold > 0 limit 1)
    returning variant_id as id`
  const id = stock?.id as string
  const page = await pages.open('/shop/proof', { as: admin, screen: 'desktop' })
  await page.getByText('Is every unit and every cent accounted for?').waitFor()
  await recountUntil(page, 'rules are broken')
  await page.getByText(id).first().waitFor()
  await mustBeOpenToAll(page)
  await pg.rest`update stock set sold = sold + 1 where variant_id = ${id}`
}, 120_000)

test('everything is accounted for', async () => {
  const page = await pages.open('/shop/proof', { as: admin })
  await recountUntil(page, 'Everything is accounted for.')
  await page.getByText('rules hold').last().click()
  await page.getByText('stock: never oversold').waitFor()
  await mustBeOpenToAll(page)
  await mustFit(page, 320, 568)
}, 120_000)

test('nobody else has the way there', async () => {
  const page = await pages.open('/shop/proof', { as: await pages.house.signUp('Marta') })
  await page.getByText('Only an admin of this house can recount it.').waitFor()
  expect(await page.getByRole('link', { name: 'Proof' }).count()).toBe(0)
}, 60_000)

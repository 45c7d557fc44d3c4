import { expect, test } from 'vitest'
import type { VerifyReport } from '../../shared/wire/admin.ts'
import { spendEvening } from '../support/evening.ts'
import type { Person } from '../support/house.ts'
import { openForStories, type Pages } from '../support/pages.ts'
import { mustBeOpenToAll, mustFit } from './access.ts'

/** Whoever runs the house recounts it from the desk. */

let pages: Pages
let admin: Person
openForStories({ settings: { FEE_BPS: '250' } }, async (opened) => {
  pages = opened
  const { house } = pages
  await spendEvening(house)
  admin = await house.signUp('Petra')
  await house.pg.rest`update accounts set kind = 'admin' where id = ${admin.id}`
})

test('everything is recounted, and accounted for', async () => {
  const page = await pages.open('/shop/proof', { as: admin })
  await page.getByText('Is every unit and every cent accounted for?').waitFor()
  await page.getByRole('button', { name: 'Recount everything' }).click()
  await page.getByText('Everything is accounted for.').waitFor()
  await page.getByText('rules hold').last().click()
  await page.getByText('stock: never oversold').waitFor()
  await mustBeOpenToAll(page)
  await mustFit(page, 320, 568)
}, 120_000)

test('what is off is named, and a recount that takes long says how far it is', async () => {
  const page = await pages.open('/shop/proof', { as: admin, screen: 'desktop' })
  const finding = { id: 'a-variant', detail: 'sold 1, orders 2' }
  let asked = 0
  await page.route('**/api/v1/admin/verify', async (route) => {
    asked += 1
    const answer = await route.fetch()
    const { report } = (await answer.json()) as { report: VerifyReport }
    const [first, ...others] = report.checks
    const checks = [{ ...first, found: 1, findings: [finding] }, ...others]
    const running = { startedAt: report.startedAt, asked: 7, retryAfterMs: 500 }
    await route.fulfill({
      json:
        asked === 1
          ? { running, report: null }
          : { running: null, report: { ...report, ok: false, checks } },
    })
  })
  await page.getByRole('button', { name: 'Recount everything' }).click()
  await page.getByText('7 questions asked so far').waitFor()
  await page.getByText('1 of').waitFor()
  await page.getByText('a-variant').waitFor()
  await mustBeOpenToAll(page)
}, 120_000)

test('nobody else has the way there', async () => {
  const page = await pages.open('/shop/proof', { as: await pages.house.signUp('Marta') })
  await page.getByText('Only an admin of this house can recount it.').waitFor()
  expect(await page.getByRole('link', { name: 'Proof' }).count()).toBe(0)
}, 60_000)

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Evening, openEvening } from '../../../test/support/evening.ts'
import { harms } from '../../../test/support/harms.ts'
import { allChecks } from '../../app/checks.ts'
import { findAll } from '../../store/check.ts'
import type { Sql } from '../../store/postgres.ts'

import { verify } from './verify.ts'

/**
 * Every check is given a harm that it must find and name. A check without a harm here fails, so nobody
 * can add one that has never been seen to find anything.
 */

let evening: Evening & Awaited<ReturnType<typeof openEvening>>
let sql: Sql

beforeAll(async () => {
  evening = await openEvening()
  sql = evening.house.pg.rest
})
afterAll(() => evening.house.close())

class Undone extends Error {}

/** What the checks find after a harm, which is undone. Answers also whom the harm was done to. */
async function after(harm: string) {
  let told: { harmed: string[]; found: Awaited<ReturnType<typeof findAll>> } | undefined
  const work = sql.begin(async (tx) => {
    const rows = await tx.unsafe<{ id: string }[]>(harm)
    const harmed = rows.map(({ id }) => id)
    told = { harmed, found: await findAll(tx as unknown as Sql, allChecks) }
    throw new Undone()
  })
  await work.catch((error) => {
    if (!(error instanceof Undone)) throw error
  })
  if (!told) throw new Error('the harm was not done')
  return told
}

test('an honest evening leaves nothing to find', async () => {
  expect(await findAll(sql, allChecks)).toEqual([])
})

test('every check has a harm, and every harm a check', () => {
  const rules = allChecks.map(({ rule }) => rule)
  expect(new Set(rules).size).toBe(rules.length)
  expect(rules.filter((rule) => !harms.some((harm) => harm.rule === rule))).toEqual([])
  expect(harms.filter(({ rule }) => !rules.includes(rule))).toEqual([])
})

test.each(harms)('$what: found by "$rule", and named', async ({ rule, harm }) => {
  const { harmed, found } = await after(harm)
  expect(harmed.length).toBeGreaterThan(0)
  const named = found.filter((finding) => finding.rule === rule).map(({ id }) => id)
  expect(named).toEqual(expect.arrayContaining(harmed))
})

test('the report counts units and money as a merchant would', async () => {
  const { ok, checks, summary } = await verify(sql, allChecks, { share: 1 })
  expect(ok).toBe(true)
  expect(checks.length).toBe(allChecks.length)
  const { onHand, held, sold, available } = summary.units
  expect(onHand).toBe(held + sold + available)
  const [dollars] = summary.money
  expect(dollars).toMatchObject({ currency: 'USD', owedBack: { amount: 0 } })
  // Six orders were paid; two went back whole, two in part. Fees are of what stayed sold.
  expect(dollars?.taken.amount).toBe(6 * 2_950)
  expect(dollars?.givenBack.amount).toBe(2 * 2_950 + 500 + 2_000)
  const goneOf = (back: number) => Math.floor((73 * back) / 2_950)
  expect(dollars?.fees.amount).toBe(4 * 73 - goneOf(500) - goneOf(2_000))
})

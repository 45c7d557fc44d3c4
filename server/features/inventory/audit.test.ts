import { afterAll, beforeAll, expect, test } from 'vitest'
import { openShop, type Shop } from '../../../test/support/shop.ts'
import { auditStock } from './audit.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})

afterAll(() => shop.close())

/** A day's work: two holds, one of them given back. */
async function work() {
  const { host, showId, variantId, what } = await shop.open(10)
  const [a, b] = await shop.people(2)
  const kept = await shop.inventory.hold(a!, { ...what, quantity: 2 }, 'k')
  const back = await shop.inventory.hold(b!, what, 'k')
  await shop.inventory.release(b!, back.holdId)
  await shop.inventory.correctStock(host, variantId, { delta: -1, reason: 'one broke' })
  return { variantId, showId, kept: kept.holdId, back: back.holdId }
}

type Day = Awaited<ReturnType<typeof work>>

/** What somebody with a hand in the rows might do, and the rule that says so. */
const harms: [what: string, rule: string, harm: (day: Day) => string][] = [
  [
    'a counter is bent',
    'stock: on hand, held and sold are what the ledger says',
    (d) => `update stock set on_hand = on_hand + 1 where variant_id = '${d.variantId}'`,
  ],
  [
    'a line is added that oversells',
    'stock: never oversold, at every line of the ledger',
    (d) =>
      `insert into stock_ledger(variant_id, n, kind, quantity, at) values ('${d.variantId}', 90, 'take', 90, now())`,
  ],
  [
    'a hold is lost',
    'stock: held is what running holds add up to',
    (d) => `delete from holds where id = '${d.kept}'`,
  ],
  [
    'a hold that ended lives again',
    'hold: begins once, ends once, with its own quantity',
    (d) => `update holds set state = 'confirmed' where id = '${d.back}'`,
  ],
  [
    'a hold is deleted under the ledger',
    'hold: every line of the ledger names a hold that is there',
    (d) => `delete from holds where id = '${d.back}'`,
  ],
  [
    'a price is changed afterwards',
    'hold: at the price and in the window of its offer',
    (d) => `update holds set price = 1 where id = '${d.kept}'`,
  ],
  [
    'a window is moved over a hold',
    'hold: at the price and in the window of its offer',
    (d) =>
      `update offers set starts_at = now() + interval '1 s' where variant_id = '${d.variantId}'`,
  ],
  [
    'a hold expired before its time',
    'hold: not ended as expired before its time',
    (d) => `update holds set state = 'expired', ended_at = created_at where id = '${d.kept}'`,
  ],
  [
    'taken is bent',
    'offer: taken is what its holds add up to, within its cap',
    (d) => `update offers set taken = taken + 1 where variant_id = '${d.variantId}'`,
  ],
  [
    'two offers are open at once',
    'offer: windows of a variant in a show never overlap',
    (
      d,
    ) => `insert into offers select gen_random_uuid(), show_id, variant_id, product_id, kind, price, currency, starts_at
      from offers where variant_id = '${d.variantId}'`,
  ],
  [
    'somebody got past the limit',
    'offer: nobody has more than the limit per buyer',
    (d) => `update offers set per_buyer = 1 where variant_id = '${d.variantId}'`,
  ],
  [
    'a line is rewritten',
    'chain: every link covers the one before and the lines since',
    (d) =>
      `update stock_ledger set reason = 'stolen' where variant_id = '${d.variantId}' and kind = 'correct'`,
  ],
  [
    'a line and its link are cut off',
    'chain: ends where the stock row says',
    (
      d,
    ) => `with cut as (delete from stock_ledger where variant_id = '${d.variantId}' and kind = 'correct')
      delete from stock_chain where variant_id = '${d.variantId}' and n = (select n from stock where variant_id = '${d.variantId}')`,
  ],
  [
    'a stock row is gone',
    'stock: every variant has its row',
    (d) => `delete from stock where variant_id = '${d.variantId}'`,
  ],
]

test('honest work leaves nothing to find', async () => {
  await work()
  expect(await auditStock(shop.sql)).toEqual([])
})

test.each(harms)('%s: it is found', async (_what, rule, harm) => {
  const day = await work()
  await shop.sql.unsafe(harm(day))
  const found = await auditStock(shop.sql)
  expect(found.map((f) => f.rule)).toContain(rule)
  await shop.sql`truncate stock, stock_ledger, stock_chain, holds, offers, sales, variants, products cascade`
})

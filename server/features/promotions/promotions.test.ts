import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { discountOf, leastPaid, spread } from '../../../shared/domain/discount.ts'
import { codesMax, leastPaidMinor } from '../../../shared/limits.ts'
import type { NewCode } from '../../../shared/wire/promotions.ts'
import { home } from '../../../test/support/home.ts'
import { fc } from '../../../test/support/random.ts'
import { codeOf } from '../../../test/support/shop.ts'
import { euros, openTill, type Till } from '../../../test/support/till.ts'
import { newId } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import { findAll } from '../../store/check.ts'
import { moneyChecks } from '../orders/audit.ts'
import { auditCodes } from './audit.ts'
import { sweepCodes } from './jobs.ts'
import { createPromotions, type Promotions } from './promotions.ts'

let till: Till
let promotions: Promotions

beforeAll(async () => {
  till = await openTill()
  promotions = createPromotions(till.shop)
})
afterAll(async () => {
  expect(await auditCodes(till.shop.sql)).toEqual([])
  expect(await findAll(till.shop.sql, moneyChecks.slice(0, 1))).toEqual([])
  await till.close()
})

const soon = (ms: number) => new Date(Date.now() + ms).toISOString()
const make = (host: Who, terms: Partial<NewCode> = {}) =>
  promotions.make(host, { code: 'LIVE10', off: { percent: 10 }, ...terms })

async function place(buyer: Who, holdIds: string[], code?: string, key = newId()) {
  const body = { holdIds, shippingAddress: home, ...(code === undefined ? {} : { code }) }
  return till.orders.place(buyer, body, key)
}

/** A buyer with two pieces at €20.00 in hand, and a code that may be typed. */
async function ready(terms: Partial<NewCode> = {}, onHand = 10) {
  const stand = await till.shop.open(onHand)
  const made = await make(stand.host, terms)
  const buyer = await till.shop.person()
  const holdId = await till.hold(buyer, stand, 2)
  return { ...stand, made, buyer, holdId }
}

const usesOf = async (host: Who) => (await promotions.list(host, {})).items.map(({ uses }) => uses)

async function refusal(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (err) => err,
  )
  if (!(error instanceof Refusal)) throw error ?? new Error('it was not refused')
  return { code: error.code, message: error.message, errors: error.errors }
}

describe('a code', () => {
  test('takes off what it says, in whatever case it is typed; quote and order say the same', async () => {
    const { buyer, holdId } = await ready({ code: 'Live10' })
    const quote = await till.orders.quote(buyer, { holdIds: [holdId], code: 'lIVE10' })
    const sums = { code: 'LIVE10', discount: euros(400), total: euros(3_600) }
    expect(quote).toMatchObject(sums)
    const { order } = await place(buyer, [holdId], 'live10')
    expect(order).toMatchObject({ ...sums, items: [{ discount: euros(400) }] })
    expect(await till.orders.read(buyer, order.id)).toMatchObject({
      ...sums,
      items: [{ discount: euros(400) }],
    })
  })

  test('is for the pieces that it names, and is spread over those alone', async () => {
    const stand = await till.shop.open(10)
    const other = await till.shop.product(stand.host, 10)
    await till.shop.lineUp(stand.host, stand.showId, [stand.product, other])
    await make(stand.host, { off: { amount: euros(701) }, productIds: [stand.product.id] })
    const buyer = await till.shop.person()
    const holdIds = [
      await till.hold(buyer, stand),
      await till.hold(buyer, stand),
      await till.hold(buyer, { ...stand, variantId: other.variants[0] as string }),
    ]
    const { order } = await place(buyer, holdIds, 'LIVE10')
    expect(order.discount).toEqual(euros(701))
    const off = holdIds.map(
      (id) => order.items.find(({ holdId }) => holdId === id)?.discount.amount,
    )
    expect(off).toEqual([351, 350, 0])
  })

  test('never makes an order cost less than can be paid', async () => {
    const { buyer, holdId } = await ready({ off: { percent: 100 } })
    const { order } = await place(buyer, [holdId], 'LIVE10')
    expect(order.total).toEqual(euros(leastPaid('EUR')))
  })

  test('leaves what can be paid in the currency of the shop', async () => {
    const { buyer, holdId, variantId } = await ready({ off: { percent: 100 } })
    await till.shop.sql`update variants set currency = 'PLN' where id = ${variantId}`
    await till.shop.sql`update holds set currency = 'PLN' where id = ${holdId}`
    const total = { amount: leastPaid('PLN'), currency: 'PLN' }
    expect(leastPaid('PLN')).toBeGreaterThan(leastPaid('EUR'))
    const asked = { holdIds: [holdId], code: 'LIVE10' }
    expect((await till.orders.quote(buyer, asked)).total).toEqual(total)
    expect((await place(buyer, [holdId], 'LIVE10')).order.total).toEqual(total)
  })

  test('leaves the same in Postgres and on screens, whatever the currency', async () => {
    const currencies = Intl.supportedValuesOf('currency')
    const rows = await till.shop.sql<{ currency: string; least: number }[]>`
      select currency, least_paid_v1(currency, ${leastPaidMinor})::int as least from unnest(${currencies}::text[]) currency`
    expect(rows).toHaveLength(currencies.length)
    for (const { currency, least } of rows) expect(least, currency).toBe(leastPaid(currency))
  })

  test('is spread in Postgres as anybody would count it', async () => {
    const stand = await till.shop.open(1_000)
    const buyer = await till.shop.person()
    const prices = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 6 })
    const off = fc.oneof(
      fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
      fc.record({ amount: fc.integer({ min: 1, max: 9_000 }).map(euros) }),
    )
    let n = 0
    await fc.assert(
      fc.asyncProperty(prices, off, async (lines, off) => {
        const worth = lines.reduce((sum, price) => sum + price, 0)
        const bag = { worth, payable: worth, leastPaid: leastPaid('EUR') }
        const wanted = discountOf(off, bag)
        const { code } = await make(stand.host, { code: `RANDOM-${++n}`, off })
        const holdIds: string[] = []
        for (const price of lines) {
          const holdId = await till.hold(buyer, stand)
          await till.shop.sql`update holds set price = ${price} where id = ${holdId}`
          holdIds.push(holdId)
        }
        if (wanted === 0) {
          expect(await codeOf(place(buyer, holdIds, code))).toBe('VALIDATION')
          for (const id of holdIds) await till.shop.inventory.release(buyer, id)
          return
        }
        const { order } = await place(buyer, holdIds, code)
        const got = holdIds.map((id) => order.items.find((i) => i.holdId === id)?.discount.amount)
        expect(order.discount.amount).toBe(wanted)
        expect(got).toEqual(spread(wanted, lines))
        await till.orders.cancel(buyer, order.id, newId())
      }),
      { numRuns: 40 },
    )
  })
})

describe('a code that cannot be used', () => {
  const cases: [string, Partial<NewCode>, string, string][] = [
    ['has another name', { code: 'OTHER' }, 'VALIDATION', 'There is no such code here.'],
    ['opens later', { startsAt: soon(60_000) }, 'CONFLICT', 'This code is not open yet.'],
    ['needs more goods', { minimum: euros(4_850) }, 'VALIDATION', 'This code needs €8.50 more.'],
    [
      'is in another currency',
      { off: { amount: { amount: 100, currency: 'USD' } } },
      'VALIDATION',
      'This code is for prices in USD.',
    ],
  ]
  test.each(cases)('%s: both answers say so at the field', async (_why, terms, code, message) => {
    const { buyer, holdId } = await ready(terms)
    const told = { code, message, errors: [{ pointer: '/code', detail: message }] }
    const asked = { holdIds: [holdId], code: 'LIVE10' }
    expect(await refusal(till.orders.quote(buyer, asked))).toEqual(told)
    expect(await refusal(place(buyer, [holdId], 'LIVE10'))).toEqual(told)
    await place(buyer, [holdId])
  })

  test('over, used up, used by this buyer, for other pieces, for another show', async () => {
    const { host, buyer, holdId, showId, made } = await ready({ endsAt: soon(60_000), quota: 1 })
    const says = async (code: string) =>
      (await refusal(till.orders.quote(buyer, { holdIds: [holdId], code }))).message
    const other = await till.shop.product(host, 1)
    const elsewhere = await till.shop.show(host, [other])
    await make(host, { code: 'OTHERS', productIds: [other.id] })
    await make(host, { code: 'THERE', showId: elsewhere })
    expect(await says('OTHERS')).toBe('This code is for none of these pieces.')
    expect(await says('THERE')).toBe('This code is only for the show “A show”.')
    const { order } = await place(
      buyer,
      [await till.hold(buyer, { showId, variantId: await variantOf(holdId) })],
      'LIVE10',
    )
    expect(await says('LIVE10')).toBe('You have used this code already.')
    const another = await till.shop.person()
    const theirs = await till.hold(another, { showId, variantId: await variantOf(holdId) })
    expect((await refusal(place(another, [theirs], 'LIVE10'))).message).toBe(
      'This code has been used up.',
    )
    await till.orders.cancel(buyer, order.id, newId())
    await till.shop.sql`update discount_codes set ends_at = clock_timestamp() where id = ${made.id}`
    expect(await says('LIVE10')).toBe('This code is over.')
  })

  test('of another shop is no code here', async () => {
    const { buyer, holdId } = await ready({ code: 'MINE' })
    await ready({ code: 'THEIRS' })
    const told = await refusal(place(buyer, [holdId], 'THEIRS'))
    expect(told).toEqual(await refusal(place(buyer, [holdId], 'NOBODYS')))
  })
})

const variantOf = async (holdId: string) => {
  const [row] = await till.shop.sql<
    { id: string }[]
  >`select variant_id as id from holds where id = ${holdId}`
  return row?.id as string
}

describe('a use', () => {
  test('is one for its key; with another code the key is refused', async () => {
    const { host, buyer, holdId } = await ready()
    const key = newId()
    const first = await place(buyer, [holdId], 'LIVE10', key)
    expect(await place(buyer, [holdId], 'live10', key)).toEqual(first)
    expect(await codeOf(place(buyer, [holdId], undefined, key))).toBe('IDEMPOTENCY_MISMATCH')
    expect(await codeOf(place(buyer, [holdId], 'OTHER', key))).toBe('IDEMPOTENCY_MISMATCH')
    expect(await usesOf(host)).toEqual([1])
  })

  test.each(['canceled', 'expired'])('comes back once when its order is %s', async (how) => {
    const { host, buyer, holdId } = await ready({ quota: 1 })
    const { order } = await place(buyer, [holdId], 'LIVE10')
    if (how === 'canceled') {
      await till.orders.cancel(buyer, order.id, newId())
      await till.orders.cancel(buyer, order.id, newId())
    } else {
      await till.runOut(order.id)
      await Promise.all([till.orders.expire(), till.orders.expire()])
    }
    expect(await usesOf(host)).toEqual([0])
  })

  test('stays used when its order is given back in full', async () => {
    const { host, buyer, holdId } = await ready()
    const { order, payment } = await place(buyer, [holdId], 'LIVE10')
    await till.hear(till.company.move(payment.id, 'succeeded'))
    await till.orders.refund(host, order.id, {}, newId())
    expect(await usesOf(host)).toEqual([1])
  })

  test('is honoured when its order is paid late, also beyond the quota', async () => {
    const { host, buyer, holdId, showId, variantId } = await ready({ quota: 1 })
    const { order, payment } = await place(buyer, [holdId], 'LIVE10')
    await till.orders.cancel(buyer, order.id, newId())
    const next = await till.shop.person()
    await place(next, [await till.hold(next, { showId, variantId })], 'LIVE10')
    await till.hear(till.company.move(payment.id, 'succeeded'))
    expect(await till.orders.read(buyer, order.id)).toMatchObject({
      status: 'paid',
      code: 'LIVE10',
      total: euros(3_600),
    })
    const [code] = (await promotions.list(host, {})).items
    expect(code).toMatchObject({
      uses: 2,
      state: 'used-up',
      paid: [{ orders: 1, given: euros(400), sold: euros(3_600) }],
    })
  })
})

describe('a merchant', () => {
  test('has each name once, and may end a code but not change it', async () => {
    const { host, buyer, holdId, made } = await ready()
    expect(await refusal(make(host, { code: 'live10' }))).toMatchObject({
      code: 'VALIDATION',
      errors: [{ pointer: '/code' }],
    })
    expect(await promotions.end(host, made.id)).toMatchObject({ state: 'ended' })
    expect(await codeOf(place(buyer, [holdId], 'LIVE10'))).toBe('CONFLICT')
    expect(await codeOf(promotions.end(await till.shop.person(), made.id))).toBe('NOT_FOUND')
  })

  test('who ends a code keeps no order waiting while it is counted what was paid with it', async () => {
    const { host, made } = await ready()
    const isOver = async () =>
      (
        await till.shop
          .sql`select from discount_codes where id = ${made.id} and ended_at is not null`
      ).length === 1
    const { ending } = await till.shop.pg.jobs.begin(async (tx) => {
      await tx`lock table code_uses in access exclusive mode`
      const ending = promotions.end(host, made.id)
      await expect.poll(isOver).toBe(true)
      return { ending }
    })
    expect(await ending).toMatchObject({ state: 'ended' })
  })

  test.each<[Partial<NewCode>, string]>([
    [{ endsAt: soon(-60_000) }, '/endsAt'],
    [{ startsAt: soon(120_000), endsAt: soon(60_000) }, '/endsAt'],
    [{ productIds: [newId()] }, '/productIds/0'],
    [{ showId: newId() }, '/showId'],
    [{ off: { amount: { amount: 1, currency: 'ABC' } } }, '/off/amount/currency'],
    [{ minimum: euros(1), off: { amount: { amount: 1, currency: 'USD' } } }, '/minimum/currency'],
  ])('is told what does not fit: %j', async (terms, pointer) => {
    const host = await till.shop.person()
    expect(await refusal(make(host, terms))).toMatchObject({
      code: 'VALIDATION',
      errors: [{ pointer }],
    })
  })

  test('has so many codes and no more', async () => {
    const host = await till.shop.person()
    await till.shop
      .sql`insert into discount_codes(id, merchant_id, code, percent, per_buyer, created_at)
      select gen_random_uuid(), ${host.accountId}, 'CODE' || n, 10, 1, now() from generate_series(1, ${codesMax}) n`
    expect(await codeOf(make(host))).toBe('CONFLICT')
  })
})

describe('before the room', () => {
  const shown = async (showId: string) => {
    const [row] = await till.shop.sql`select snapshot_v1(${showId}) -> 'snapshot' -> 'code' as code`
    return row?.['code']
  }

  test('one code stands, in the snapshot and in the log, and leaves when it ends', async () => {
    const { host, showId, made } = await ready({ minimum: euros(1_000) })
    await promotions.show(host, { showId, codeId: made.id })
    await promotions.show(host, { showId, codeId: made.id })
    const terms = { code: 'LIVE10', off: { percent: 10 }, minimum: euros(1_000), endsAt: null }
    expect(await shown(showId)).toMatchObject(terms)
    await promotions.end(host, made.id)
    expect(await shown(showId)).toBeNull()
    expect((await till.shop.told(showId)).slice(1)).toEqual(['code.shown', 'code.hidden'])
  })

  test('what is used up or over is swept away, what is running stays', async () => {
    const { host, buyer, holdId, showId, made } = await ready({ quota: 1 })
    const calm = await ready()
    await promotions.show(host, { showId, codeId: made.id })
    await promotions.show(calm.host, { showId: calm.showId, codeId: calm.made.id })
    const { sql, log } = till.shop
    expect(await sweepCodes({ sql, log })).toBe(0)
    await place(buyer, [holdId], 'LIVE10')
    await Promise.all([sweepCodes({ sql, log }), sweepCodes({ sql, log })])
    expect(await shown(showId)).toBeNull()
    expect(await shown(calm.showId)).toMatchObject({ code: 'LIVE10' })
    expect((await till.shop.told(showId)).slice(1)).toEqual(['code.shown', 'code.hidden'])
  })

  test("nobody shows what is not theirs, what is not open, or another show's", async () => {
    const { host, showId, made } = await ready()
    const other = await ready({ startsAt: soon(60_000) })
    const elsewhere = await till.shop.show(host, [])
    const there = await make(host, { code: 'THERE', showId: elsewhere })
    const show = (who: Who, codeId: string | null) =>
      codeOf(promotions.show(who, { showId, codeId }))
    expect(await show(host, other.made.id)).toBe('NOT_FOUND')
    expect(await show(other.host, other.made.id)).toBe('FORBIDDEN')
    expect(await show(await till.shop.moderator(showId), null)).toBe('FORBIDDEN')
    expect(await show(host, there.id)).toBe('CONFLICT')
    expect(
      await codeOf(promotions.show(other.host, { showId: other.showId, codeId: other.made.id })),
    ).toBe('CONFLICT')
    expect(await show(host, made.id)).toBe('ok')
  })
})

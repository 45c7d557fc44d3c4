import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Return } from '../../../shared/wire/returns.ts'
import { openStall, type Stall } from '../../../test/support/affiliates.ts'
import { parcel, words } from '../../../test/support/counter.ts'
import { home } from '../../../test/support/home.ts'
import { fc } from '../../../test/support/random.ts'
import { codeOf } from '../../../test/support/shop.ts'
import { euros } from '../../../test/support/till.ts'
import { newId } from '../../base/ids.ts'
import { findAll } from '../../store/check.ts'
import { createPromotions, type Promotions } from '../promotions/promotions.ts'
import { affiliateChecks } from './audit.ts'
import { days } from './rules.ts'

let stall: Stall
let promotions: Promotions

beforeAll(async () => {
  stall = await openStall({ feeBps: 333 })
  promotions = createPromotions(stall.shop)
})
afterAll(async () => {
  await stall.till.orders.settleRefunds()
  const { counter, sql } = stall
  expect([...(await counter.findings()), ...(await findAll(sql, affiliateChecks))]).toEqual([])
  await stall.close()
})

const runs = Number(process.env.RETURN_RUNS ?? 40)
const today = '2026-01-01'

type Line = { price: number; quantity: number; bps: number | null }
type Scene = Awaited<ReturnType<typeof sold>>

/** A sent order of these lines, each a product at a rate of its own or the shop's, with delivery and a code. */
async function sold(lines: readonly Line[], { off, shopBps, ownBps }: Terms) {
  const { affiliates, shop, sql, till } = stall
  const host = await shop.person()
  const products = []
  for (const { price, quantity } of lines) {
    const product = await shop.product(host, quantity)
    await sql`update variants set price = ${price} where product_id = ${product.id}`
    products.push({ id: product.id, variantId: product.variants[0] as string })
  }
  const rates = products.flatMap(({ id: productId }, n) => {
    const rateBps = lines[n]?.bps ?? null
    return rateBps === null ? [] : [{ productId, rateBps }]
  })
  await affiliates.setTerms(host, { entry: 'open', rateBps: shopBps, products: rates })
  const partner = await shop.person()
  const { id, code: via } = await affiliates.join(partner, { merchantId: host.accountId })
  if (ownBps !== null) {
    await affiliates.setRate(host, id, ownBps)
    await stall.rateHolds(host)
  }
  const showId = await shop.show(host, products)
  await sql`insert into merchants(account_id, settings, changed_at)
    values (${host.accountId}, ${sql.json({ shipping: [{ price: euros(490) }] })}, now())`
  const buyer = await shop.person()
  const holdIds: string[] = []
  for (const [n, { variantId }] of products.entries()) {
    holdIds.push(await till.hold(buyer, { showId, variantId }, lines[n]?.quantity))
  }
  await promotions.make(host, { code: 'LESS', off: { amount: euros(off) } })
  const body = { holdIds, shippingAddress: home, code: 'LESS', via }
  const { order, payment } = await till.orders.place(buyer, body, newId())
  await till.hear(till.company.move(payment.id, 'succeeded'))
  await till.orders.ship(host, order.id, parcel)
  await sql`update orders set return_days = 0 where id = ${order.id}`
  return { host, partner, id, buyer, order, lines, holdIds, terms: { off, shopBps, ownBps } }
}

type Terms = { off: number; shopBps: number; ownBps: number | null }

/** One thing that was given back: of the order's pieces, or of nobody knows what. */
type Given = { amount: number; of: { holdId: string; paid: number }[] }

/** The law in words of its own: whole numbers of any size, and what was given in the order in which it was. */
function oracle({ order, lines, holdIds, terms }: Scene, given: Given[]): [bigint, bigint] {
  const total = BigInt(order.total.amount)
  const returned = given.filter(({ of }) => of.length > 0)
  const sum = (some: Given[]) => some.reduce((all, { amount }) => all + BigInt(amount), 0n)
  const rest = total - sum(returned)
  const desk = sum(given) - sum(returned)
  let earned = 0n
  let kept = 0n
  for (const [n, holdId] of holdIds.entries()) {
    const item = order.items.find((one) => one.holdId === holdId)
    const { bps, price, quantity } = lines[n] as Line
    const worth = BigInt(price * quantity - (item?.discount.amount ?? 0))
    const rate = bps === 0 ? 0 : (terms.ownBps ?? bps ?? terms.shopBps)
    const share = (worth * BigInt(rate)) / 10_000n
    let gone = 0n
    for (const { amount, of } of returned) {
      const all = of.reduce((paid, piece) => paid + piece.paid, 0)
      for (const piece of of) {
        if (piece.holdId !== holdId || all === 0) continue
        gone += (BigInt(amount) * BigInt(piece.paid)) / BigInt(all)
      }
    }
    earned += share
    if (worth > 0n && rest > 0n) {
      kept += (share * (worth - gone) * (rest - desk)) / (worth * rest)
    }
  }
  return [earned, kept]
}

const theLines = fc.array(
  fc.record({
    price: fc.integer({ min: 1, max: 3_000 }),
    quantity: fc.integer({ min: 1, max: 5 }),
    bps: fc.option(fc.constantFrom(0, 1, 333, 5_000)),
  }),
  { minLength: 1, maxLength: 3 },
)
const theTerms = fc.record({
  off: fc.integer({ min: 1, max: 5_000 }),
  shopBps: fc.integer({ min: 1, max: 5_000 }),
  ownBps: fc.option(fc.integer({ min: 1, max: 5_000 })),
})
const theSteps = fc.array(
  fc.tuple(
    fc.constantFrom('desk', 'return', 'less', 'dispute', 'pay'),
    fc.integer({ min: 0, max: 100 }),
    fc.integer({ min: 1, max: 3 }),
  ),
  { minLength: 1, maxLength: 10 },
)

/** What a return of some pieces was of, as its rows have it. */
async function giveBack(scene: Scene, act: string, percent: number, n: number): Promise<Given[]> {
  const { counter, sql, till } = stall
  const { refunded, total } = await till.orders.read(scene.buyer, scene.order.id)
  if (refunded.amount === total.amount) return []
  const { pieces } = await counter.returns.ofOrder(scene.buyer, scene.order.id)
  const items = pieces
    .map(({ holdId, left }) => ({ holdId, quantity: Math.min(left, n) }))
    .filter(({ quantity }) => quantity > 0)
  if (items.length === 0) return []
  const ask = { items, reason: 'damaged' as const }
  const asked = await counter.returns.ask(scene.buyer, scene.order.id, ask, newId())
  const amount = Math.floor((asked.left.amount * percent) / 100)
  const money = act === 'return' ? {} : { amount, words }
  await counter.returns.giveBack('refund', scene.host, asked.id, money, newId())
  const given = act === 'return' ? asked.left.amount : amount
  const of = await sql<{ holdId: string; paid: number }[]>`
    select hold_id as "holdId", paid::int from return_items where return_id = ${asked.id}`
  const more = act === 'dispute' ? await decide(scene, asked) : 0
  return [{ amount: given + more, of: [...of] }]
}

/** The house gives the rest of it; answers how much that was. */
async function decide(scene: Scene, asked: Return): Promise<number> {
  const { counter } = stall
  const dispute = () => counter.returns.move('dispute', scene.buyer, asked.id, { words })
  if ((await codeOf(dispute())) !== 'ok') return 0
  const { items } = await counter.returns.ofOrder(scene.buyer, scene.order.id)
  const rest = items.find(({ id }) => id === asked.id)?.left.amount ?? 0
  await counter.decide(counter.admin, asked, rest)
  return rest
}

test('whatever is given back, in whatever order, what is left of a share is what the law says', async () => {
  const property = async (
    lines: Line[],
    terms: Terms,
    steps: [string, number, number][],
  ): Promise<void> => {
    const scene = await sold(lines, terms)
    const given: Given[] = []
    for (const [act, percent, n] of steps) {
      if (act === 'pay') await payAll(scene)
      else if (act === 'desk') {
        const amount = Math.floor((scene.order.total.amount * percent) / 100)
        const refund = () =>
          stall.till.orders.refund(scene.host, scene.order.id, { amount }, newId())
        if (amount > 0 && (await codeOf(refund())) === 'ok') given.push({ amount, of: [] })
      } else given.push(...(await giveBack(scene, act, percent, n)))
      const [earned, kept] = oracle(scene, given)
      const sums = await stall.sums(scene.partner)
      const { back, waiting, paid, owed, over } = sums as NonNullable<typeof sums>
      expect(sums?.earned.amount).toBe(Number(earned))
      expect(back.amount).toBe(Number(earned - kept))
      const done = paid.amount + owed.amount - over.amount
      expect(done + waiting.amount).toBe(Number(kept))
      expect(Math.min(owed.amount, over.amount)).toBe(0)
    }
  }
  await fc.assert(fc.asyncProperty(theLines, theTerms, theSteps, property), { numRuns: runs })
})

test('until when an order may be returned is no call for each of a hundred thousand orders', async () => {
  const { sql } = stall
  const plan = await sql<{ 'QUERY PLAN': string }[]>`
    explain verbose select return_until_v1(o, false, ${sql.json(days)}) from orders o`
  const said = plan.map((line) => line['QUERY PLAN']).join()
  expect(said).toContain('return_days')
  expect(said).not.toMatch(/return_(until|days)_v1/)
})

async function payAll({ host, partner, id }: Scene): Promise<void> {
  const owed = (await stall.sums(partner))?.owed
  if (!owed || owed.amount === 0) return
  await stall.affiliates.pay(host, id, { amount: owed, paidOn: today, note: '' }, newId())
}

test('who gives everything back, piece by piece or at the desk, leaves nothing of a share', async () => {
  const property = async (lines: Line[], terms: Terms, byDesk: boolean): Promise<void> => {
    const scene = await sold(lines, terms)
    if (byDesk) await stall.till.orders.refund(scene.host, scene.order.id, {}, newId())
    else for (;;) if ((await giveBack(scene, 'return', 0, 1)).length === 0) break
    const sums = await stall.sums(scene.partner)
    expect(sums?.back).toEqual(sums?.earned)
    expect([sums?.owed.amount, sums?.waiting.amount, sums?.over.amount]).toEqual([0, 0, 0])
  }
  const how = fc.asyncProperty(theLines, theTerms, fc.boolean(), property)
  await fc.assert(how, { numRuns: Math.ceil(runs / 2) })
})

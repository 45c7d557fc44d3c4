import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ReturnState, returnMoves } from '../../../shared/domain/returns.ts'
import { disputeDays } from '../../../shared/limits.ts'
import { type Counter, openCounter, parcel, words } from '../../../test/support/counter.ts'
import { home } from '../../../test/support/home.ts'
import { fc } from '../../../test/support/random.ts'
import { codeOf } from '../../../test/support/shop.ts'
import { euros } from '../../../test/support/till.ts'
import { newId } from '../../base/ids.ts'
import { auditCodes } from '../promotions/audit.ts'
import { createPromotions, type Promotions } from '../promotions/promotions.ts'

let counter: Counter
let promotions: Promotions

beforeAll(async () => {
  counter = await openCounter({ feeBps: 333 })
  promotions = createPromotions(counter.till.shop)
})
afterAll(async () => {
  await counter.till.orders.settleRefunds()
  expect([...(await counter.findings()), ...(await auditCodes(counter.sql))]).toEqual([])
  await counter.close()
})

const runs = Number(process.env.RETURN_RUNS ?? 40)

type Sold = Awaited<ReturnType<typeof sold>>

/** A sent order with these lines at these prices, so much off by a code, and delivery. */
async function sold(lines: readonly { price: number; quantity: number }[], off: number) {
  const { till, sql } = counter
  const { shop } = till
  const host = await shop.person()
  const product = await shop.product(host, ...lines.map(({ quantity }) => quantity))
  for (const [n, { price }] of lines.entries()) {
    await sql`update variants set price = ${price} where id = ${product.variants[n] as string}`
  }
  const showId = await shop.show(host, [product])
  const settings = { shipping: [{ price: euros(490) }] }
  await sql`insert into merchants(account_id, settings, changed_at)
    values (${host.accountId}, ${sql.json(settings)}, now())`
  const buyer = await shop.person()
  const holdIds: string[] = []
  for (const [n, { quantity }] of lines.entries()) {
    const variantId = product.variants[n] as string
    holdIds.push(await till.hold(buyer, { showId, variantId }, quantity))
  }
  await promotions.make(host, { code: 'LESS', off: { amount: euros(off) } })
  const body = { holdIds, shippingAddress: home, code: 'LESS' }
  const { order, payment } = await till.orders.place(buyer, body, newId())
  await till.hear(till.company.move(payment.id, 'succeeded'))
  await till.orders.ship(host, order.id, parcel)
  return { host, buyer, order, goods: order.subtotal.amount - order.discount.amount }
}

const theLines = fc.array(
  fc.record({
    price: fc.integer({ min: 1, max: 3_000 }),
    quantity: fc.integer({ min: 1, max: 7 }),
  }),
  { minLength: 1, maxLength: 3 },
)

/** Asks for some of what is left, at most so many of each line. */
async function askSome({ buyer, order }: Sold, atMost: number) {
  const { pieces } = await counter.returns.ofOrder(buyer, order.id)
  const items = pieces
    .map(({ holdId, left }) => ({ holdId, quantity: Math.min(left, atMost) }))
    .filter(({ quantity }) => quantity > 0)
  return items.length === 0
    ? null
    : counter.returns.ask(buyer, order.id, { items, reason: 'damaged' }, newId())
}

test('who gives everything back, piece by piece, has had all that the goods cost', async () => {
  const property = async (lines: { price: number; quantity: number }[], off: number) => {
    const scene = await sold(lines, off)
    for (let asked = await askSome(scene, 1); asked; asked = await askSome(scene, 1)) {
      await counter.returns.giveBack('refund', scene.host, asked.id, {}, newId())
    }
    const { refunded } = await counter.till.orders.read(scene.buyer, scene.order.id)
    expect(refunded).toEqual(euros(scene.goods))
  }
  await fc.assert(fc.asyncProperty(theLines, fc.integer({ min: 1, max: 5_000 }), property), {
    numRuns: runs,
  })
})

test('what was refused and comes before the house costs what the others have left of its line', async () => {
  const { returns, decide, admin, till } = counter
  const scene = await sold([{ price: 1_000, quantity: 3 }], 100)
  const refused = (await askSome(scene, 1)) ?? expect.fail('nothing is left')
  await returns.move('refuse', scene.host, refused.id, { words })
  const paid = (await askSome(scene, 2)) ?? expect.fail('nothing is left')
  await returns.giveBack('refund', scene.host, paid.id, {}, newId())
  expect([refused.paid, paid.paid]).toEqual([euros(966), euros(1_933)])
  const disputed = await returns.move('dispute', scene.buyer, refused.id, { words })
  expect(disputed.paid).toEqual(euros(967))
  await decide(admin, disputed, 967)
  expect((await till.orders.read(scene.buyer, scene.order.id)).refunded).toEqual(euros(scene.goods))
})

const acts = [...Object.keys(returnMoves), 'ask', 'desk', 'time'] as (
  | keyof typeof returnMoves
  | 'ask'
  | 'desk'
  | 'time'
)[]
const steps = fc.array(
  fc.tuple(
    fc.constantFrom(...acts),
    fc.integer({ min: 0, max: 100 }),
    fc.integer({ min: 1, max: 4 }),
  ),
  {
    minLength: 5,
    maxLength: 25,
  },
)

/** What somebody does next with an order or with any of its returns, whether they may or not. */
async function doOne(scene: Sold, [act, percent, n]: [(typeof acts)[number], number, number]) {
  const { returns, till, admin, decide, isDue } = counter
  const { host, buyer, order, goods } = scene
  if (act === 'ask') return askSome(scene, n)
  const amount = Math.floor((goods * percent) / 100)
  if (act === 'desk') return till.orders.refund(host, order.id, { amount }, newId())
  const { items } = await returns.ofOrder(buyer, order.id)
  const open = ['asked', 'accepted', 'sent', 'disputed'] satisfies ReturnState[]
  const it = items.find(({ state }) => open.some((one) => one === state)) ?? items.at(-n)
  if (!it) return
  if (act === 'time') {
    await isDue(it.id, n > 2 ? disputeDays : 0)
    return returns.pass()
  }
  if (act === 'decide') return decide(admin, it, amount)
  const money = percent < 50 ? {} : { amount, words }
  if (act === 'refund') return returns.giveBack(act, host, it.id, money, newId())
  if (act === 'received') {
    const restock = it.items.map(({ holdId, quantity }) => ({
      holdId,
      quantity: Math.min(n, quantity),
    }))
    return returns.giveBack(act, host, it.id, { ...money, restock }, newId())
  }
  const said = act === 'accept' ? { sendTo: 'Kiln Lane 4' } : { words }
  return returns.move(act, returnMoves[act].by === 'buyer' ? buyer : host, it.id, said)
}

test('whatever is asked, given, decided and refunded, nobody has more than was paid, and the books agree', async () => {
  const property = async (
    lines: { price: number; quantity: number }[],
    off: number,
    done: [(typeof acts)[number], number, number][],
  ) => {
    const scene = await sold(lines, off)
    for (const step of done) await codeOf(Promise.resolve(doOne(scene, step)))
    const { refunded, total } = await counter.till.orders.read(scene.buyer, scene.order.id)
    expect(refunded.amount).toBeLessThanOrEqual(total.amount)
  }
  await fc.assert(fc.asyncProperty(theLines, fc.integer({ min: 1, max: 5_000 }), steps, property), {
    numRuns: runs,
  })
})

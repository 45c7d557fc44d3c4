import { pino } from 'pino'
import { expect, test } from 'vitest'
import { Refusal } from '../../server/base/refusal.ts'
import { createAnalytics } from '../../server/features/analytics/analytics.ts'
import { asRefusal, type Sql } from '../../server/store/postgres.ts'
import { applyEvent, emptyRoom } from '../../shared/domain/room.ts'
import type { Event } from '../../shared/wire/events.ts'
import type { Report } from '../../shared/wire/report.ts'
import { fc, seed } from '../support/random.ts'
import { live } from './evening.ts'
import { openLane } from './lane.ts'
import { evening, host as hostNo } from './steps.ts'

/**
 * The reports of random evenings beside what a few lines of TypeScript make of the logs of their shows, the stock
 * ledger and the money ledger. SEED=… lives others.
 */
const evenings = Number(process.env.MODEL_REPORTS ?? 100)

/** An evening's last orders go back, in part or whole: among random steps that is rare. */
const refunds = fc.array(
  fc.record({
    do: fc.constant('ask' as const),
    what: fc.record({
      ask: fc.constant('refund' as const),
      who: fc.constant(hostNo),
      order: fc.nat({ max: 5 }),
      amount: fc.constantFrom(null, 500),
    }),
  }),
  { maxLength: 4 },
)

test('the reports of random evenings say what log and ledgers say', {
  timeout: 300_000,
}, async () => {
  const lane = await openLane()
  const { pg } = lane.here
  const analytics = createAnalytics({
    pg,
    rooms: () => [],
    counted: () => 0,
    now: () => 0,
    logger: pino({ level: 'silent' }),
  })
  const seen = { orders: 0, refunded: 0, back: 0, pins: 0, sales: 0, soldOut: 0 }
  const tell = async (steps: Parameters<typeof live>[1]) => {
    const { ids } = await live(lane, steps).catch((error: unknown) => {
      const refusal = asRefusal(error)
      if (refusal instanceof Refusal && refusal.code === 'UNAVAILABLE') return { ids: null }
      throw error
    })
    if (ids === null) return // the machine had no time for this one
    const me = ids.people[hostNo] as (typeof ids.people)[number]
    const reports = await Promise.all(ids.shows.map((id) => analytics.report(me, id)))
    const books = await readBooks(pg.rest, me.accountId, ids.shows)
    expect(totalOf(reports)).toEqual(books)
    for (const report of reports) {
      expect(shownIn(report)).toEqual(await shownByLog(pg.rest, report))
      seen.orders += report.figures.orders
      seen.refunded += report.figures.money[0]?.refunded.amount ?? 0
      seen.back += report.products.filter(({ back }) => back > 0).length
      seen.pins += report.pins.length
      seen.sales += report.sales.filter(({ paid }) => paid > 0).length
      seen.soldOut += report.products.filter(({ soldOutAt }) => soldOutAt !== null).length
    }
  }
  try {
    const told = fc.asyncProperty(evening, refunds, (steps, last) => tell([...steps, ...last]))
    await fc.assert(told, { seed, numRuns: evenings })
  } finally {
    await lane.close()
  }
  // Evenings in which nothing happened would show nothing.
  expect(Object.entries(seen).filter(([, n]) => n === 0)).toEqual([])
})

type Books = {
  sales: number
  delivery: number
  refunded: number
  orders: number
  /** Units of each product. */
  held: Record<string, number>
  paid: Record<string, number>
  back: Record<string, number>
}

/** Both shows together: an order may be of both. */
function totalOf(reports: Report[]): Books {
  const sum = (of: (report: Report) => number) => reports.reduce((n, report) => n + of(report), 0)
  const money = (of: 'sales' | 'delivery' | 'refunded') =>
    sum(({ figures }) => figures.money.reduce((n, one) => n + one[of].amount, 0))
  const units = (of: 'held' | 'paid' | 'back') =>
    byProduct(
      reports.flatMap(({ products }) =>
        products.map((one) => ({ productId: one.productId, units: one[of] })),
      ),
    )
  for (const { figures, products } of reports) {
    const soldBy = products.reduce((n, { paid }) => n + paid, 0)
    const [all] = figures.money
    expect(soldBy).toBe(figures.units)
    const worth = products.flatMap(({ sales }) => sales).reduce((n, { amount }) => n + amount, 0)
    expect(worth).toBe(all?.sales.amount ?? 0)
    expect(all?.kept.amount ?? 0).toBe(
      (all?.sales.amount ?? 0) + (all?.delivery.amount ?? 0) - (all?.refunded.amount ?? 0),
    )
  }
  return {
    sales: money('sales'),
    delivery: money('delivery'),
    refunded: money('refunded'),
    orders: sum(({ figures }) => figures.orders),
    held: units('held'),
    paid: units('paid'),
    back: units('back'),
  }
}

function byProduct(all: { productId: string; units: number }[]): Record<string, number> {
  const units: Record<string, number> = {}
  for (const one of all) units[one.productId] = (units[one.productId] ?? 0) + one.units
  return Object.fromEntries(Object.entries(units).filter(([, n]) => n > 0))
}

/** The same from nothing but the logs, the stock ledger and the money ledger. */
async function readBooks(sql: Sql, merchant: string, shows: string[]): Promise<Books> {
  const variants = await sql<{ id: string; product_id: string }[]>`
    select id, product_id from variants where merchant_id = ${merchant}`
  const productOf = new Map(variants.map(({ id, product_id }) => [id, product_id]))
  const units = (of: { variantId: string; units: number }[]) =>
    byProduct(
      of.map((one) => ({ productId: productOf.get(one.variantId) as string, units: one.units })),
    )
  const postings = await sql<{ order: string; account: string; debit: number; credit: number }[]>`
    select p.order_id as order, p.account, p.debit::float8 as debit, p.credit::float8 as credit
    from postings p join orders o on o.id = p.order_id where o.merchant_id = ${merchant}`
  const placed = await sql<{ items: { variantId: string; quantity: number }[] }[]>`
    select body -> 'items' as items from show_events where show_id = any(${shows}::uuid[]) and type = 'order.placed'`
  const held = await sql<{ variantId: string; units: number }[]>`
    select variant_id as "variantId", quantity as units from stock_ledger
    where kind = 'hold' and variant_id = any(${variants.map(({ id }) => id)}::uuid[])`
  const items = await sql<{ order: string; variantId: string; units: number }[]>`
    select order_id as order, variant_id as "variantId", quantity as units from order_items`
  const all = (account: string, side: 'debit' | 'credit', order?: string) =>
    postings
      .filter((one) => one.account === account && (order === undefined || one.order === order))
      .reduce((sum, one) => sum + one[side], 0)
  const orders = [...new Set(postings.filter((p) => p.account === 'sales').map((p) => p.order))]
  const isBack = (order: string) =>
    all('refunds', 'debit', order) ===
    all('sales', 'credit', order) + all('shipping', 'credit', order)
  const back = new Set(orders.filter(isBack))
  return {
    sales: all('sales', 'credit'),
    delivery: all('shipping', 'credit'),
    refunded: all('refunds', 'debit'),
    orders: orders.length,
    held: units([...held]),
    paid: units(
      placed.flatMap((one) =>
        one.items.map(({ variantId, quantity }) => ({ variantId, units: quantity })),
      ),
    ),
    back: units(items.filter(({ order }) => back.has(order))),
  }
}

type Shown = { pinned: string[]; soldOut: string[] }

function shownIn({ pins, products, countedAt }: Report): Shown {
  const end = (to: string) => (to === countedAt ? 'still' : to)
  return {
    pinned: pins.map(({ productId, from, to }) => `${productId} ${from} ${end(to)}`),
    soldOut: products.flatMap(({ productId, soldOutAt }) =>
      soldOutAt === null ? [] : [`${productId} ${soldOutAt}`],
    ),
  }
}

/** What was pinned as a viewer's page had it, event by event, and when all variants of a product were gone. */
async function shownByLog(sql: Sql, { showId, products }: Report): Promise<Shown> {
  const rows = await sql<{ event: Event }[]>`
    select coalesce(body, '{}') || jsonb_build_object('seq', seq, 'type', type, 'at', iso(at)) as event
    from show_events where show_id = ${showId} order by seq`
  let room = emptyRoom({ id: showId, title: '', host: { id: '', displayName: '' } })
  const pinned: string[] = []
  const soldOut = new Map<string, string>()
  let since = ''
  for (const { event } of rows) {
    const before = room.pinned
    room = applyEvent(room, event)
    if (room.pinned !== before) {
      if (before !== null) pinned.push(`${before} ${since} ${event.at}`)
      since = event.at
    }
    for (const { id, variants } of room.products) {
      const isGone = variants.length > 0 && variants.every((v) => room.stock[v.id]?.available === 0)
      if (isGone && event.type === 'stock.sold-out' && !soldOut.has(id)) soldOut.set(id, event.at)
    }
  }
  if (room.pinned !== null) pinned.push(`${room.pinned} ${since} still`)
  const known = products.flatMap(({ productId }) => {
    const at = soldOut.get(productId)
    return at === undefined ? [] : [`${productId} ${at}`]
  })
  return { pinned, soldOut: known }
}

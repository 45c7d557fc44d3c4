import { reportPointsMax } from '../../../shared/limits.ts'
import type { Event } from '../../../shared/wire/events.ts'
import type { Report } from '../../../shared/wire/report.ts'
import type { Held, Offered, SaleRow, Sold, SumsOf, Watched } from './store.ts'

const minuteMs = 60_000
/** What a point of the chart may be long: the first with which a show fits. */
const stepsMs = [1, 5, 15, 60, 360, 1_440].map((minutes) => minutes * minuteMs)

type Stretch = { from: string; to: string }
type Pin = Stretch & { productId: string }
type Figures = Report['figures']
type Money = Figures['money'][number]

export function stepOf({ from, to }: Stretch): number {
  const lasted = Date.parse(to) - Date.parse(from)
  return stepsMs.find((step) => lasted / step < reportPointsMax) ?? (stepsMs.at(-1) as number)
}

/** Every step of a show from its first to its last, also those of which nothing is known. */
export function pointsOf(
  { from, to }: Stretch,
  stepMs: number,
  watched: Watched,
  sold: Sold,
): Report['points'] {
  const seen = new Map(watched.map((one) => [one.at, one]))
  const bought = new Map(sold.points.map((one) => [one.at, one]))
  const first = Math.floor(Date.parse(from) / stepMs) * stepMs
  const steps = Math.floor((Date.parse(to) - first) / stepMs) + 1
  return Array.from({ length: Math.min(steps, reportPointsMax + 1) }, (_, n) => {
    const at = new Date(first + n * stepMs).toISOString()
    const { orders = 0, units = 0 } = bought.get(at) ?? {}
    const { most: viewers = null, came = 0 } = seen.get(at) ?? {}
    return { at, viewers, came, orders, units }
  })
}

export function figuresOf(watched: Watched, peakSoFar: number, sold: Sold): Figures {
  const total = (of: 'came' | 'countedMs' | 'watchedMs') =>
    watched.reduce((sum, one) => sum + one[of], 0)
  const counted = watched.length > 0
  const peak = watched.reduce((most, one) => Math.max(most, one.most), peakSoFar)
  // So many were there at once: where a process died before it said who, that many are known all the same.
  const viewers = counted ? Math.max(total('came'), peak) : null
  const countedMs = total('countedMs')
  return {
    viewers,
    peak,
    average: countedMs > 0 ? total('watchedMs') / countedMs : null,
    watchMs: counted ? total('watchedMs') : null,
    orders: sold.orders,
    units: sold.units,
    buyers: sold.buyers,
    // Who buys by the API watches nothing: a share above the whole says nothing.
    conversion: !viewers || sold.buyers > viewers ? null : sold.buyers / viewers,
    money: sold.money.map(moneyOf),
  }
}

export function moneyOf(sums: SumsOf): Money {
  const { sales, delivery, refunded } = sums
  const kept = sales.amount + delivery.amount - refunded.amount
  return { ...sums, kept: { amount: kept, currency: sales.currency } }
}

/** How long each product was in front of everybody. Nothing is pinned after the end. */
export function pinsOf(events: Event[], to: string): Pin[] {
  const pins: Pin[] = []
  for (const { type, at, productId } of events) {
    const open = pins.at(-1)
    const isShown = open !== undefined && open.to === to
    const isSame = isShown && open.productId === productId
    const isOver = type === 'product.unpinned' || (type === 'product.pulled' && isSame)
    if (isShown && (isOver || (type === 'product.pinned' && !isSame))) open.to = at
    if (type !== 'product.pinned' || isSame || at >= to) continue
    pins.push({ productId: productId as string, from: at, to })
  }
  return pins
}

/** When viewers had no picture. */
export function offAirOf(events: Event[], to: string): Stretch[] {
  const stretches: Stretch[] = []
  for (const { type, at } of events) {
    const open = stretches.at(-1)
    const isAway = open !== undefined && open.to === to
    if (type === 'show.interrupted' && !isAway && at < to) stretches.push({ from: at, to })
    if (type === 'show.resumed' && isAway) open.to = at
  }
  return stretches
}

/** When each product was sold out, in all its variants, for the first time. */
export function soldOutOf(events: Event[], offered: Offered[], to: string): Map<string, string> {
  const productOf = new Map(offered.flatMap((p) => p.variants.map((id) => [id, p] as const)))
  const gone = new Set<string>()
  const soldOut = new Map<string, string>()
  for (const { type, at, variantId, empty } of events) {
    if (at > to) break
    for (const id of (empty ?? []) as string[]) gone.add(id)
    const id = variantId as string
    if (type === 'stock.available') gone.delete(id)
    if (type !== 'stock.sold-out') continue
    gone.add(id)
    const product = productOf.get(id)
    if (!product || soldOut.has(product.productId)) continue
    if (product.variants.every((one) => gone.has(one))) soldOut.set(product.productId, at)
  }
  return soldOut
}

type Told = { pins: Pin[]; soldOut: Map<string, string> }

export function productsOf(
  offered: Offered[],
  held: Held,
  sold: Sold,
  { pins, soldOut }: Told,
): Report['products'] {
  const bought = new Map(sold.products.map((one) => [one.productId, one]))
  return offered.map(({ variants: _variants, ...product }) => {
    const { productId } = product
    const { ordered = 0, paid = 0, back = 0, sales = [] } = bought.get(productId) ?? {}
    return {
      ...product,
      shownMs: lengthOf(pins.filter((pin) => pin.productId === productId)),
      held: unitsOf(held.filter((one) => one.productId === productId)),
      ordered,
      paid,
      back,
      sales,
      soldOutAt: soldOut.get(productId) ?? null,
    }
  })
}

/** Flash sales that opened. */
export function salesOf(rows: SaleRow[], held: Held, sold: Sold, now: string): Report['sales'] {
  return rows.flatMap(({ offerId, startsAt: from, endsAt, endedAt, ...sale }) => {
    const to = [endsAt, endedAt ?? endsAt, now].toSorted()[0] as string
    if (to <= from) return []
    const bought = sold.offers.find((one) => one.offerId === offerId)
    const none = { amount: 0, currency: sale.price.currency }
    return {
      ...sale,
      from,
      to,
      held: unitsOf(held.filter((one) => one.offerId === offerId)),
      paid: bought?.paid ?? 0,
      sales: bought?.sales ?? none,
    }
  })
}

const unitsOf = (held: Held) => held.reduce((sum, { units }) => sum + units, 0)

const lengthOf = (stretches: Stretch[]) =>
  stretches.reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0)

import type { MerchantOrder } from '../../../shared/wire/orders.ts'
import { type Fresh, keepFresh } from '../../api/fresh.ts'
import { call } from '../../api/http.ts'
import type { Money } from '../../ui/money.ts'

/** The orders of this show, newest first. */
export type Takings = Fresh<MerchantOrder>

const pageSize = 100
/** A show of more orders than this is read to the end on the shop's own page. */
const pagesMax = 20

const paidStates = new Set(['paid', 'shipped', 'delivered', 'refunded'])

export function openTakings(showId: string): Takings {
  return keepFresh({
    showId,
    types: ['order.placed'],
    async ask(shown) {
      const fresh = await newestOf(showId, new Set(shown.map(({ id }) => id)))
      const ids = new Set(fresh.map(({ id }) => id))
      return [...fresh, ...shown.filter(({ id }) => !ids.has(id))]
    },
  })
}

/** Pages back until one holds an order that is known. */
async function newestOf(showId: string, known: ReadonlySet<string>): Promise<MerchantOrder[]> {
  const found: MerchantOrder[] = []
  let cursor: string | undefined
  for (let page = 0; page < pagesMax; page += 1) {
    const query = { showId, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) }
    const { items, nextCursor } = await call('GET', '/merchant/orders', { query })
    found.push(...items)
    if (nextCursor === null || items.some(({ id }) => known.has(id))) return found
    cursor = nextCursor
  }
  return found
}

export function paidOf(orders: MerchantOrder[] | null): MerchantOrder[] {
  return (orders ?? []).filter((order) => order.paidAt !== null && paidStates.has(order.status))
}

/** What came in and was not given back, for each currency. */
export function takenOf(paid: MerchantOrder[]): Money[] {
  const sums = new Map<string, number>()
  for (const { total, refunded } of paid) {
    sums.set(total.currency, (sums.get(total.currency) ?? 0) + total.amount - refunded.amount)
  }
  return [...sums].map(([currency, amount]) => ({ amount, currency }))
}

export function buyersOf(paid: MerchantOrder[]): number {
  return new Set(paid.map(({ buyer }) => buyer.id)).size
}

import { type Signal, signal } from '@preact/signals'
import type { MerchantOrder } from '../../../shared/wire/orders.ts'
import { call } from '../../api/http.ts'
import { asRefused, type Refused } from '../../api/refused.ts'
import { on, whenUp } from '../../api/socket.ts'
import type { Money } from '../../ui/money.ts'

/** The orders of this show, newest first; null until the first answer. */
export type Takings = {
  orders: Signal<MerchantOrder[] | null>
  refused: Signal<Refused | null>
  refresh: () => void
  close: () => void
}

const pageSize = 100
/** A show of more orders than this is read to the end on the shop's own page. */
const pagesMax = 20
const gatherMs = 700

const paidStates = new Set(['paid', 'shipped', 'delivered', 'refunded'])

export function openTakings(showId: string): Takings {
  const orders = signal<MerchantOrder[] | null>(null)
  const refused = signal<Refused | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  async function ask(): Promise<void> {
    try {
      const known = new Set(orders.peek()?.map(({ id }) => id))
      const fresh = await ordersOf(showId, known)
      if (closed) return
      const ids = new Set(fresh.map(({ id }) => id))
      orders.value = [...fresh, ...(orders.peek() ?? []).filter(({ id }) => !ids.has(id))]
      refused.value = null
    } catch (thrown) {
      if (!closed) refused.value = asRefused(thrown)
    }
  }

  function refresh(): void {
    clearTimeout(timer)
    timer = setTimeout(() => void ask(), gatherMs)
  }

  const stops = [
    on('show:events', ({ showId: of, events }) => {
      if (of === showId && events.some(({ type }) => type === 'order.placed')) refresh()
    }),
    whenUp(refresh),
  ]
  void ask()
  return {
    orders,
    refused,
    refresh,
    close() {
      closed = true
      clearTimeout(timer)
      for (const stop of stops) stop()
    },
  }
}

/** Pages back until one holds nothing new; an older show's orders end it too. */
async function ordersOf(showId: string, known: ReadonlySet<string>): Promise<MerchantOrder[]> {
  const found: MerchantOrder[] = []
  let cursor: string | undefined
  for (let page = 0; page < pagesMax; page += 1) {
    const query = { limit: pageSize, ...(cursor === undefined ? {} : { cursor }) }
    const { items, nextCursor } = await call('GET', '/merchant/orders', { query })
    const mine = items.filter((order) => order.showId === showId)
    found.push(...mine)
    const reached = mine.length === 0 || mine.some(({ id }) => known.has(id))
    if (nextCursor === null || (reached && items.length > 0)) return found
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

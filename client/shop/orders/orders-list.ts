import { useEffect, useRef, useState } from 'preact/hooks'
import type { MerchantOrder, OrderStatus } from '../../../shared/wire/orders.ts'
import { call } from '../../api/http.ts'
import { asRefused, type Refused } from '../../api/refused.ts'
import { on, whenUp } from '../../api/socket.ts'
import { tell } from '../tell.ts'

export const orderTabs = ['all', 'to-pack', 'sent', 'refunded', 'expired'] as const
export type OrderTab = (typeof orderTabs)[number]

const statusOf: Record<OrderTab, OrderStatus | undefined> = {
  all: undefined,
  'to-pack': 'paid',
  sent: 'shipped',
  refunded: 'refunded',
  expired: 'expired',
}

const pageSize = 50
/** Notices are gathered this long: a flash sale's hundred orders are asked for as one page. */
const gatherMs = 400
/** Up to here each is asked for by itself. */
const singlesMax = 3

type List = { rows: MerchantOrder[]; waiting: MerchantOrder[]; next: string | null }

const page = (tab: OrderTab, cursor?: string) => {
  const status = statusOf[tab]
  return call('GET', '/merchant/orders', {
    query: {
      limit: pageSize,
      ...(status !== undefined && { status }),
      ...(cursor !== undefined && { cursor }),
    },
  })
}

/** Newest first. */
function sorted(orders: MerchantOrder[]): MerchantOrder[] {
  return orders.toSorted((a, b) => b.number - a.number)
}

/**
 * What is known of an order now: a row that is there changes where it stands; a new one waits
 * while the list is being read, so that nothing moves under the reader's eyes.
 */
export function taken(list: List, order: MerchantOrder, tab: OrderTab, still: boolean): List {
  const wanted = statusOf[tab]
  const belongs = wanted === undefined || order.status === wanted
  const stands = (rows: MerchantOrder[]) => rows.some(({ id }) => id === order.id)
  const renewed = (rows: MerchantOrder[]) => rows.map((row) => (row.id === order.id ? order : row))
  const without = (rows: MerchantOrder[]) => rows.filter(({ id }) => id !== order.id)
  if (stands(list.rows)) {
    return { ...list, rows: belongs || still ? renewed(list.rows) : without(list.rows) }
  }
  const waiting = without(list.waiting)
  if (!belongs) return { ...list, waiting }
  if (still) return { ...list, waiting: sorted([...waiting, order]) }
  return { ...list, waiting, rows: sorted([...list.rows, order]) }
}

export type Orders = {
  rows: MerchantOrder[] | undefined
  waiting: number
  next: string | null
  refused: Refused | undefined
  again: () => void
  showWaiting: () => void
  showMore: () => Promise<void>
  take: (order: MerchantOrder) => void
}

/** The shop's orders of one kind, live. `still` holds new rows back. */
export function useOrders(tab: OrderTab, still: boolean): Orders {
  const [list, setList] = useState<List>()
  const [refused, setRefused] = useState<Refused>()
  const [turn, setTurn] = useState(0)
  const latest = useRef({ tab, still })
  latest.current = { tab, still }

  const take = (orders: readonly MerchantOrder[], forTab = latest.current.tab) =>
    setList((known) => {
      if (forTab !== latest.current.tab || known === undefined) return known
      const { still: reading } = latest.current
      return orders.reduce((all, order) => taken(all, order, forTab, reading), known)
    })

  useEffect(() => {
    let current = true
    setList(undefined)
    setRefused(undefined)
    page(tab).then(
      ({ items, nextCursor }) => current && setList({ rows: items, waiting: [], next: nextCursor }),
      (thrown: unknown) => current && setRefused(asRefused(thrown)),
    )
    return () => {
      current = false
    }
  }, [tab, turn])

  useEffect(
    () =>
      listen(
        (orders, forTab) => take(orders, forTab),
        () => latest.current.tab,
      ),
    [],
  )

  return {
    rows: list?.rows,
    waiting: list?.waiting.length ?? 0,
    next: list?.next ?? null,
    refused,
    again: () => setTurn((n) => n + 1),
    take: (order) => take([order]),
    showWaiting: () =>
      setList(
        (known) =>
          known && { ...known, rows: sorted([...known.waiting, ...known.rows]), waiting: [] },
      ),
    async showMore() {
      if (list?.next == null) return
      try {
        const { items, nextCursor } = await page(tab, list.next)
        setList((known) => {
          if (known === undefined || latest.current.tab !== tab) return known
          const there = new Set(known.rows.map(({ id }) => id))
          const rows = [...known.rows, ...items.filter(({ id }) => !there.has(id))]
          return { ...known, rows, next: nextCursor }
        })
      } catch (thrown) {
        tell(thrown)
      }
    },
  }
}

/** Hears of changed orders, and of those it missed while the line was down. */
function listen(
  take: (orders: readonly MerchantOrder[], tab: OrderTab) => void,
  tabNow: () => OrderTab,
): () => void {
  const changed = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let first = true

  const readPage = async (tab: OrderTab) => take((await page(tab)).items, tab)
  const readChanged = async () => {
    const ids = [...changed]
    changed.clear()
    timer = undefined
    const tab = tabNow()
    // A page tells of the newest, whatever their state; of older ones only the notice does.
    if (ids.length > singlesMax) return readPage('all').then(() => readPage(tab))
    const one = (id: string) => call('GET', '/merchant/orders/:id', { params: { id } })
    const answers = await Promise.allSettled(ids.map(one))
    // What I bought myself is told by the same notice and is not an order of my shop.
    take(
      answers.flatMap((a) => (a.status === 'fulfilled' ? [a.value] : [])),
      tab,
    )
  }
  // Without an answer the rows stand as they are; the line coming back asks again.
  const quietly = (reading: Promise<void>) => void reading.catch(() => undefined)

  const stops = [
    on('order:changed', ({ orderId }) => {
      changed.add(orderId)
      timer ??= setTimeout(() => quietly(readChanged()), gatherMs)
    }),
    whenUp(() => {
      if (!first) quietly(readPage(tabNow()))
      first = false
    }),
  ]
  return () => {
    clearTimeout(timer)
    for (const stop of stops) stop()
  }
}

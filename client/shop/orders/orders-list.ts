import { useEffect, useRef, useState } from 'preact/hooks'
import { pageMax, searchMax } from '../../../shared/limits.ts'
import type { MerchantOrder, OrderStatus } from '../../../shared/wire/orders.ts'
import { call } from '../../api/http.ts'
import { asRefused, type Refused } from '../../api/refused.ts'
import { on, whenBack } from '../../api/socket.ts'

export const orderTabs = [
  'all',
  'to-pack',
  'sent',
  'delivered',
  'returns',
  'refunded',
  'expired',
] as const
export type OrderTab = (typeof orderTabs)[number]

const statusOf: Record<OrderTab, OrderStatus | undefined> = {
  all: undefined,
  'to-pack': 'paid',
  sent: 'shipped',
  delivered: 'delivered',
  returns: undefined,
  refunded: 'refunded',
  expired: 'expired',
}

const pageSize = 50
/** Orders of one file: each hundred is a question of its own. */
const savedMax = 10_000
/** Notices are gathered this long: a flash sale's hundred orders are asked for as one page. */
const gatherMs = 400
/** Up to here each is asked for by itself. */
const singlesMax = 3

type List = { of: Wanted; rows: MerchantOrder[]; waiting: MerchantOrder[]; next: string | null }

/** Which orders the list is of. */
export type Wanted = { tab: OrderTab; text: string; showId: string | null }

const everything: Wanted = { tab: 'all', text: '', showId: null }

export const isSame = (a: Wanted, b: Wanted) =>
  a.tab === b.tab && a.text === b.text && a.showId === b.showId

const page = ({ tab, text, showId }: Wanted, limit = pageSize, cursor?: string) => {
  const status = statusOf[tab]
  const q = text.trim().slice(0, searchMax)
  return call('GET', '/merchant/orders', {
    query: {
      limit,
      ...(status !== undefined && { status }),
      ...(showId !== null && { showId }),
      ...(q !== '' && { q }),
      ...(cursor !== undefined && { cursor }),
    },
  })
}

/** Whether an order is among those. What the server looks through, looked through here: order for order the same. */
export function isWanted(order: MerchantOrder, { tab, text, showId }: Wanted): boolean {
  const status = statusOf[tab]
  if (status !== undefined && order.status !== status) return false
  if (showId !== null && order.showId !== showId) return false
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return true
  const said = [
    `#${order.number}`,
    order.buyer.displayName,
    order.shippingAddress.name,
    order.trackingNumber ?? '',
    ...order.items.flatMap(({ title, sku }) => [title, sku]),
  ]
  return said.some((one) => one.toLowerCase().includes(wanted))
}

/** All of them, also those that no page has shown yet; 10,000 at most. */
export async function readAll(wanted: Wanted): Promise<MerchantOrder[]> {
  const all: MerchantOrder[] = []
  let cursor: string | undefined
  do {
    const { items, nextCursor } = await page(wanted, pageMax, cursor)
    all.push(...items)
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined && all.length < savedMax)
  return all
}

/** Newest first. */
function sorted(orders: MerchantOrder[]): MerchantOrder[] {
  return orders.toSorted((a, b) => b.number - a.number)
}

/**
 * What is known of an order now: a row that is there changes where it stands; a new one waits
 * while the list is being read, so that nothing moves under the reader's eyes.
 */
function taken(list: List, order: MerchantOrder, wanted: Wanted, still: boolean): List {
  const belongs = isWanted(order, wanted)
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
  /** Of what was asked for last: typing goes on before the answer comes. */
  rows: MerchantOrder[] | undefined
  /** What `rows` are of. */
  of: Wanted | undefined
  waiting: number
  next: string | null
  refused: Refused | undefined
  again: () => void
  showWaiting: () => void
  showMore: () => Promise<void>
  take: (order: MerchantOrder) => void
}

/** The shop's orders of one kind, live. `still` holds new rows back. */
export function useOrders(wanted: Wanted, still: boolean): Orders {
  const [list, setList] = useState<List>()
  const [refused, setRefused] = useState<Refused>()
  const [turn, setTurn] = useState(0)
  const latest = useRef({ wanted, still })
  latest.current = { wanted, still }
  const { tab, text, showId } = wanted

  const take = (orders: readonly MerchantOrder[], of = latest.current.wanted) =>
    setList((known) => {
      if (known === undefined || !isSame(of, known.of)) return known
      return orders.reduce((all, order) => taken(all, order, of, latest.current.still), known)
    })

  // What was found by fewer letters stands until more have an answer.
  useEffect(() => setList(undefined), [tab, turn])
  useEffect(() => {
    let current = true
    setRefused(undefined)
    page(wanted).then(
      ({ items, nextCursor }) =>
        current && setList({ of: wanted, rows: items, waiting: [], next: nextCursor }),
      (thrown: unknown) => current && setRefused(asRefused(thrown)),
    )
    return () => {
      current = false
    }
  }, [tab, text, showId, turn])

  useEffect(() => listen(take, () => latest.current.wanted), [])

  return {
    rows: list?.rows,
    of: list?.of,
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
      const { items, nextCursor } = await page(list.of, pageSize, list.next)
      setList((known) => {
        if (known === undefined || !isSame(known.of, list.of)) return known
        const there = new Set(known.rows.map(({ id }) => id))
        const rows = [...known.rows, ...items.filter(({ id }) => !there.has(id))]
        return { ...known, rows, next: nextCursor }
      })
    },
  }
}

/** Hears of changed orders, and of those it missed while the line was down. */
function listen(
  take: (orders: readonly MerchantOrder[], of: Wanted) => void,
  wantedNow: () => Wanted,
): () => void {
  const changed = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined

  const readPage = async (of: Wanted) => take((await page(of)).items, of)
  const readChanged = async () => {
    const ids = [...changed]
    changed.clear()
    timer = undefined
    const of = wantedNow()
    // A page tells of the newest, whatever their state; of older ones only the notice does.
    if (ids.length > singlesMax) {
      take((await page(everything)).items, of)
      return readPage(of)
    }
    const one = (id: string) => call('GET', '/merchant/orders/:id', { params: { id } })
    const answers = await Promise.allSettled(ids.map(one))
    // What I bought myself is told by the same notice and is not an order of my shop.
    take(
      answers.flatMap((a) => (a.status === 'fulfilled' ? [a.value] : [])),
      of,
    )
  }
  // Without an answer the rows stand as they are; the line coming back asks again.
  const quietly = (reading: Promise<void>) => void reading.catch(() => undefined)

  const stops = [
    on('order:changed', ({ orderId }) => {
      changed.add(orderId)
      timer ??= setTimeout(() => quietly(readChanged()), gatherMs)
    }),
    whenBack(() => quietly(readPage(wantedNow()))),
  ]
  return () => {
    clearTimeout(timer)
    for (const stop of stops) stop()
  }
}

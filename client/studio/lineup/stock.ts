import { effect, type Signal, signal } from '@preact/signals'
import type { Product } from '../../../shared/wire/catalog.ts'
import type { InBags } from '../../../shared/wire/holds.ts'
import { call } from '../../api/http.ts'
import type { Room, ShownProduct } from '../../api/room.ts'
import type { ShowStore } from '../../api/show.ts'
import { on } from '../../api/socket.ts'

export type Units = { free: number; held: number; sold: number }

export type Stock = {
  /** What the merchant's ledger says of each variant; empty until it has answered. */
  written: Signal<Record<string, { onHand: number; sold: number; held: number }>>
  /** What lies in bags of this show alone; null until it has answered. */
  bags: Signal<InBags | null>
  refresh: () => void
  close: () => void
}

const pageSize = 100
const pagesMax = 10
/** The pulse is live; the ledger's own figures are asked for again at most this often. */
const againMs = 2_500

/** My own figures of what stands in the line-up: free, held, sold; and what this show's bags hold. */
export function openStock(store: ShowStore): Stock {
  const written = signal<Stock['written']['value']>({})
  const bags = signal<InBags | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let closed = false
  let seen: Room['stock'] | undefined

  async function ask(): Promise<void> {
    askedAt = performance.now()
    const wanted = new Set(store.room.peek()?.products.map(({ id }) => id))
    const [products, held] = await Promise.all([
      myProducts(wanted),
      call('GET', '/shows/:id/bags', { params: { id: store.showId } }),
    ])
    if (closed) return
    bags.value = held
    if (held.units > 0) refresh() // after the show nothing tells that they are paid, or ran out
    written.value = Object.fromEntries(
      products.flatMap(({ variants }) =>
        variants.map(({ id, onHand = 0, sold = 0, held = 0 }) => [id, { onHand, sold, held }]),
      ),
    )
  }

  function refresh(): void {
    if (timer !== undefined) return
    const wait = Math.max(0, askedAt + againMs - performance.now())
    timer = setTimeout(() => {
      timer = undefined
      ask().catch(() => undefined) // the figures before stand; the next change asks again
    }, wait)
  }

  /** Units moved, or something is in the window that the ledger has not told of. */
  function isNews(room: Room): boolean {
    const moved = room.stock !== seen
    seen = room.stock
    const known = written.peek()
    return moved || room.products.some(({ variants }) => variants.some(({ id }) => !known[id]))
  }

  const stopFollowing = effect(() => {
    const room = store.room.value
    if (room !== null && isNews(room)) refresh()
  })
  const stopHearing = on('show:events', ({ showId, events }) => {
    if (showId !== store.showId) return
    if (events.some(({ type }) => !type.startsWith('chat.'))) refresh()
  })
  return {
    written,
    bags,
    refresh,
    close() {
      closed = true
      clearTimeout(timer)
      stopFollowing()
      stopHearing()
    },
  }
}

async function myProducts(wanted: Set<string>): Promise<Product[]> {
  const found: Product[] = []
  let cursor: string | undefined
  for (let page = 0; page < pagesMax; page += 1) {
    const query = { limit: pageSize, ...(cursor === undefined ? {} : { cursor }) }
    const { items, nextCursor } = await call('GET', '/products', { query })
    found.push(...items.filter(({ id }) => wanted.has(id)))
    if (nextCursor === null || found.length >= wanted.size) return found
    cursor = nextCursor
  }
  return found
}

/** Free, held and sold of all variants of a product. `held` is live, the rest a moment old at most. */
export function unitsOf(room: Room, stock: Stock, product: ShownProduct): Units {
  const sum = { free: 0, held: 0, sold: 0 }
  for (const variant of product.variants) {
    const units = unitsOfVariant(room, stock, variant.id, variant.available)
    sum.free += units.free
    sum.held += units.held
    sum.sold += units.sold
  }
  return sum
}

export function unitsOfVariant(
  room: Room,
  stock: Stock,
  variantId: string,
  available: number,
): Units {
  const known = stock.written.value[variantId]
  const live = room.stock[variantId]
  const held = live?.held ?? known?.held ?? 0
  const sold = known?.sold ?? 0
  const free =
    known === undefined ? (live?.available ?? available) : known.onHand - known.sold - held
  return { free: Math.max(0, free), held, sold }
}

import { useEffect, useRef, useState } from 'preact/hooks'
import type { Product, Variant } from '../../../shared/wire/catalog.ts'
import { call } from '../../api/http.ts'
import { asRefused, type Refused } from '../../api/refused.ts'
import { on } from '../../api/socket.ts'
import { useEvery, useRested } from '../../ui/use.ts'
import { liveShow } from '../desk.ts'

const pageSize = 100
/** Pages that are read again to keep them true; a shop with more looks with the search. */
const livePagesMax = 3
/** While a show runs units move by the second; else only orders and other desks move them. */
const liveMs = 3_000
const quietMs = 20_000
const settleMs = 500

export type Goods = {
  products: Product[] | undefined
  /** What `products` were searched for: typing goes on before the answer comes. */
  of: string | undefined
  /** Whether every product that fits the search is here: only then may they be counted. */
  whole: boolean
  refused: Refused | undefined
  again: () => void
  showMore: () => Promise<void>
  refresh: () => void
  take: (product: Product) => void
}

type Page = { items: Product[]; nextCursor: string | null }

export type List = {
  /** What was searched for. */
  of: string
  products: Product[]
  next: string | null
  pages: number
}

async function read(q: string, pages: number): Promise<List> {
  const products: Product[] = []
  let next: string | null = null
  let read = 0
  do {
    const query = {
      limit: pageSize,
      ...(q !== '' && { q }),
      ...(next !== null && { cursor: next }),
    }
    const page: Page = await call('GET', '/products', { query })
    products.push(...page.items)
    next = page.nextCursor
    read += 1
  } while (next !== null && read < pages)
  return { of: q, products, next, pages: read }
}

/** The shop's products, newest first, with their units as they are now. */
export function useGoods(text: string): Goods {
  const q = useRested(text.trim())
  const [list, setList] = useState<List>()
  const [refused, setRefused] = useState<Refused>()
  const [turn, setTurn] = useState(0)
  const asked = useRef(0)

  const load = (fresh: boolean) => {
    asked.current += 1
    const mine = asked.current
    const known = !fresh && list?.of === q ? list : undefined
    if (fresh) setRefused(undefined)
    read(q, Math.min(known?.pages ?? 1, livePagesMax)).then(
      (found) => {
        if (mine !== asked.current) return
        setRefused(undefined)
        setList((now) => (fresh ? found : renewed(now, found)))
      },
      (thrown: unknown) => mine === asked.current && setRefused(asRefused(thrown)),
    )
  }
  const latest = useRef(load)
  latest.current = load
  useEffect(() => load(true), [q, turn])
  const refresh = () => latest.current(false)
  useEvery(liveShow.value === null ? quietMs : liveMs, refresh)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = on('order:changed', () => {
      timer ??= setTimeout(() => {
        timer = undefined
        latest.current(false)
      }, settleMs)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [])

  return {
    products: list?.products,
    of: list?.of,
    whole: list?.next === null,
    // What could not be read again stands as it was.
    refused: list?.of === q ? undefined : refused,
    again: () => setTurn((n) => n + 1),
    refresh,
    take: (product) =>
      setList(
        (known) =>
          known && {
            ...known,
            products: known.products.map((one) => (one.id === product.id ? product : one)),
          },
      ),
    async showMore() {
      if (list?.next == null) return
      const query = { limit: pageSize, cursor: list.next, ...(list.of !== '' && { q: list.of }) }
      const page = await call('GET', '/products', { query })
      setList((known) => continued(known, list, page))
    },
  }
}

/** The page behind `asked`, if that is still where the list ends. */
export function continued(known: List | undefined, asked: List, page: Page): List | undefined {
  if (known?.of !== asked.of || known.next !== asked.next) return known
  const products = [...known.products, ...page.items]
  return { ...known, products, next: page.nextCursor, pages: known.pages + 1 }
}

/** What was read again stands in front; what lies further back stays as it was. */
export function renewed(known: List | undefined, found: List): List {
  if (known?.of !== found.of || found.next === null) return found
  const fresh = new Set(found.products.map(({ id }) => id))
  const rest = known.products.filter(({ id }) => !fresh.has(id))
  return { ...known, products: [...found.products, ...rest] }
}

/** One variant with the product it belongs to. */
export type Good = { product: Product; variant: Variant }

export type Units = { onHand: number; held: number; sold: number; free: number }

export function unitsOf(variant: Variant): Units {
  const { onHand = variant.available, held = 0, sold = 0, available } = variant
  return { onHand, held, sold, free: available }
}

export function goodsOf(products: readonly Product[]): Good[] {
  return products.flatMap((product) => product.variants.map((variant) => ({ product, variant })))
}

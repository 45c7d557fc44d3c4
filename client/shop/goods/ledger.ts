import { useEffect, useRef, useState } from 'preact/hooks'
import type { Product } from '../../../shared/wire/catalog.ts'
import { serverNow } from '../../api/clock.ts'
import { call } from '../../api/http.ts'
import { asRefused, type Refused } from '../../api/refused.ts'
import { unitsOf } from './goods-list.ts'
import { type Figures, type Line, type Recounted, recount } from './recount.ts'

const pageSize = 100
/** A recount reads at most so many pages: beyond, `npm run verify` is the tool. */
const pagesMax = 50
export const linesMax = pagesMax * pageSize
/** Readings until no unit moved between the ledger and the figures. */
const triesMax = 5

export type Verdict =
  | { is: 'counting' }
  | { is: 'counted'; found: Recounted; told: Figures; at: number }
  | { is: 'moving' | 'long' | 'failed' }

const readPage = (variantId: string, cursor?: string) =>
  call('GET', '/variants/:id/ledger', {
    params: { id: variantId },
    query: { limit: pageSize, ...(cursor !== undefined && { cursor }) },
  })

/** Reads lines that are newer than the known ones, newest first, and puts them in front. */
async function readNewer(variantId: string, known: readonly Line[]): Promise<Line[] | 'long'> {
  const top = known[0]?.n ?? 0
  const newer: Line[] = []
  let cursor: string | undefined
  for (let page = 0; page < pagesMax; page++) {
    const { items, nextCursor } = await readPage(variantId, cursor)
    newer.push(...items.filter(({ n }) => n > top))
    const met = items.some(({ n }) => n <= top)
    if (met || nextCursor === null) return [...newer, ...known]
    cursor = nextCursor
  }
  return 'long'
}

/**
 * Counts a variant anew and compares with what the server tells of it. The figures are read between
 * two readings of the ledger: when no line came in between, all three are of the same moment.
 */
export async function verdictOn(productId: string, variantId: string): Promise<Verdict> {
  let lines: Line[] = []
  for (let tries = 0; tries < triesMax; tries++) {
    const before = await readNewer(variantId, lines)
    if (before === 'long') return { is: 'long' }
    const told = await readFigures(productId, variantId)
    const after = await readNewer(variantId, before)
    if (after === 'long' || told === null) return { is: after === 'long' ? 'long' : 'failed' }
    if (after.length === before.length) {
      return { is: 'counted', found: recount(after), told, at: serverNow() }
    }
    lines = after
  }
  return { is: 'moving' }
}

async function readFigures(productId: string, variantId: string): Promise<Figures | null> {
  const product: Product = await call('GET', '/products/:id', { params: { id: productId } })
  const variant = product.variants.find(({ id }) => id === variantId)
  if (variant === undefined) return null
  const { onHand, held, sold } = unitsOf(variant)
  return { onHand, held, sold }
}

export type Ledger = {
  lines: Line[] | undefined
  next: string | null
  refused: Refused | undefined
  again: () => void
  showMore: () => Promise<void>
}

/** The ledger of one variant, newest first; read anew whenever its units have moved. */
export function useLedger(variantId: string, moved: string): Ledger {
  const [lines, setLines] = useState<Line[]>()
  const [next, setNext] = useState<string | null>(null)
  const [refused, setRefused] = useState<Refused>()
  const [turn, setTurn] = useState(0)
  const known = useRef<Line[]>([])
  const keep = (all: Line[]) => {
    known.current = all
    setLines(all)
  }
  useEffect(() => {
    let current = true
    readPage(variantId).then(
      ({ items, nextCursor }) => {
        if (!current) return
        setRefused(undefined)
        const oldest = items.at(-1)?.n ?? 0
        const met = known.current.some(({ n }) => n >= oldest - 1)
        if (!met) setNext(nextCursor)
        keep(met ? [...items, ...known.current.filter(({ n }) => n < oldest)] : items)
      },
      (thrown: unknown) => current && setRefused(asRefused(thrown)),
    )
    return () => {
      current = false
    }
  }, [variantId, moved, turn])
  return {
    lines,
    next,
    refused: lines === undefined ? refused : undefined,
    again: () => setTurn((n) => n + 1),
    async showMore() {
      if (next === null) return
      const { items, nextCursor } = await readPage(variantId, next)
      keep([...known.current, ...items])
      setNext(nextCursor)
    },
  }
}

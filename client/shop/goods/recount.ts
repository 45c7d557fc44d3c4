import type { ReplyOf } from '../../api/contract.ts'

export type Line = ReplyOf<'GET', '/variants/:id/ledger'>['items'][number]
export type Figures = { onHand: number; held: number; sold: number }

/** What a line of the ledger does to the units of its variant. */
export function effectOf({ kind, quantity }: Pick<Line, 'kind' | 'quantity'>): Figures {
  switch (kind) {
    case 'receive':
    case 'correct':
      return { onHand: quantity, held: 0, sold: 0 }
    case 'hold':
      return { onHand: 0, held: quantity, sold: 0 }
    case 'release':
    case 'expire':
    case 'pull':
      return { onHand: 0, held: -quantity, sold: 0 }
    case 'confirm':
      return { onHand: 0, held: -quantity, sold: quantity }
    case 'take':
      return { onHand: 0, held: 0, sold: quantity }
    case 'return':
      return { onHand: 0, held: 0, sold: -quantity }
    case 'ship':
      return { onHand: -quantity, held: 0, sold: -quantity }
    default:
      return { onHand: 0, held: 0, sold: 0 }
  }
}

export type Recounted = {
  figures: Figures
  lines: number
  /** The first line of the count that is not there. */
  missing: number | null
  /** The first line after which more was held and sold than was on hand. */
  over: number | null
}

/** Counts a variant's units anew from every line of its ledger, oldest first. */
export function recount(lines: readonly Line[]): Recounted {
  const figures = { onHand: 0, held: 0, sold: 0 }
  let missing: number | null = null
  let over: number | null = null
  let last = 0
  for (const line of lines.toSorted((a, b) => a.n - b.n)) {
    if (line.n !== last + 1) missing ??= last + 1
    last = line.n
    const effect = effectOf(line)
    figures.onHand += effect.onHand
    figures.held += effect.held
    figures.sold += effect.sold
    if (figures.held + figures.sold > figures.onHand) over ??= line.n
  }
  return { figures, lines: lines.length, missing, over }
}

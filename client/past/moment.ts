import { roomFrom } from '../../shared/domain/room.ts'
import type { ReplyOf } from '../api/contract.ts'
import { type Offer, offerOf } from '../api/offers.ts'
import type { Room, ShownProduct, ShownVariant } from '../api/room.ts'
import { countdown } from '../ui/time.ts'
import { t } from './words.ts'

export type Past = ReplyOf<'GET', '/shows/:id/at'>

/** A moment that is over, ready to be shown: the room as a viewer's page had it, and a clock that stands still. */
export type Moment = { past: Past; room: Room; at: number }

export function momentOf(past: Past): Moment {
  const room = { ...roomFrom(past.snapshot, past.seq), stock: past.stock }
  return { past, room, at: Date.parse(past.at) }
}

export function offerAt({ room, at }: Moment, product: ShownProduct, variant: ShownVariant): Offer {
  return offerOf(room, product, variant, at)
}

/** What the clock of an offer said, in words. */
export function saleWords({ phase, sale }: Offer, at: number): string | null {
  if (phase === 'sold-out') return t('sold.out')
  if (sale === null) return null
  const rest = (until: string) => countdown((Date.parse(until) - at) / 1_000)
  if (phase === 'opens') return t('sale.announced', { rest: rest(sale.startsAt) })
  if (phase === 'open') return t('sale.open', { rest: rest(sale.endsAt) })
  return t('sale.over')
}

/** How full the band of a running sale was. */
export function bandShare({ phase, sale }: Offer, at: number): number {
  if (sale === null || phase !== 'open') return 1
  const whole = Date.parse(sale.endsAt) - Date.parse(sale.startsAt)
  return whole <= 0 ? 0 : Math.min(1, (Date.parse(sale.endsAt) - at) / whole)
}

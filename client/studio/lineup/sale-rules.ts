import { countdownMsMin, quantityMax, saleMsMax, stockMax } from '../../../shared/limits.ts'
import type { Offer } from '../../api/offers.ts'
import type { ShownVariant } from '../../api/room.ts'
import { type Money, parseMoney } from '../../ui/money.ts'

/** A flash sale as it is typed. */
export type SaleDraft = {
  price: string
  units: string
  each: string
  countdownMs: number
  /** 0: as many minutes as are written. */
  durationMs: number
  minutes: string
}

export type SaleFault = 'price' | 'units' | 'over' | 'none' | 'each' | 'minutes'

export type SaleTerms = {
  price: Money
  quantity: number
  perBuyer: number | null
  countdownMs: number
  durationMs: number
}

export const countdowns = [0, countdownMsMin, 30_000]
export const durations = [60_000, 180_000, 300_000]
export const minutesMax = saleMsMax / 60_000

/** What stands in the form when it opens; the price is for the host to say. */
export function newDraft(free: number): SaleDraft {
  const units = Math.max(1, Math.min(free, 10))
  return {
    price: '',
    units: String(units),
    each: '1',
    countdownMs: 30_000,
    durationMs: 180_000,
    minutes: '10',
  }
}

/** What the typed values say, and what is wrong with them. */
export function readDraft(
  draft: SaleDraft,
  given: { currency: string; free: number },
): { terms: Partial<SaleTerms>; faults: SaleFault[] } {
  const faults: SaleFault[] = []
  const price = parseMoney(draft.price, given.currency)
  if (price === null || price.amount < 1) faults.push('price')
  const quantity = whole(draft.units, 1, stockMax)
  if (given.free === 0) faults.push('none')
  else if (quantity === null) faults.push('units')
  else if (quantity > given.free) faults.push('over')
  const perBuyer = draft.each.trim() === '' ? null : whole(draft.each, 1, quantityMax)
  if (draft.each.trim() !== '' && perBuyer === null) faults.push('each')
  const minutes = whole(draft.minutes, 1, minutesMax)
  if (draft.durationMs === 0 && minutes === null) faults.push('minutes')
  const durationMs = draft.durationMs === 0 ? (minutes ?? 1) * 60_000 : draft.durationMs
  return {
    terms: {
      ...(price === null ? {} : { price }),
      ...(quantity === null ? {} : { quantity }),
      perBuyer,
      countdownMs: draft.countdownMs,
      durationMs,
    },
    faults,
  }
}

export function isWhole(terms: Partial<SaleTerms>, faults: SaleFault[]): terms is SaleTerms {
  return faults.length === 0 && terms.price !== undefined && terms.quantity !== undefined
}

function whole(text: string, least: number, most: number): number | null {
  const trimmed = text.trim()
  if (!/^\d{1,9}$/.test(trimmed)) return null
  const n = Number(trimmed)
  return n >= least && n <= most ? n : null
}

/** The offer that the typed values would make, as a ticket shows it. */
export function offerFrom(terms: Partial<SaleTerms>, variant: ShownVariant, now: number): Offer {
  const { quantity = 1, countdownMs = 0, durationMs = 60_000 } = terms
  const price = terms.price ?? variant.price
  const startsAt = new Date(now + countdownMs).toISOString()
  const endsAt = new Date(now + countdownMs + durationMs).toISOString()
  const limit = terms.perBuyer ?? null
  return {
    phase: countdownMs > 0 ? 'opens' : 'open',
    price,
    was: variant.price,
    sale: {
      saleId: '',
      variantId: variant.id,
      price,
      wasPrice: variant.price,
      quantity,
      perBuyer: limit,
      startsAt,
      endsAt,
      state: countdownMs > 0 ? 'announced' : 'open',
    },
    left: quantity,
    held: 0,
    of: quantity,
    limit,
  }
}

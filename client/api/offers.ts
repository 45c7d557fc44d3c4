import type { Money, Room, ShownProduct, ShownSale, ShownVariant } from './room.ts'

/** After 0:00 the button stays until the log says so, but not longer than this. */
const graceMs = 250
/** How long a ticket tells that its sale is over before the standing offer looks ordinary again. */
const overMs = 60_000

export type OfferPhase = 'standing' | 'opens' | 'open' | 'sold-out' | 'over' | 'pulled'

/** What a variant can be bought for right now, and how it looks on its ticket. */
export type Offer = {
  phase: OfferPhase
  price: Money
  /** What was really asked before; null when nothing else was. */
  was: Money | null
  sale: ShownSale | null
  left: number
  held: number
  /** Units of the sale; null for a standing offer. */
  of: number | null
  limit: number | null
}

/** Decides from the log's state and the server's clock alone. */
export function offerOf(
  room: Room,
  product: ShownProduct,
  variant: ShownVariant,
  now: number,
): Offer {
  const stock = room.stock[variant.id]
  const sale = saleOf(room, variant.id, now)
  const running = sale !== null && sale.state !== 'ended' && now < Date.parse(sale.endsAt) + graceMs
  if (product.pulled) return standing('pulled', variant, null, 0, stock?.held ?? 0)
  if (sale === null || !running) {
    const left = stock?.available ?? variant.available
    const phase =
      sale?.reason === 'sold' || left <= 0 ? 'sold-out' : sale === null ? 'standing' : 'over'
    // The clock has ended it before the log says so: the standing offer holds already.
    const due = sale !== null && sale.state !== 'ended'
    const asked = due ? { ...variant, price: sale.wasPrice, limit: null } : variant
    return standing(phase, asked, sale, Math.max(0, left), stock?.held ?? 0)
  }
  const opens = now < Date.parse(sale.startsAt)
  const left = opens
    ? sale.quantity
    : Math.min(stock?.available ?? variantLeft(sale, variant), sale.quantity)
  return {
    phase: opens ? 'opens' : left <= 0 ? 'sold-out' : 'open',
    price: sale.price,
    was: sale.wasPrice,
    sale,
    left: Math.max(0, left),
    held: stock?.held ?? 0,
    of: sale.quantity,
    limit: sale.perBuyer,
  }
}

function variantLeft(sale: ShownSale, variant: ShownVariant): number {
  return sale.state === 'sold-out' ? 0 : Math.min(sale.quantity, variant.available)
}

function standing(
  phase: OfferPhase,
  variant: ShownVariant,
  sale: ShownSale | null,
  left: number,
  held: number,
): Offer {
  return {
    phase,
    price: variant.price,
    was: null,
    sale,
    left,
    held,
    of: null,
    limit: variant.limit,
  }
}

/** The announced or running sale of a variant, or the one that ended a moment ago. */
function saleOf(room: Room, variantId: string, now: number): ShownSale | null {
  const all = room.sales.filter((sale) => sale.variantId === variantId)
  const open = all.find((sale) => sale.state !== 'ended' && now < Date.parse(sale.endsAt) + graceMs)
  if (open !== undefined) return open
  const ended = all.filter((sale) => now - Date.parse(sale.endedAt ?? sale.endsAt) < overMs)
  return ended.at(-1) ?? null
}

/** The variant a page shows first: the one with a sale, else the first that can be had. */
export function firstVariant(
  room: Room,
  product: ShownProduct,
  now: number,
): ShownVariant | undefined {
  const offers = product.variants.map((variant) => ({
    variant,
    offer: offerOf(room, product, variant, now),
  }))
  const onSale = offers.find(({ offer }) => offer.of !== null)
  const free = offers.find(({ offer }) => offer.left > 0)
  return (onSale ?? free ?? offers[0])?.variant
}

/** The number the host says aloud. */
export function numberOf(room: Room, productId: string): number {
  return room.products.findIndex((product) => product.id === productId) + 1
}

export type Found = { product: ShownProduct; variant: ShownVariant; no: number }

export function findVariant(room: Room, variantId: string): Found | null {
  for (const [i, product] of room.products.entries()) {
    const variant = product.variants.find((one) => one.id === variantId)
    if (variant !== undefined) return { product, variant, no: i + 1 }
  }
  return null
}

/** A product of one variant is called by its own name; else the variant's is said too. */
export function variantName(product: ShownProduct, variant: ShownVariant): string {
  const plain = product.variants.length === 1
  return plain || variant.title === '' ? product.title : `${product.title}, ${variant.title}`
}

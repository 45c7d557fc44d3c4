/**
 * What an embedded show and the page around it say to each other, by postMessage. Version 1: fields
 * are added, never changed. The README here tells them to those who write such pages.
 */

type Money = { amount: number; currency: string }

export type OuterVariant = {
  id: string
  sku: string
  title: string
  price: Money
  available: number
}
export type OuterProduct = {
  id: string
  /** The number that the host says. */
  no: number
  title: string
  image: string | null
  variants: OuterVariant[]
}

/** From the show. No names, no addresses: who the buyer is stays inside. */
export type FromShow =
  /** The frame is there and waits for `hello`; said to anybody, so it tells nothing. */
  | { type: 'vitrine:here' }
  | { type: 'vitrine:ready'; showId: string; title: string; host: string; status: string }
  | { type: 'vitrine:status'; showId: string; status: string }
  | { type: 'vitrine:product-pinned'; showId: string; product: OuterProduct | null }
  | {
      type: 'vitrine:hold'
      showId: string
      holdId: string
      productId: string
      variantId: string
      sku: string
      title: string
      quantity: number
      price: Money
      expiresAt: string
    }
  | {
      type: 'vitrine:hold-ended'
      showId: string
      holdId: string
      reason: 'released' | 'expired' | 'pulled' | 'confirmed'
    }
  | {
      type: 'vitrine:order-placed' | 'vitrine:order-paid'
      showId: string
      orderId: string
      number: number
      total: Money
    }
  | {
      type: 'vitrine:buy'
      showId: string
      productId: string
      variantId: string
      quantity: number
      url: string
    }

/** To the show. `hello` comes first: whoever says it is told everything from then on. */
export type ToShow =
  | { type: 'vitrine:hello' }
  | { type: 'vitrine:show-product'; productId: string }
  | { type: 'vitrine:mute'; muted: boolean }

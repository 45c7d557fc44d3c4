import { effect, untracked } from '@preact/signals'
import { numberOf } from '../api/offers.ts'
import type { Room } from '../api/room.ts'
import type { Hold } from '../api/show.ts'
import type { FromShow, OuterProduct, ToShow } from '../outer/messages.ts'
import type { Pay } from '../pay/pay.ts'
import type { Visit } from './visit.ts'

type Needs = { visit: Visit; pay: Pay; mute: (muted: boolean) => void }

/**
 * Tells the page around what happens in the show, and does what it asks. The policy of our own
 * page says who may be around it, so whoever greets is one of those. Answers how to stop.
 */
export function openOuter({ visit, pay, mute }: Needs): () => void {
  if (window.parent === window) return () => undefined
  let origin: string | null = null
  let tellAll: (() => void) | undefined
  const { showId, store } = visit
  const tell = (message: FromShow): void => {
    if (origin !== null) window.parent.postMessage(message, origin)
  }
  const hear = (event: MessageEvent): void => {
    if (event.source !== window.parent || !/^https?:/.test(event.origin)) return
    const said = event.data as Partial<Record<string, unknown>> | null
    if (typeof said !== 'object' || said === null) return
    switch (said['type'] as ToShow['type']) {
      case 'vitrine:hello':
        origin = event.origin
        tellAll?.()
        tellAll = follow(visit, pay, tell)
        return
      case 'vitrine:show-product':
        if (typeof said['productId'] === 'string') {
          visit.sheet.value = { name: 'product', productId: said['productId'] }
        }
        return
      case 'vitrine:mute':
        return mute(said['muted'] === true)
    }
  }
  addEventListener('message', hear)
  const here: FromShow = { type: 'vitrine:here' }
  window.parent.postMessage(here, '*')
  visit.onBuy = (bought) => tell({ type: 'vitrine:buy', showId, ...bought })
  const stop = store.onHoldEnded(({ hold, reason }) =>
    tell({ type: 'vitrine:hold-ended', showId, holdId: hold.holdId, reason }),
  )
  return () => {
    removeEventListener('message', hear)
    tellAll?.()
    stop()
  }
}

/** Everything as it is now, and every change from here on. */
function follow(visit: Visit, pay: Pay, tell: (message: FromShow) => void): () => void {
  const { showId, store } = visit
  const told = { ready: false, status: '', pinned: '', holds: new Set<string>(), order: '' }

  const stops = [
    effect(() => {
      const room = store.room.value
      if (room === null) return
      const { title, host, status } = room.show
      if (!told.ready) {
        told.ready = true
        told.status = status
        tell({ type: 'vitrine:ready', showId, title, host: host.displayName, status })
      } else if (told.status !== status) {
        told.status = status
        tell({ type: 'vitrine:status', showId, status })
      }
      const pinned = room.pinned ?? ''
      if (told.pinned === pinned) return
      told.pinned = pinned
      tell({ type: 'vitrine:product-pinned', showId, product: productOf(room, pinned) })
    }),
    effect(() => {
      const holds = store.holds.value
      const room = untracked(() => store.room.value)
      if (room === null) return
      for (const hold of holds) {
        if (told.holds.has(hold.holdId)) continue
        told.holds.add(hold.holdId)
        const message = holdMessage(room, showId, hold)
        if (message !== null) tell(message)
      }
    }),
    effect(() => {
      const order = pay.order.value
      if (order === null) return
      const paid = pay.step.value === 'paid'
      const state = `${order.id}:${paid ? 'paid' : 'placed'}`
      if (told.order === state) return
      told.order = state
      const { id: orderId, number, total } = order
      const type = paid ? 'vitrine:order-paid' : 'vitrine:order-placed'
      tell({ type, showId, orderId, number, total })
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function productOf(room: Room, productId: string): OuterProduct | null {
  const product = room.products.find(({ id }) => id === productId)
  if (product === undefined) return null
  const { id, title, images, variants } = product
  return {
    id,
    no: numberOf(room, id),
    title,
    image: images[0] === undefined ? null : new URL(images[0], location.href).href,
    variants: variants.map((variant) => ({
      id: variant.id,
      sku: variant.sku,
      title: variant.title,
      price: variant.price,
      available: room.stock[variant.id]?.available ?? variant.available,
    })),
  }
}

function holdMessage(room: Room, showId: string, hold: Hold): FromShow | null {
  for (const product of room.products) {
    const variant = product.variants.find(({ id }) => id === hold.variantId)
    if (variant === undefined) continue
    const { holdId, quantity, price, expiresAt, variantId } = hold
    const { sku, title } = variant
    const what = { productId: product.id, variantId, sku, title: title || product.title }
    return { type: 'vitrine:hold', showId, holdId, ...what, quantity, price, expiresAt }
  }
  return null
}

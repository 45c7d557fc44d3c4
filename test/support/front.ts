import { setTimeout as pause } from 'node:timers/promises'
import type { House, Person } from './house.ts'

type Money = { amount: number; currency: string }
export type Order = {
  id: string
  status: string
  total: Money
  refunded: Money
  expiresAt: string
  items: { variantId: string; holdId: string; quantity: number; price: Money }[]
}
export type Placed = { order: Order; payment: { id: string; status: string; payUrl: string } }
export type PayAnswer = { status: string; redirectUrl?: string; message?: string }

export const usd = (amount: number): Money => ({ amount, currency: 'USD' })

/** A merchant's product in a show that is on the air: where buying begins. */
export async function openFront(house: House, onHand: number) {
  const host = await house.signUp('Mara')
  const desk = house.as(host)
  type Product = { id: string; variants: { id: string; available: number }[] }
  const product = await desk.post<Product>('/products', {
    title: 'Glazed bowl',
    description: '',
    variants: [{ sku: 'B-1', title: 'One', price: usd(2_950), onHand }],
  })
  const { id: showId } = await desk.post<{ id: string }>('/shows', {
    title: 'Kiln',
    lineup: [product.id],
  })
  await desk.post(`/shows/${showId}/start`)
  const variantId = product.variants[0]?.id as string
  return {
    host,
    desk,
    showId,
    variantId,
    productId: product.id,
    async hold(buyer: Person, quantity = 1): Promise<string> {
      const body = { showId, variantId, quantity }
      return (await house.as(buyer).post<{ holdId: string }>('/holds', body)).holdId
    },
    /** Units of the variant: on hand, held, sold, free. */
    async units() {
      const { variants } = await desk.get<{
        variants: { onHand: number; held: number; sold: number; available: number }[]
      }>(`/products/${product.id}`)
      const { onHand: all, held, sold, available } = variants[0] as (typeof variants)[0]
      return { onHand: all, held, sold, available }
    },
  }
}

/** The card form of the provider, as a browser would send it: absolute, and not ours to know. */
export async function pay(house: House, payUrl: string, card: string): Promise<PayAnswer> {
  return bank<PayAnswer>(house, payUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ card }),
  })
}

async function bank<T>(house: House, url: string, init: RequestInit): Promise<T> {
  const answer = await fetch(reach(house, url), init)
  if (!answer.ok) throw new Error(`${url} → ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

/** PUBLIC_URL is what people type; the house under test listens on loopback. */
export function reach(house: House, url: string): string {
  return url.replace(house.env['PUBLIC_URL'] as string, house.url)
}

/** Reads until it is so. The reason of a failure is the last thing that was read. */
export async function until<T>(
  read: () => Promise<T>,
  isSo: (value: T) => boolean,
  ms = 8_000,
): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const value = await read()
    if (isSo(value)) return value
    if (performance.now() > end) throw new Error(`still ${JSON.stringify(value)}`)
    await pause(50)
  }
}

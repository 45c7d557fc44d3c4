import { randomUUID } from 'node:crypto'
import type { Sale } from '../../../shared/wire/events.ts'
import type { Person } from '../house.ts'
import { as, askSocket, openSocket } from './client.ts'
import type { Place } from './place.ts'

export type NightStage = { host: Person; showId: string; productId: string; variantId: string }

const price = { amount: 2_400, currency: 'EUR' }

/** A live show with one product. */
export async function setNightStage(place: Place, onHand: number, web = 0): Promise<NightStage> {
  const { url } = place.web(web)
  const [host] = (await place.people(1)) as [Person]
  const desk = as(url, host)
  const product = await desk.post<{ id: string; variants: { id: string }[] }>('/products', {
    title: 'Ridge mug',
    description: '',
    variants: [{ sku: randomUUID(), title: '30 cl', price, onHand }],
  })
  const variantId = product.variants[0]?.id as string
  const show = { title: 'Kiln opening', lineup: [product.id] }
  const { id: showId } = await desk.post<{ id: string }>('/shows', show)
  await desk.post(`/shows/${showId}/start`)
  return { host, showId, productId: product.id, variantId }
}

type Flash = { quantity: number; countdownMs?: number; durationMs?: number }

/** Announces a flash sale; with no countdown it is open when this answers. */
export async function startSale(
  url: string,
  { host, showId, variantId }: NightStage,
  { quantity, countdownMs = 0, durationMs = 600_000 }: Flash,
): Promise<Sale> {
  const socket = await openSocket(url, host.token)
  const flash = { amount: 900, currency: 'EUR' }
  const what = { showId, variantId, price: flash, quantity, countdownMs, durationMs }
  const { outcome, value, words } = await askSocket<Sale>(socket, 'sale:start', what)
  socket.disconnect()
  if (outcome !== 'ok' || !value) throw new Error(`sale:start → ${outcome} ${words}`)
  return value
}

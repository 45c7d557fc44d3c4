import { randomUUID } from 'node:crypto'
import { newId } from '../../server/base/ids.ts'
import type { House, Person } from './house.ts'

export type Goods = { productId: string; variantId: string }
export type Stage = Awaited<ReturnType<typeof setStage>>

export const address = {
  name: 'Aylin Çelik',
  line1: 'Rua do Forno 3',
  city: 'Porto',
  postalCode: '4000-001',
  country: 'PT',
}

/** Lists a product with one variant. */
export async function list(
  house: House,
  merchant: Person,
  onHand = 10,
  amount = 2_400,
): Promise<Goods> {
  const product = await house
    .as(merchant)
    .post<{ id: string; variants: { id: string }[] }>('/products', {
      title: 'Ridge mug',
      description: 'Oat glaze',
      variants: [{ sku: randomUUID(), title: '30 cl', price: { amount, currency: 'EUR' }, onHand }],
    })
  return { productId: product.id, variantId: product.variants[0]?.id as string }
}

/** A live show with one product and one moderator: where most stories begin. */
export async function setStage(house: House, { onHand = 10, amount = 2_400, live = true } = {}) {
  const host = await house.signUp('Marta')
  const moderator = await house.signUp('Ines')
  const goods = await list(house, host, onHand, amount)
  const show = await house
    .as(host)
    .post<{ id: string }>('/shows', { title: 'Kiln opening', lineup: [goods.productId] })
  await house.as(host).put(`/shows/${show.id}/moderators/${moderator.id}`)
  if (live) await house.as(host).post(`/shows/${show.id}/start`)
  return { showId: show.id, host, moderator, ...goods }
}

/** An admin: nobody becomes one over the wire. */
export async function admin(house: House): Promise<Person> {
  const person = await house.signUp('Paulo')
  await house.pg.rest`update accounts set kind = 'admin' where id = ${person.id}`
  return person
}

/** A sanction as a row, for tests that are not about how it gets there. */
export async function sanction(
  house: House,
  showId: string,
  person: Person,
  kind: 'mute' | 'ban',
): Promise<void> {
  await house.pg.rest`insert into sanctions(show_id, account_id, kind, until, reason, by, at)
    values (${showId}, ${person.id}, ${kind}, now() + interval '1 hour', 'a test', ${newId()}, now())`
}

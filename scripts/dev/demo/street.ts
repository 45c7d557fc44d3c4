// Three more lit windows and what opens later, for pictures of the lobby.

import type { Product } from '../../../shared/wire/catalog.ts'
import type { Show } from '../../../shared/wire/shows.ts'
import type { House } from '../../../test/support/house.ts'
import { uploadPicture } from './demo.ts'
import { ShopApi } from './shop-api.ts'

const neighbours = [
  {
    name: 'Dele Adeyemi',
    visitors: 21,
    art: 'scene-records',
    show: 'Crate night: Lagos 1974 to 1981',
    later: { title: 'Ink, nibs and paper ends', inHours: 2 },
  },
  {
    name: 'Rosa Martín',
    visitors: 14,
    art: 'scene-plants',
    show: 'Aloes, agaves and one big cactus',
    later: { title: 'Repotting Sunday', inHours: 70 },
  },
  {
    name: 'Samira Nouri',
    visitors: 9,
    art: 'scene-knit',
    show: 'Winter knits, small batch',
    later: { title: 'Scarves from the last bolt', inHours: 46 },
  },
]

export async function fillStreet(house: House): Promise<void> {
  for (const { name, visitors, art, show, later } of neighbours) {
    const host = await house.signUp(name)
    const api = new ShopApi(house.url, host.token)
    const product = await api.post<Product>('/products', {
      title: show,
      description: '',
      images: [await uploadPicture(api, art)],
      variants: [{ sku: art, title: 'One', price: { amount: 4_800, currency: 'EUR' }, onHand: 9 }],
    })
    const { id } = await api.post<Show>('/shows', { title: show, lineup: [product.id] })
    await api.post(`/shows/${id}/start`, {})
    for (const visitor of await house.crowd(visitors)) {
      await (await house.socket(visitor)).ask('show:join', { showId: id })
    }
    const startsAt = new Date(Date.now() + later.inHours * 3_600_000).toISOString()
    await api.post('/shows', { title: later.title, startsAt, lineup: [product.id] })
  }
}

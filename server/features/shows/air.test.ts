import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, openHouse } from '../../../test/support/house.ts'
import { Air, type Origin } from './air.ts'

/** Two nodes that say where a show's picture comes in. */

let house: House
let showId: string
const leases = new Map<string, Origin>()

beforeAll(async () => {
  house = await openHouse()
  const host = await house.signUp('Marta')
  const show = { title: 'Kiln opening', lineup: [] }
  showId = (await house.as(host).post<{ id: string }>('/shows', show)).id
})
afterAll(() => house.close())

function airOf(node: string): Air {
  return new Air({
    pg: house.pg,
    node,
    address: `${node}:7400`,
    leases: {
      origin: async (id) => leases.get(id),
      putOrigin: async (id, origin) => void leases.set(id, origin),
      dropOrigin: async (id) => void leases.delete(id),
    },
  })
}

test('a node that stood still leaves the word of the one that took over as it is', async () => {
  const [still, next] = [airOf('still'), airOf('next')]
  const producers = [{ producerId: 'a', kind: 'video' as const }]
  await still.take(showId, 'marta')
  await still.note(showId, producers)
  await next.take(showId, 'marta')
  await next.note(showId, producers)
  expect(await still.keep()).toEqual({ lost: [showId], back: [] })
  expect(leases.get(showId)?.node).toBe('next')
  leases.clear()
  expect(await next.keep()).toEqual({ lost: [], back: [] })
  expect(leases.get(showId)?.node).toBe('next')
})

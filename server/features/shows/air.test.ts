import { afterAll, beforeAll, expect, test, vi } from 'vitest'
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

test('a picture whose node is gone takes its show with it, even when the first try fails', async () => {
  const sql = house.pg.jobs
  await sql`update shows set status = 'live' where id = ${showId}`
  await sql.unsafe(`
    create sequence tries;
    create function not_now() returns trigger language plpgsql as $$
      begin perform nextval('tries'); raise 'not now'; end $$;
    create trigger not_now before update on shows for each row execute function not_now()`)
  await sql`update show_media set changed_at = clock_timestamp() - interval '5 s' where show_id = ${showId}`
  // A sequence keeps what a transaction takes back: the sweeper has tried.
  const hasTried = async () => (await sql`select is_called from tries`)[0]?.['is_called']
  await vi.waitFor(async () => expect(await hasTried()).toBe(true), 5_000)
  expect(await onAir()).toEqual({ status: 'live', sent: true })
  await sql.unsafe('drop trigger not_now on shows')
  await vi.waitFor(
    async () => expect(await onAir()).toEqual({ status: 'interrupted', sent: false }),
    5_000,
  )
})

async function onAir() {
  const [row] = await house.pg.jobs`
    select s.status, m.producers <> '[]' as sent from shows s join show_media m on m.show_id = s.id
    where s.id = ${showId}`
  return row
}

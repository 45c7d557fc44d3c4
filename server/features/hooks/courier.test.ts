import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../../test/support/database.ts'
import { until } from '../../../test/support/front.ts'
import { openReceiver } from '../../../test/support/receiver.ts'
import { newId } from '../../base/ids.ts'
import { createLog } from '../../base/log.ts'
import { openPostgres, type Postgres } from '../../store/postgres.ts'
import { createCourier } from './courier.ts'
import { tellDueStock } from './stock.ts'
import { claim, tellStock } from './store.ts'

let database: Awaited<ReturnType<typeof openDatabase>>
let pg: Postgres
let receiver: Awaited<ReturnType<typeof openReceiver>>

beforeAll(async () => {
  database = await openDatabase()
  pg = openPostgres(database.url)
})
afterAll(async () => {
  await pg.close()
  await database.drop()
})
beforeEach(async () => {
  receiver = await openReceiver()
})
afterEach(() => receiver.close())

/** Endpoints with so many deliveries that are due. */
async function open(endpoints: number, url: string, due: number): Promise<string[]> {
  const ids = Array.from({ length: endpoints }, newId)
  await pg.rest`insert into hook_endpoints(id, merchant_id, url, types, created_at)
    select id, gen_random_uuid(), ${url}, '{order.paid}', now() from unnest(${ids}::uuid[]) id`
  await pg.rest`insert into hook_deliveries(id, endpoint_id, type, body, created_at, due_at)
    select gen_random_uuid(), id, 'test', '{}', now(), now() from unnest(${ids}::uuid[]) id, generate_series(1, ${due}::int)`
  return ids
}

test('what nobody takes is tried for three days', async () => {
  const [endpoint = ''] = await open(1, receiver.url, 1)
  const waits: number[] = []
  for (;;) {
    const [tried] = await claim(pg.rest, endpoint, 1)
    if (tried?.last !== false) break
    const [row] = await pg.rest<{ seconds: number }[]>`
      select extract(epoch from due_at - tried_at)::float8 as seconds from hook_deliveries where endpoint_id = ${endpoint}`
    waits.push(row?.seconds ?? Number.NaN)
    await pg.rest`update hook_deliveries set due_at = now() where endpoint_id = ${endpoint}`
  }
  await pg.rest`delete from hook_deliveries`
  const days = waits.reduce((sum, seconds) => sum + seconds, 0) / 86_400
  expect(waits[0]).toBeCloseTo(30, 0)
  expect(Math.max(...waits)).toBeCloseTo(21_600, 0)
  expect(days).toBeGreaterThan(3)
  expect(days).toBeLessThan(3.25)
})

test('endpoints that take all they are sent, and slowly, keep no other waiting', async () => {
  receiver.answer((reply) => void setTimeout(() => reply.writeHead(204).end(), 2_100))
  const other = await openReceiver()
  const courier = createCourier({
    sql: pg.jobs,
    places: { anywhere: true, plain: true },
    secretOf: () => Buffer.alloc(32),
    now: () => new Date(),
    logger: createLog('silent'),
  })
  await open(80, receiver.url, 20)
  await courier.sendDue()
  await open(1, other.url, 1)
  const from = performance.now()
  const sent = () => courier.sendDue().then(() => other.heard)
  await until(sent, ({ length }) => length > 0, 9_000)
  const tookMs = performance.now() - from
  await courier.close()
  other.close()
  expect(tookMs).toBeLessThan(7_000)
})

test('one that takes nothing gathers no heap of stock', async () => {
  const [endpoint = ''] = await open(1, receiver.url, 3)
  await pg.rest`update hook_endpoints set types = '{stock.changed}' where id = ${endpoint}`
  await pg.rest`insert into products(id, merchant_id, title, description, images, status, created_at)
    select gen_random_uuid(), merchant_id, 'Cup', '', '[]', 'active', now() from hook_endpoints where id = ${endpoint}`
  await pg.rest`insert into variants(id, product_id, merchant_id, sku, title, price, currency, position)
    select gen_random_uuid(), p.id, p.merchant_id, n, 'Cup', 100, 'EUR', n from products p, generate_series(1, 30) n`
  await pg.rest`insert into stock(variant_id, on_hand) select id, 5 from variants`
  const waiting = async () => {
    await tellStock(pg.jobs, endpoint, 10)
    const rows = await pg.rest`
      select from hook_deliveries where endpoint_id = ${endpoint} and due_at is not null`
    return rows.length
  }
  expect([await waiting(), await waiting()]).toEqual([10, 10])
  await pg.rest`update hook_deliveries set due_at = null`
  expect(await waiting()).toBe(10)
})

test('a shop whose stock takes long to look at is looked at less often, and keeps nobody from theirs', async () => {
  const [great = '', broken = '', small = ''] = await open(3, receiver.url, 0)
  await pg.rest.unsafe(`create or replace function tell_stock_v1(endpoint uuid, most int) returns int language plpgsql as $$
    begin
      if endpoint = '${great}' then perform pg_sleep(0.4); end if;
      if endpoint = '${broken}' then raise exception 'too much'; end if;
      update hook_endpoints set types = '{told}' where id = endpoint;
      return 0;
    end $$`)
  await pg.rest`update hook_endpoints set stock_due_at = now() where id = any(${[great, broken, small]}::uuid[])`
  await tellDueStock(pg.jobs, createLog('silent'))
  const rows = await pg.rest<{ id: string; told: boolean; seconds: number }[]>`
    select id, types = '{told}' as told, extract(epoch from stock_due_at - now())::float8 as seconds from hook_endpoints
    where id = any(${[great, broken, small]}::uuid[])`
  const of = (id: string) => rows.find((row) => row.id === id)
  expect(of(small)?.told).toBe(true)
  expect(of(great)?.told).toBe(true)
  expect(of(great)?.seconds).toBeGreaterThan(7.5)
  expect(of(small)?.seconds).toBeLessThan(5.1)
})

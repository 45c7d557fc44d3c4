import { newId } from '../../../server/base/ids.ts'
import { listed, type Postgres } from '../../../server/store/postgres.ts'
import { type Bag, shippingAddress } from './side.ts'

/** Orders of one call, as the server's own. */
const callMax = 400

/** One transaction of pgbench: the next batch is placed, then what the bank said is noted. */
export const script = `
with w as materialized (select nextval('bench_batch') n)
select length(place_orders_v6(b.ids, b.payment_ids, b.buyers, b.keys, b.keys, b.addresses, b.order_of, b.hold_ids,
  600000, 3, 'sandbox', null, 50, null)::text) from bench_batches b where b.n = (select w.n from w);
`

/** Lays out the batches that pgbench will place; answers how many. */
export async function layOut(pg: Postgres, bags: Bag[]): Promise<number> {
  await pg.rest`drop table if exists bench_batches`
  await pg.rest`drop sequence if exists bench_batch`
  await pg.rest`create sequence bench_batch`
  await pg.rest`create table bench_batches(n bigint primary key, ids uuid[] not null, payment_ids uuid[] not null,
    buyers uuid[] not null, keys text[] not null, addresses jsonb not null, order_of int[] not null, hold_ids uuid[] not null)`
  let n = 0
  for (let from = 0; from < bags.length; from += callMax) {
    const some = bags.slice(from, from + callMax)
    n += 1
    await pg.rest`insert into bench_batches values (
      ${n}, ${listed(some.map(newId))}, ${listed(some.map(newId))}, ${listed(some.map((b) => b.buyer))},
      ${some.map((b) => b.key)}, ${pg.rest.json(some.map(() => shippingAddress))},
      ${listed(some.map((_, i) => i + 1))}, ${listed(some.map((b) => b.holdId))})`
  }
  return n
}

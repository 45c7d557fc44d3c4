import { newId } from '../../../server/base/ids.ts'
import type { Postgres } from '../../../server/store/postgres.ts'
import { type Bag, shippingAddress } from './side.ts'

/** Orders of one call, as the server's own. */
const callMax = 400

/** One transaction of pgbench: the next batch is placed, then what the bank said is noted. */
export const script = `
with w as materialized (select nextval('bench_batch') n)
select length(place_orders_v3((select b.asks from w join bench_batches b on b.n = w.n), 600000, 3, 'sandbox')::text);
`

/** Lays out the batches that pgbench will place; answers how many. */
export async function layOut(pg: Postgres, bags: Bag[]): Promise<number> {
  await pg.rest`drop table if exists bench_batches`
  await pg.rest`drop sequence if exists bench_batch`
  await pg.rest`create sequence bench_batch`
  await pg.rest`create table bench_batches(n bigint primary key, asks jsonb not null)`
  let n = 0
  for (let from = 0; from < bags.length; from += callMax) {
    const asks = bags.slice(from, from + callMax).map(({ buyer, key, holdId }) => ({
      orderId: newId(),
      paymentId: newId(),
      buyer,
      key,
      bodyHash: key,
      holdIds: [holdId],
      shippingAddress,
    }))
    n += 1
    await pg.rest`insert into bench_batches values (${n}, ${pg.rest.json(asks)})`
  }
  return n
}

import postgres from 'postgres'
import { newId } from '../../../server/base/ids.ts'
import type { Side } from './side.ts'

const connections = 8

/** How shops without a queue do it: a transaction a hold that locks the variant's row. */
export async function openRowLock(url: string): Promise<Side> {
  const sql = postgres(url, { max: connections, onnotice: () => {} })
  await sql`create table if not exists row_lock_stock(id uuid primary key, left_units int not null check (left_units >= 0))`
  await sql`create table if not exists row_lock_holds(id uuid primary key, stock_id uuid not null, buyer uuid not null,
    key text not null, expires_at timestamptz not null, unique (buyer, key))`
  let variants: string[] = []
  let units = 0

  return {
    async prepare(stock) {
      units = stock.units
      variants = Array.from({ length: stock.variants }, () => newId())
      await sql`insert into row_lock_stock select id, ${units} from unnest(${variants}::uuid[]) u(id)`
    },
    hold: ({ id, buyer, key, variant }) =>
      sql.begin(async (tx) => {
        const stockId = variants[variant] as string
        const [row] = await tx<{ left: number }[]>`
          select left_units as left from row_lock_stock where id = ${stockId} for update`
        const [first] =
          await tx`select id from row_lock_holds where buyer = ${buyer} and key = ${key}`
        if (first) return 'repeat'
        if (!row || row.left < 1) return 'sold-out'
        await tx`insert into row_lock_holds values (${id}, ${stockId}, ${buyer}, ${key}, now() + interval '5 minutes')`
        await tx`update row_lock_stock set left_units = left_units - 1 where id = ${stockId}`
        return 'granted'
      }),
    async recount() {
      const [row] = await sql<{ held: number; holds: number }[]>`
        select (select sum(${units} - left_units)::int from row_lock_stock where id = any(${variants}::uuid[])) as held,
          (select count(*)::int from row_lock_holds where stock_id = any(${variants}::uuid[])) as holds`
      const { held = 0, holds = 0 } = row ?? {}
      return { held, wrong: held === holds ? [] : [`${held} units, ${holds} holds`] }
    },
    close: () => sql.end({ timeout: 5 }),
  }
}

import postgres from 'postgres'
import { newId } from '../../../server/base/ids.ts'
import type { Side } from './side.ts'

const connections = 8

/** A row for each unit: a hold takes any row that nobody has locked, so that buyers do not wait in line. */
export async function openUnits(url: string): Promise<Side> {
  const sql = postgres(url, { max: connections, onnotice: () => {} })
  await sql`create table if not exists bench_units(id bigserial primary key, variant uuid not null, hold uuid)`
  await sql`create index if not exists bench_units_free on bench_units(variant, id) where hold is null`
  await sql`create table if not exists bench_unit_holds(id uuid primary key, variant uuid not null, buyer uuid not null,
    key text not null, expires_at timestamptz not null, unique (buyer, key))`
  let variants: string[] = []

  return {
    async prepare(stock) {
      variants = Array.from({ length: stock.variants }, () => newId())
      await sql`insert into bench_units(variant) select v from unnest(${variants}::uuid[]) v, generate_series(1, ${stock.units})`
      await sql`analyze bench_units, bench_unit_holds`
    },
    hold: ({ id, buyer, key, variant }) =>
      sql.begin(async (tx) => {
        const of = variants[variant] as string
        const [first] =
          await tx`select id from bench_unit_holds where buyer = ${buyer} and key = ${key}`
        if (first) return 'repeat'
        const [unit] = await tx<{ id: string }[]>`
          select id from bench_units where variant = ${of} and hold is null limit 1 for update skip locked`
        if (!unit) return 'sold-out'
        await tx`update bench_units set hold = ${id} where id = ${unit.id}`
        await tx`insert into bench_unit_holds values (${id}, ${of}, ${buyer}, ${key}, now() + interval '5 minutes')`
        return 'granted'
      }),
    async recount() {
      const [row] = await sql<{ held: number; holds: number }[]>`
        select (select count(*)::int from bench_units where variant = any(${variants}::uuid[]) and hold is not null) as held,
          (select count(*)::int from bench_unit_holds where variant = any(${variants}::uuid[])) as holds`
      const { held = 0, holds = 0 } = row ?? {}
      return { held, wrong: held === holds ? [] : [`${held} units, ${holds} holds`] }
    },
    close: () => sql.end({ timeout: 5 }),
  }
}

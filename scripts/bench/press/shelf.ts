import type { Sql } from '../../../server/store/postgres.ts'
import { Void } from '../report.ts'
import type { Told } from './verdicts.ts'

/** As many units of a variant as that, by the way in which a merchant counts again. */
export async function stockUp(sql: Sql, variantId: string, units: number): Promise<void> {
  await sql`select correct_stock_v1(jsonb_build_object('variantId', v.id, 'by', v.merchant_id,
      'delta', ${units}::int - s.on_hand, 'reason', 'bench', 'onHandMax', 10000000))
    from variants v join stock s on s.variant_id = v.id where v.id = ${variantId}`
}

type Expected = {
  /** Units that were held before. */
  before?: number
  /** How many pressed, and how many of them there was a unit for. */
  presses?: number
  expected?: number
}

/** Every press has one verdict, and what was granted is held: no unit more, none less. */
export async function mustAddUp(
  sql: Sql,
  variants: string[],
  told: Told,
  { before = 0, presses, expected }: Expected = {},
): Promise<void> {
  const [row] = await sql<{ held: number; holds: number; oversold: boolean }[]>`
    select sum(s.held)::int as held, sum(h.holds)::int as holds, bool_or(s.held > s.on_hand) as oversold
    from stock s cross join lateral (
      select count(*) as holds from holds h where h.variant_id = s.variant_id and h.state = 'active') h
    where s.variant_id = any(${variants}::uuid[])`
  const { held, holds, oversold } = row ?? {}
  const { granted, soldOut, wrong } = told
  if (wrong.length > 0) throw new Void(wrong.slice(0, 3).join('; '))
  if (held !== before + granted || holds !== held || oversold) {
    throw new Void(`${before} + ${granted} granted, ${held} units held by ${holds} holds`)
  }
  if (presses !== undefined && (granted !== expected || granted + soldOut !== presses)) {
    throw new Void(`${presses} pressed for ${expected}: ${granted} granted, ${soldOut} not`)
  }
}

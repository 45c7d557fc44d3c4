import type { CodeState, DiscountCode } from '../../../shared/wire/promotions.ts'
import type { Sql } from '../../store/postgres.ts'

type Slice = { before: string | null; limit: number; state: CodeState | null }

export async function readCode(sql: Sql, id: string): Promise<DiscountCode> {
  const [row] = await sql<{ view: DiscountCode }[]>`
    select code_view_v1(c) as view from discount_codes c where c.id = ${id}`
  if (!row) throw new Error(`the code ${id} is not there any more`)
  return row.view
}

/** A merchant's codes, newest first. */
export async function readCodes(
  sql: Sql,
  merchant: string,
  { before, limit, state }: Slice,
): Promise<DiscountCode[]> {
  const rows = await sql<{ view: DiscountCode }[]>`
    select code_view_v1(c) as view from (
      select * from discount_codes c
      where c.merchant_id = ${merchant} and (${before}::uuid is null or c.id < ${before}::uuid)
        and (${state}::text is null or code_state_v1(c) = ${state})
      order by c.id desc limit ${limit}) c
    order by c.id desc`
  return rows.map((row) => row.view)
}

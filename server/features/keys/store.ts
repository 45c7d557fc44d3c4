import type { ApiKey } from '../../../shared/wire/keys.ts'
import type { Sql } from '../../store/postgres.ts'

export type KeyHolder = { keyId: string; accountId: string; displayName: string; writes: boolean }

export async function readKeys(
  sql: Sql,
  merchant: string,
  { before, limit }: { before: string | null; limit: number },
): Promise<ApiKey[]> {
  const rows = await sql<{ view: ApiKey }[]>`
    select api_key_view_v1(k) as view from api_keys k
    where k.merchant_id = ${merchant} and (${before}::uuid is null or k.id < ${before}::uuid)
    order by k.id desc limit ${limit}`
  return rows.map(({ view }) => view)
}

/** Whether there was one. */
export async function dropKey(sql: Sql, merchant: string, id: string): Promise<boolean> {
  const gone = await sql`
    delete from api_keys where id = ${id} and merchant_id = ${merchant} returning id`
  return gone.length > 0
}

/** Whose key this is; that it was used is written once a minute. */
export async function useKey(sql: Sql, hash: Buffer): Promise<KeyHolder | undefined> {
  const [found] = await sql<KeyHolder[]>`
    with used as (
      update api_keys set used_at = now()
      where key_hash = ${hash} and (used_at is null or used_at < now() - interval '1 minute'))
    select k.id as "keyId", a.id as "accountId", a.display_name as "displayName", k.writes
    from api_keys k join accounts a on a.id = k.merchant_id where k.key_hash = ${hash}`
  return found
}

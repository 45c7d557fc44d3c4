import type { HostCard } from '../../../shared/wire/following.ts'
import type { Sql } from '../../store/postgres.ts'

/** A street has room for so many windows of each kind. */
const shownMax = 24

type Host = { id: string; displayName: string }

/** Undefined: nobody who has planned a show. */
export async function hostCard(sql: Sql, hostId: string): Promise<HostCard | undefined> {
  const [row] = await sql<{ card: HostCard | null }[]>`select host_card_v1(${hostId}) as card`
  return row?.card ?? undefined
}

/** Last followed first; a place: since when, and whom. One account's are a thousand at most: they are sorted as they are read. */
export function followedBy(
  sql: Sql,
  accountId: string,
  before: string | null,
  limit: number,
): Promise<(Host & { place: string })[]> {
  const [at = null, id = null] = before?.split(' ') ?? []
  return sql`
    select f.host_id as id, a.display_name as "displayName", us(f.created_at) || ' ' || f.host_id as place
    from follows f join accounts a on a.id = f.host_id
    where f.account_id = ${accountId}
      and (${at}::bigint is null or (us(f.created_at), f.host_id) < (${at}::bigint, ${id}::uuid))
    order by us(f.created_at) desc, f.host_id desc limit ${limit}`
}

/**
 * On: newest first; later: the soonest first, as the lobby's own list of them. Host by host: asked for a join, the
 * planner may go through every show there ever was.
 */
export async function showsFollowed(
  sql: Sql,
  accountId: string,
): Promise<{ on: string[]; later: string[] }> {
  const due = sql`coalesce(w.starts_at, 'infinity')`
  const [row] = await sql<{ on: string[]; later: string[] }[]>`
    with mine as materialized (select host_id from follows where account_id = ${accountId})
    select
      array(select s.id from mine cross join lateral (
          select w.id from shows w where w.host_id = mine.host_id and w.status in ('live', 'interrupted') offset 0) s
        order by s.id desc limit ${shownMax}) as on,
      array(select s.id from mine cross join lateral (
          select w.id, ${due} as due from shows w
          where w.host_id = mine.host_id and w.status = 'scheduled' and ${due} > now() - interval '2 hours'
          order by ${due}, w.id desc limit ${shownMax}) s
        order by s.due, s.id desc limit ${shownMax}) as later`
  return row as { on: string[]; later: string[] }
}

export async function letterHost(sql: Sql, token: string): Promise<Host | null> {
  const [row] = await sql<Host[]>`
    select a.id, a.display_name as "displayName"
    from follows f join accounts a on a.id = f.host_id where f.token = ${token}`
  return row ?? null
}

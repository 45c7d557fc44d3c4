import { type Check, type Finding, findAll } from '../../store/check.ts'
import type { Sql } from '../../store/postgres.ts'

/** Every promise about those who wait in line. */
export const auditLine = (sql: Sql): Promise<Finding[]> => findAll(sql, lineChecks)

export const lineChecks: Check[] = [
  {
    rule: 'line: an offer counts those who wait for it',
    shows: ['I2'],
    over: 'offers',
    ask: (sql, ids) => sql`
      select o.id, format('counts %s, waiting %s', o.waiting, coalesce(p.waiting, 0)) as detail
      from offers o left join (
        select offer_id, count(*) as waiting from line_places
        where ended_at is null and offer_id = any(${ids}::uuid[]) group by 1) p on p.offer_id = o.id
      where o.id = any(${ids}::uuid[]) and o.waiting <> coalesce(p.waiting, 0)`,
  },
  {
    rule: 'line: numbers go from 1, in the order of coming',
    shows: ['I2'],
    over: 'offers',
    ask: (sql, ids) => sql`
      select offer_id as id, format('number %s came at %s, after %s at %s', n, iso(joined_at), before, iso(since)) as detail
      from (
        select offer_id, n, joined_at, lag(n, 1, 0) over w as before, lag(joined_at) over w as since
        from line_places where offer_id = any(${ids}::uuid[]) window w as (partition by offer_id order by n)) p
      where n <> before + 1 or joined_at < since`,
  },
  {
    rule: 'line: nobody was served while a lower number waited',
    shows: ['I2'],
    over: 'offers',
    ask: (sql, ids) => sql`
      select offer_id as id, format('number %s was served at %s; a lower one waited until %s', n, iso(ended_at), coalesce(iso(longest), 'today')) as detail
      from (
        select offer_id, n, ended_at, ended_as, nullif(longest, 'infinity') as longest
        from (
          select *, max(coalesce(ended_at, 'infinity')) over (partition by offer_id order by n rows between unbounded preceding and 1 preceding) as longest
          from line_places where offer_id = any(${ids}::uuid[])) x
        where ended_as = 'served' and longest > ended_at) p`,
  },
  {
    rule: 'line: who was served holds one piece of that offer, from that moment on',
    shows: ['I2'],
    over: 'offers',
    ask: (sql, ids) => sql`
      select p.offer_id as id, format('number %s is %s; hold %s', p.n, coalesce(p.ended_as, 'waiting'), coalesce(h.id::text, 'is missing')) as detail
      from line_places p left join holds h on h.id = p.hold_id
      where p.offer_id = any(${ids}::uuid[]) and case when p.ended_as = 'served'
        then h.id is null or (h.buyer, h.offer_id, h.quantity, h.created_at) <> (p.account_id, p.offer_id, 1, p.ended_at)
        else p.hold_id is not null end`,
  },
  {
    rule: 'line: no unit went to a newcomer that somebody waited for',
    shows: ['I2'],
    over: 'variants',
    // Ledger and places as one story. A capped offer may wait for units that are free for others: it is left out.
    ask: (sql, ids) => sql`
      with waited as (
        select p.variant_id, p.joined_at, least(p.ended_at, o.closed_at) as until
        from line_places p join offers o on o.id = p.offer_id
        where o.cap is null and p.variant_id = any(${ids}::uuid[])),
      steps as (
        select variant_id, joined_at as at, 0::bigint as n, 1 as waits, 0 as free, null::uuid as hold from waited
        union all
        select variant_id, until, 0, -1, 0, null from waited where until is not null
        union all
        select variant_id, at, n, 0, case kind when 'receive' then quantity when 'correct' then quantity
          when 'release' then quantity when 'expire' then quantity when 'pull' then quantity when 'return' then quantity
          when 'hold' then -quantity when 'take' then -quantity else 0 end, case kind when 'hold' then hold_id end
        from stock_ledger where variant_id in (select variant_id from waited))
      select s.variant_id as id, format('hold %s at %s left %s free, where %s waited', s.hold, iso(s.at), s.free, s.waits) as detail
      from (select variant_id, at, hold, sum(waits) over w as waits, sum(free) over w as free
        from steps window w as (partition by variant_id order by at, n)) s
      where s.hold is not null and s.free < s.waits and not exists (select from line_places p where p.hold_id = s.hold)`,
  },
]

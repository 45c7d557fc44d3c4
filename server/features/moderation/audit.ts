import type { Check } from '../../store/check.ts'
import type { Sql } from '../../store/postgres.ts'

/** Acts that a moderator, the host or an admin may do; the second list is the host's alone, the third also an admin's. */
const forStaff = [
  'product.pinned',
  'product.unpinned',
  'product.pulled',
  'product.restored',
  'poll.opened',
  'poll.closed',
  'chat.approved',
  'chat.refused',
  'chat.deleted',
  'chat.pinned',
  'chat.unpinned',
  'chat.slowed',
  'words.changed',
  'viewer.muted',
  'viewer.unmuted',
  'viewer.banned',
  'viewer.unbanned',
]
const forHost = [
  'show.started',
  'lineup.changed',
  'sale.started',
  'auction.opened',
  'giveaway.opened',
  'code.shown',
]
const forHostOrAdmin = ['show.ended', 'staff.changed']
const acts = [...forStaff, ...forHost, ...forHostOrAdmin]

/** What the log says of people, against what people did. The log's order is the order of law. */
export const moderationChecks: Check[] = [
  {
    rule: 'moderation: nobody is heard who is muted or banned',
    shows: ['A1', 'A2'],
    over: 'shows',
    ask: (sql, ids) => sql`
      with ${silences(sql, ids)}
      select e.show_id as id, format('seq %s is said by %s, who was silenced at seq %s', e.seq, e.actor, x.seq) as detail
      from silences x join show_events e on e.show_id = x.show_id and e.actor = x.account and e.type = 'chat.sent'
        and e.seq > x.seq and (x.ended_seq is null or e.seq < x.ended_seq) and (x.until is null or e.at < x.until)`,
  },
  {
    rule: 'moderation: nobody holds units who is banned',
    shows: ['A2'],
    over: 'shows',
    ask: (sql, ids) => sql`
      with ${silences(sql, ids)}
      select h.id, format('made at %s by %s, who was banned at seq %s', iso(h.created_at), h.buyer, x.seq) as detail
      from silences x join holds h on h.show_id = x.show_id and h.buyer = x.account
        and h.created_at > x.at and (x.ended_at is null or h.created_at < x.ended_at)
      where x.kind = 'ban'`,
  },
  {
    rule: 'moderation: every act is of somebody who might',
    shows: ['A3'],
    over: 'shows',
    ask: (sql, ids) => sql`
      select e.show_id as id, format('seq %s, %s, is of %s, a %s then', e.seq, e.type, e.actor, r.role) as detail
      from show_events e join shows w on w.id = e.show_id left join accounts a on a.id = e.actor
        cross join lateral (select role_v1(w.host_id, a.id, a.kind, coalesce((
          select x.staff ->> 'moderator' = 'true' from show_events x
          where x.show_id = e.show_id and x.type <> 'chat.sent' and x.type = 'staff.changed' and x.seq < e.seq
            and x.staff ->> 'accountId' = e.actor::text order by x.seq desc limit 1), false)) as role) r
      where e.show_id = any(${ids}::uuid[]) and e.type <> 'chat.sent' and e.type = any(${acts}) and e.actor is not null
        and r.role is distinct from 'host'
        and not (r.role = 'admin' and not (e.type = any(${forHost})))
        and not (r.role = 'moderator' and e.type = any(${forStaff}))`,
  },
  {
    rule: 'moderation: mutes and bans are what the log says',
    shows: ['A6'],
    over: 'shows',
    ask: (sql, ids) => sql`
      with last as (
        select distinct on (show_id, account, kind) * from (
          select show_id, (staff ->> 'accountId')::uuid as account, staff, seq, actor,
            case when type like '%muted' then 'mute' else 'ban' end as kind, type in ('viewer.muted', 'viewer.banned') as begun
          from show_events where show_id = any(${ids}::uuid[]) and type <> 'chat.sent' and type like 'viewer.%') v
        order by show_id, account, kind, seq desc),
      rows as (select * from sanctions where show_id = any(${ids}::uuid[]))
      select coalesce(s.show_id, l.show_id) as id, format('%s of %s: the log %s, the row %s', coalesce(s.kind, l.kind),
        coalesce(s.account_id, l.account), coalesce('says seq ' || l.seq, 'says nothing'), case when s.kind is null then 'is gone' else 'says otherwise' end) as detail
      from last l full join rows s on s.show_id = l.show_id and s.account_id = l.account and s.kind = l.kind
      where (s.kind is null and l.begun and (l.kind = 'ban' or (l.staff ->> 'until')::timestamptz > clock_timestamp()))
        or (s.kind is not null and (l.begun is not true or s.by is distinct from l.actor or s.reason is distinct from l.staff ->> 'reason'
          or iso(s.until) is distinct from l.staff ->> 'until'))`,
  },
  {
    rule: 'moderation: moderators and pulled products are what the log says',
    shows: ['A3', 'A6', 'I8'],
    over: 'shows',
    ask: (sql, ids) => sql`
      with staff as (
        select distinct on (show_id, staff ->> 'accountId') show_id, (staff ->> 'accountId')::uuid as account, staff ->> 'moderator' = 'true' as now
        from show_events where show_id = any(${ids}::uuid[]) and type <> 'chat.sent' and type = 'staff.changed'
        order by show_id, staff ->> 'accountId', seq desc),
      pulls as (
        select distinct on (show_id, body ->> 'productId') show_id, (body ->> 'productId')::uuid as product, type = 'product.pulled' as now
        from show_events where show_id = any(${ids}::uuid[]) and type <> 'chat.sent' and type in ('product.pulled', 'product.restored')
        order by show_id, body ->> 'productId', seq desc),
      rows as (select * from moderators where show_id = any(${ids}::uuid[]))
      select coalesce(m.show_id, s.show_id) as id, format('account %s: the log and the rows differ', coalesce(m.account_id, s.account)) as detail
      from staff s full join rows m on m.show_id = s.show_id and m.account_id = s.account
      where coalesce(s.now, false) <> (m.show_id is not null)
      union all
      select l.show_id, format('product %s: the log and the line-up differ', l.product_id)
      from lineup l left join pulls p on p.show_id = l.show_id and p.product = l.product_id
      where l.show_id = any(${ids}::uuid[]) and l.pulled <> coalesce(p.now, false)`,
  },
]

/** From each mute and ban to what ended it: another word about the same person. */
function silences(sql: Sql, ids: string[]) {
  return sql`silences as (
    select * from (
      select show_id, seq, at, type, (staff ->> 'accountId')::uuid as account, (staff ->> 'until')::timestamptz as until,
        case when type like '%muted' then 'mute' else 'ban' end as kind,
        lead(seq) over w as ended_seq, lead(at) over w as ended_at
      from show_events where show_id = any(${ids}::uuid[]) and type <> 'chat.sent' and type like 'viewer.%'
      window w as (partition by show_id, staff ->> 'accountId', type like '%muted' order by seq)) v
    where type in ('viewer.muted', 'viewer.banned'))`
}

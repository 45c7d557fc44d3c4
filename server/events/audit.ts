import { type Check, type Finding, findAll } from '../store/check.ts'
import type { Sql } from '../store/postgres.ts'

/**
 * Recomputes the log of every show from its rows. Messages are erased by an act that stands in the log
 * itself; everything else is what was written.
 */
export const auditLog = (sql: Sql): Promise<Finding[]> => findAll(sql, logChecks)

/** A broken chain breaks every link after it: these tell where. */
const placesMax = 20

export const logChecks: Check[] = [
  {
    rule: 'log: seqs have no gap',
    shows: ['R1', 'R2'],
    over: 'events',
    ask: (sql, { ids, after, upTo }) => sql`
      select show_id as id, format('seq %s does not follow the one before', seq) as detail
      from (
        select show_id, seq, lag(seq, 1, 0::bigint) over (partition by show_id order by seq) as before
        from show_events where show_id = any(${ids}::uuid[]) and seq >= ${after} and seq <= ${upTo}) e
      where seq > ${after} and seq <> before + 1 order by show_id, seq limit ${placesMax}`,
  },
  {
    rule: 'log: every event is linked to the one before',
    shows: ['R2', 'R3'],
    over: 'events',
    ask: (sql, { ids, after, upTo }) => sql`
      select show_id as id, format('the link of seq %s is wrong', seq) as detail
      from (
        select *, lag(hash, 1, ''::bytea) over (partition by show_id order by seq) as before
        from show_events where show_id = any(${ids}::uuid[]) and seq >= ${after} and seq <= ${upTo}) e
      where seq > ${after} and hash <> event_link_v1(before, seq, type, at, actor::text, body_hash)
      order by show_id, seq limit ${placesMax}`,
  },
  {
    rule: 'log: every event says what was written',
    shows: ['R3'],
    over: 'events',
    ask: (sql, { ids, after, upTo }) => sql`
      select show_id as id, format('seq %s is not what was written', seq) as detail
      from show_events where show_id = any(${ids}::uuid[]) and seq > ${after} and seq <= ${upTo}
        and body_hash <> event_content_v1(body, staff)
        and not (body is null and staff is null and type in ('chat.sent', 'chat.held', 'chat.pinned'))
      order by show_id, seq limit ${placesMax}`,
  },
  {
    // A message has its key beside it; a pin or a held copy has lost with its words which one it was.
    rule: 'log: words are gone only where somebody took them away',
    shows: ['A6'],
    over: 'events',
    ask: (sql, { ids, after, upTo }) => sql`
      select e.show_id as id, format('seq %s has lost its words, and no act says why', e.seq) as detail
      from show_events e left join chat_keys k on k.show_id = e.show_id and k.seq = e.seq and e.type = 'chat.sent'
      where e.show_id = any(${ids}::uuid[]) and e.seq > ${after} and e.seq <= ${upTo}
        and e.type in ('chat.sent', 'chat.held', 'chat.pinned') and e.body is null and e.staff is null
        and not exists (select from show_events d where d.show_id = e.show_id and d.type <> 'chat.sent'
          and d.type = 'chat.deleted' and d.seq > e.seq
          and (e.type <> 'chat.sent' or d.body ->> 'messageId' = k.message_id::text))
      order by 1, e.seq limit ${placesMax}`,
  },
  {
    rule: 'log: every message has its key, and every key its message',
    shows: ['K1', 'R3'],
    over: 'events',
    ask: (sql, { ids, after, upTo }) => sql`
      select show_id as id, case when k.seq is null then format('seq %s has no key', seq)
        else format('the key of message %s points to seq %s', k.message_id, seq) end as detail
      from (select show_id, seq, actor from show_events
          where show_id = any(${ids}::uuid[]) and seq > ${after} and seq <= ${upTo} and type = 'chat.sent') e
        full join (select * from chat_keys where show_id = any(${ids}::uuid[]) and seq > ${after} and seq <= ${upTo}) k
          using (show_id, seq)
      where k.seq is null or e.actor is distinct from k.account_id order by show_id, seq limit ${placesMax}`,
  },
  {
    rule: 'log: ends where its head says',
    shows: ['R1', 'R2'],
    over: 'everything',
    ask: (sql) => sql`
      with recursive logs(id) as (
        (select show_id from show_events order by 1 limit 1)
        union all select (select x.show_id from show_events x where x.show_id > l.id order by 1 limit 1) from logs l where l.id is not null)
      select coalesce(h.show_id, l.id) as id, case when h.show_id is null then 'has events but no head'
        else format('the head is at seq %s, the last event at %s', h.seq, coalesce(e.seq, 0)) end as detail
      from show_heads h full join (select id from logs where id is not null) l on l.id = h.show_id
        left join lateral (select seq, hash from show_events where show_id = coalesce(h.show_id, l.id) order by seq desc limit 1) e on true
      where h.show_id is null or h.seq <> coalesce(e.seq, 0) or h.hash <> coalesce(e.hash, ''::bytea)`,
  },
]

import type { Check } from '../../store/check.ts'

/** Every promise about polls. */
export const pollChecks: Check[] = [
  {
    rule: 'poll: its counts are its votes',
    shows: ['P1'],
    over: 'everything',
    ask: (sql) => sql`
      select p.id, format('%s says %s, its votes %s', p.question, p.counts, v.counts) as detail
      from polls p cross join lateral (
        select array(select (select count(*)::int from poll_votes v where v.poll_id = p.id and v.answer = n - 1)
          from generate_series(1, cardinality(p.answers)) n order by n) as counts,
          (select count(*) from poll_votes v where v.poll_id = p.id) as n) v
      where p.counts <> v.counts or v.n <> (select sum(c) from unnest(p.counts) c)`,
  },
  {
    rule: 'poll: the room was told its end once, with the counts that it has',
    shows: ['P1'],
    over: 'shows',
    // `<> 'chat.sent'` says nothing more, and is the condition of the index that passes over the chat.
    ask: (sql, ids) => sql`
      select p.id, format('is %s; the log tells %s ends, with %s', coalesce('closed with ' || p.counts::text, 'open'), e.n, coalesce(e.told::text, 'nothing')) as detail
      from polls p cross join lateral (
        select count(*) as n, min((e.body -> 'counts')::text)::jsonb as told from show_events e
        where e.show_id = p.show_id and e.type <> 'chat.sent' and e.type = 'poll.closed' and e.body ->> 'pollId' = p.id::text) e
      where p.show_id = any(${ids}::uuid[])
        and (e.n <> (p.closed_at is not null)::int or e.told <> to_jsonb(p.counts))`,
  },
]

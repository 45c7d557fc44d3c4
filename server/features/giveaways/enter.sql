-- enter_giveaways_v1: enters a batch of people, into all the giveaways of a process, in one call.
--
--   in_shows, lots, people, nonces   one entry each, in order of arrival; one account stands once in a batch
--   most                             entries of one giveaway
--
-- Answers an array of {code, number?, ticket?, nonce?} in the order asked. A code is one of
--   IN (also who was in before: the first entry is the one that counts)
--   NOT_FOUND  OVER  BANNED  STAFF  FULL
--
-- The giveaways' rows are locked first: two batches of one giveaway follow each other, so numbers have no gap and no
-- twin, and what was acknowledged before (an end, a ban) is seen. The clock is read after that.
create or replace function enter_giveaways_v1(in_shows uuid[], lots uuid[], people uuid[], nonces text[], most int) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare t timestamptz; answers jsonb;
begin
  perform 1 from giveaways where id = any(lots) order by id for no key update;
  t := clock_timestamp();
  with judged as (
    select a.*, x.numbers, e.n as number, e.ticket, e.nonce as kept, case
      when exists (select from sanctions z where z.show_id = a.show_id and z.account_id = a.person and z.kind = 'ban'
        and (z.until is null or z.until > t)) then 'BANNED'
      when x.id is null then 'NOT_FOUND'
      when e.void then 'BANNED'
      when e.n is not null then 'IN'
      when x.ended_at is not null or x.ends_at <= t then 'OVER'
      when show_role_v1(a.show_id, a.person) in ('host', 'moderator', 'admin') then 'STAFF'
      else 'ENTER' end as code
    from unnest(in_shows, lots, people, nonces) with ordinality a(show_id, giveaway_id, person, nonce, n)
    left join lateral (select * from giveaways g where g.id = a.giveaway_id and g.show_id = a.show_id limit 1) x on true
    left join lateral (select * from giveaway_entries e where e.giveaway_id = x.id and e.account_id = a.person limit 1) e on true
  ),
  numbered as (
    select *, numbers + row_number() over (partition by giveaway_id order by n) as next from judged where code = 'ENTER'),
  entered as (
    insert into giveaway_entries(giveaway_id, n, account_id, ticket, nonce, at)
      select giveaway_id, next, person, gen_random_uuid(), nonce, t from numbered where next <= most
      returning giveaway_id, account_id, n, ticket),
  counted as (
    update giveaways g set numbers = g.numbers + c.n, entries = g.entries + c.n
    from (select giveaway_id, count(*)::int as n from entered group by 1) c where g.id = c.giveaway_id returning 1)
  select jsonb_agg(jsonb_build_object('code', case when j.code <> 'ENTER' then j.code when e.n is not null then 'IN' else 'FULL' end,
      'number', coalesce(e.n, j.number), 'ticket', coalesce(e.ticket, j.ticket),
      'nonce', case when e.n is not null then j.nonce else j.kept end) order by j.n)
    into answers from judged j left join entered e on e.giveaway_id = j.giveaway_id and e.account_id = j.person;
  return answers;
end $$;

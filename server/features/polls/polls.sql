-- Polls. Whoever counts votes or closes locks the poll's row first, then, to tell of it, the show's head.

-- poll_view_v1: a poll as everybody sees it.
create or replace function poll_view_v1(p polls) returns jsonb
language sql stable as $$
  select jsonb_build_object('pollId', p.id, 'question', p.question, 'answers', to_jsonb(p.answers), 'counts', to_jsonb(p.counts),
    'openedAt', iso(p.opened_at), 'endsAt', iso(p.ends_at), 'closedAt', iso(p.closed_at))
$$;

-- poll_open_v1 {showId, by, pollId, question, answers, durationMs?, max}: asks the room. Answers {value: the poll, events}.
-- Refuses NOT_FOUND, FORBIDDEN, SHOW_NOT_LIVE, CONFLICT (one is open; there were `max` already).
create or replace function poll_open_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; who uuid := args ->> 'by'; status text; t timestamptz; p polls; fact jsonb;
begin
  -- Also before the locks: a stranger's tries keep nobody waiting.
  perform must_be_v1(s, who, 'moderator');
  -- Held until the commit: a show that ends closes what is open then.
  select w.status into status from shows w where w.id = s for share;
  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, 'moderator');
  if status not in ('live', 'interrupted') then perform refuse('SHOW_NOT_LIVE', 'A poll needs a live show.'); end if;
  if exists (select from polls where show_id = s and closed_at is null) then
    perform refuse('CONFLICT', 'A poll is open already. Close it first.');
  end if;
  if (select count(*) from polls where show_id = s) >= (args ->> 'max')::int then
    perform refuse('CONFLICT', format('A show has %s polls at most.', args ->> 'max'));
  end if;
  t := clock_timestamp();
  insert into polls(id, show_id, question, answers, counts, opened_at, ends_at)
    select (args ->> 'pollId')::uuid, s, args ->> 'question', a, array_fill(0, array[cardinality(a)]), t,
      t + (args ->> 'durationMs')::int * interval '1 ms'
    from (select array(select jsonb_array_elements_text(args -> 'answers')) as a) given
    returning * into p;
  fact := poll_view_v1(p);
  return jsonb_build_object('value', fact, 'events', append_v1(s, jsonb_build_array(
    jsonb_build_object('type', 'poll.opened', 'actor', who, 'body', fact, 'staff', fact || by_v1(who)))));
end $$;

-- poll_close_v1 {showId, by, pollId}: no vote counts after the answer. Closed already: nothing happens. Answers {value: {}, events}.
-- Refuses NOT_FOUND, FORBIDDEN.
create or replace function poll_close_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; who uuid := args ->> 'by'; p polls;
begin
  perform must_be_v1(s, who, 'moderator');
  select * into p from polls where id = (args ->> 'pollId')::uuid and show_id = s for no key update;
  if not found then perform refuse('NOT_FOUND', 'There is no such poll in this show.'); end if;
  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, 'moderator');
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_v1(s, close_polls_v1(array[p.id], who)));
end $$;

-- close_polls_v1: closes those of these polls that are open; the caller has locked them. Answers the facts, for append_many_v1.
create or replace function close_polls_v1(ids uuid[], who uuid default null) returns jsonb
language sql as $$
  with closed as (update polls set closed_at = least(clock_timestamp(), ends_at) where id = any(ids) and closed_at is null returning *)
  select coalesce(jsonb_agg(jsonb_build_object('showId', c.show_id, 'type', 'poll.closed', 'actor', who, 'body', poll_view_v1(c),
    'staff', poll_view_v1(c) || coalesce(by_v1(who), '{}'))), '[]'::jsonb) from closed c
$$;

-- end_polls_v1: for a show that ends: closes its open poll, in the transaction of the end. Answers the facts.
create or replace function end_polls_v1(s uuid) returns jsonb
language plpgsql as $$
declare p uuid;
begin
  select id into p from polls where show_id = s and closed_at is null for no key update;
  return close_polls_v1(array[p]);
end $$;

-- sweep_polls_v1 {max}: closes polls whose time is over. Answers {value: their number, events}. Safe on several nodes.
create or replace function sweep_polls_v1(args jsonb) returns jsonb
language plpgsql as $$
declare due uuid[]; facts jsonb;
begin
  due := array(select id from polls where closed_at is null and ends_at <= clock_timestamp() order by id limit (args ->> 'max')::int for no key update);
  facts := close_polls_v1(due);
  return jsonb_build_object('value', jsonb_array_length(facts), 'events', append_many_v1(facts));
end $$;

-- answer_polls_v1: counts a batch of votes, of all the polls of a process, in one call.
--
--   in_shows, in_polls, people, picks   one entry a vote; one account stands once in a batch
--
-- Answers an array of {code, answer} in the order asked. A code is one of
--   COUNTED (also one that counted before: `answer` is the one that counts)
--   NOT_FOUND  OVER  NO_ANSWER (it has not so many)  BANNED  MUTED
--
-- The polls' rows are locked first: two batches of one poll follow each other, so rows and counts are the same votes, and
-- what was acknowledged before (a close, a ban, a vote) is seen.
create or replace function answer_polls_v1(in_shows uuid[], in_polls uuid[], people uuid[], picks int[]) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare t timestamptz; answers jsonb;
begin
  perform 1 from polls where id = any(in_polls) order by id for no key update;
  t := clock_timestamp();
  with judged as (
    select a.*, v.answer as first, case
      when v.answer is not null then 'COUNTED'
      when x.kind = 'ban' then 'BANNED'
      when x.kind = 'mute' then 'MUTED'
      when p.id is null then 'NOT_FOUND'
      when p.closed_at is not null or p.ends_at <= t then 'OVER'
      when a.pick >= cardinality(p.answers) then 'NO_ANSWER'
      else 'COUNT' end as code
    from unnest(in_shows, in_polls, people, picks) with ordinality a(show_id, poll_id, person, pick, n)
    left join lateral (select * from polls p where p.id = a.poll_id and p.show_id = a.show_id limit 1) p on true
    left join lateral (select * from poll_votes v where v.poll_id = p.id and v.account_id = a.person limit 1) v on true
    left join lateral (select x.kind from sanctions x where x.show_id = a.show_id and x.account_id = a.person
      and (x.until is null or x.until > t) order by x.kind limit 1) x on true
  ),
  counted as (
    insert into poll_votes(poll_id, account_id, answer, at) select poll_id, person, pick, t from judged where code = 'COUNT'
    returning poll_id, answer),
  summed as (
    update polls p set counts = array(
      select c + (select count(*)::int from counted v where v.poll_id = p.id and v.answer = u.place - 1)
      from unnest(p.counts) with ordinality u(c, place) order by place)
    where p.id in (select poll_id from counted) returning 1)
  select jsonb_agg(jsonb_build_object('code', case code when 'COUNT' then 'COUNTED' else code end, 'answer', coalesce(first, pick)) order by n)
    into answers from judged;
  return answers;
end $$;

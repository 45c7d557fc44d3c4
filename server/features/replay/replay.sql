-- A replay goes on selling. What is on sale in it are standing offers at the price as written, opened anew:
-- a flash price never comes back. They obey what offers of a live show obey, and are closed by the same verbs.

-- replay_settle_v1: opens or closes what a replay sells, so that it is as it should be by the rows now.
--
-- On sale: the show has ended, everybody can watch its replay, and its host sells in it. Pulled and archived
-- products stay off sale. The caller holds what replay_locks_v1 locks. Answers the facts to append.
create or replace function replay_settle_v1(s uuid, t timestamptz) returns jsonb
language plpgsql as $$
declare is_on boolean; should boolean; vs uuid[];
begin
  select w.sells, w.status = 'ended' and r.open and r.sells into is_on, should
    from shows w join replays r on r.show_id = w.id where w.id = s;
  if is_on = should then return '[]'::jsonb; end if;
  update shows set sells = should where id = s;
  vs := array(select v.id from variants v join lineup l on l.product_id = v.product_id where l.show_id = s);
  if should then
    perform offers_open_v1(s, lineup_of_v1(s), t);
    perform replays_bound_v1(vs, t);
  else
    perform offers_close_v1(s, vs, 'replay', t);
  end if;
  return jsonb_build_array(jsonb_build_object('showId', s, 'type', 'replay.changed', 'body', jsonb_build_object('sells', should)));
end $$;

-- replays_bound_v1: a variant is on sale in the twenty newest replays at most. Every hold of it looks at all
-- of its open offers, and each show that has one hears when it sells out.
create or replace function replays_bound_v1(variants uuid[], t timestamptz) returns void
language sql as $$
  update offers set closed_at = t, closed_as = 'replay' where id in (
    select x.id from (
      select o.id, row_number() over (partition by o.variant_id order by w.ended_at desc, w.id) n
      from offers o join shows w on w.id = o.show_id and w.status = 'ended'
      where o.variant_id = any(variants) and o.closed_at is null) x
    where x.n > 20)
$$;

-- replay_locks_v1: what every verb of a replay locks: the stock of what is or may be on sale, the show, the replay.
-- Makes the replay's row where there is none. Refuses NOT_FOUND.
create or replace function replay_locks_v1(s uuid) returns void
language plpgsql as $$
begin
  -- Twice: a variant that somebody added while this waited is there at the second look, and none comes after it.
  for _look in 1..2 loop
    perform 1 from stock where variant_id in (select variant_id from offers where show_id = s and closed_at is null
        union select v.id from variants v join lineup l on l.product_id = v.product_id where l.show_id = s)
      order by variant_id for no key update;
  end loop;
  perform 1 from shows where id = s for no key update;
  if not found then perform refuse('NOT_FOUND', 'There is no such show, or it is not open to you.'); end if;
  insert into replays(show_id) values (s) on conflict do nothing;
  perform 1 from replays where show_id = s for no key update;
end $$;

-- replay_sell_v1: whether the line-up is on sale in the replay; chosen before the show is over or after.
--
--   args   {showId, accountId, sells}
--
-- Switched off, no hold succeeds after the answer; holds and orders that stand, stand. Answers {value: {},
-- events}. Refuses NOT_FOUND, FORBIDDEN.
create or replace function replay_sell_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; who uuid := args ->> 'accountId';
begin
  perform must_be_v1(s, who, 'host');
  perform replay_locks_v1(s);
  update replays set sells = (args ->> 'sells')::boolean where show_id = s;
  return jsonb_build_object('value', '{}'::jsonb,
    'events', append_as_v1(s, who, 'host', replay_settle_v1(s, clock_timestamp())));
end $$;

-- replay_follow_v1: the replay is open where everybody can watch the recording, and closed where they cannot (hidden,
-- deleted). Asked under the locks: of two changes at once the later one holds, whichever is told last.
--
--   args   {showId}
--
-- Answers {value: {}, events}; as it was: nothing happens.
create or replace function replay_follow_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; is_open boolean; facts jsonb := '[]'::jsonb;
begin
  perform replay_locks_v1(s);
  is_open := recording_open_v1(s);
  update replays set open = is_open where show_id = s and open <> is_open;
  if found then
    facts := jsonb_build_array(jsonb_build_object('showId', s, 'type', 'replay.opened', 'body', jsonb_build_object('open', is_open)));
  end if;
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_many_v1(facts || replay_settle_v1(s, clock_timestamp())));
end $$;

-- A replay goes on selling. What is on sale in it are standing offers at the price as written, opened anew:
-- a flash price never comes back. They obey what offers of a live show obey, and are closed by the same verbs.

-- replay_settle_v1: opens or closes what a replay sells, so that it is as it should be by the rows now.
--
-- On sale: the show has ended, its recording is ready and not deleted, the replay is not hidden, and the
-- host sells in it. Pulled and archived products stay off sale. The caller holds the stock rows of the
-- line-up and of all open offers of the show, then the show's row. Answers the facts to append.
create or replace function replay_settle_v1(s uuid, t timestamptz) returns jsonb
language plpgsql as $$
declare should boolean; is boolean; vs uuid[];
begin
  select w.sells, w.status = 'ended' and coalesce(r.ready_at is not null and r.deleted_at is null and not r.hidden and r.sells, false)
    into is, should from shows w left join replays r on r.show_id = w.id where w.id = s;
  if is = should then return '[]'::jsonb; end if;
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
create or replace function replay_locks_v1(s uuid) returns shows
language plpgsql as $$
declare w shows;
begin
  perform 1 from stock where variant_id in (select variant_id from offers where show_id = s and closed_at is null
      union select v.id from variants v join lineup l on l.product_id = v.product_id where l.show_id = s)
    order by variant_id for no key update;
  select * into w from shows where id = s for no key update;
  if not found then perform refuse('NOT_FOUND', 'There is no such show, or it is not open to you.'); end if;
  insert into replays(show_id) values (s) on conflict do nothing;
  perform 1 from replays where show_id = s for no key update;
  return w;
end $$;

-- replay_change_v1: what the host wants of the replay, also before the show is over.
--
--   args   {showId, accountId, hidden?, sells?, fromMs?, toMs?, deleted?}; toMs null: to the end
--
-- When it answers, a replay that is hidden, deleted or told not to sell grants no hold any more; holds
-- that stand, stand. Answers {value: {}, events}. Refuses NOT_FOUND, FORBIDDEN, GONE (it was deleted).
create or replace function replay_change_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; r replays; facts jsonb;
begin
  perform must_be_v1(s, who, 'host+admin');
  perform replay_locks_v1(s);
  select * into r from replays where show_id = s;
  if r.deleted_at is not null then
    if args ? 'deleted' then return jsonb_build_object('value', '{}'::jsonb); end if;
    perform refuse('GONE', 'This replay was deleted.');
  end if;
  update replays set hidden = coalesce((args ->> 'hidden')::boolean, hidden), sells = coalesce((args ->> 'sells')::boolean, sells),
      from_ms = coalesce((args ->> 'fromMs')::int, from_ms),
      to_ms = case when args ? 'toMs' then (args ->> 'toMs')::int else to_ms end,
      deleted_at = case when (args ->> 'deleted')::boolean then clock_timestamp() end
    where show_id = s;
  facts := replay_settle_v1(s, clock_timestamp());
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_as_v1(s, who, 'host+admin', facts));
end $$;

-- replay_ready_v1: the recording of a show is whole: from now on it can be watched, and sells if its host wants it to.
--
--   args   {showId}
--
-- Ready already, or deleted: nothing happens. Answers {value: true when it was news, events}.
create or replace function replay_ready_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; w shows;
begin
  w := replay_locks_v1(s);
  if w.status <> 'ended' then return jsonb_build_object('value', false); end if;
  update replays set ready_at = clock_timestamp() where show_id = s and ready_at is null and deleted_at is null;
  if not found then return jsonb_build_object('value', false); end if;
  return jsonb_build_object('value', true, 'events', append_many_v1(
    jsonb_build_array(jsonb_build_object('showId', s, 'type', 'replay.ready', 'body', '{}'::jsonb)) || replay_settle_v1(s, clock_timestamp())));
end $$;

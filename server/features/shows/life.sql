-- The life of a show. A verb that opens or closes offers locks the stock of the line-up first (in id order), then
-- the show's row, then the head.

-- Locks the stock rows of products; answers the variants.
create or replace function lock_products_v1(products uuid[]) returns uuid[]
language plpgsql as $$
declare vs uuid[];
begin
  select coalesce(array_agg(v.id order by v.id), '{}') into vs from variants v where v.product_id = any(products);
  perform 1 from stock where variant_id = any(vs) order by variant_id for no key update;
  return vs;
end $$;

-- show_keeps_v1: whether units are off every shelf for this show: they stand before its room, or people in line have them.
create or replace function show_keeps_v1(s uuid) returns boolean
language sql stable as $$
  select house_has_v1(s) or exists (select from offers where show_id = s and closed_at is null and waiting > 0)
$$;

create or replace function lineup_of_v1(s uuid) returns uuid[]
language sql stable as $$ select coalesce(array_agg(product_id order by position), '{}') from lineup where show_id = s $$;

-- show_start_v1 {showId, accountId}: scheduled → live; standing offers of the line-up open. The event has the
-- whole window as it opens, so that the log alone tells what was seen from there on.
-- Who asked to be reminded and who follows the host is told from now on. Answers null. Already live: nothing happens. Ended or canceled: GONE.
create or replace function show_start_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'accountId';
  products uuid[]; was text; t timestamptz;
begin
  perform must_be_v1(s, who, 'host');
  products := lineup_of_v1(s);
  perform lock_products_v1(products);
  select status into was from shows where id = s for no key update;
  if was in ('live', 'interrupted') then return jsonb_build_object('value', null); end if;
  if was <> 'scheduled' then perform refuse('GONE', 'This show is over. Plan a new one.'); end if;
  t := clock_timestamp();
  update shows set status = 'live', started_at = t, tell_at = t where id = s;
  perform followers_hear_v1(s, who);
  perform offers_open_v1(s, products, t);
  perform tell_show_v1('show.started', s);
  return jsonb_build_object('value', null, 'events', append_as_v1(s, who, 'host',
    jsonb_build_array(jsonb_build_object('type', 'show.started', 'body', (
      select jsonb_build_object('startedAt', iso(t), 'title', w.title, 'startsAt', iso(w.starts_at), 'products', shown_products_v1(s, null))
      from shows w where w.id = s)))));
end $$;

-- show_end_v1 {showId, accountId?}: all offers close, running sales, an auction, a giveaway and a poll end; holds and orders run on.
-- Without accountId the house itself ends it. Answers null; ended already: nothing happens.
create or replace function show_end_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'accountId';
  vs uuid[]; was text; t timestamptz; facts jsonb; closed jsonb; before jsonb; elsewhere jsonb := '[]'::jsonb;
begin
  if who is not null then perform must_be_v1(s, who, 'host+admin'); end if;
  -- Offers may outlive a product's place in the line-up: both are locked, in one pass.
  vs := array(select variant_id from offers where show_id = s and closed_at is null
    union select v.id from variants v join lineup l on l.product_id = v.product_id where l.show_id = s);
  perform 1 from stock where variant_id = any(vs) order by variant_id for no key update;
  select status into was from shows where id = s for no key update;
  if was in ('ended', 'canceled') then return jsonb_build_object('value', null); end if;
  if was = 'scheduled' then perform refuse('SHOW_NOT_LIVE', 'This show has not begun. Call it off instead.'); end if;
  t := clock_timestamp();
  if show_keeps_v1(s) then before := availability_v1(vs); end if;
  perform offers_close_v1(s, vs, 'ended', t);
  closed := house_ends_v1(s, vs, 'ended', t);
  -- A unit that nobody won, or that somebody waited for, is free in other shows again.
  if before is not null then elsewhere := crossed_v1(before, vs); end if;
  with ended as (update sales set ended_at = t, ended_as = 'ended' where show_id = s and ended_at is null returning id, variant_id)
  select coalesce(jsonb_agg(jsonb_build_object('type', 'sale.ended', 'body', sale_ended_v1(id, variant_id, 'ended'))), '[]'::jsonb)
    into facts from ended;
  update shows set status = 'ended', ended_at = t, pinned_product = null where id = s;
  perform tell_show_v1('show.ended', s);
  facts := facts || end_polls_v1(s);
  facts := facts || (closed -> 'facts') || jsonb_build_object('type', 'show.ended', 'body', jsonb_build_object('endedAt', iso(t),
    'viewersPeak', (select viewers_peak from shows where id = s)));
  -- Heads of all shows concerned, in id order, before the first is written to.
  perform 1 from show_heads where show_id = s or show_id in (select (value ->> 'showId')::uuid from jsonb_array_elements(elsewhere))
    order by show_id for no key update;
  return jsonb_build_object('value', null, 'events', case when who is null then append_v1(s, facts)
    else append_as_v1(s, who, 'host+admin', facts) end || append_many_v1(elsewhere), 'notices', closed -> 'notices');
end $$;

-- show_change_v1 {showId, accountId, title?, startsAt?, status?, productIds?}: all that is given, or nothing of it.
-- `status` is canceled, which calls off a show that has not begun. Answers null. Begun meanwhile: CONFLICT, as when
-- the line-up changed meanwhile; over: GONE.
create or replace function show_change_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; before uuid[]; wanted uuid[]; was text; facts jsonb := '[]'::jsonb;
  vs uuid[]; free jsonb; elsewhere jsonb := '[]'::jsonb;
begin
  perform must_be_v1(s, who, 'host');
  if args ? 'productIds' then
    before := lineup_of_v1(s);
    wanted := array(select jsonb_array_elements_text(args -> 'productIds')::uuid);
    vs := lock_products_v1(array(select unnest(before || wanted) order by 1));
  end if;
  select status into was from shows where id = s for no key update;
  if was in ('ended', 'canceled') then perform refuse('GONE', 'This show is over. It stays as it was.'); end if;
  if args ->> 'status' = 'canceled' and was <> 'scheduled' then perform refuse('CONFLICT', 'A running show is ended, not called off.'); end if;
  if args ? 'productIds' then
    if lineup_of_v1(s) <> before then perform refuse('CONFLICT', 'The line-up changed a moment ago. Look at it again.'); end if;
    if show_keeps_v1(s) then free := availability_v1(vs); end if;
    facts := lineup_change_v1(s, was <> 'scheduled', before, wanted);
    -- A unit of what ended with its product, or that somebody waited for, is free in other shows again.
    if free is not null then
      elsewhere := array_to_json(array(select e from jsonb_array_elements(crossed_v1(free, vs)) e where e ->> 'showId' <> s::text))::jsonb;
    end if;
  end if;
  if args ?| array['title', 'startsAt', 'status'] then
    update shows set title = coalesce(args ->> 'title', title), status = coalesce(args ->> 'status', status),
      tell_at = case args ->> 'status' when 'canceled' then clock_timestamp() else tell_at end,
      starts_at = coalesce((args ->> 'startsAt')::timestamptz, starts_at) where id = s;
    facts := facts || (select jsonb_build_object('type', 'show.updated', 'body',
      jsonb_build_object('title', title, 'startsAt', iso(starts_at), 'status', status)) from shows where id = s);
  end if;
  return jsonb_build_object('value', null, 'events', house_tells_v1(s, who, 'host', facts, elsewhere));
end $$;

-- lineup_change_v1: the whole line-up, in order. On air, offers of new products open, those of removed ones close;
-- holds stand. The stock of both and the show's row are locked. Answers its facts.
create or replace function lineup_change_v1(s uuid, on_air boolean, before uuid[], wanted uuid[]) returns jsonb
language plpgsql as $$
declare
  gone uuid[] := array(select p from unnest(before) p where p <> all(wanted));
  gone_variants uuid[] := array(select id from variants where product_id = any(gone) order by id);
  unpinned uuid; t timestamptz := clock_timestamp(); facts jsonb := '[]'::jsonb;
begin
  delete from lineup where show_id = s and product_id = any(gone);
  -- A product that was pulled and left the line-up comes back as it left: only a restore opens it.
  insert into lineup(show_id, product_id, position, pulled)
    select s, p, n, pulled_v1(s, p) from unnest(wanted) with ordinality w(p, n)
    on conflict (show_id, product_id) do update set position = excluded.position;
  if on_air then
    perform offers_close_v1(s, gone_variants, 'removed', t);
    perform offers_open_v1(s, wanted, t);
    with ended as (update sales set ended_at = t, ended_as = 'host'
      where show_id = s and ended_at is null and variant_id = any(gone_variants) returning id, variant_id)
    select coalesce(jsonb_agg(jsonb_build_object('type', 'sale.ended', 'body', sale_ended_v1(id, variant_id, 'host'))), '[]'::jsonb)
      into facts from ended;
    facts := facts || (house_ends_v1(s, gone_variants, 'pulled', t) -> 'facts');
  end if;
  select pinned_product into unpinned from shows where id = s and pinned_product = any(gone);
  if found then
    update shows set pinned_product = null where id = s;
    facts := facts || jsonb_build_object('type', 'product.unpinned', 'body', jsonb_build_object('productId', unpinned)); end if;
  return facts || jsonb_build_object('type', 'lineup.changed', 'body',
    jsonb_build_object('productIds', to_jsonb(wanted), 'products', shown_products_v1(s, null)));
end $$;

-- show_picture_v1 {showId, here}: the picture went away, or is back. live ⇄ interrupted.
-- Answers true when something changed.
create or replace function show_picture_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; here boolean := args ->> 'here'; t timestamptz := clock_timestamp();
begin
  if here then
    update shows set status = 'live', interrupted_at = null where id = s and status = 'interrupted';
  else
    update shows set status = 'interrupted', interrupted_at = t where id = s and status = 'live';
  end if;
  if not found then return jsonb_build_object('value', false); end if;
  return jsonb_build_object('value', true, 'events', append_v1(s, jsonb_build_array(case when here
    then jsonb_build_object('type', 'show.resumed', 'body', '{}'::jsonb)
    else jsonb_build_object('type', 'show.interrupted', 'body', jsonb_build_object('interruptedAt', iso(t))) end)));
end $$;

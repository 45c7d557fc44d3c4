-- A line for what is sold out. A place waits for one piece of one offer; `offers.waiting` counts those that wait, and
-- lowers what newcomers can have (available_v1, reserve). Everything here locks the variant's stock row first.

-- place_v1: a place as its owner sees it.
create or replace function place_v1(p line_places) returns jsonb
language sql stable as $$
  select jsonb_build_object('showId', p.show_id, 'variantId', p.variant_id, 'number', p.n, 'state', coalesce(p.ended_as, 'waiting'))
$$;

-- line_v1: the line for an offer as everybody sees it: the lowest number that waits, and how many do.
create or replace function line_v1(o offers) returns jsonb
language sql stable as $$
  select jsonb_build_object('waiting', o.waiting,
    'next', (select p.n from line_places p where p.offer_id = o.id and p.ended_at is null order by p.n limit 1))
$$;

-- place_notice_v1: what all screens of its owner hear of it.
create or replace function place_notice_v1(p line_places) returns jsonb
language sql stable as $$
  select jsonb_build_object('accountId', p.account_id, 'event', 'line:changed', 'payload', place_v1(p))
$$;

-- places_end_v1: ends these places of one offer that wait. Answers what their owners hear.
--
--   ended_as   left · over · banned · limit
create or replace function places_end_v1(offer uuid, numbers int[], ended_as text, t timestamptz) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare notices jsonb;
begin
  with gone as (
    update line_places p set ended_at = t, ended_as = places_end_v1.ended_as
      where p.offer_id = offer and p.n = any(numbers) and p.ended_at is null returning p as place
  )
  select coalesce(jsonb_agg(place_notice_v1(place) order by (place).n), '[]'::jsonb) into notices from gone;
  update offers set waiting = waiting - jsonb_array_length(notices) where id = offer;
  return notices;
end $$;

-- line_joins_v1: takes places for many, each for one piece, in the order asked.
--
--   asks   [{showId, variantId, accountId, key}]; an account stands once in a batch
--   line_max, places_max   places of one offer, of one account
--
-- Answers {answers, notices}; an answer is {place}, or {code} of a refusal. With a key that was used: that place as it is
-- now; for who waits already: the place that they have. Raises P0409 when a key was being used in another batch at this
-- very moment: the same batch again sees the other's place.
create or replace function line_joins_v1(asks jsonb, line_max int, places_max int) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare t timestamptz; ask jsonb; one jsonb; answers jsonb := '[]'::jsonb; notices jsonb := '[]'::jsonb;
begin
  perform 1 from stock where variant_id = any(array(select (value ->> 'variantId')::uuid from jsonb_array_elements(asks)))
    order by variant_id for no key update;
  perform show_fence_v1(s, false) from (select distinct (value ->> 'showId')::uuid s from jsonb_array_elements(asks) order by s) f;
  t := clock_timestamp();
  for ask in select value from jsonb_array_elements(asks) loop
    one := line_join_one_v1(ask, t, line_max, places_max);
    answers := answers || (one - 'notice');
    if one ? 'notice' then notices := notices || (one -> 'notice'); end if;
  end loop;
  return jsonb_build_object('answers', answers, 'notices', notices);
exception when unique_violation then raise 'a key is being used in another batch' using errcode = 'P0409';
end $$;

-- line_join_one_v1: one of them; line_joins_v1 holds its stock row and the fence. Answers {place, notice?} or {code}:
-- CONFLICT where a piece is to be had, SOLD_OUT where the line is full, RATE_LIMITED for who waits in too many lines, NOT_FOUND,
-- SHOW_NOT_LIVE, PRODUCT_PULLED, SALE_NOT_OPEN, BANNED, LIMIT_PER_BUYER, IDEMPOTENCY_MISMATCH.
create or replace function line_join_one_v1(ask jsonb, t timestamptz, line_max int, places_max int) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  s uuid := ask ->> 'showId'; who uuid := ask ->> 'accountId'; variant uuid := ask ->> 'variantId';
  k stock; o offers; p line_places; status text; pulled boolean;
begin
  select * into p from line_places x where x.account_id = who and x.key = ask ->> 'key';
  if found then
    if (p.show_id, p.variant_id) <> (s, variant) then return '{"code": "IDEMPOTENCY_MISMATCH"}'; end if;
    return jsonb_build_object('place', place_v1(p));
  end if;
  if banned_v1(s, who, t) then return '{"code": "BANNED"}'; end if;
  select w.status, l.pulled into status, pulled
    from shows w join lineup l on l.show_id = w.id join variants v on v.product_id = l.product_id where w.id = s and v.id = variant;
  if not found then return '{"code": "NOT_FOUND"}'; end if;
  if status not in ('live', 'interrupted') then return '{"code": "SHOW_NOT_LIVE"}'; end if;
  if pulled then return '{"code": "PRODUCT_PULLED"}'; end if;
  select * into o from offers x where x.variant_id = variant and x.show_id = s and x.closed_at is null
    and x.starts_at <= t and (x.ends_at is null or x.ends_at > t);
  if not found then return '{"code": "SALE_NOT_OPEN"}'; end if;
  select * into p from line_places x where x.account_id = who and x.offer_id = o.id and x.ended_at is null;
  if found then return jsonb_build_object('place', place_v1(p)); end if;
  select * into k from stock where variant_id = variant;
  if available_v1(k, o) > 0 then return '{"code": "CONFLICT"}'; end if;
  if o.per_buyer <= bought_v1(o.id, who, t) then return '{"code": "LIMIT_PER_BUYER"}'; end if;
  if o.waiting >= line_max then return '{"code": "SOLD_OUT"}'; end if;
  if (select count(*) from line_places x where x.account_id = who and x.ended_at is null) >= places_max then
    return '{"code": "RATE_LIMITED"}';
  end if;
  insert into line_places(offer_id, n, show_id, variant_id, account_id, joined_at, key)
    values (o.id, coalesce((select max(x.n) from line_places x where x.offer_id = o.id), 0) + 1, s, variant, who, t, ask ->> 'key')
    returning * into p;
  update offers set waiting = waiting + 1 where id = o.id;
  return jsonb_build_object('place', place_v1(p), 'notice', place_notice_v1(p));
end $$;

-- banned_v1: whether somebody is banned from a show; asked behind its fence.
create or replace function banned_v1(s uuid, who uuid, t timestamptz) returns boolean
language sql stable as $$
  select exists (select from sanctions b where b.show_id = s and b.account_id = who and b.kind = 'ban' and (b.until is null or b.until > t))
$$;

-- bought_v1: units of an offer that somebody holds or bought.
create or replace function bought_v1(offer uuid, who uuid, t timestamptz) returns bigint
language sql stable as $$
  select coalesce(sum(h.quantity), 0) from holds h where h.buyer = who and h.offer_id = offer
    and (h.state in ('ordered', 'confirmed') or h.state = 'active' and h.expires_at > t)
$$;

-- line_leave_v1: gives a place up.
--
--   args   {showId, variantId, accountId}
--
-- Answers {value: {}, events, notices}; also when there is no place. A unit that was kept for it is anybody's.
create or replace function line_leave_v1(args jsonb) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  variant uuid := args ->> 'variantId'; p line_places; before jsonb; notices jsonb := '[]'::jsonb;
begin
  perform 1 from stock where variant_id = variant for no key update;
  before := availability_v1(array[variant]);
  for p in select * from line_places x where x.account_id = (args ->> 'accountId')::uuid and x.ended_at is null
    and x.show_id = (args ->> 'showId')::uuid and x.variant_id = variant
  loop
    notices := notices || places_end_v1(p.offer_id, array[p.n], 'left', clock_timestamp());
  end loop;
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_many_v1(crossed_v1(before, array[variant])), 'notices', notices);
end $$;

-- lines_waiting_v1: offers for which somebody waits.
create or replace function lines_waiting_v1() returns uuid[]
language sql stable
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
  -- From offer to offer: a line of ten thousand costs what one of three does.
  with recursive lines(id) as (
    (select offer_id from line_places where ended_at is null order by offer_id limit 1)
    union all
    select (select x.offer_id from line_places x where x.ended_at is null and x.offer_id > l.id order by x.offer_id limit 1)
    from lines l where l.id is not null)
  select coalesce(array_agg(id), '{}') from lines where id is not null
$$;

-- serve_lines_v1: gives units that came back to those who wait, in the order of their numbers.
--
--   args   {ids, holdMs}: of the holds to come, made by the caller: so many places end by one call at most; how long
--          a hold lasts
--
-- A line is demand: holds past their time end here. Of two shows' lines for one variant who came first is served first.
-- Who is banned, or has what one buyer may have, is passed over for good; a line whose offer has ended ends. Answers
-- {value: number of places that ended, events, notices}. Safe on several nodes: one waits for the other's stock rows and
-- then finds those places ended.
create or replace function serve_lines_v1(args jsonb) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  most int := jsonb_array_length(args -> 'ids'); t timestamptz := clock_timestamp(); lines uuid[] := lines_waiting_v1(); variants uuid[];
  before jsonb; notices jsonb; ended int := 0; v uuid; o offers; told jsonb;
begin
  -- Where there is something to do, looked at without a lock: it is decided below.
  variants := array(select distinct x.variant_id from unnest(lines) l cross join lateral (select * from offers where id = l offset 0) x
      join stock k on k.variant_id = x.variant_id
    where x.closed_at is not null or x.ends_at <= t or (k.on_hand > k.held + k.sold and (x.cap is null or x.taken < x.cap))
      or exists (select from holds h where h.variant_id = x.variant_id and h.state = 'active' and h.expires_at <= t));
  if cardinality(variants) = 0 then return jsonb_build_object('value', 0); end if;
  perform 1 from stock where variant_id = any(variants) order by variant_id for no key update;
  -- Asked again under the lock: who came meanwhile to another show's line may have come before others.
  lines := array(select x.id from unnest(lines_waiting_v1()) l join offers x on x.id = l where x.variant_id = any(variants) order by x.id);
  perform show_fence_v1(s, false) from (select distinct show_id s from offers where id = any(lines) order by s) f;
  t := clock_timestamp();
  before := availability_v1(variants);
  notices := end_holds_v1(array(select h.id from unnest(variants) w cross join lateral (
    select id from holds where variant_id = w and state = 'active' and expires_at <= t order by expires_at limit most) h), 'expired', t);
  for o in select * from offers where id = any(lines) and (closed_at is not null or ends_at <= t) order by id loop
    told := places_end_v1(o.id, array(select n from line_places where offer_id = o.id and ended_at is null order by n limit most - ended), 'over', t);
    ended := ended + jsonb_array_length(told); notices := notices || told;
  end loop;
  foreach v in array variants loop
    told := serve_variant_v1(v, lines, most - ended, args -> 'ids', t, t + (args ->> 'holdMs')::bigint * interval '1 ms');
    ended := ended + jsonb_array_length(told); notices := notices || told;
  end loop;
  return jsonb_build_object('value', ended, 'events', append_many_v1(crossed_v1(before, variants)), 'notices', notices);
end $$;

-- serve_variant_v1: serves those who wait for one variant in these lines, at most `most`; `ids` are taken from their end.
-- Answers a notice for each place that ended.
create or replace function serve_variant_v1(v uuid, lines uuid[], most int, ids jsonb, t timestamptz, until timestamptz) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare free int; o offers; p line_places; h holds; moves jsonb := '[]'::jsonb; notices jsonb := '[]'::jsonb;
begin
  select on_hand - held - sold into free from stock where variant_id = v;
  while free > 0 and most > 0 loop
    select (w.p).* into p
      from offers x cross join lateral (
        select y p from line_places y where y.offer_id = x.id and y.ended_at is null order by y.n limit 1) w
      where x.id = any(lines) and x.variant_id = v and x.closed_at is null and (x.ends_at is null or x.ends_at > t)
        and (x.cap is null or x.taken < x.cap)
      order by (w.p).joined_at limit 1;
    exit when not found;
    select * into o from offers where id = p.offer_id;
    most := most - 1;
    if banned_v1(p.show_id, p.account_id, t) then
      notices := notices || places_end_v1(o.id, array[p.n], 'banned', t);
    elsif o.per_buyer <= bought_v1(o.id, p.account_id, t) then
      notices := notices || places_end_v1(o.id, array[p.n], 'limit', t);
    else
      -- No buyer's key has a letter that is not ASCII: this one is free.
      insert into holds(id, offer_id, variant_id, show_id, buyer, quantity, price, currency, created_at, expires_at, key)
        values ((ids ->> most)::uuid, o.id, v, o.show_id, p.account_id, 1, o.price, o.currency, t, until, 'line → ' || o.id || ' ' || p.n)
        returning * into h;
      update offers set taken = taken + 1, waiting = waiting - 1 where id = o.id;
      update line_places set ended_at = t, ended_as = 'served', hold_id = h.id where offer_id = p.offer_id and n = p.n returning * into p;
      moves := moves || jsonb_build_object('variantId', v, 'kind', 'hold', 'quantity', 1, 'holdId', h.id);
      notices := notices || jsonb_set(place_notice_v1(p), '{payload, hold}', hold_json_v1(h, t));
      free := free - 1;
    end if;
  end loop;
  if jsonb_array_length(moves) > 0 then perform stock_write_v1(moves, t); end if;
  return notices;
end $$;

-- reserve_v1: decides a whole batch of hold requests of any variants and shows, in one call.
--
--   variants, ids, for_shows, buyers, quantities, keys   one entry a request, in order of arrival; ids are
--             the holds' own, made by the caller. A (buyer, variant) and a (buyer, key) stand once in a batch
--   hold_ms   how long a hold lasts
--   units_max units that one buyer may hold without having ordered them; null: any number
--
-- Answers one jsonb object:
--   codes       one a request:
--                 0 granted                 5 LIMIT_PER_BUYER
--                 1 a repeat                6 BANNED
--                 2 SOLD_OUT                7 SHOW_NOT_LIVE
--                 3 NOT_FOUND               8 PRODUCT_PULLED
--                 4 SALE_NOT_OPEN           9 IDEMPOTENCY_MISMATCH
--                                          10 RATE_LIMITED: units_max
--   offers      one a request, an index into `prices`; null where there was no offer
--   prices      [{amount, currency}]
--   expiresAt   of every hold granted here
--   repeats     [{n, hold}]: the first hold of that key as it stands now; n counts requests from 0
--   events      what was appended: an offer's availability crossed zero
--   notices     hold:ended for each hold that ran out and was reclaimed
-- Raises P0409 when a key was being used in another batch at this very moment: the same batch again
-- sees the other's row.
--
-- Its first statement locks, so every later one sees what was committed before: it must stay VOLATILE,
-- run under READ COMMITTED in a transaction of its own, and never become one statement. Locks: stock rows
-- in id order, each show's fence (shared), offers and holds, heads. Plans are fixed: with the planner's
-- own, fifty variants cost five times as much. And no look-up may depend on what the planner believes: it
-- was told of empty tables the night before. Hence LIMIT 1 in what reads one row (a plain join was planned
-- as a scan of all holds, and the second thousand of a drop took longer than statement_timeout), and
-- `state || ''`, which keeps the index of all active holds out of a question about one buyer's.
create or replace function reserve_v1(
  variants uuid[], ids uuid[], for_shows uuid[], buyers uuid[], quantities int[], keys text[], hold_ms bigint, units_max int
) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  asked int := cardinality(ids); i int; t timestamptz; t_us bigint; until timestamptz;
  known uuid[]; live uuid[];
  codes smallint[]; vix int[]; oix int[]; repeats jsonb;
  -- per variant
  v_ids uuid[]; free int[]; free_before int[]; base bigint[]; link bytea[]; want int[]; moved int[]; back int[]; back_lines bigint[];
  -- per offer
  o_ids uuid[]; o_vix int[]; room int[]; room_before int[]; o_want int[]; prices jsonb;
  contested boolean := false; granted int; written int; crossed int[];
  notices jsonb; facts jsonb; events jsonb;
begin
  -- 1 the mutexes
  select coalesce(array_agg(variant_id), '{}'), array_agg(on_hand - held - sold), array_agg(n), array_agg(hash)
    into v_ids, free, base, link
    from (select * from stock where variant_id = any(variants) order by variant_id for no key update) s;
  perform show_fence_v1(s, false) from (select distinct s from unnest(for_shows) s order by s) f;
  t := clock_timestamp(); t_us := us(t); until := t + hold_ms * interval '1 ms'; -- one instant for the whole batch
  free_before := free;

  -- 2 shows and open offers
  select array_agg(w.id), array_agg(w.id) filter (where w.status in ('live', 'interrupted') or w.sells)
    into known, live from shows w where w.id = any(for_shows);
  select array_agg(id), array_agg(array_position(v_ids, variant_id)), array_agg(coalesce(cap - taken, 2147483647)),
      jsonb_agg(money(price, currency))
    into o_ids, o_vix, room, prices
    from (select * from offers where variant_id = any(v_ids) and closed_at is null order by id) o;
  room_before := room;

  -- 3 verdicts that do not depend on what is left
  select array_agg(q.code order by q.n), array_agg(q.oix order by q.n), array_agg(q.vix order by q.n),
      jsonb_agg(jsonb_build_object('n', q.n - 1, 'hold', q.first)) filter (where q.code = 1)
    into codes, oix, vix, repeats
    from (
      select r.n, array_position(v_ids, r.variant) vix, array_position(o_ids, o.id) oix,
        case when (p.hold).id is not null then hold_json_v1(p.hold, t) end first,
        case
          when (p.hold).id is not null then
            case when (p.hold).quantity = r.quantity and (p.hold).variant_id = r.variant and (p.hold).show_id = r.show then 1 else 9 end
          when not coalesce(r.show = any(known), false) then 3
          when exists (select from sanctions b where b.show_id = r.show and b.account_id = r.buyer and b.kind = 'ban'
            and (b.until is null or b.until > t)) then 6
          when o.id is null or not coalesce(r.show = any(live), false) then (
            select case
              when l.show_id is null then 3
              when not coalesce(r.show = any(live), false) then 7
              when l.pulled then 8
              else 4 end
            from (select 1) one left join lateral (
              select l.show_id, l.pulled from variants v join lineup l on l.show_id = r.show and l.product_id = v.product_id
              where v.id = r.variant) l on true)
          when t < o.starts_at or t >= o.ends_at then 4
          when o.per_buyer is not null and r.quantity + coalesce((select sum(b.quantity) from holds b where b.buyer = r.buyer and b.offer_id = o.id
            and (b.state in ('ordered', 'confirmed') or b.state = 'active' and b.expires_at > t)), 0) > o.per_buyer then 5
          when units_max is not null and r.quantity + coalesce((select sum(b.quantity) from holds b where b.buyer = r.buyer
            and b.state || '' = 'active' and b.expires_at > t), 0) > units_max then 10
          else 0
        end::smallint code
      from unnest(variants, ids, for_shows, buyers, quantities, keys) with ordinality r(variant, id, show, buyer, quantity, key, n)
      left join lateral (select h as hold from holds h where h.buyer = r.buyer and h.key = r.key limit 1) p on true
      left join lateral (select * from offers o where o.variant_id = r.variant and o.show_id = r.show and o.closed_at is null
        order by (t >= o.starts_at and (o.ends_at is null or t < o.ends_at)) desc, o.starts_at limit 1) o on true
    ) q;

  -- 4 demand against what is left
  moved := array_fill(0, array[greatest(cardinality(v_ids), 1)]);
  want := moved;
  o_want := array_fill(0, array[coalesce(cardinality(o_ids), 1)]);
  for i in 1..asked loop
    if codes[i] = 0 then
      want[vix[i]] := want[vix[i]] + quantities[i];
      o_want[oix[i]] := o_want[oix[i]] + quantities[i];
    end if;
  end loop;
  for i in 1..cardinality(v_ids) loop contested := contested or want[i] > free[i]; end loop;
  for i in 1..coalesce(cardinality(o_ids), 0) loop contested := contested or o_want[i] > room[i]; end loop;

  if contested then
    -- 5 units past their time come back, only where somebody needs them, at most 2000 holds a variant
    with needy as (
      select distinct vix[x] vx from generate_series(1, asked) x
      where codes[x] = 0 and (want[vix[x]] > free[vix[x]] or o_want[oix[x]] > room[oix[x]])
    ),
    due as (
      select d.id, y.vx from needy y cross join lateral (
        select h.id from holds h where h.variant_id = v_ids[y.vx] and h.state = 'active' and h.expires_at <= t order by h.expires_at limit 2000) d
    ),
    ended as (
      update holds h set state = 'expired', ended_at = t from due where h.id = due.id
      returning h.id, h.quantity, h.offer_id, h.buyer, due.vx
    ),
    lines as (
      insert into stock_ledger(variant_id, n, kind, quantity, hold_id, at)
      select v_ids[e.vx], base[e.vx] + row_number() over (partition by e.vx order by e.id), 'expire', e.quantity, e.id, t from ended e
    ),
    untaken as (
      update offers o set taken = taken - e.quantity from (select offer_id, sum(quantity) quantity from ended group by 1) e where o.id = e.offer_id
    ),
    sums as (select vx, sum(quantity) quantity, count(*) lines from ended group by 1)
    select array_agg(coalesce(s.quantity, 0) order by g), array_agg(coalesce(s.lines, 0) order by g),
        (select jsonb_agg(jsonb_build_object('accountId', e.buyer, 'event', 'hold:ended',
          'payload', jsonb_build_object('holdId', e.id, 'reason', 'expired'))) from ended e)
      into back, back_lines, notices
      from generate_series(1, cardinality(v_ids)) g left join sums s on s.vx = g;
    for i in 1..cardinality(v_ids) loop
      free[i] := free[i] + back[i]; base[i] := base[i] + back_lines[i]; moved[i] := moved[i] - back[i];
    end loop;
    select array_agg(coalesce(cap - taken, 2147483647)) into room from (select * from offers where id = any(o_ids) order by id) o;

    -- 6 in order of arrival; a large request that does not fit blocks nobody behind it
    for i in 1..asked loop
      if codes[i] = 0 then
        if quantities[i] <= free[vix[i]] and quantities[i] <= room[oix[i]] then
          free[vix[i]] := free[vix[i]] - quantities[i];
          room[oix[i]] := room[oix[i]] - quantities[i];
          moved[vix[i]] := moved[vix[i]] + quantities[i];
        else codes[i] := 2; end if;
      end if;
    end loop;
  else
    for i in 1..cardinality(v_ids) loop free[i] := free[i] - want[i]; end loop;
    for i in 1..coalesce(cardinality(o_ids), 0) loop room[i] := room[i] - o_want[i]; end loop;
    moved := want;
  end if;

  -- 7 holds in (buyer, key) order, ledger lines, one link to each variant's chain
  granted := (select count(*) from unnest(codes) c where c = 0);
  if granted > 0 or notices is not null then
    with fresh as (
      insert into holds(id, offer_id, variant_id, show_id, buyer, quantity, price, currency, created_at, expires_at, key)
      select ids[x], o.id, variants[x], for_shows[x], buyers[x], quantities[x], o.price, o.currency, t, until, keys[x]
      from generate_series(1, asked) x cross join lateral (select * from offers where id = o_ids[oix[x]]) o
      where codes[x] = 0 order by buyers[x], keys[x]
      on conflict (buyer, key) do nothing returning id, variant_id, offer_id, quantity
    ),
    lines as (
      insert into stock_ledger(variant_id, n, kind, quantity, hold_id, at)
      select f.variant_id, base[array_position(v_ids, f.variant_id)] + row_number() over (partition by f.variant_id), 'hold', f.quantity, f.id, t from fresh f
    ),
    taken as (
      update offers o set taken = taken + f.quantity from (select offer_id, sum(quantity) quantity from fresh group by 1) f where o.id = f.offer_id
    )
    select count(*) into written from fresh;
    if written <> granted then raise 'a key is being used in another batch' using errcode = 'P0409'; end if;
    with links as (
      select s.variant_id, max(l.n) n, sha256(link[array_position(v_ids, s.variant_id)] || convert_to(
          string_agg(stock_line_v1(l.n, l.kind, l.quantity, l.hold_id, null, null, t_us), E'\n' order by l.n), 'UTF8')) hash
      from stock s join lateral (select * from stock_ledger l where l.variant_id = s.variant_id and l.n > s.n) l on true
      where s.variant_id = any(v_ids) group by s.variant_id
    ),
    chained as (insert into stock_chain(variant_id, n, hash) select variant_id, n, hash from links)
    update stock s set held = held + moved[array_position(v_ids, s.variant_id)], n = links.n, hash = links.hash
      from links where links.variant_id = s.variant_id;
  end if;

  -- 8 the log hears of it only when what is open crosses zero; heads are locked last, in id order
  for i in 1..coalesce(cardinality(o_ids), 0) loop
    if (least(free_before[o_vix[i]], room_before[i]) > 0) <> (least(free[o_vix[i]], room[i]) > 0) then crossed := crossed || i; end if;
  end loop;
  if crossed is not null then
    facts := (
      select jsonb_agg(jsonb_build_object('showId', o.show_id,
        'type', case when least(free[o_vix[x]], room[x]) > 0 then 'stock.available' else 'stock.sold-out' end,
        'body', jsonb_build_object('variantId', o.variant_id, 'available', least(free[o_vix[x]], room[x]))))
      from unnest(crossed) x join offers o on o.id = o_ids[x] and t >= o.starts_at and (o.ends_at is null or t < o.ends_at));
    if facts is not null then events := append_many_v1(facts); end if;
  end if;

  return jsonb_build_object('codes', codes, 'offers', (select jsonb_agg(x - 1) from unnest(oix) x), 'prices', prices,
    'expiresAt', iso(until), 'repeats', repeats, 'events', events, 'notices', notices);
end $$;

-- hold_json_v1: a hold as its buyer sees it. One past its time has expired, also before its row says so.
create or replace function hold_json_v1(h holds, t timestamptz) returns jsonb
language sql stable as $$
  select jsonb_build_object('holdId', h.id, 'showId', h.show_id, 'variantId', h.variant_id, 'quantity', h.quantity,
    'price', money(h.price, h.currency), 'expiresAt', iso(h.expires_at),
    'state', case when h.state = 'active' and h.expires_at <= t then 'expired' else h.state end)
$$;

-- show_fence_v1: what holds from its acknowledgement but locks no stock (a ban) closes the fence before it
-- commits, and so waits for the batches in flight; a batch holds it open. Taken after stock rows, before heads.
create or replace function show_fence_v1(s uuid, closing boolean) returns void
language plpgsql as $$
begin
  if closing then perform pg_advisory_xact_lock(4814713, hashtext(s::text));
  else perform pg_advisory_xact_lock_shared(4814713, hashtext(s::text)); end if;
end $$;

-- reserve_v3: decides a whole batch of hold requests of any variants and shows, in one call.
--
--   wares, places   pairs of a variant and a show, each pair once
--   pairs, ids, buyers, quantities, keys   one entry a request, in order of arrival: which pair it wants; the
--             hold's own id, made by the caller. A (buyer, variant) and a (buyer, key) stand once in a batch
--   hold_ms   how long a hold lasts
--   units_max units that one buyer may hold without having ordered them; null: any number
--
-- Answers one json object:
--   codes       one a request:
--                 0 granted                 5 LIMIT_PER_BUYER
--                 1 a repeat                6 BANNED
--                 2 SOLD_OUT                7 SHOW_NOT_LIVE
--                 3 NOT_FOUND               8 PRODUCT_PULLED
--                 4 SALE_NOT_OPEN           9 IDEMPOTENCY_MISMATCH
--                                          10 RATE_LIMITED: units_max
--   prices      {amount, currency}, one a pair; null where it has no offer
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
-- was told of empty tables the night before. Hence LIMIT 1 or OFFSET 0 in what is read for each request (a
-- plain join was planned as a scan of all holds, and the second thousand of a drop took longer than
-- statement_timeout), and `show_id::text`, which keeps the index of a show's offers out of a question about
-- one variant's.
--
-- What is the same for all who want one thing is asked once a pair: offers, asked for each request, were a
-- third of what fifty variants cost. What is asked for each are its buyer's bans, the hold of its key, and
-- where there is a limit all that its buyer has in hand or bought.
create or replace function reserve_v3(
  wares uuid[], places uuid[], pairs int[], ids uuid[], buyers uuid[], quantities int[], keys text[], hold_ms bigint, units_max int
) returns json
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  asked int := cardinality(ids); i int; m record; t timestamptz; t_us bigint; until timestamptz;
  codes smallint[]; nth bigint[]; said smallint[]; repeats json;
  -- per variant
  v_ids uuid[]; free int[]; free_before int[]; base bigint[]; link bytea[]; v_want int[];
  -- per offer
  o_ids uuid[]; o_vix int[]; room int[]; room_before int[]; o_want int[]; lined boolean; promised int[]; promised_before int[];
  -- per pair
  vix int[]; oix int[]; verdicts smallint[]; amounts bigint[]; currencies text[]; limits int[]; prices json;
  -- per hold that ran out
  e_ids uuid[]; e_vix int[]; e_quantities int[];
  contested boolean := false; granted boolean; crossed int[];
  notices json; facts jsonb; events jsonb;
begin
  -- 1 the mutexes
  select coalesce(array_agg(variant_id), '{}'), array_agg(on_hand - held - sold), array_agg(n), array_agg(hash)
    into v_ids, free, base, link
    from (select * from stock where variant_id = any(wares) order by variant_id for no key update) s;
  perform show_fence_v1(s, false) from (select distinct s from unnest(places) s order by s) f;
  t := clock_timestamp(); t_us := us(t); until := t + hold_ms * interval '1 ms'; -- one instant for the whole batch

  -- 2 open offers, without what belongs to people in line (as available_v1 has it), and what each pair's show and offer
  -- say to anybody
  select coalesce(array_agg(id), '{}'), array_agg(array_position(v_ids, variant_id)), array_agg(coalesce(cap - taken, 2147483647) - waiting),
      array_agg(least(waiting, cap - taken)), bool_or(waiting > 0)
    into o_ids, o_vix, room, promised, lined
    from (select * from offers where variant_id = any(v_ids) and closed_at is null order by id) o;
  if lined then
    for i in 1..cardinality(o_ids) loop free[o_vix[i]] := free[o_vix[i]] - promised[i]; end loop;
  end if;
  free_before := free; room_before := room;
  select array_agg(array_position(v_ids, q.ware)), array_agg(array_position(o_ids, q.id)), array_agg(q.price), array_agg(q.currency),
      array_agg(q.per_buyer), array_agg(q.verdict), json_agg(case when q.id is not null then money(q.price, q.currency) end)
    into vix, oix, amounts, currencies, limits, verdicts, prices
    from (
      select p.ware, o.*,
        case
          when w.id is null then 3
          when o.id is null or not (w.status in ('live', 'interrupted') or w.sells) then (
            select case
              when l.show_id is null then 3
              when not (w.status in ('live', 'interrupted') or w.sells) then 7
              when l.pulled then 8
              else 4 end
            from (select 1) one left join lateral (
              select l.show_id, l.pulled from variants v join lineup l on l.show_id = p.place and l.product_id = v.product_id
              where v.id = p.ware) l on true)
          when t < o.starts_at or t >= o.ends_at then 4
          else 0
        end::smallint verdict
      from unnest(wares, places) with ordinality p(ware, place, n)
      left join lateral (select * from shows w where w.id = p.place limit 1) w on true
      left join lateral (select * from offers o where o.variant_id = p.ware and o.show_id::text = p.place::text and o.closed_at is null
        order by (t >= o.starts_at and (o.ends_at is null or t < o.ends_at)) desc, o.starts_at limit 1) o on true
      order by p.n
    ) q;

  -- 3 verdicts that do not depend on what is left: of the pair, then of the buyer
  codes := array(
    select case
        when exists (select from sanctions b where b.show_id = places[r.pair] and b.account_id = r.buyer and b.kind = 'ban'
          and (b.until is null or b.until > t)) then 6
        when verdicts[r.pair] <> 0 then verdicts[r.pair]
        when r.quantity > limits[r.pair] then 5
        when r.quantity > units_max then 10
        else 0
      end::smallint
    from unnest(pairs, buyers, quantities) r(pair, buyer, quantity));
  select array_agg(q.n), array_agg(q.code), json_agg(json_build_object('n', q.n - 1, 'hold', hold_json_v1(q.first, t))) filter (where q.code = 1)
    into nth, said, repeats
    from (
      select r.n, p.first,
        case when (p.first).quantity = r.quantity and (p.first).variant_id = wares[r.pair] and (p.first).show_id = places[r.pair] then 1 else 9 end::smallint code
      from unnest(pairs, buyers, quantities, keys) with ordinality r(pair, buyer, quantity, key, n)
        cross join lateral (select h as first from holds h where h.buyer = r.buyer and h.key = r.key limit 1) p
      offset 0
    ) q;
  for i in 1..coalesce(cardinality(nth), 0) loop codes[nth[i]] := said[i]; end loop;
  if units_max is not null or exists (select from unnest(limits) l where l is not null) then
    select array_agg(k.n), array_agg(case when k.quantity + k.at_offer > limits[k.pair] then 5 else 10 end::smallint)
      into nth, said
      from (
        select r.n, r.pair, r.quantity,
          coalesce(sum((b.hold).quantity) filter (where (b.hold).offer_id = o_ids[oix[r.pair]]
            and ((b.hold).state in ('ordered', 'confirmed') or (b.hold).state = 'active' and (b.hold).expires_at > t)), 0) at_offer,
          coalesce(sum((b.hold).quantity) filter (where (b.hold).state = 'active' and (b.hold).expires_at > t), 0) in_bag
        from unnest(codes, pairs, buyers, quantities) with ordinality r(code, pair, buyer, quantity, n)
          cross join lateral (select h as hold from holds h
            where h.buyer = r.buyer and h.state in ('active', 'ordered', 'confirmed') offset 0) b
        where r.code = 0
        group by r.n, r.pair, r.quantity) k
      where k.quantity + k.at_offer > limits[k.pair] or k.quantity + k.in_bag > units_max;
    for i in 1..coalesce(cardinality(nth), 0) loop codes[nth[i]] := said[i]; end loop;
  end if;

  -- 4 demand against what is left
  v_want := array_fill(0, array[cardinality(v_ids)]);
  o_want := array_fill(0, array[cardinality(o_ids)]);
  for m in
    select r.pair, sum(r.quantity) units from unnest(codes, pairs, quantities) r(code, pair, quantity) where r.code = 0 group by r.pair
  loop
    v_want[vix[m.pair]] := v_want[vix[m.pair]] + m.units;
    o_want[oix[m.pair]] := o_want[oix[m.pair]] + m.units;
  end loop;
  for i in 1..cardinality(o_ids) loop
    contested := contested or o_want[i] > room[i] or v_want[o_vix[i]] > free[o_vix[i]];
  end loop;

  if contested then
    -- 5 units past their time come back, only where somebody needs them, at most 2000 holds a variant
    with due as (
      select d.id
      from (select distinct o.vix from unnest(o_vix, o_want, room) o(vix, want, room) where o.want > 0 and (o.want > o.room or v_want[o.vix] > free[o.vix])) y
        cross join lateral (
          select h.id from holds h where h.variant_id = v_ids[y.vix] and h.state = 'active' and h.expires_at <= t order by h.expires_at limit 2000) d
    ),
    ended as (
      update holds h set state = 'expired', ended_at = t from due where h.id = due.id
      returning h.id, h.quantity, h.offer_id, h.buyer, array_position(v_ids, h.variant_id) vix
    ),
    untaken as (
      update offers o set taken = taken - e.quantity from (select offer_id, sum(quantity) quantity from ended group by 1) e where o.id = e.offer_id
    )
    select array_agg(e.id), array_agg(e.vix), array_agg(e.quantity), json_agg(json_build_object('accountId', e.buyer, 'event', 'hold:ended',
        'payload', json_build_object('holdId', e.id, 'reason', 'expired')))
      into e_ids, e_vix, e_quantities, notices from ended e;
    if e_ids is not null then
      for i in 1..cardinality(e_ids) loop free[e_vix[i]] := free[e_vix[i]] + e_quantities[i]; end loop;
      promised_before := promised;
      select array_agg(coalesce(cap - taken, 2147483647) - waiting), array_agg(least(waiting, cap - taken)) into room, promised
        from (select * from offers where id = any(o_ids) order by id) o;
      for i in 1..cardinality(o_ids) loop free[o_vix[i]] := free[o_vix[i]] - promised[i] + promised_before[i]; end loop;
    end if;

    -- 6 where nothing is left nobody need be asked in turn; else in order of arrival, and a large request
    -- that does not fit blocks nobody behind it
    codes := array(
      select case when r.code = 0 and least(free[vix[r.pair]], room[oix[r.pair]]) < 1 then 2 else r.code end::smallint
      from unnest(codes, pairs) r(code, pair));
    for i in 1..asked loop
      if codes[i] = 0 then
        if quantities[i] <= free[vix[pairs[i]]] and quantities[i] <= room[oix[pairs[i]]] then
          free[vix[pairs[i]]] := free[vix[pairs[i]]] - quantities[i];
          room[oix[pairs[i]]] := room[oix[pairs[i]]] - quantities[i];
        else codes[i] := 2; end if;
      end if;
    end loop;
  else
    for i in 1..cardinality(v_ids) loop free[i] := free[i] - v_want[i]; end loop;
    for i in 1..cardinality(o_ids) loop room[i] := room[i] - o_want[i]; end loop;
  end if;

  -- 7 holds in (buyer, key) order; ledger lines, one link to each variant's chain
  granted := 0 = any(codes);
  if granted then
    -- Not `on conflict`: a row that may yet be taken back cost an eighth of the whole call.
    begin
      insert into holds(id, offer_id, variant_id, show_id, buyer, quantity, price, currency, created_at, expires_at, key)
        select r.id, o_ids[oix[r.pair]], wares[r.pair], places[r.pair], r.buyer, r.quantity, amounts[r.pair], currencies[r.pair], t, until, r.key
        from unnest(codes, pairs, ids, buyers, quantities, keys) r(code, pair, id, buyer, quantity, key)
        where r.code = 0 order by r.buyer, r.key;
    exception when unique_violation then raise 'a key is being used in another batch' using errcode = 'P0409';
    end;
    update offers o set taken = taken + g.quantity
      from (select r.pair, sum(r.quantity) quantity from unnest(codes, pairs, quantities) r(code, pair, quantity) where r.code = 0 group by r.pair) g
      where o.id = o_ids[oix[g.pair]];
  end if;
  if granted or e_ids is not null then
    with moves as (
      select e.vix, -1 sign, 'expire' kind, e.quantity, e.id from unnest(e_vix, e_quantities, e_ids) e(vix, quantity, id)
      union all
      select vix[r.pair], 1, 'hold', r.quantity, r.id from unnest(codes, pairs, quantities, ids) r(code, pair, quantity, id) where r.code = 0
    ),
    lines as materialized (select *, base[m.vix] + row_number() over (partition by m.vix order by m.sign) n from moves m),
    kept as (insert into stock_ledger(variant_id, n, kind, quantity, hold_id, at) select v_ids[l.vix], l.n, l.kind, l.quantity, l.id, t from lines l),
    links as (
      select l.vix, max(l.n) n, sum(l.sign * l.quantity) moved, sha256(link[l.vix] || convert_to(
        string_agg(stock_line_v1(l.n, l.kind, l.quantity, l.id, null, null, t_us), E'\n' order by l.n), 'UTF8')) hash
      from lines l group by l.vix
    ),
    chained as (insert into stock_chain(variant_id, n, hash) select v_ids[k.vix], k.n, k.hash from links k)
    update stock s set held = held + k.moved, n = k.n, hash = k.hash from links k where s.variant_id = v_ids[k.vix];
  end if;

  -- 8 the log hears of it only when what is open crosses zero; heads are locked last, in id order
  for i in 1..cardinality(o_ids) loop
    if (least(free_before[o_vix[i]], room_before[i]) > 0) <> (least(free[o_vix[i]], room[i]) > 0) then crossed := crossed || i; end if;
  end loop;
  if crossed is not null then
    facts := (
      select jsonb_agg(jsonb_build_object('showId', o.show_id,
        'type', case when least(free[o_vix[x]], room[x]) > 0 then 'stock.available' else 'stock.sold-out' end,
        'body', jsonb_build_object('variantId', o.variant_id, 'available', greatest(0, least(free[o_vix[x]], room[x])))))
      from unnest(crossed) x join offers o on o.id = o_ids[x] and t >= o.starts_at and (o.ends_at is null or t < o.ends_at));
    if facts is not null then events := append_many_v1(facts); end if;
  end if;

  return json_build_object('codes', codes, 'prices', prices, 'expiresAt', iso(until),
    'repeats', repeats, 'events', events, 'notices', notices);
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

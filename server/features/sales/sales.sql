-- Flash sales. A sale is a row of `sales`, a flash offer [startsAt, endsAt) and a standing offer from
-- endsAt on: the clock alone opens and closes them. The state of a sale follows from the clock and its
-- offer. Everything here locks the variants' stock rows first.

-- sale_v1: a sale as everybody sees it.
create or replace function sale_v1(x sales) returns jsonb
language sql stable as $$
  select jsonb_build_object(
    'saleId', x.id, 'variantId', x.variant_id, 'price', money(x.price, x.currency), 'wasPrice', money(x.was_price, x.currency),
    'quantity', x.quantity, 'perBuyer', x.per_buyer, 'startsAt', iso(x.starts_at), 'endsAt', iso(x.ends_at),
    'state', case
      when x.ended_at is not null or clock_timestamp() >= x.ends_at then 'ended'
      when clock_timestamp() < x.starts_at then 'announced'
      when (select available_v1(s, o) from offers o, stock s where o.id = x.offer_id and s.variant_id = x.variant_id) = 0 then 'sold-out'
      else 'open' end)
$$;

-- sale_start_v1: announces a flash sale.
--
--   args   {saleId, showId, accountId, variantId, price: {amount, currency}, quantity, perBuyer?, countdownMs, durationMs}
--
-- Ends the standing offer now; inserts the flash offer and the standing offer after it. Answers {value: Sale,
-- events}, or {value: {pointer, detail}} for a field that does not fit what is there. Refuses NOT_FOUND,
-- FORBIDDEN, SHOW_NOT_LIVE, PRODUCT_PULLED, CONFLICT (a sale is running; the variant is not on sale).
create or replace function sale_start_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; variant uuid := args ->> 'variantId';
  quantity int := args ->> 'quantity'; currency text := args -> 'price' ->> 'currency';
  status text; product uuid; pulled boolean; standing offers; running sales; sale sales;
  free int; t timestamptz; facts jsonb := '[]'::jsonb; before jsonb;
begin
  perform must_be_v1(s, who, 'host');
  select st.on_hand - st.held - st.sold into free from stock st where st.variant_id = variant for no key update;
  t := clock_timestamp();
  select w.status, l.product_id, l.pulled into status, product, pulled
    from shows w join lineup l on l.show_id = w.id join variants v on v.product_id = l.product_id
    where w.id = s and v.id = variant;
  if not found then perform refuse('NOT_FOUND', 'There is no such product in this show, or it is not open to you.'); end if;
  if status not in ('live', 'interrupted') then perform refuse('SHOW_NOT_LIVE', 'A sale needs a live show.'); end if;
  if pulled then perform refuse('PRODUCT_PULLED', 'This product was taken off sale. Restore it first.'); end if;
  select * into running from sales x where x.show_id = s and x.variant_id = variant and x.ended_at is null;
  if running.ends_at > t then perform refuse('CONFLICT', 'A sale of this is running already. End it first.'); end if;
  select * into standing from offers o where o.show_id = s and o.variant_id = variant and o.kind = 'standing'
    and o.closed_at is null and o.starts_at <= t and (o.ends_at is null or o.ends_at > t);
  if not found then perform refuse('CONFLICT', 'This is not on sale in the show.'); end if;
  if currency <> standing.currency then
    return sale_misfit_v1('/price/currency', format('This is sold in %s.', standing.currency));
  end if;
  if quantity > free then
    return sale_misfit_v1('/quantity', format('Only %s are free.', free));
  end if;
  -- Nothing is refused from here on: what is written is told.
  if running.id is not null then facts := facts || sale_close_v1(running.id, 'time', t); end if;
  before := availability_v1(array[variant]);
  sale := row((args ->> 'saleId')::uuid, s, variant, product, gen_random_uuid(), (args -> 'price' ->> 'amount')::bigint,
    standing.price, currency, quantity, (args ->> 'perBuyer')::int, t,
    t + (args ->> 'countdownMs')::int * interval '1 ms',
    t + ((args ->> 'countdownMs')::int + (args ->> 'durationMs')::int) * interval '1 ms', null, null)::sales;
  insert into sales select sale.*;
  update offers set ends_at = t, closed_at = t, closed_as = 'sale' where id = standing.id;
  insert into offers(id, show_id, variant_id, product_id, kind, price, currency, starts_at, ends_at, cap, per_buyer) values
    (sale.offer_id, s, variant, product, 'flash', sale.price, currency, sale.starts_at, sale.ends_at, quantity, sale.per_buyer),
    (gen_random_uuid(), s, variant, product, 'standing', standing.price, currency, sale.ends_at, null, null, null);
  facts := facts || jsonb_build_object('type', 'sale.started', 'body', sale_v1(sale));
  return jsonb_build_object('value', sale_v1(sale),
    'events', house_tells_v1(s, who, 'host', facts, crossed_v1(before, array[variant])));
end $$;

-- A field that does not fit what is there: the verb makes a VALIDATION of it.
create or replace function sale_misfit_v1(pointer text, detail text) returns jsonb
language sql immutable as $$
  select jsonb_build_object('value', jsonb_build_object('pointer', pointer, 'detail', detail))
$$;

-- sale_close_v1: ends a sale that has not ended; both edges, the flash offer's end and the standing
-- offer's beginning, move to now, or stay where they were when the time is over.
--
--   reason   time · sold · host · pulled · ended
--
-- The caller holds the stock row and compares availability around it. Answers the fact sale.ended, to be
-- appended; null when it had ended.
create or replace function sale_close_v1(sale_id uuid, reason text, t timestamptz) returns jsonb
language plpgsql as $$
declare x sales; edge timestamptz;
begin
  update sales set ended_at = least(t, ends_at), ended_as = reason where id = sale_id and ended_at is null returning * into x;
  if not found then return null; end if;
  edge := x.ended_at;
  update offers set starts_at = least(starts_at, edge), ends_at = edge, closed_at = t, closed_as = reason
    where id = x.offer_id and closed_at is null;
  -- The one that waits for this end; one that a price edit opened after the end stays where it is.
  update offers set starts_at = edge
    where show_id = x.show_id and variant_id = x.variant_id and kind = 'standing' and closed_at is null
      and starts_at > edge and starts_at = x.ends_at;
  return jsonb_build_object('showId', x.show_id, 'type', 'sale.ended',
    'body', sale_ended_v1(x.id, x.variant_id, reason));
end $$;

-- sale_ended_v1: what everybody hears of a sale's end, with the price that holds from here on: standing
-- offers are always at the price as written.
create or replace function sale_ended_v1(sale_id uuid, variant uuid, reason text) returns jsonb
language sql stable as $$
  select jsonb_build_object('saleId', sale_id, 'variantId', variant, 'reason', reason, 'price', money(v.price, v.currency))
  from variants v where v.id = variant
$$;

-- sale_end_v1: the host ends a sale before its time; the standing offer is open at once.
--
--   args   {showId, saleId, accountId}
--
-- Answers {value: {}, events}; also when it has ended already.
create or replace function sale_end_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; sale uuid := args ->> 'saleId';
  variant uuid; fact jsonb; before jsonb;
begin
  perform must_be_v1(s, who, 'host');
  select x.variant_id into variant from sales x where x.id = sale and x.show_id = s;
  if not found then perform refuse('NOT_FOUND', 'There is no such sale, or it is not open to you.'); end if;
  perform 1 from stock where variant_id = variant for no key update;
  before := availability_v1(array[variant]);
  fact := sale_close_v1(sale, 'host', clock_timestamp());
  if fact is null then return jsonb_build_object('value', '{}'::jsonb); end if;
  return jsonb_build_object('value', '{}'::jsonb,
    'events', house_tells_v1(s, who, 'host', jsonb_build_array(fact), crossed_v1(before, array[variant])));
end $$;

-- sale_is_sold_v1: every unit of the sale has been paid for. Held out is not sold out.
create or replace function sale_is_sold_v1(x sales) returns boolean
language sql stable as $$
  select exists (select from offers o where o.id = x.offer_id and o.taken = o.cap)
    and not exists (select from holds h where h.offer_id = x.offer_id and h.state = 'ordered')
    and not exists (select from holds h where h.variant_id = x.variant_id and h.state = 'active' and h.offer_id = x.offer_id)
$$;

-- sales_sold_out_v1: for whoever confirms units. Ends the running sales of those of these offers whose
-- every unit is paid, with the reason `sold`; the standing offer is open from `t`.
--
--   offers   any offers; standing ones are passed over
--   t        the clock after the lock
--
-- Call it after the holds are confirmed, with their stock rows locked and availability_v1 taken before;
-- append the answer (facts for append_many_v1, [] when none) before crossed_v1's.
create or replace function sales_sold_out_v1(offer_ids uuid[], t timestamptz) returns jsonb
language plpgsql as $$
declare x sales; facts jsonb := '[]'::jsonb;
begin
  for x in select * from sales where offer_id = any(offer_ids) and ended_at is null and ends_at > t order by id loop
    if sale_is_sold_v1(x) then facts := facts || sale_close_v1(x.id, 'sold', t); end if;
  end loop;
  return facts;
end $$;

-- sweep_sales_v1: tells of the ends that the clock makes.
--
--   args   {max, awayMs}: sales of one call at most; how long a host may be away while a sale counts down
--
-- time: its end has passed. sold: every unit is paid and nobody told. host: it is still counting down and
-- the picture has been away for awayMs. Answers {value: number ended, events}. Safe on several nodes.
create or replace function sweep_sales_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  due uuid[]; variants uuid[]; x sales; reason text; t timestamptz := clock_timestamp();
  before jsonb; facts jsonb := '[]'::jsonb;
begin
  -- Nearly all run on, which a glance at three rows shows: asked why each is over, 30,000 took 1.4 s, every second.
  due := array(select (g.sale).id from (
      select q as sale from sales q join offers o on o.id = q.offer_id join shows w on w.id = q.show_id
      where q.ended_at is null and (q.ends_at <= t or q.starts_at > t and w.status = 'interrupted' or o.taken = o.cap)
      offset 0) g
    where sale_end_of_v1(g.sale, (args ->> 'awayMs')::int, t) is not null
    order by (g.sale).ends_at limit (args ->> 'max')::int);
  if cardinality(due) = 0 then return jsonb_build_object('value', 0); end if;
  variants := array(select distinct q.variant_id from sales q where q.id = any(due));
  perform 1 from stock where variant_id = any(variants) order by variant_id for no key update;
  t := clock_timestamp();
  -- What was open at the end of each, so that the standing offer is compared with it.
  before := availability_v1(variants) || (
    select coalesce(jsonb_object_agg(o.id, available_v1(k, o)), '{}'::jsonb)
    from sales q join offers o on o.id = q.offer_id join stock k on k.variant_id = q.variant_id
    where q.id = any(due) and q.ended_at is null and q.starts_at <= t and q.ends_at <= t);
  before := before - array(
    select o.id::text from sales q join offers o on o.show_id = q.show_id and o.variant_id = q.variant_id and o.kind = 'standing'
    where q.id = any(due) and q.ended_at is null and o.closed_at is null);
  for x in select * from sales q where q.id = any(due) and q.ended_at is null order by q.show_id, q.id loop
    reason := sale_end_of_v1(x, (args ->> 'awayMs')::int, t);
    if reason is not null then facts := facts || sale_close_v1(x.id, reason, t); end if;
  end loop;
  return jsonb_build_object('value', jsonb_array_length(facts),
    'events', append_many_v1(facts || crossed_v1(before, variants)));
end $$;

-- Why a running sale is over by now; null: it goes on.
create or replace function sale_end_of_v1(x sales, away_ms int, t timestamptz) returns text
language sql stable as $$
  select case
    when x.ends_at <= t then 'time'
    when x.starts_at > t and exists (select from shows w where w.id = x.show_id and w.status = 'interrupted'
      and w.interrupted_at <= t - away_ms * interval '1 ms') then 'host'
    when sale_is_sold_v1(x) then 'sold' end
$$;

-- What became of a show, from its rows: each figure of the report is counted here and nowhere else. What they
-- mean is told to people in shared/domain/metrics.ts.

-- id_at_v1: no id made at that moment or later is smaller (UUIDv7).
create or replace function id_at_v1(t timestamptz) returns uuid
language sql stable as $$
  select (lpad(to_hex((extract(epoch from t) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;

-- report_sold_v1: what was ordered and paid, and given back.
--
--   merchant       whose orders: the host, because a line-up has nothing of anybody else's
--   since, ended   when the show began, and ended or is asked about
--   till           orders placed later are not counted
--   step           how long a point of the chart is
--
-- An order belongs to a show as it does at the desk (orders.show_id), and to the part of it in which its first unit
-- was held: while the show ran, or in the replay. It is paid when the money ledger says so: what came too late and
-- went straight back has no line under `sales` or `shipping`, and is no sale. Orders have no index by show, which
-- every order would have to keep: the merchant's own finds them by when their ids were made, a day more at both
-- ends because a node's clock may be wrong.
--
-- Answers {orders, buyers, units, money, points: [{at, orders, units}], products: [{productId, ordered, paid, back,
-- sales}], offers: [{offerId, paid, sales}], replay: {orders, units, money}}; all but `replay` of what was held while
-- the show ran. Sums are told by currency.
create or replace function report_sold_v1(s uuid, merchant uuid, since timestamptz, ended timestamptz, till timestamptz, step interval)
returns jsonb
language sql stable
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
  with placed as materialized (
    select o.id, o.buyer, o.currency, h.held_at, h.held_at <= ended as here, h.units, k.sales, k.delivery, k.refunded,
      o.paid_at is not null and (k.sales + k.delivery > 0 or o.total = 0) as paid, o.refunded = o.total and o.total > 0 as back
    from orders o
      cross join lateral (
        select min(x.created_at) held_at, sum(i.quantity) units
        from order_items i join holds x on x.id = i.hold_id where i.order_id = o.id) h
      cross join lateral (
        select coalesce(sum(credit) filter (where account = 'sales'), 0) sales,
          coalesce(sum(credit) filter (where account = 'shipping'), 0) delivery,
          coalesce(sum(debit) filter (where account = 'refunds'), 0) refunded
        from postings where order_id = o.id) k
    where o.merchant_id = report_sold_v1.merchant and o.show_id = s and o.created_at < till
      and o.id >= id_at_v1(since - interval '1 day') and o.id < id_at_v1(till + interval '1 day')
  ),
  money as (
    select here, jsonb_agg(jsonb_build_object('sales', money(sales, currency), 'delivery', money(delivery, currency),
        'refunded', money(refunded, currency)) order by currency) told
    from (
      select here, currency, sum(sales)::bigint sales, sum(delivery)::bigint delivery, sum(refunded)::bigint refunded
      from placed where paid group by 1, 2) m
    group by 1
  ),
  items as materialized (
    select i.product_id, x.offer_id, i.quantity, i.price * i.quantity - i.discount worth, o.currency, o.paid,
      case when not o.paid then 0 when o.back then i.quantity else coalesce(r.units, 0) end as back
    from placed o join order_items i on i.order_id = o.id join holds x on x.id = i.hold_id
      left join lateral (
        select sum(c.quantity) units from order_returns q join return_items c on c.return_id = q.id and c.hold_id = i.hold_id
        where o.refunded > 0 and q.order_id = o.id and q.refunded > 0) r on true
    where o.here
  ),
  points as (
    select date_bin(step, held_at, 'epoch') at, count(*) orders, sum(units) units from placed where paid and here group by 1
  ),
  product_sales as (
    select product_id, jsonb_agg(money(worth, currency) order by currency) sales
    from (select product_id, currency, sum(worth)::bigint worth from items where paid group by 1, 2) m group by 1
  ),
  products as (
    select product_id, sum(quantity) ordered, coalesce(sum(quantity) filter (where paid), 0) paid, sum(back) back
    from items group by 1
  ),
  offers as (
    select offer_id, currency, sum(quantity) paid, sum(worth)::bigint worth from items where paid group by 1, 2
  )
  select jsonb_build_object(
    'orders', (select count(*) from placed where paid and here),
    'buyers', (select count(distinct buyer) from placed where paid and here),
    'units', (select coalesce(sum(units), 0) from placed where paid and here),
    'money', coalesce((select told from money where here), '[]'),
    'points', (select coalesce(jsonb_agg(jsonb_build_object('at', iso(at), 'orders', orders, 'units', units) order by at), '[]') from points),
    'products', (select coalesce(jsonb_agg(jsonb_build_object('productId', p.product_id, 'ordered', ordered, 'paid', paid, 'back', back,
        'sales', coalesce(m.sales, '[]'))), '[]') from products p left join product_sales m using (product_id)),
    'offers', (select coalesce(jsonb_agg(jsonb_build_object('offerId', offer_id, 'paid', paid, 'sales', money(worth, currency))), '[]') from offers),
    'replay', jsonb_build_object(
      'orders', (select count(*) from placed where paid and not here),
      'units', (select coalesce(sum(units), 0) from placed where paid and not here),
      'money', coalesce((select told from money where not here), '[]')))
$$;

-- ledger_at_v1: the last line of a variant's ledger up to a moment; 0 before the first. Lines have no gaps and their
-- times ascend, so the ledger is halved until it is found.
create or replace function ledger_at_v1(variant uuid, until timestamptz) returns bigint
language plpgsql stable
set plan_cache_mode = force_generic_plan
as $$
declare low bigint := 0; high bigint; middle bigint; t timestamptz;
begin
  select n into high from stock where variant_id = variant;
  while low < high loop
    middle := (low + high + 1) / 2;
    select at into t from stock_ledger where variant_id = variant and n = middle;
    if t <= until then low := middle; else high := middle - 1; end if;
  end loop;
  return low;
end $$;

-- report_held_v1: units that were held in a show while it ran, by offer. Holds have no index by show: the ledger of
-- each variant that was on sale in it names them, between the show's begin and its end.
create or replace function report_held_v1(s uuid, since timestamptz, ended timestamptz)
returns table(offer_id uuid, product_id uuid, units bigint)
language sql stable
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
  select o.id, o.product_id, sum(k.units)::bigint
  from (
    select h.offer_id, sum(l.quantity) units
    from (select distinct variant_id from offers where show_id = s) v
      cross join lateral (select ledger_at_v1(v.variant_id, since) first, ledger_at_v1(v.variant_id, ended) last offset 0) n
      -- Apart, or lines are looked for by their numbers alone, in the ledgers of all variants.
      cross join lateral (
        select hold_id, quantity from stock_ledger
        where variant_id = v.variant_id and stock_ledger.n > n.first and stock_ledger.n <= n.last and kind = 'hold' offset 0) l
      join holds h on h.id = l.hold_id and h.show_id = s
    group by 1) k
    -- The house's hold on a unit that nobody won was in nobody's bag.
    join offers o on o.id = k.offer_id and o.closed_as is distinct from o.kind
  group by 1, 2
$$;

-- report_watched_v1: who watched, step by step.
--
-- Answers [{at, most, countedMs, watchedMs, came}]; nothing of a minute in which nobody counted.
create or replace function report_watched_v1(s uuid, step interval) returns jsonb
language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('at', iso(at), 'most', most, 'countedMs', counted_ms, 'watchedMs', watched_ms,
    'came', came) order by at), '[]')
  from (
    select date_bin(step, minute, 'epoch') at, max(most) most, sum(counted_ms) counted_ms, sum(watched_ms) watched_ms, sum(came) came
    from show_minutes where show_id = s group by 1) m
$$;

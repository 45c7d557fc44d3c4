-- settle_payments_v2: what a provider knows of payments, from verified events or from reading. The one
-- place where an order becomes paid.
--
--   heard      jsonb array of {paymentId, charge: {ref, status, captured, currency, version}, event?: {id,
--              type}}; a payment stands once
--   from_whom  the provider
--   fee_bps    the platform's fee on the price of items, in hundredths of a percent
--
-- The rows that result depend on the set of what was heard, not on its order or number: succeeded stands
-- whatever else is said, and of the rest the highest version counts. What is canceled there is not read again.
--
-- Answers {value: [{known, mismatch?}], events, notices}. Not known: a payment of somebody else's shop.
-- Mismatch: it says that another sum than the order's was taken; nothing is believed, people must look.
--
-- Locks the stock rows of all orders, then the orders, then the payments, and where some came late the codes, each in id order. Those paid in time,
-- nearly all of them, are settled by one statement a step; those that came late follow one by one.
create or replace function settle_payments_v2(heard jsonb, from_whom text, fee_bps int) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  t timestamptz; ids uuid[]; os uuid[]; vs uuid[]; told jsonb; one record;
  facts jsonb := '[]'; notices jsonb := '[]'; answers jsonb; paid uuid[]; late uuid[]; broken uuid; twice boolean;
begin
  ids := array(select (value ->> 'paymentId')::uuid from jsonb_array_elements(heard));
  os := array(select distinct x.order_id from payments x where x.id = any(ids) and x.provider = from_whom);
  vs := lock_order_stock_v1(os);
  perform 1 from orders where id = any(os) order by id for no key update;
  perform 1 from payments x where x.id = any(ids) and x.provider = from_whom order by x.id for no key update;
  t := clock_timestamp();
  insert into webhook_events(provider, event_id, type, payment_id, received_at)
    select from_whom, h.event ->> 'id', h.event ->> 'type', x.id, t
    from jsonb_to_recordset(heard) h("paymentId" uuid, event jsonb) join payments x on x.id = h."paymentId" and x.provider = from_whom
    where h.event is not null order by 2 on conflict do nothing;
  -- What each comes to: null is news of a payment that stays unpaid.
  with judged as (
    select h.n, h."paymentId" as id, x.order_id, case
        when x.id is null then 'unknown'
        when x.captured > 0 then 'settled'
        when h.charge ->> 'status' <> 'succeeded' then null
        when (h.charge ->> 'captured')::bigint <> x.amount or h.charge ->> 'currency' <> x.currency then 'mismatch'
        when w.status = 'pending' then 'paid'
        when w.status in ('expired', 'canceled') then 'late'
        else 'broken' end as outcome
    from rows from (jsonb_to_recordset(heard) as ("paymentId" uuid, charge jsonb)) with ordinality h("paymentId", charge, n)
      left join payments x on x.id = h."paymentId" and x.provider = from_whom left join orders w on w.id = x.order_id
  )
  select array_agg(order_id) filter (where outcome = 'paid'), array_agg(id order by n) filter (where outcome = 'late'),
      (array_agg(order_id) filter (where outcome = 'broken'))[1],
      count(order_id) filter (where outcome in ('paid', 'late')) <> count(distinct order_id) filter (where outcome in ('paid', 'late')),
      jsonb_agg(case outcome when 'unknown' then '{"known": false}'::jsonb when 'mismatch' then '{"known": true, "mismatch": true}' else '{"known": true}' end order by n)
    into paid, late, broken, twice, answers from judged;
  if broken is not null then raise exception 'order % has ended otherwise, without a payment', broken; end if;
  if twice then raise exception 'an order is paid by two payments'; end if;
  update payments x set
      status = case when x.order_id = any(paid) or x.id = any(late) then 'succeeded'
        when w.status = 'pending' and (h.charge ->> 'version')::int > x.version then h.charge ->> 'status' else x.status end,
      captured = case when x.order_id = any(paid) or x.id = any(late) then x.amount else x.captured end,
      version = case when x.order_id = any(paid) or x.id = any(late) then (h.charge ->> 'version')::int else greatest(x.version, (h.charge ->> 'version')::int) end,
      due_at = case when x.order_id = any(paid) or x.id = any(late) or h.charge ->> 'status' = 'canceled' then null else x.due_at end,
      provider_ref = coalesce(x.provider_ref, h.charge ->> 'ref')
    from jsonb_to_recordset(heard) h("paymentId" uuid, charge jsonb), orders w
    where x.id = h."paymentId" and x.provider = from_whom and x.captured = 0 and w.id = x.order_id
      and (h.charge ->> 'status' <> 'succeeded' or x.order_id = any(paid) or x.id = any(late));
  if paid is not null then
    told := orders_paid_v2(paid, t, fee_bps);
    facts := told -> 'facts'; notices := told -> 'notices';
  end if;
  if late is not null then perform lock_codes_v1(os); end if;
  for one in select w as o, x as p from unnest(late) with ordinality l(id, n) join payments x on x.id = l.id join orders w on w.id = x.order_id order by l.n loop
    told := order_paid_late_v2(one.o, one.p, t, fee_bps);
    facts := facts || (told -> 'facts'); notices := notices || (told -> 'notices');
  end loop;
  return jsonb_build_object('value', answers, 'events', append_many_v1(facts), 'notices', notices);
end $$;

-- orders_paid_v2: paid in time: their holds are confirmed. The caller holds the stock rows, the orders and
-- the payments, which say `succeeded`. Answers {facts, notices}.
create or replace function orders_paid_v2(os uuid[], t timestamptz, fee_bps int) returns jsonb
language plpgsql as $$
declare vs uuid[]; before jsonb; lines jsonb; offer_ids uuid[]; ended jsonb; facts jsonb; lost uuid;
begin
  vs := array(select distinct variant_id from order_items where order_id = any(os));
  before := availability_v1(vs);
  with done as (
    update holds h set state = 'confirmed', ended_at = t from order_items i
    where i.order_id = any(os) and h.id = i.hold_id and h.order_id = i.order_id and h.state = 'ordered'
    returning h.id, h.variant_id, h.offer_id, h.quantity, h.buyer
  )
  select jsonb_agg(jsonb_build_object('variantId', variant_id, 'kind', 'confirm', 'quantity', quantity, 'holdId', id) order by id),
      array_agg(distinct offer_id),
      jsonb_agg(jsonb_build_object('accountId', buyer, 'event', 'hold:ended',
        'payload', jsonb_build_object('holdId', id, 'reason', 'confirmed')) order by id)
    into lines, offer_ids, ended from done;
  if jsonb_array_length(lines) is distinct from (select count(*)::int from order_items where order_id = any(os)) then
    select i.order_id into lost from order_items i left join holds h on h.id = i.hold_id and h.order_id = i.order_id and h.state = 'confirmed'
      where i.order_id = any(os) and h.id is null limit 1;
    raise exception 'order % has lost a hold', lost;
  end if;
  perform stock_write_v1(lines, t);
  update orders set status = 'paid', paid_at = t where id = any(os);
  perform book_paid_v2(os, t, fee_bps);
  perform confirm_orders_v1(os);
  perform tell_orders_v1('order.paid', os);
  facts := placed_facts_v1(os) || sales_sold_out_v1(offer_ids, t);
  facts := facts || crossed_v1(before, vs);
  return jsonb_build_object('facts', facts, 'notices', ended || notices_of_orders_v1(os));
end $$;

-- order_paid_late_v2: paid after the order ended, its holds gone. Its units are taken again, all of them,
-- by variant alone (window, cap and limit do not count, nor do those of its code) unless a product is pulled in its show; else the
-- money goes back in full. No hold revives. Answers {facts, notices}.
create or replace function order_paid_late_v2(o orders, p payments, t timestamptz, fee_bps int) returns jsonb
language plpgsql as $$
declare before jsonb; there boolean; vs uuid[] := array(select distinct variant_id from order_items where order_id = o.id);
begin
  there := not exists (
    select from (select variant_id, sum(quantity) want from order_items where order_id = o.id group by 1) i
    join stock s on s.variant_id = i.variant_id where s.on_hand - s.held - s.sold < i.want
  ) and not exists (
    select from order_items i join holds h on h.id = i.hold_id where i.order_id = o.id and pulled_v1(h.show_id, i.product_id));
  if not there then return order_too_late_v1(o, p, t); end if;
  before := availability_v1(vs);
  perform stock_write_v1((select jsonb_agg(jsonb_build_object('variantId', variant_id, 'kind', 'take', 'quantity', quantity,
      'holdId', hold_id, 'reason', 'order ' || o.number) order by hold_id) from order_items where order_id = o.id), t);
  update orders set status = 'paid', paid_at = t where id = o.id returning * into o;
  if o.code is not null then perform take_code_again_v1(o.id, t); end if;
  perform book_paid_v2(array[o.id], t, fee_bps);
  perform confirm_orders_v1(array[o.id]);
  perform tell_orders_v1('order.paid', array[o.id]);
  return jsonb_build_object('facts', placed_facts_v1(array[o.id]) || crossed_v1(before, vs), 'notices', order_notices_v1(o));
end $$;

-- order_too_late_v1: the units are gone: all the money is owed back from this moment.
create or replace function order_too_late_v1(o orders, p payments, t timestamptz) returns jsonb
language plpgsql as $$
begin
  update orders set status = 'refunded', refunded = total, paid_at = t where id = o.id returning * into o;
  insert into refunds(id, payment_id, order_id, amount, currency, reason, status, created_at, due_at)
    values (gen_random_uuid(), p.id, o.id, o.total, o.currency, 'paid too late', 'pending', t, t);
  perform post_v1(p.id, o, jsonb_build_array(
    jsonb_build_object('account', 'provider:' || p.provider, 'debit', o.total),
    jsonb_build_object('account', 'refunds:due', 'credit', o.total)), t);
  perform write_mail_v1(o.buyer, 'paid-too-late', order_letter_v1(o) || jsonb_build_object('amount', money(o.total, o.currency)));
  perform tell_orders_v1('order.refunded', array[o.id]);
  return jsonb_build_object('facts', '[]'::jsonb, 'notices', order_notices_v1(o));
end $$;

-- placed_facts_v1: what each show hears of each order: what was bought, never by whom.
create or replace function placed_facts_v1(os uuid[]) returns jsonb
language plpgsql stable as $$
begin
  return (select jsonb_agg(jsonb_build_object('showId', x.show_id, 'type', 'order.placed', 'body', jsonb_build_object('items', x.items)) order by x.order_id, x.show_id)
    from (
      select y.order_id, y.show_id, jsonb_agg(jsonb_build_object('variantId', y.variant_id, 'quantity', y.quantity) order by y.variant_id) items
      from (
        select i.order_id, h.show_id, i.variant_id, sum(i.quantity)::int quantity
        from order_items i join holds h on h.id = i.hold_id where i.order_id = any(os) group by 1, 2, 3) y
      group by 1, 2) x);
end $$;

-- notices_of_orders_v1: order_notices_v1 of each.
create or replace function notices_of_orders_v1(os uuid[]) returns jsonb
language plpgsql stable as $$
begin
  return (select coalesce(jsonb_agg(n.notice order by o.id), '[]'::jsonb)
    from orders o cross join lateral jsonb_array_elements(order_notices_v1(o)) n(notice) where o.id = any(os));
end $$;

-- confirm_orders_v1: a letter to each buyer.
create or replace function confirm_orders_v1(os uuid[]) returns void
language plpgsql as $$
begin
  perform write_mails_v1('order-confirmed', array_agg(l.buyer), array_agg(l.letter)) from (
    with shops as materialized (
      select m.id, merchant_terms_v1(m.id) ->> 'name' as name from (select distinct merchant_id id from orders where id = any(os)) m)
    select o.buyer, jsonb_build_object('order', order_json_v1(o, order_items_v1(o.id, o.currency)), 'merchant', s.name) letter
    from orders o join shops s on s.id = o.merchant_id where o.id = any(os) order by o.id) l;
end $$;

-- book_paid_v2: orders that were paid in the money ledger: the provider owes us what items and delivery cost,
-- and of the items the platform has its fee, rounded down.
create or replace function book_paid_v2(os uuid[], t timestamptz, fee_bps int) returns void
language plpgsql as $$
begin
  insert into postings(transaction_id, order_id, account, debit, credit, currency, at)
    select p.id, o.id, l.account, l.debit, l.credit, o.currency, t
    from orders o join payments p on p.order_id = o.id and p.captured > 0
      cross join lateral (select (o.subtotal - o.discount) * fee_bps / 10000 as fee) f
      cross join lateral (values (1, 'provider:' || p.provider, o.total, 0), (2, 'sales', 0, o.subtotal - o.discount), (3, 'shipping', 0, o.shipping),
        (4, 'fees', f.fee, 0), (5, 'platform', 0, f.fee))
        l(n, account, debit, credit)
    where o.id = any(os) and l.debit + l.credit > 0 order by o.id, l.n;
end $$;

-- post_v1: one transaction of the money ledger; lines without an amount are left out.
--
--   tx      the payment's or the refund's id: what it came from
--   lines   jsonb array of {account, debit | credit}
create or replace function post_v1(tx uuid, o orders, lines jsonb, t timestamptz) returns void
language plpgsql as $$
begin
  insert into postings(transaction_id, order_id, account, debit, credit, currency, at)
    select tx, o.id, l ->> 'account', coalesce((l ->> 'debit')::bigint, 0), coalesce((l ->> 'credit')::bigint, 0), o.currency, t
    from jsonb_array_elements(lines) with ordinality e(l, n)
    where coalesce((l ->> 'debit')::bigint, 0) + coalesce((l ->> 'credit')::bigint, 0) > 0 order by n;
end $$;

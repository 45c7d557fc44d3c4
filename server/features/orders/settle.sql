-- settle_payment_v1: what a provider knows of a payment, from a verified event or from reading. The one
-- place where an order becomes paid.
--
--   args   {paymentId, provider, charge: {ref, status, captured, currency, version}, event?: {id, type}}
--
-- The rows that result depend on the set of what was heard, not on its order or number: succeeded stands
-- whatever else is said, and of the rest the highest version counts.
--
-- Answers {value: {known, mismatch?}, events, notices}. Not known: a payment of somebody else's shop.
-- Mismatch: it says that another sum than the order's was taken; nothing is believed, people must look.
create or replace function settle_payment_v1(args jsonb) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  c jsonb := args -> 'charge'; p payments; o orders; vs uuid[]; t timestamptz; told jsonb;
begin
  select * into p from payments where id = (args ->> 'paymentId')::uuid and provider = args ->> 'provider';
  if not found then return '{"value": {"known": false}}'; end if;
  vs := lock_order_stock_v1(array[p.order_id]);
  select * into o from orders where id = p.order_id for no key update;
  select * into p from payments where id = p.id for no key update;
  t := clock_timestamp();
  if args ? 'event' then
    insert into webhook_events(provider, event_id, type, payment_id, received_at)
      values (p.provider, args -> 'event' ->> 'id', args -> 'event' ->> 'type', p.id, t) on conflict do nothing;
  end if;
  if p.captured > 0 then return '{"value": {"known": true}}'; end if;
  if c ->> 'status' = 'succeeded' then
    if (c ->> 'captured')::bigint <> p.amount or c ->> 'currency' <> p.currency then
      return '{"value": {"known": true, "mismatch": true}}';
    end if;
    update payments set status = 'succeeded', captured = amount, version = (c ->> 'version')::int, due_at = null,
      provider_ref = coalesce(provider_ref, c ->> 'ref') where id = p.id returning * into p;
    if o.status = 'pending' then told := order_paid_v1(o, p, t);
    elsif o.status in ('expired', 'canceled') then told := order_paid_late_v1(o, p, vs, t);
    else raise exception 'order % is % without a payment', o.id, o.status;
    end if;
    return told || '{"value": {"known": true}}';
  end if;
  update payments set version = greatest(version, (c ->> 'version')::int), provider_ref = coalesce(provider_ref, c ->> 'ref'),
      status = case when o.status = 'pending' and (c ->> 'version')::int > version then c ->> 'status' else status end
    where id = p.id;
  return '{"value": {"known": true}}';
end $$;

-- order_paid_v1: paid in time: its holds are confirmed. The caller holds the stock rows, the order and
-- the payment.
create or replace function order_paid_v1(o orders, p payments, t timestamptz) returns jsonb
language plpgsql as $$
declare vs uuid[]; before jsonb; lines jsonb; offer_ids uuid[]; ended jsonb; facts jsonb;
begin
  vs := array(select distinct variant_id from order_items where order_id = o.id);
  before := availability_v1(vs);
  with done as (
    update holds set state = 'confirmed', ended_at = t where order_id = o.id and state = 'ordered'
    returning id, variant_id, offer_id, quantity, buyer
  )
  select jsonb_agg(jsonb_build_object('variantId', variant_id, 'kind', 'confirm', 'quantity', quantity, 'holdId', id) order by id),
      array_agg(distinct offer_id),
      jsonb_agg(jsonb_build_object('accountId', buyer, 'event', 'hold:ended',
        'payload', jsonb_build_object('holdId', id, 'reason', 'confirmed')) order by id)
    into lines, offer_ids, ended from done;
  if jsonb_array_length(lines) is distinct from (select count(*)::int from order_items where order_id = o.id) then
    raise exception 'order % has lost a hold', o.id;
  end if;
  perform stock_write_v1(lines, t);
  update orders set status = 'paid', paid_at = t where id = o.id returning * into o;
  perform post_v1(p.id, o, jsonb_build_array(
    jsonb_build_object('account', 'provider:' || p.provider, 'debit', o.total),
    jsonb_build_object('account', 'sales', 'credit', o.subtotal - o.discount),
    jsonb_build_object('account', 'shipping', 'credit', o.shipping)), t);
  perform write_mail_v1(o.buyer, 'order-confirmed', order_letter_v1(o));
  facts := placed_facts_v1(o) || sales_sold_out_v1(offer_ids, t);
  facts := facts || crossed_v1(before, vs);
  return jsonb_build_object('events', append_many_v1(facts), 'notices', ended || order_notices_v1(o));
end $$;

-- order_paid_late_v1: paid after the order ended, its holds gone. Its units are taken again, all of them,
-- by variant alone (window, cap and limit do not count) unless a product is pulled in its show; else the
-- money goes back in full. No hold revives.
create or replace function order_paid_late_v1(o orders, p payments, vs uuid[], t timestamptz) returns jsonb
language plpgsql as $$
declare before jsonb; there boolean;
begin
  there := not exists (
    select from (select variant_id, sum(quantity) want from order_items where order_id = o.id group by 1) i
    join stock s on s.variant_id = i.variant_id where s.on_hand - s.held - s.sold < i.want
  ) and not exists (
    select from order_items i join holds h on h.id = i.hold_id
    join lineup l on l.show_id = h.show_id and l.product_id = i.product_id where i.order_id = o.id and l.pulled);
  if not there then return order_too_late_v1(o, p, t); end if;
  before := availability_v1(vs);
  perform stock_write_v1((select jsonb_agg(jsonb_build_object('variantId', variant_id, 'kind', 'take', 'quantity', quantity,
      'reason', 'order ' || o.number) order by hold_id) from order_items where order_id = o.id), t);
  update orders set status = 'paid', paid_at = t where id = o.id returning * into o;
  perform post_v1(p.id, o, jsonb_build_array(
    jsonb_build_object('account', 'provider:' || p.provider, 'debit', o.total),
    jsonb_build_object('account', 'sales', 'credit', o.subtotal - o.discount),
    jsonb_build_object('account', 'shipping', 'credit', o.shipping)), t);
  perform write_mail_v1(o.buyer, 'order-confirmed', order_letter_v1(o));
  return jsonb_build_object('events', append_many_v1(placed_facts_v1(o) || crossed_v1(before, vs)), 'notices', order_notices_v1(o));
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
  return jsonb_build_object('events', '[]'::jsonb, 'notices', order_notices_v1(o));
end $$;

-- placed_facts_v1: what each show hears: what was bought, never by whom.
create or replace function placed_facts_v1(o orders) returns jsonb
language plpgsql stable as $$
begin
  return (select jsonb_agg(jsonb_build_object('showId', x.show_id, 'type', 'order.placed', 'body', jsonb_build_object('items', x.items)) order by x.show_id)
    from (
      select y.show_id, jsonb_agg(jsonb_build_object('variantId', y.variant_id, 'quantity', y.quantity) order by y.variant_id) items
      from (
        select h.show_id, i.variant_id, sum(i.quantity)::int quantity
        from order_items i join holds h on h.id = i.hold_id where i.order_id = o.id group by 1, 2) y
      group by 1) x);
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

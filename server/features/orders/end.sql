-- Orders that end unpaid.

-- order_ended_v1: ends pending orders: units back on the shelf, holds ended for good, payments no longer
-- waited for at once. Money that comes all the same is settled as late.
--
--   os        orders, pending, locked with their stock rows `vs`
--   as_what   canceled · expired
create or replace function order_ended_v1(os uuid[], vs uuid[], as_what text, t timestamptz) returns jsonb
language plpgsql as $$
declare before jsonb; notices jsonb;
begin
  before := availability_v1(vs);
  notices := end_holds_v1(array(select hold_id from order_items where order_id = any(os)),
    case as_what when 'canceled' then 'released' else 'expired' end, t);
  update orders set status = as_what where id = any(os);
  if exists (select from orders where id = any(os) and code is not null) then perform free_codes_v1(os, t); end if;
  -- One that its provider never heard of can be paid by nobody: it is not asked for any more.
  update payments set status = 'canceled', due_at = case when provider_ref is not null then due_at end
    where order_id = any(os) and captured = 0;
  select notices || coalesce(jsonb_agg(n), '[]'::jsonb) into notices
    from orders o cross join lateral jsonb_array_elements(order_notices_v1(o)) n where o.id = any(os);
  return jsonb_build_object('events', append_many_v1(crossed_v1(before, vs)), 'notices', notices);
end $$;

-- cancel_order_v1 {orderId, buyer, key, bodyHash}: a buyer gives a pending order up; its units are free at
-- once. Answers {value: the order}. Canceled already: the same answer. Refuses NOT_FOUND, CONFLICT (paid, or
-- ended otherwise), IDEMPOTENCY_MISMATCH.
create or replace function cancel_order_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  who uuid := args ->> 'buyer'; oid uuid := args ->> 'orderId'; k text := args ->> 'key';
  o orders; vs uuid[]; told jsonb := '{}'::jsonb; answer jsonb;
begin
  perform 1 from orders where id = oid and buyer = who;
  if not found then perform refuse('NOT_FOUND', 'There is no such order, or it is not open to you.'); end if;
  answer := once_before_v1(who, 'cancel', k, args ->> 'bodyHash');
  if answer is not null then return jsonb_build_object('value', answer); end if;
  vs := lock_order_stock_v1(array[oid]);
  select * into o from orders where id = oid for no key update;
  if o.status not in ('pending', 'canceled') then
    perform refuse('CONFLICT', case when o.status = 'expired' then 'This order has ended already.'
      else 'This order is paid. Ask the shop for a refund.' end);
  end if;
  if o.status = 'pending' then
    told := order_ended_v1(array[oid], vs, 'canceled', clock_timestamp());
    perform tell_orders_v1('order.canceled', array[oid]);
    select * into o from orders where id = oid;
  end if;
  answer := order_view_v1(o);
  perform once_after_v1(who, 'cancel', k, answer);
  return told || jsonb_build_object('value', answer);
end $$;

-- expire_orders_v1 {max}: ends pending orders past their time. Answers {value: number ended, events,
-- notices}. Several nodes may call it at once: one waits for the other's stock rows and finds nothing left.
create or replace function expire_orders_v1(args jsonb) returns jsonb
language plpgsql as $$
declare os uuid[]; vs uuid[]; told jsonb;
begin
  -- now() and not clock_timestamp(): an index finds only what stays the same during a query.
  os := array(select id from orders where status = 'pending' and expires_at <= now()
    order by expires_at limit (args ->> 'max')::int);
  if cardinality(os) = 0 then return '{"value": 0}'; end if;
  vs := lock_order_stock_v1(os);
  os := array(select id from orders where id = any(os) and status = 'pending' and expires_at <= clock_timestamp()
    order by id for no key update);
  if cardinality(os) = 0 then return '{"value": 0}'; end if;
  told := order_ended_v1(os, vs, 'expired', clock_timestamp());
  return told || jsonb_build_object('value', cardinality(os));
end $$;

-- What a merchant does with an order.

-- ship_order_v1 {orderId, merchant, carrier, trackingNumber, key?, bodyHash}: a paid order is on its way. Its
-- units leave the house: they are owned no more. Answers {value: the merchant's order}. Refuses NOT_FOUND,
-- CONFLICT unless it is paid and nothing was given back, IDEMPOTENCY_MISMATCH.
create or replace function ship_order_v1(args jsonb) returns jsonb
language plpgsql as $$
declare who uuid := args ->> 'merchant'; oid uuid := args ->> 'orderId'; k text := args ->> 'key'; o orders; t timestamptz; answer jsonb;
begin
  perform 1 from orders where id = oid and merchant_id = who;
  if not found then perform refuse('NOT_FOUND', 'There is no such order, or it is not open to you.'); end if;
  answer := once_before_v1(who, 'ship', k, args ->> 'bodyHash');
  if answer is not null then return jsonb_build_object('value', answer); end if;
  perform lock_order_stock_v1(array[oid]);
  select * into o from orders where id = oid for no key update;
  if o.status <> 'paid' then perform refuse('CONFLICT', format('This order is %s. Only a paid order is sent.', o.status)); end if;
  t := clock_timestamp();
  perform stock_write_v1((select jsonb_agg(jsonb_build_object('variantId', variant_id, 'kind', 'ship', 'quantity', quantity,
      'holdId', hold_id, 'reason', 'order ' || o.number, 'by', who) order by hold_id) from order_items where order_id = oid), t);
  update orders set status = 'shipped', shipped_at = t, carrier = args ->> 'carrier', tracking_number = args ->> 'trackingNumber',
      return_days = (merchant_terms_v1(who) ->> 'returnDays')::int
    where id = oid returning * into o;
  perform write_mail_v1(o.buyer, 'order-shipped', order_letter_v1(o));
  perform tell_orders_v1('order.shipped', array[oid]);
  answer := merchant_view_v1(o);
  perform once_after_v1(who, 'ship', k, answer);
  return jsonb_build_object('value', answer, 'notices', order_notices_v1(o));
end $$;

-- give_back_v1: an amount of what was paid, or all that is left of it, is owed to the buyer from now on: a row that
-- stays due until the provider has said yes. The platform gives its fee back in proportion. The caller has locked
-- the order `o`. Answers the refund. Refuses CONFLICT (not paid, or more than is left).
create or replace function give_back_v1(o orders, amount bigint, why text, t timestamptz) returns refunds
language plpgsql as $$
declare p payments; r refunds; give bigint; fee numeric;
begin
  select * into p from payments where order_id = o.id and captured > 0 for no key update;
  if not found then perform refuse('CONFLICT', 'Nothing was paid for this order, so nothing can be given back.'); end if;
  give := coalesce(give_back_v1.amount, p.captured - o.refunded);
  if give <= 0 or give > p.captured - o.refunded then
    perform refuse('CONFLICT', case when o.refunded = p.captured then 'All of it was given back already.'
      else 'That is more than is left of what was paid.' end);
  end if;
  insert into refunds(id, payment_id, order_id, amount, currency, reason, status, created_at, due_at)
    values (gen_random_uuid(), p.id, o.id, give, o.currency, why, 'pending', t, t) returning * into r;
  update orders set status = 'refunded', refunded = refunded + give where id = o.id returning * into o;
  fee := (select coalesce(sum(debit), 0) from postings where order_id = o.id and account = 'fees');
  -- Of the whole so far less of the whole before: when all has gone back, all of the fee has.
  -- A product of two sums does not fit into a bigint.
  fee := div(fee * o.refunded, o.total) - div(fee * (o.refunded - give), o.total);
  perform post_v1(r.id, o, jsonb_build_array(jsonb_build_object('account', 'refunds', 'debit', give),
    jsonb_build_object('account', 'refunds:due', 'credit', give), jsonb_build_object('account', 'platform', 'debit', fee),
    jsonb_build_object('account', 'fees', 'credit', fee)), t);
  perform tell_orders_v1('order.refunded', array[o.id]);
  return r;
end $$;

-- refund_order_v1 {orderId, merchant, amount?, key, bodyHash}: gives back an amount, or all that is left. Units of an
-- order that was not sent go back on the shelf when nothing of its price is left. Answers {value: the merchant's
-- order}. Refuses NOT_FOUND, CONFLICT (not paid, or more than is left), IDEMPOTENCY_MISMATCH.
create or replace function refund_order_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  who uuid := args ->> 'merchant'; oid uuid := args ->> 'orderId'; k text := args ->> 'key';
  o orders; given refunds; vs uuid[]; t timestamptz; before jsonb; facts jsonb := '[]'::jsonb; answer jsonb;
begin
  perform 1 from orders where id = oid and merchant_id = who;
  if not found then perform refuse('NOT_FOUND', 'There is no such order, or it is not open to you.'); end if;
  answer := once_before_v1(who, 'refund', k, args ->> 'bodyHash');
  if answer is not null then return jsonb_build_object('value', answer); end if;
  vs := lock_order_stock_v1(array[oid]);
  select * into o from orders where id = oid for no key update;
  t := clock_timestamp();
  given := give_back_v1(o, (args ->> 'amount')::bigint, 'merchant', t);
  select * into o from orders where id = oid;
  if o.shipped_at is null and o.refunded = o.total then
    before := availability_v1(vs);
    perform stock_write_v1((select jsonb_agg(jsonb_build_object('variantId', variant_id, 'kind', 'return', 'quantity', quantity,
        'holdId', hold_id, 'reason', 'order ' || o.number, 'by', who) order by hold_id) from order_items where order_id = oid), t);
    facts := crossed_v1(before, vs);
  end if;
  perform write_mail_v1(o.buyer, 'order-refunded', order_letter_v1(o) || jsonb_build_object('amount', money(given.amount, o.currency)));
  answer := merchant_view_v1(o);
  perform once_after_v1(who, 'refund', k, answer);
  return jsonb_build_object('value', answer, 'events', append_many_v1(facts), 'notices', order_notices_v1(o));
end $$;

-- settle_refund_v1 {refundId, status}: what the provider says of a refund; once it has succeeded or failed,
-- that stands. Failed: the money is owed still (`refunds:due`), and people must look.
create or replace function settle_refund_v1(args jsonb) returns jsonb
language plpgsql as $$
declare r refunds; o orders; p payments; t timestamptz;
begin
  select * into r from refunds where id = (args ->> 'refundId')::uuid;
  if not found then return '{"value": {"known": false}}'; end if;
  select * into o from orders where id = r.order_id for no key update;
  select * into p from payments where id = r.payment_id for no key update;
  select * into r from refunds where id = r.id for no key update;
  t := clock_timestamp();
  if r.status = 'pending' and args ->> 'status' in ('succeeded', 'failed') then
    update refunds set status = args ->> 'status', due_at = null where id = r.id;
    if args ->> 'status' = 'succeeded' then
      perform post_v1(r.id, o, jsonb_build_array(jsonb_build_object('account', 'refunds:due', 'debit', r.amount),
        jsonb_build_object('account', 'provider:' || p.provider, 'credit', r.amount)), t);
      update payments set status = 'refunded' where id = p.id
        and captured = (select sum(amount) from refunds where payment_id = p.id and status = 'succeeded');
    end if;
  end if;
  return '{"value": {"known": true}}';
end $$;

-- A return as the wire has it, and what is counted of returns.

-- return_stands_v1: its pieces count as given back, or may yet be: they are in no other return.
create or replace function return_stands_v1(r order_returns) returns boolean
language sql stable as $$
  select r.state not in ('refused', 'withdrawn', 'closed') or r.refunded > 0 or r.received_at is not null
$$;

-- pieces_left_v2: of each line of an order, the units that are in no return but `besides`, and what was paid for them.
create or replace function pieces_left_v2(oid uuid, besides uuid default null) returns table(hold_id uuid, quantity bigint, paid bigint)
language sql stable as $$
  select i.hold_id, i.quantity - coalesce(sum(x.quantity), 0), (i.price * i.quantity - i.discount - coalesce(sum(x.paid), 0))::bigint
  from order_items i
    left join (order_returns r join return_items x on x.return_id = r.id)
      on r.order_id = i.order_id and x.hold_id = i.hold_id and r.id is distinct from besides and return_stands_v1(r)
    where i.order_id = oid group by i.hold_id, i.quantity, i.price, i.discount
$$;

-- paid_for_v1: what was paid for units of a line: their price less their part of the line's discount, that part rounded
-- up. The last units of a line have what is left over instead.
create or replace function paid_for_v1(i order_items, units bigint) returns bigint
language sql stable as $$
  select i.price * units - (i.discount * units + i.quantity - 1) / i.quantity
$$;

-- price_return_v1: writes down what was paid for each of a return's pieces, the last ones of a line with what rounding
-- left over, and answers the sum. The caller has locked the order.
create or replace function price_return_v1(rid uuid, oid uuid) returns bigint
language plpgsql as $$
declare priced bigint;
begin
  with cost as (
    update return_items x set paid = case when x.quantity = p.quantity then p.paid else least(paid_for_v1(i, x.quantity), p.paid) end
      from pieces_left_v2(oid, rid) p join order_items i on i.order_id = oid and i.hold_id = p.hold_id
      where x.return_id = rid and x.hold_id = p.hold_id returning x.paid
  )
  select sum(paid) into priced from cost;
  return priced;
end $$;

-- return_left_v1: what a return may still give back.
create or replace function return_left_v1(r order_returns, o orders) returns bigint
language sql stable as $$
  select greatest(0, least(r.paid - r.refunded, o.total - o.refunded))
$$;

-- return_days_v1: for how many days. Neither this nor return_until_v1 has a `from`: so Postgres writes both into the statement
-- that asks, which may ask of a hundred thousand orders.
create or replace function return_days_v1(o orders, is_fault boolean, days jsonb) returns int
language sql stable as $$
  select case when is_fault then greatest(coalesce(o.return_days, (days ->> 'promised')::int), (days ->> 'fault')::int)
    else coalesce(o.return_days, (days ->> 'promised')::int) end
$$;

-- return_until_v1: until when pieces may be asked back; null where they may not.
--
--   days   what holds of every shop: {promised, fault, arrive}
create or replace function return_until_v1(o orders, is_fault boolean, days jsonb) returns timestamptz
language sql stable as $$
  select case when o.shipped_at is not null and o.total > 0 and return_days_v1(o, is_fault, days) > 0 then
    coalesce(o.arrived_at, o.shipped_at + make_interval(days => (days ->> 'arrive')::int)) + make_interval(days => return_days_v1(o, is_fault, days)) end
$$;

create or replace function return_view_v1(r order_returns) returns jsonb
language plpgsql stable as $$
begin
  return (select jsonb_build_object('id', r.id, 'orderId', o.id, 'number', o.number, 'showId', o.show_id, 'state', r.state,
      'reason', r.reason, 'note', r.note, 'paid', money(r.paid, o.currency), 'refunded', money(r.refunded, o.currency),
      'left', money(return_left_v1(r, o), o.currency), 'sendTo', r.send_to, 'carrier', r.carrier, 'trackingNumber', r.tracking_number,
      'createdAt', iso(r.created_at), 'dueAt', iso(r.due_at), 'orderedAt', iso(o.created_at),
      'buyer', (select jsonb_build_object('id', a.id, 'displayName', a.display_name) from accounts a where a.id = r.buyer),
      'merchant', jsonb_build_object('id', r.merchant_id, 'name', merchant_terms_v1(r.merchant_id) ->> 'name'),
      'items', (select jsonb_agg(jsonb_build_object('holdId', x.hold_id, 'title', i.title, 'sku', i.sku, 'quantity', x.quantity,
          'restocked', x.restocked, 'price', money(i.price, o.currency), 'heldAt', iso(h.created_at)) order by x.hold_id)
        from return_items x join order_items i on i.order_id = o.id and i.hold_id = x.hold_id join holds h on h.id = x.hold_id
        where x.return_id = r.id),
      'steps', (select jsonb_agg(jsonb_build_object('step', s.step, 'by', s.by, 'at', iso(s.at), 'words', s.words,
          'amount', case when f.id is not null then money(f.amount, f.currency) end) order by s.n)
        from return_steps s left join refunds f on f.id = s.refund_id where s.return_id = r.id))
    from orders o where o.id = r.order_id);
end $$;

-- order_returns_v1 {orderId, who, days}: the returns of an order and what may still be asked, for its buyer, its
-- merchant and admins. Null for everybody else.
create or replace function order_returns_v1(args jsonb) returns jsonb
language plpgsql stable as $$
declare who uuid := args ->> 'who'; o orders;
begin
  select * into o from orders where id = (args ->> 'orderId')::uuid and (who in (buyer, merchant_id)
    or exists (select from accounts where id = who and kind = 'admin'));
  if not found then return null; end if;
  return jsonb_build_object(
    'items', (select coalesce(jsonb_agg(return_view_v1(r) order by r.id), '[]'::jsonb) from order_returns r where r.order_id = o.id),
    'until', iso(return_until_v1(o, false, args -> 'days')), 'faultUntil', iso(return_until_v1(o, true, args -> 'days')),
    'terms', merchant_terms_v1(o.merchant_id) ->> 'returns',
    'hasHouse', exists (select from accounts where kind = 'admin' and id not in (o.buyer, o.merchant_id)),
    'pieces', (select jsonb_agg(jsonb_build_object('holdId', hold_id, 'left', quantity) order by hold_id) from pieces_left_v2(o.id)));
end $$;

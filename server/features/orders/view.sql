-- An order as the wire has it, from its rows.

-- order_view_v1: as it is looked at: each item with the first picture that its product has now.
create or replace function order_view_v1(o orders) returns jsonb
language plpgsql stable as $$
begin
  return (select order_json_v1(o, jsonb_agg(item_json_v1(i, o.currency)
      || case when p.images ->> 0 is null then '{}' else jsonb_build_object('image', p.images ->> 0) end order by i.hold_id))
    from order_items i left join products p on p.id = i.product_id where i.order_id = o.id);
end $$;

-- order_json_v1: the same for whoever has many orders at hand: written into the statement that uses it.
create or replace function order_json_v1(o orders, items jsonb) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', o.id, 'number', o.number, 'showId', o.show_id, 'status', o.status, 'items', items,
    'subtotal', money(o.subtotal, o.currency), 'shipping', money(o.shipping, o.currency),
    'discount', money(o.discount, o.currency), 'code', o.code, 'total', money(o.total, o.currency), 'refunded', money(o.refunded, o.currency),
    'shippingAddress', o.shipping_address, 'expiresAt', iso(o.expires_at), 'createdAt', iso(o.created_at),
    'paidAt', iso(o.paid_at), 'shippedAt', iso(o.shipped_at), 'arrivedAt', iso(o.arrived_at), 'carrier', o.carrier, 'trackingNumber', o.tracking_number)
$$;

create or replace function order_items_v1(id uuid, currency text) returns jsonb
language plpgsql stable as $$
begin
  return (select jsonb_agg(item_json_v1(i, order_items_v1.currency) order by i.hold_id) from order_items i where i.order_id = order_items_v1.id);
end $$;

create or replace function item_json_v1(i order_items, currency text) returns jsonb
language sql stable as $$
  select jsonb_build_object('variantId', i.variant_id, 'productId', i.product_id, 'title', i.title,
    'sku', i.sku, 'quantity', i.quantity, 'price', money(i.price, currency),
    'discount', money(i.discount, currency), 'holdId', i.hold_id)
$$;

create or replace function payment_view_v1(p payments) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', p.id, 'provider', p.provider, 'status', p.status, 'payUrl', p.pay_url)
$$;

-- free_payment_v1: what stands for the payment of an order that costs nothing.
create or replace function free_payment_v1(o orders) returns jsonb
language sql immutable as $$
  select jsonb_build_object('id', o.id, 'provider', 'none', 'status', 'succeeded', 'payUrl', null) where o.total = 0
$$;

-- placed_view_v1: what placing answered and every repeat of its key answers again: the order as it was
-- then, whatever became of it.
create or replace function placed_view_v1(o orders) returns jsonb
language plpgsql stable as $$
begin
  return (select jsonb_build_object(
      'order', order_json_v1(o, order_items_v1(o.id, o.currency)) || jsonb_build_object('refunded', money(0, o.currency),
        'status', case when o.total > 0 then 'pending' else 'paid' end, 'paidAt', case when o.total = 0 then iso(o.paid_at) end, 'shippedAt', null, 'arrivedAt', null, 'carrier', null, 'trackingNumber', null),
      'payment', coalesce(free_payment_v1(o), (select payment_view_v1(p) || '{"status": "pending"}' from payments p where p.order_id = o.id))));
end $$;

-- merchant_view_v1: with who bought and where the money is.
create or replace function merchant_view_v1(o orders) returns jsonb
language plpgsql stable as $$
begin
  return (select order_view_v1(o) || jsonb_build_object(
      'buyer', (select jsonb_build_object('id', a.id, 'displayName', a.display_name) from accounts a where a.id = o.buyer),
      'postings', (select coalesce(jsonb_agg(jsonb_build_object('account', p.account, 'debit', money(p.debit, p.currency),
          'credit', money(p.credit, p.currency), 'at', iso(p.at)) order by p.id), '[]'::jsonb)
        from postings p where p.order_id = o.id)));
end $$;

-- order_letter_v1: what a letter about an order needs to know.
create or replace function order_letter_v1(o orders) returns jsonb
language plpgsql stable as $$
begin
  return (select jsonb_build_object('order', order_json_v1(o, order_items_v1(o.id, o.currency)), 'merchant', merchant_terms_v1(o.merchant_id) ->> 'name'));
end $$;

-- order_notices_v1: an order changed: its buyer's and its merchant's screens hear of it.
create or replace function order_notices_v1(o orders) returns jsonb
language sql stable as $$
  select case when o.buyer = o.merchant_id then jsonb_build_array(order_notice_v1(o.buyer, o.id, o.status))
    else jsonb_build_array(order_notice_v1(o.buyer, o.id, o.status), order_notice_v1(o.merchant_id, o.id, o.status)) end
$$;

create or replace function order_notice_v1(account uuid, id uuid, status text) returns jsonb
language sql stable as $$
  select jsonb_build_object('accountId', account, 'event', 'order:changed', 'payload', jsonb_build_object('orderId', id, 'status', status))
$$;

-- lock_order_stock_v1: the first locks of every verb about an order: the stock rows of its variants.
create or replace function lock_order_stock_v1(order_ids uuid[]) returns uuid[]
language plpgsql as $$
declare vs uuid[];
begin
  vs := array(select distinct variant_id from order_items where order_id = any(order_ids));
  perform 1 from stock where variant_id = any(vs) order by variant_id for no key update;
  return vs;
end $$;

-- place_orders_v1: decides a batch of orders. Everything or nothing of each: all its holds become
-- `ordered` and live until the order's own end, or none is touched.
--
--   asks   jsonb array of {orderId, paymentId, buyer, key, bodyHash, holdIds, shippingAddress, payMs,
--          pendingMax, provider}; a (buyer, key) stands once
--
-- Answers {value: [{order, payment} | {refused: {code, message, errors?}}] in the order asked, notices}. A
-- repeat of a key answers as the first time. Codes: IDEMPOTENCY_MISMATCH, NOT_FOUND, HOLD_ENDED, CONFLICT,
-- VALIDATION. Raises P0409 when a neighbour has just used one of the keys: ask again.
--
-- Locks the stock rows of all holds in id order, then the buyers' accounts in id order: that is what makes
-- the bound on pending orders hold on all nodes at once.
create or replace function place_orders_v1(asks jsonb) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare t timestamptz; ask record; vs uuid[]; told jsonb; answers jsonb[]; notices jsonb := '[]'::jsonb;
begin
  vs := array(select distinct h.variant_id from jsonb_array_elements(asks) a
    cross join lateral jsonb_array_elements_text(a -> 'holdIds') x
    join holds h on h.id = x::uuid and h.buyer = (a ->> 'buyer')::uuid);
  perform 1 from stock where variant_id = any(vs) order by variant_id for no key update;
  perform 1 from accounts where id = any(array(select (a ->> 'buyer')::uuid from jsonb_array_elements(asks) a))
    order by id for no key update;
  t := clock_timestamp();
  -- By key, so that two batches with the same two keys wait for each other at most once.
  for ask in select value a, n from jsonb_array_elements(asks) with ordinality e(value, n) order by value ->> 'buyer', value ->> 'key' loop
    told := place_order_v1(ask.a, t);
    answers[ask.n] := told - 'notices';
    notices := notices || coalesce(told -> 'notices', '[]'::jsonb);
  end loop;
  return jsonb_build_object('value', to_jsonb(answers), 'notices', notices);
end $$;

-- place_order_v1: one of them, under the locks and settings of place_orders_v1.
create or replace function place_order_v1(ask jsonb, t timestamptz) returns jsonb
language plpgsql
as $$
declare
  o orders; who uuid := ask ->> 'buyer'; k text := ask ->> 'key'; bag jsonb; served jsonb;
  hold_ids uuid[] := array(select jsonb_array_elements_text(ask -> 'holdIds')::uuid);
begin
  select * into o from orders where buyer = who and key = k;
  if found then
    if o.body_hash <> ask ->> 'bodyHash' then
      return refused_v1('IDEMPOTENCY_MISMATCH', 'This key was already used with other contents.');
    end if;
    return placed_view_v1(o);
  end if;
  bag := bag_v1(who, hold_ids, t);
  if bag ? 'refused' then return bag; end if;
  served := bag -> 'terms' -> 'countries';
  if jsonb_array_length(served) > 0 and not served ? (ask -> 'shippingAddress' ->> 'country') then
    return refused_v1('VALIDATION', 'This shop does not send there.', '/shippingAddress/country');
  end if;
  if (select count(*) from orders where buyer = who and status = 'pending' and expires_at > t) >= (ask ->> 'pendingMax')::int then
    return refused_v1('CONFLICT', format('%s orders of yours wait for payment. Pay or cancel one first.', ask ->> 'pendingMax'));
  end if;

  insert into orders(id, buyer, merchant_id, show_id, status, currency, subtotal, shipping, discount, total,
      shipping_address, created_at, expires_at, key, body_hash)
    values ((ask ->> 'orderId')::uuid, who, (bag ->> 'merchantId')::uuid, (bag ->> 'showId')::uuid, 'pending', bag ->> 'currency',
      (bag ->> 'subtotal')::bigint, (bag ->> 'shipping')::bigint, (bag ->> 'discount')::bigint, (bag ->> 'total')::bigint,
      ask -> 'shippingAddress', t, t + (ask ->> 'payMs')::bigint * interval '1 millisecond', k, ask ->> 'bodyHash')
    on conflict (buyer, key) do nothing returning * into o;
  if not found then raise exception using errcode = 'P0409', message = 'the key is being used'; end if;
  insert into order_items(order_id, hold_id, variant_id, product_id, title, sku, quantity, price)
    select o.id, h.id, v.id, p.id, item_title_v1(p, v), v.sku, h.quantity, h.price
    from unnest(hold_ids) x(id) join holds h on h.id = x.id join variants v on v.id = h.variant_id join products p on p.id = v.product_id;
  update holds set state = 'ordered', order_id = o.id, expires_at = o.expires_at where id = any(hold_ids);
  -- Due in a moment: should this process end before it has asked the provider, the reconciler asks.
  insert into payments(id, order_id, provider, status, amount, currency, created_at, due_at)
    values ((ask ->> 'paymentId')::uuid, o.id, ask ->> 'provider', 'pending', o.total, o.currency, t, t + interval '4 seconds');
  return placed_view_v1(o) || jsonb_build_object('notices', order_notices_v1(o));
end $$;

-- item_title_v1: the product's title; with the variant's own where there is a choice.
create or replace function item_title_v1(p products, v variants) returns text
language plpgsql stable as $$
begin
  return (select case when exists (select from variants x where x.product_id = p.id and x.id <> v.id)
      then p.title || ' · ' || v.title else p.title end);
end $$;

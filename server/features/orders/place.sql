-- place_orders_v6: decides a batch of orders. Everything or nothing of each: all its holds become
-- `ordered` and live until the order's own end, or none is touched.
--
--   ids, payment_ids, buyers, keys, hashes   one entry an order; the ids are the rows' own, made by the caller. A
--                buyer stands once, so that no two of a batch can want the same hold
--   addresses    jsonb array, one an order: where it is sent
--   order_of, hold_ids   one entry a hold: the order that it is for, from 1, in their order
--   pay_ms       how long an order waits for its payment
--   pending_max  orders of one buyer that may wait at once
--   provider     who is to be paid
--   codes        discount codes as they are kept, one an order, null where none; null when no order has one
--   least_paid   what a code must leave to pay
--   vias         codes of affiliates, one an order, null where none; null when no order has one. One that is not valid is not written
--
-- Answers one json object, arrays in the order asked:
--   answers     null: placed here. Otherwise {order, payment}, the first answer to a repeat of its key (or to an order that
--               costs nothing, which is paid at once), or
--               {refused: {code, message, errors?}}: IDEMPOTENCY_MISMATCH, NOT_FOUND, HOLD_ENDED, CONFLICT, VALIDATION;
--               `sum` where the message has {sum}
--   numbers, merchants, shows, currencies, subtotals, shippings, discounts, totals   one an order; no more of it is
--               told than who asked cannot know: orders as JSON were two fifths of what placing them cost
--   goods, quantities, prices, reductions   one a hold, in the order of hold_ids; goods: which of the variants, from 1;
--               reductions: what the line has off, null when no order has a code
--   variants, products, titles, skus   one a variant
--   createdAt, expiresAt   of every order placed here
--   events, notices   of those that are paid at once
-- Raises P0409 when a neighbour has just used one of the keys: ask again.
--
-- Locks the stock rows of all holds in id order, then the buyers' accounts in id order: that is what makes
-- the bound on pending orders hold on all nodes at once. Where orders have codes, those come next, and then whose
-- links brought them. Each step is one statement for all orders:
-- one by one they cost seven times as much, with the stock rows locked. LIMIT 1 and `status || ''` keep plans
-- right that were made while there were no orders yet: without, a call cost twice as much every 2,000 orders.
create or replace function place_orders_v6(
  ids uuid[], payment_ids uuid[], buyers uuid[], keys text[], hashes text[], addresses jsonb, order_of int[], hold_ids uuid[],
  pay_ms bigint, pending_max int, provider text, codes text[], least_paid bigint, vias text[]
) returns json
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  t timestamptz; until timestamptz;
  -- per order
  answers jsonb[]; fresh boolean[]; merchants uuid[]; shows uuid[]; currencies text[]; subtotals bigint[]; shippings bigint[];
  discounts bigint[]; totals bigint[]; numbers bigint[]; brought uuid[];
  -- per hold
  wanted uuid[]; goods int[]; quantities int[]; prices bigint[]; reductions bigint[];
  -- per variant
  variants uuid[]; products uuid[]; titles text[]; skus text[];
  gifts uuid[]; told jsonb; events jsonb;
begin
  -- 1 the locks. What a hold is of, how many and at what price never changes: that is read before them
  select array_agg(h.variant_id order by i.x), array_agg(h.quantity order by i.x), array_agg(h.price order by i.x)
    into wanted, quantities, prices
    from unnest(order_of, hold_ids) with ordinality i(n, hold, x)
      left join lateral (select * from holds h where h.id = i.hold limit 1) h on h.buyer = buyers[i.n];
  perform 1 from stock where variant_id = any(wanted) order by variant_id for no key update;
  perform 1 from accounts where id = any(buyers) order by id for no key update;
  t := clock_timestamp(); until := t + pay_ms * interval '1 millisecond';

  -- 2 verdicts: null is yes
  select array_agg(j.answer), array_agg(j.answer is null), array_agg(j.merchant_id), array_agg(j.show_id), array_agg(j.currency),
      array_agg(j.subtotal), array_agg(j.shipping), array_agg(j.discount), array_agg(j.total)
    into answers, fresh, merchants, shows, currencies, subtotals, shippings, discounts, totals
    from (
      select b.*, case
          when (o.placed).id is not null and (o.placed).body_hash <> b.hash then refused_v1('IDEMPOTENCY_MISMATCH', 'This key was already used with other contents.')
          when (o.placed).id is not null then placed_view_v1(o.placed)
          when b.refused is not null then b.refused
          when jsonb_array_length(b.terms -> 'countries') > 0 and not b.terms -> 'countries' ? (addresses -> (b.bag - 1) ->> 'country') then
            refused_v1('VALIDATION', 'This shop does not send there.', '/shippingAddress/country')
          when (select count(*) from orders w where w.buyer = b.buyer and w.status || '' = 'pending' and w.expires_at > t) >= pending_max then
            refused_v1('CONFLICT', format('%s orders of yours wait for payment. Pay or cancel one first.', pending_max))
        end answer
      from rows from (unnest(buyers, keys, hashes), bags_v1(buyers, order_of, hold_ids, t))
          b(buyer, key, hash, bag, refused, merchant_id, show_id, currency, subtotal, shipping, discount, total, terms)
        left join lateral (select o as placed from orders o where o.buyer = b.buyer and o.key = b.key limit 1) o on true
      order by b.bag) j;

  -- What an order costs without a code, it costs with a code that takes nothing: only who has one pays for looking.
  if codes is not null and true = any(fresh) then
    select array_agg(coalesce(a.answer, a.refused) order by a.n), array_agg(a.fresh and a.refused is null order by a.n), used.discounts, used.reductions
      into answers, fresh, discounts, reductions
      from use_codes_v1(array(select case when c.fresh then c.code end from unnest(codes, fresh) c(code, fresh)), ids, buyers, merchants, currencies,
          totals, order_of, hold_ids, least_paid) used
        cross join unnest(answers, fresh, used.refusals) with ordinality a(answer, fresh, refused, n)
      group by used.discounts, used.reductions;
    totals := array(select u.total - u.discount from unnest(totals, discounts) u(total, discount));
  end if;

  if true = any(fresh) then
    if vias is not null then brought := brought_by_v1(vias, buyers, merchants); end if;
    -- 3 orders with all that belongs to them. Not `on conflict`: see reserve.sql
    numbers := array(select case when u.fresh then nextval('orders_number_seq') end from unnest(fresh) u(fresh));
    begin
      insert into orders(id, number, buyer, merchant_id, show_id, status, currency, subtotal, shipping, discount, total,
          shipping_address, created_at, expires_at, key, body_hash, code, via)
        select u.id, u.number, u.buyer, u.merchant, u.show, 'pending', u.currency, u.subtotal, u.shipping, u.discount, u.total,
          addresses -> (u.n::int - 1), t, until, u.key, u.hash, u.code, case when u.total > 0 then u.via end
        from unnest(ids, numbers, fresh, buyers, merchants, shows, currencies, subtotals, shippings, discounts, totals, keys, hashes, codes, brought) with ordinality
          u(id, number, fresh, buyer, merchant, show, currency, subtotal, shipping, discount, total, key, hash, code, via, n)
        where u.fresh order by u.buyer, u.key;
    exception when unique_violation then raise exception using errcode = 'P0409', message = 'a key is being used';
    end;
    select array_agg(v.id), array_agg(v.product_id), array_agg(v.sku),
        array_agg(case when exists (select from variants y where y.product_id = p.id and y.id <> v.id) then p.title || ' · ' || v.title else p.title end)
      into variants, products, skus, titles
      from (select distinct w from unnest(wanted) w) w left join variants v on v.id = w.w left join products p on p.id = v.product_id;
    goods := array(select array_position(variants, w) from unnest(wanted) w);
    insert into order_items(order_id, hold_id, variant_id, product_id, title, sku, quantity, price, discount)
      select ids[i.n], i.hold, variants[i.goods], products[i.goods], titles[i.goods], skus[i.goods], i.quantity, i.price, coalesce(i.reduction, 0)
      from unnest(order_of, hold_ids, goods, quantities, prices, reductions) i(n, hold, goods, quantity, price, reduction) where fresh[i.n];
    update holds h set state = 'ordered', order_id = ids[i.n], expires_at = until
      from unnest(order_of, hold_ids) i(n, hold) where h.id = i.hold and fresh[i.n];
    -- Due in a moment: should this process end before it has asked the provider, the reconciler asks.
    insert into payments(id, order_id, provider, status, amount, currency, created_at, due_at)
      select u.id, u.order_id, place_orders_v6.provider, 'pending', u.total, u.currency, t, t + interval '4 seconds'
      from unnest(payment_ids, ids, fresh, totals, currencies) u(id, order_id, fresh, total, currency) where u.fresh and u.total > 0;
    -- What costs nothing is paid by being ordered: no provider hears of it.
    if 0 = any(totals) then
      gifts := array(select u.id from unnest(ids, fresh, totals) u(id, fresh, total) where u.fresh and u.total = 0);
    end if;
    -- None where what costs nothing was refused, or had been ordered before.
    if cardinality(gifts) > 0 then
      told := orders_paid_v2(gifts, t, 0);
      events := append_many_v1(told -> 'facts');
      answers := array(select case when o.id is not null then placed_view_v1(o) else u.answer end
        from unnest(ids, answers) with ordinality u(id, answer, n) left join orders o on o.id = u.id and o.id = any(gifts) order by u.n);
    end if;
  end if;

  return json_build_object('answers', answers, 'numbers', numbers, 'merchants', merchants, 'shows', shows, 'currencies', currencies,
    'subtotals', subtotals, 'shippings', shippings, 'discounts', discounts, 'totals', totals,
    'goods', goods, 'quantities', quantities, 'prices', prices, 'reductions', reductions,
    'variants', variants, 'products', products, 'titles', titles, 'skus', skus,
    'createdAt', iso(t), 'expiresAt', iso(until), 'events', events, 'notices', told -> 'notices');
end $$;

-- A product in a show: in front of everybody, off sale, on sale again, at another price.

-- pin_v1: puts one product in front of every viewer; the last pin wins.
--
--   args   {showId, productId, accountId}
--
-- Answers {value: {}, events}; nothing happens when it is pinned already. Refuses NOT_FOUND, FORBIDDEN,
-- SHOW_NOT_LIVE, PRODUCT_PULLED.
--
-- Both rows are locked by one statement, the show's and then its head, and only for those who may: a stranger keeps
-- nobody waiting. All that is asked is asked by the next, under the locks: in a statement each, and the role before
-- and after, a pin took 925 µs of Postgres and not 797 (50 a second, interleaved).
create or replace function pin_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; product uuid := args ->> 'productId';
  status text; pinned uuid; role text; off boolean;
begin
  select w.status, w.pinned_product into status, pinned
    from shows w join show_heads h on h.show_id = w.id
    where w.id = s and (w.host_id = who or exists (select from moderators m where m.show_id = s and m.account_id = who)
      or exists (select from accounts a where a.id = who and a.kind = 'admin'))
    for no key update of w, h;
  if not found then
    perform must_be_v1(s, who, 'moderator');
    perform refuse('UNAVAILABLE', 'Your role changed this moment. Try again.');
  end if;
  select role_v1(w.host_id, a.id, a.kind, exists (select from moderators m where m.show_id = s and m.account_id = who)), l.pulled
    into role, off
    from shows w cross join accounts a left join lineup l on l.show_id = w.id and l.product_id = product
    where w.id = s and a.id = who;
  if role is null or role not in ('host', 'admin', 'moderator') then perform must_be_v1(s, who, 'moderator'); end if;
  if off is null then perform refuse('NOT_FOUND', 'There is no such product in this show.'); end if;
  if status is null or status not in ('live', 'interrupted') then perform refuse('SHOW_NOT_LIVE', 'This show is not live.'); end if;
  if off then perform refuse('PRODUCT_PULLED', 'This product was taken off sale. Restore it first.'); end if;
  if pinned = product then return jsonb_build_object('value', '{}'::jsonb); end if;
  update shows set pinned_product = product where id = s;
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_v1(s, jsonb_build_array(
    jsonb_build_object('type', 'product.pinned', 'actor', who, 'body', jsonb_build_object('productId', product)))));
end $$;

-- unpin_v1: takes the product down if it is the pinned one.
--
--   args   {showId, productId, accountId}
create or replace function unpin_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; product uuid := args ->> 'productId';
begin
  perform must_be_v1(s, who, 'moderator');
  perform 1 from lineup where show_id = s and product_id = product;
  if not found then perform refuse('NOT_FOUND', 'There is no such product in this show.'); end if;
  update shows set pinned_product = null where id = s and pinned_product = product;
  if not found then return jsonb_build_object('value', '{}'::jsonb); end if;
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_as_v1(s, who, 'moderator',
    jsonb_build_array(jsonb_build_object('type', 'product.unpinned', 'body', jsonb_build_object('productId', product)))));
end $$;

-- withdraw_v1: nothing of these products can be held in this show any more: running sales, an auction and a giveaway end, offers
-- close, and one of them that is pinned comes down. Holds stay as they are.
--
--   reason   of sale.ended: host · pulled · ended;  closed_as: what the offers' rows say
--
-- The caller holds the stock rows and then the show's row. Answers the facts to append, [] when none.
create or replace function withdraw_v1(s uuid, products uuid[], reason text, closed_as text, t timestamptz) returns jsonb
language plpgsql as $$
declare facts jsonb := '[]'::jsonb; sale uuid; down uuid;
begin
  select pinned_product into down from shows where id = s and pinned_product = any(products);
  if found then
    update shows set pinned_product = null where id = s;
    facts := facts || jsonb_build_object('showId', s, 'type', 'product.unpinned', 'body', jsonb_build_object('productId', down));
  end if;
  for sale in select x.id from sales x where x.show_id = s and x.product_id = any(products) and x.ended_at is null order by x.id loop
    facts := facts || sale_close_v1(sale, reason, t);
  end loop;
  perform offers_close_v1(s, array(select v.id from variants v where v.product_id = any(products)), closed_as, t);
  return facts || (house_ends_v1(s, array(select v.id from variants v where v.product_id = any(products)), 'pulled', t) -> 'facts');
end $$;

-- pull_v1: takes a product off sale in a show, now.
--
--   args   {showId, productId, accountId, reason}
--
-- After the answer no hold of it succeeds: its stock rows are locked first, so batches in flight have
-- committed before or see closed offers. Holds that are in no order end (`pulled`); those in a pending
-- order stay payable. Answers {value: {}, events, notices}; pulled already: nothing happens.
create or replace function pull_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; product uuid := args ->> 'productId';
  status text; sells boolean; was boolean; t timestamptz; vs uuid[]; before jsonb; facts jsonb; elsewhere jsonb; notices jsonb; events jsonb;
begin
  perform must_be_v1(s, who, 'moderator');
  vs := lock_products_v1(array[product]);
  select w.status, w.sells into status, sells from shows w where w.id = s for no key update;
  t := clock_timestamp();
  select pulled into was from lineup where show_id = s and product_id = product;
  if not found then perform refuse('NOT_FOUND', 'There is no such product in this show.'); end if;
  if status in ('ended', 'canceled') and not sells then perform refuse('SHOW_NOT_LIVE', 'This show is over.'); end if;
  if was then return jsonb_build_object('value', '{}'::jsonb); end if;
  before := availability_v1(vs);
  update lineup set pulled = true where show_id = s and product_id = product;
  facts := withdraw_v1(s, array[product], 'pulled', 'pulled', t);
  notices := end_holds_v1(array(select h.id from unnest(vs) v join holds h on h.variant_id = v and h.state = 'active' and h.show_id = s), 'pulled', t);
  facts := facts || jsonb_build_object('type', 'product.pulled', 'body', jsonb_build_object('productId', product),
    'staff', jsonb_build_object('productId', product, 'reason', args ->> 'reason', 'by', who));
  elsewhere := crossed_v1(before, vs);
  -- Heads of all shows concerned, in id order, before the first is written to.
  perform 1 from show_heads where show_id = s or show_id in (select (value ->> 'showId')::uuid from jsonb_array_elements(elsewhere))
    order by show_id for no key update;
  events := append_as_v1(s, who, 'moderator', facts) || append_many_v1(elsewhere);
  return jsonb_build_object('value', '{}'::jsonb, 'events', events, 'notices', notices);
end $$;

-- pulled_v1: whether a product is off sale in a show. Of one that has left the line-up the log says how it left.
create or replace function pulled_v1(s uuid, product uuid) returns boolean
language sql stable as $$
  select coalesce(
    (select l.pulled from lineup l where l.show_id = s and l.product_id = product),
    (select e.type = 'product.pulled' from show_events e
      where e.show_id = s and e.type <> 'chat.sent' and e.type in ('product.pulled', 'product.restored')
        and e.body ->> 'productId' = product::text order by e.seq desc limit 1),
    false)
$$;

-- restore_v1: puts a pulled product back; while the show is live, or sells in its replay, its standing offers
-- are open at once.
--
--   args   {showId, productId, accountId}
create or replace function restore_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; product uuid := args ->> 'productId';
  status text; sells boolean; was boolean; t timestamptz;
begin
  perform must_be_v1(s, who, 'moderator');
  perform lock_products_v1(array[product]);
  select w.status, w.sells into status, sells from shows w where w.id = s for no key update;
  t := clock_timestamp();
  select pulled into was from lineup where show_id = s and product_id = product;
  if not found then perform refuse('NOT_FOUND', 'There is no such product in this show.'); end if;
  if status in ('ended', 'canceled') and not sells then perform refuse('SHOW_NOT_LIVE', 'This show is over.'); end if;
  if not was then return jsonb_build_object('value', '{}'::jsonb); end if;
  update lineup set pulled = false where show_id = s and product_id = product;
  if status <> 'scheduled' then perform offers_open_v1(s, array[product], t); end if;
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_as_v1(s, who, 'moderator',
    jsonb_build_array(jsonb_build_object('type', 'product.restored', 'body', jsonb_build_object('productId', product)))));
end $$;

-- reprice_v1: after a price was changed in `variants`: every standing offer that is open or to come, in
-- any show, gives way to one at the price as written now; holds keep theirs, a running sale keeps its.
--
--   variants   whose rows were changed; t: the clock after their stock rows were locked
--
-- Answers facts [{showId, type: 'offer.changed', body: {variantId, price}}] for append_many_v1, [] when none.
create or replace function reprice_v1(variants uuid[], t timestamptz) returns jsonb
language plpgsql as $$
declare facts jsonb;
begin
  with gone as (
    update offers o set closed_at = t, closed_as = 'price', ends_at = case when o.starts_at < t then t else o.ends_at end
    from variants v
    where v.id = any(reprice_v1.variants) and o.variant_id = v.id and o.kind = 'standing' and o.closed_at is null
      and (o.price <> v.price or o.currency <> v.currency)
    returning o.*, v.price as price_now, v.currency as currency_now
  ),
  next as (
    insert into offers(id, show_id, variant_id, product_id, kind, price, currency, starts_at)
    select gen_random_uuid(), g.show_id, g.variant_id, g.product_id, 'standing', g.price_now, g.currency_now, greatest(g.starts_at, t) from gone g
    returning show_id, variant_id, price, currency
  )
  select coalesce(jsonb_agg(jsonb_build_object('showId', show_id, 'type', 'offer.changed',
    'body', jsonb_build_object('variantId', variant_id, 'price', money(price, currency))) order by show_id, variant_id), '[]'::jsonb)
    into facts from next;
  return facts;
end $$;

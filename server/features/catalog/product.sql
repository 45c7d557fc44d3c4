-- product_view_v1: a product as its merchant sees it: WIRE's Product with onHand, held and sold.
-- `available` is what is free in the storeroom; what a show may sell of it is shown_products_v1's.
create or replace function product_view_v1(product uuid) returns jsonb
language sql stable
set jit = off set plan_cache_mode = force_generic_plan
as $$
  select jsonb_build_object(
    'id', p.id, 'title', p.title, 'description', p.description, 'images', p.images, 'status', p.status,
    'variants', (
      select coalesce(jsonb_agg(jsonb_build_object(
          'id', v.id, 'sku', v.sku, 'title', v.title, 'price', money(v.price, v.currency),
          'available', k.on_hand - k.held - k.sold,
          'onHand', k.on_hand, 'held', k.held, 'sold', k.sold) order by v.position), '[]'::jsonb)
      from variants v join stock k on k.variant_id = v.id where v.product_id = p.id))
  from products p where p.id = product
$$;

-- change_product_v1: changes a product and tells every show whose line-up has it.
--
--   productId, merchantId   somebody else's product is NOT_FOUND
--   title?, description?, images?, status?
--   edits      [{id, sku?, title?, price?: {amount, currency}}]: what differs, of variants that exist
--   added      [{id, sku, title, price, onHand}]: new variants; on sale where the product is on sale
--   variantsMax
--   key?, bodyHash?         with a key a repeat answers the first result
--
-- Answers {value: the product as its merchant sees it, events}. Refuses NOT_FOUND; CONFLICT where it
-- would archive what is in the line-up of a live show; VALIDATION for two currencies or too many
-- variants, also when two changes that were each right meet here; IDEMPOTENCY_MISMATCH. An SKU that
-- is taken raises unique_violation on variants_sku.
--
-- The stock rows' lock comes first: under it no show that has the product starts, ends or changes its
-- line-up. Appending comes last.
create or replace function change_product_v1(args jsonb) returns jsonb
language plpgsql
set jit = off set plan_cache_mode = force_generic_plan
as $$
declare
  p uuid := args ->> 'productId'; mine uuid := args ->> 'merchantId'; k text := args ->> 'key';
  old products; new products; t timestamptz; s uuid;
  telling uuid[]; selling uuid[]; live uuid[]; priced uuid[]; renamed boolean; facts jsonb; answer jsonb; vs uuid[]; before jsonb;
begin
  vs := lock_products_v1(array[p]);
  t := clock_timestamp();
  answer := once_before_v1(mine, 'changeProduct', k, args ->> 'bodyHash');
  if answer is not null then return jsonb_build_object('value', answer); end if;
  select * into old from products where id = p and merchant_id = mine for no key update;
  if not found then perform refuse('NOT_FOUND', 'There is no such product, or it is not open to you.'); end if;
  select coalesce(array_agg(w.id order by w.id), '{}'), coalesce(array_agg(w.id order by w.id) filter (where w.status <> 'scheduled'), '{}'),
      coalesce(array_agg(w.id order by w.id) filter (where w.status in ('live', 'interrupted')), '{}')
    into telling, selling, live
    from lineup l join shows w on w.id = l.show_id
    where l.product_id = p and (w.status in ('scheduled', 'live', 'interrupted') or w.sells);
  if args ->> 'status' = 'archived' and old.status = 'active' and cardinality(live) > 0 then
    perform refuse('CONFLICT', 'It is in the line-up of a live show. Take it out of the line-up first.');
  end if;

  before := availability_v1(vs);
  update products set title = coalesce(args ->> 'title', title), description = coalesce(args ->> 'description', description),
      images = coalesce(args -> 'images', images), status = coalesce(args ->> 'status', status)
    where id = p returning * into new;
  renamed := change_variants_v1(p, args -> 'edits', args -> 'added') or new.status <> old.status;
  priced := price_variants_v1(p, args -> 'edits');
  perform must_be_sellable_v1(p, (args ->> 'variantsMax')::int);
  facts := reprice_v1(priced, t);
  if renamed then
    foreach s in array selling loop
      if new.status = 'active' then perform offers_open_v1(s, array[p], t);
      else perform offers_close_v1(s, array(select id from variants where product_id = p), 'archived', t); end if;
    end loop;
  end if;
  -- Of a price a show hears by its offers; one that has none, to come or pulled, hears of the product.
  select facts || coalesce(jsonb_agg(jsonb_build_object('showId', w, 'type', 'product.updated', 'actor', mine,
      'body', jsonb_build_object('productId', p, 'title', new.title, 'images', new.images)
        || case when renamed or cardinality(priced) > 0
          then jsonb_build_object('variants', shown_products_v1(w, array[p]) -> 0 -> 'variants') else '{}'::jsonb end)), '[]'::jsonb)
    into facts from unnest(telling) w
    where new.title <> old.title or new.images <> old.images or renamed
      or (cardinality(priced) > 0 and not exists (select from jsonb_array_elements(facts) f where (f ->> 'showId')::uuid = w));

  answer := product_view_v1(p);
  perform once_after_v1(mine, 'changeProduct', k, answer);
  -- Units that belonged to people in line at the old price are anybody's.
  return jsonb_build_object('value', answer, 'events', append_many_v1(facts || crossed_v1(before, vs)));
end $$;

-- change_variants_v1: renames variants and adds new ones at the end. True when there was any.
create or replace function change_variants_v1(p uuid, edits jsonb, added jsonb) returns boolean
language plpgsql as $$
declare renamed boolean;
begin
  update variants v set sku = coalesce(e ->> 'sku', v.sku), title = coalesce(e ->> 'title', v.title)
    from jsonb_array_elements(edits) e where v.id = (e ->> 'id')::uuid and v.product_id = p and (e ? 'sku' or e ? 'title');
  renamed := found;
  insert into variants(id, product_id, merchant_id, sku, title, price, currency, position)
    select (e ->> 'id')::uuid, p, o.merchant_id, e ->> 'sku', e ->> 'title', (e -> 'price' ->> 'amount')::bigint, e -> 'price' ->> 'currency',
      (select max(position) from variants where product_id = p) + n
    from jsonb_array_elements(added) with ordinality a(e, n) join products o on o.id = p;
  perform stock_open_v1((select coalesce(jsonb_agg(jsonb_build_object('variantId', e -> 'id', 'onHand', e -> 'onHand')), '[]'::jsonb)
    from jsonb_array_elements(added) e));
  return renamed or jsonb_array_length(added) > 0;
end $$;

-- price_variants_v1: prices as written; what shows make of them is reprice_v1's. Answers whose changed.
create or replace function price_variants_v1(p uuid, edits jsonb) returns uuid[]
language plpgsql as $$
declare priced uuid[];
begin
  with changed as (
    update variants v set price = (e -> 'price' ->> 'amount')::bigint, currency = e -> 'price' ->> 'currency'
    from jsonb_array_elements(edits) e where v.id = (e ->> 'id')::uuid and v.product_id = p and e ? 'price' returning v.id
  )
  select coalesce(array_agg(id), '{}') into priced from changed;
  return priced;
end $$;

-- must_be_sellable_v1: what holds of every product, whichever changes met.
create or replace function must_be_sellable_v1(p uuid, variants_max int) returns void
language plpgsql as $$
declare many int; currencies int;
begin
  select count(*), count(distinct currency) into many, currencies from variants where product_id = p;
  if currencies > 1 then perform refuse('VALIDATION', 'All variants of a product have one currency.'); end if;
  if many > variants_max then perform refuse('VALIDATION', format('A product has at most %s variants.', variants_max)); end if;
end $$;

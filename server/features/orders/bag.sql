-- What holds cost together: the only place where a total is made.

-- merchant_terms_v1: what a merchant tells buyers: its settings, or those of somebody who has set none.
-- Without a name of the shop it goes by its owner's.
create or replace function merchant_terms_v1(merchant uuid) returns jsonb
language plpgsql stable as $$
begin
  return (select '{"address": "", "shipping": [], "countries": [], "taxNote": "", "terms": "", "returns": ""}'::jsonb
      || coalesce(m.settings, '{}'::jsonb)
      || jsonb_build_object('name', coalesce(nullif(m.settings ->> 'name', ''), a.display_name))
    from accounts a left join merchants m on m.account_id = a.id where a.id = merchant);
end $$;

-- shipping_of_v1: what a shop's terms say of sending in a currency: the flat price, and from which subtotal
-- on it is nothing (null: never). No row where none is set.
create or replace function shipping_of_v1(terms jsonb, money_code text) returns table(price bigint, free_from bigint)
language sql stable as $$
  select (s -> 'price' ->> 'amount')::bigint, (s ->> 'freeFrom')::bigint
    from jsonb_array_elements(terms -> 'shipping') s where s -> 'price' ->> 'currency' = money_code limit 1
$$;

create or replace function refused_v1(code text, sentence text, pointer text default null) returns jsonb
language plpgsql stable as $$
begin
  return (select jsonb_build_object('refused', jsonb_strip_nulls(jsonb_build_object('code', code, 'message', sentence,
      'errors', case when pointer is not null then jsonb_build_array(jsonb_build_object('pointer', pointer, 'detail', sentence)) end))));
end $$;

-- bags_v1: holds of buyers as orders would have them, many at once.
--
--   owners   the buyers, one a bag
--   bag_of   for each hold the bag that it is put into, an index into `owners`
--   hold_ids
--   t        the clock; who places orders has locked the stock rows before reading it
--
-- Answers a row a bag, in their order; none may be empty. `refused` is null or {refused: {code, message, errors?}}: NOT_FOUND (a hold is
-- somebody else's), HOLD_ENDED, CONFLICT (in an order already), VALIDATION (two merchants, two currencies).
create or replace function bags_v1(owners uuid[], bag_of int[], hold_ids uuid[], t timestamptz)
returns table(bag int, refused jsonb, merchant_id uuid, show_id uuid, currency text, subtotal bigint, shipping bigint,
  discount bigint, total bigint, terms jsonb)
language plpgsql as $$
#variable_conflict use_column
begin
  return query
    with filled as (
      select i.bag, count(*) asked, count(h.id) found,
        count(*) filter (where h.state in ('ordered', 'confirmed')) ordered,
        count(*) filter (where h.state in ('released', 'expired', 'pulled') or h.state = 'active' and h.expires_at <= t) ended,
        min(v.merchant_id::text) <> max(v.merchant_id::text) merchants, min(h.currency) <> max(h.currency) currencies,
        (array_agg(v.merchant_id))[1] merchant, min(h.currency) currency, (array_agg(h.show_id order by h.id))[1] show,
        sum(h.quantity * h.price)::bigint subtotal
      from unnest(bag_of, hold_ids) i(bag, hold)
        left join lateral (select * from holds h where h.id = i.hold limit 1) h on h.buyer = owners[i.bag]
        left join variants v on v.id = h.variant_id
      group by i.bag
    ),
    -- Read once for each shop, not for each bag: that was half of what a bag cost.
    shops as materialized (
      select m.merchant, m.currency, m.terms, p.price, p.free_from
      from (select d.*, merchant_terms_v1(d.merchant) terms from (select distinct f.merchant, f.currency from filled f) d offset 0) m
        left join lateral shipping_of_v1(m.terms, m.currency) p on true)
    select f.bag, case
        when f.found < f.asked then refused_v1('NOT_FOUND', 'There is no such hold, or it is not open to you.')
        when f.ended > 0 then refused_v1('HOLD_ENDED', 'A hold has ended. What it kept is back on the shelf.')
        when f.ordered > 0 then refused_v1('CONFLICT', 'A hold is in an order already.')
        when f.merchants then refused_v1('VALIDATION', 'One order has one merchant.', '/holdIds')
        when f.currencies then refused_v1('VALIDATION', 'One order has one currency.', '/holdIds')
      end, f.merchant, f.show, f.currency, f.subtotal, d.price, 0::bigint, f.subtotal + d.price, s.terms
    from filled f left join shops s on s.merchant = f.merchant and s.currency = f.currency
      cross join lateral (select case when f.subtotal = 0 or f.subtotal >= s.free_from then 0 else coalesce(s.price, 0) end as price) d
    order by f.bag;
end $$;

-- quote_v1 {buyer, holdIds, code?, leastPaid}: what these holds would cost, with the shop's terms and what the code takes off;
-- {refused} as bags_v1 and judge_codes_v1.
create or replace function quote_v1(args jsonb) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare bag record; coded record; discount bigint := 0; t timestamptz := clock_timestamp(); hold_ids uuid[] := array(select jsonb_array_elements_text(args -> 'holdIds')::uuid);
begin
  select * into bag from bags_v1(array[(args ->> 'buyer')::uuid], array_fill(1, array[cardinality(hold_ids)]), hold_ids, t);
  if bag.refused is not null then return jsonb_build_object('value', bag.refused); end if;
  if args ->> 'code' is not null then
    select * into coded from judge_codes_v1(array[args ->> 'code'], array[(args ->> 'buyer')::uuid], array[bag.merchant_id], array[bag.currency],
      array[bag.total], array_fill(1, array[cardinality(hold_ids)]), hold_ids, t, (args ->> 'leastPaid')::bigint);
    if coded.refused is not null then return jsonb_build_object('value', coded.refused); end if;
    discount := coded.discount;
  end if;
  return jsonb_build_object('value', jsonb_build_object('subtotal', money(bag.subtotal, bag.currency),
    'shipping', money(bag.shipping, bag.currency), 'discount', money(discount, bag.currency), 'total', money(bag.total - discount, bag.currency), 'code', args -> 'code',
    'merchant', bag.terms));
end $$;

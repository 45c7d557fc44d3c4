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

-- shipping_of_v1: the flat price of a currency, nothing from `freeFrom` on or where none is set.
create or replace function shipping_of_v1(terms jsonb, money_code text, subtotal bigint) returns bigint
language plpgsql stable as $$
begin
  return (select coalesce((
      select case when subtotal >= (s ->> 'freeFrom')::bigint then 0 else (s -> 'price' ->> 'amount')::bigint end
      from jsonb_array_elements(terms -> 'shipping') s where s -> 'price' ->> 'currency' = money_code limit 1), 0));
end $$;

create or replace function refused_v1(code text, sentence text, pointer text default null) returns jsonb
language plpgsql stable as $$
begin
  return (select jsonb_build_object('refused', jsonb_strip_nulls(jsonb_build_object('code', code, 'message', sentence,
      'errors', case when pointer is not null then jsonb_build_array(jsonb_build_object('pointer', pointer, 'detail', sentence)) end))));
end $$;

-- bag_v1: these holds of one buyer as one order would have them.
--
--   t   the clock; who places an order has locked the stock rows before reading it
--
-- Answers {merchantId, showId, currency, subtotal, shipping, discount, total, terms}, or {refused: {code,
-- message, errors?}}: NOT_FOUND (a hold is somebody else's), HOLD_ENDED, CONFLICT (in an order already),
-- VALIDATION (two merchants, two currencies).
create or replace function bag_v1(owner uuid, hold_ids uuid[], t timestamptz) returns jsonb
language plpgsql
as $$
declare b record; terms jsonb; shipping bigint;
begin
  select count(*) n, count(*) filter (where h.state in ('ordered', 'confirmed')) ordered,
      count(*) filter (where h.state in ('released', 'expired', 'pulled') or h.state = 'active' and h.expires_at <= t) ended,
      count(distinct v.merchant_id) merchants, count(distinct h.currency) currencies,
      (array_agg(v.merchant_id))[1] merchant, min(h.currency) currency, (array_agg(h.show_id order by h.id))[1] show,
      sum(h.quantity * h.price)::bigint subtotal
    into b
    from unnest(hold_ids) x(id) join holds h on h.id = x.id and h.buyer = owner join variants v on v.id = h.variant_id;
  if b.n < cardinality(hold_ids) then
    return refused_v1('NOT_FOUND', 'There is no such hold, or it is not open to you.');
  elsif b.ended > 0 then
    return refused_v1('HOLD_ENDED', 'A hold has ended. What it kept is back on the shelf.');
  elsif b.ordered > 0 then
    return refused_v1('CONFLICT', 'A hold is in an order already.');
  elsif b.merchants > 1 then
    return refused_v1('VALIDATION', 'One order has one merchant.', '/holdIds');
  elsif b.currencies > 1 then
    return refused_v1('VALIDATION', 'One order has one currency.', '/holdIds');
  end if;
  terms := merchant_terms_v1(b.merchant);
  shipping := shipping_of_v1(terms, b.currency, b.subtotal);
  return jsonb_build_object('merchantId', b.merchant, 'showId', b.show, 'currency', b.currency, 'subtotal', b.subtotal,
    'shipping', shipping, 'discount', 0, 'total', b.subtotal + shipping, 'terms', terms);
end $$;

-- quote_v1 {buyer, holdIds}: what these holds would cost, with the shop's terms; {refused} as bag_v1.
create or replace function quote_v1(args jsonb) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare bag jsonb; c text;
begin
  bag := bag_v1((args ->> 'buyer')::uuid, array(select jsonb_array_elements_text(args -> 'holdIds')::uuid), clock_timestamp());
  if bag ? 'refused' then return jsonb_build_object('value', bag); end if;
  c := bag ->> 'currency';
  return jsonb_build_object('value', jsonb_build_object('subtotal', money((bag ->> 'subtotal')::bigint, c),
    'shipping', money((bag ->> 'shipping')::bigint, c), 'discount', money(0, c), 'total', money((bag ->> 'total')::bigint, c),
    'merchant', bag -> 'terms'));
end $$;

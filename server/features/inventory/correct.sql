-- stock_open_v1: stock rows for new variants, with what is on hand as their first ledger line.
--
--   lines   jsonb array of {variantId, onHand}; part of the transaction that makes the variants
create or replace function stock_open_v1(lines jsonb) returns void
language plpgsql as $$
begin
  insert into stock(variant_id, on_hand) select (value ->> 'variantId')::uuid, 0 from jsonb_array_elements(lines);
  perform stock_write_v1(
    (select coalesce(jsonb_agg(jsonb_build_object('variantId', value -> 'variantId', 'kind', 'receive', 'quantity', value -> 'onHand')), '[]'::jsonb)
      from jsonb_array_elements(lines) where (value ->> 'onHand')::int > 0),
    clock_timestamp());
end $$;

-- correct_stock_v1: a merchant counts again.
--
--   args   {variantId, by, delta, reason, onHandMax, key?, bodyHash?}; with a key a repeat answers the first result
--
-- Answers {value: the Variant as its merchant sees it, events}. Refuses NOT_FOUND for somebody else's
-- variant, CONFLICT where it would leave fewer units than are held and sold, or more than onHandMax,
-- IDEMPOTENCY_MISMATCH.
create or replace function correct_stock_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  variant uuid := args ->> 'variantId'; who uuid := args ->> 'by'; delta int := args ->> 'delta'; k text := args ->> 'key';
  row stock; before jsonb; answer jsonb; t timestamptz;
begin
  perform 1 from variants where id = variant and merchant_id = who;
  if not found then perform refuse('NOT_FOUND', 'There is no such variant, or it is not open to you.'); end if;
  select * into row from stock where variant_id = variant for no key update;
  t := clock_timestamp();
  answer := once_before_v1(who, 'correctStock', k, args ->> 'bodyHash');
  if answer is not null then return jsonb_build_object('value', answer); end if;
  if row.on_hand + delta < row.held + row.sold then
    perform refuse('CONFLICT', format('%s are held and %s sold: at most %s can be taken away.', row.held, row.sold, row.on_hand - row.held - row.sold));
  end if;
  if row.on_hand + delta > (args ->> 'onHandMax')::int then
    perform refuse('CONFLICT', format('There are %s already: %s is the most of one variant.', row.on_hand, args ->> 'onHandMax'));
  end if;
  before := availability_v1(array[variant]);
  perform stock_write_v1(jsonb_build_array(jsonb_build_object(
    'variantId', variant, 'kind', 'correct', 'quantity', delta, 'reason', args ->> 'reason', 'by', who)), t);
  answer := (
    select jsonb_build_object('id', v.id, 'sku', v.sku, 'title', v.title, 'price', money(v.price, v.currency),
      'available', s.on_hand - s.held - s.sold, 'onHand', s.on_hand, 'held', s.held, 'sold', s.sold)
    from variants v join stock s on s.variant_id = v.id where v.id = variant);
  perform once_after_v1(who, 'correctStock', k, answer);
  return jsonb_build_object('value', answer, 'events', append_many_v1(crossed_v1(before, array[variant])));
end $$;

-- What every verb about stock shares. The caller has locked the stock rows of all variants concerned,
-- in id order, before it calls any of these; the clock `t` was read after that lock.

-- stock_line_v1: a ledger line as the chain covers it. Canonical: no setting changes it, and a reason
-- cannot be mistaken for another field because its length stands before it.
create or replace function stock_line_v1(n bigint, kind text, quantity int, hold_id uuid, reason text, by uuid, at_us bigint)
returns text language sql immutable parallel safe as $$
  select n::text || '|' || kind || '|' || quantity::text || '|' || coalesce(hold_id::text, '') || '|' || at_us::text
    || '|' || coalesce(by::text, '') || '|' || coalesce(length(reason)::text || ':' || reason, '')
$$;

-- stock_write_v1: appends ledger lines, one link to each variant's chain, and moves its counters.
--
--   lines   jsonb array of {variantId, kind, quantity, holdId?, reason?, by?}, in the order to be kept
--   t       their time
--
-- What a kind does (quantity is positive, of `correct` it may be negative):
--   receive, correct        on_hand +
--   hold                    held +
--   release, expire, pull   held -
--   confirm                 held -, sold +
--   take                    sold +             a late payment takes free units
--   return                  sold -             units that were sold and stayed here
--   ship                    on_hand -, sold -  units that left the house
-- Raises when a variant has no stock row; a CHECK refuses what would break held + sold <= on_hand.
create or replace function stock_write_v1(lines jsonb, t timestamptz) returns void
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare moved uuid[]; written int;
begin
  insert into stock_ledger(variant_id, n, kind, quantity, hold_id, reason, by, at)
    select l.v, s.n + row_number() over (partition by l.v order by l.o), l.kind, l.quantity, l.hold, l.reason, l.who, t
    from (
      select (e.value ->> 'variantId')::uuid v, e.o, e.value ->> 'kind' kind, (e.value ->> 'quantity')::int quantity,
        (e.value ->> 'holdId')::uuid hold, e.value ->> 'reason' reason, (e.value ->> 'by')::uuid who
      from jsonb_array_elements(lines) with ordinality e(value, o)
    ) l join stock s on s.variant_id = l.v;
  get diagnostics written = row_count;
  if written <> jsonb_array_length(lines) then raise exception 'a variant without a stock row'; end if;
  moved := array(select distinct (value ->> 'variantId')::uuid from jsonb_array_elements(lines));
  with link as (
    select s.variant_id, l.n, l.on_hand, l.held, l.sold, sha256(s.hash || convert_to(l.text, 'UTF8')) as hash
    from stock s cross join lateral (
      select max(x.n) n,
        string_agg(stock_line_v1(x.n, x.kind, x.quantity, x.hold_id, x.reason, x.by, us(x.at)), E'\n' order by x.n) as text,
        sum(x.quantity * case when x.kind in ('receive', 'correct') then 1 when x.kind = 'ship' then -1 else 0 end) on_hand,
        sum(x.quantity * case when x.kind = 'hold' then 1 when x.kind in ('release', 'expire', 'pull', 'confirm') then -1 else 0 end) held,
        sum(x.quantity * case when x.kind in ('confirm', 'take') then 1 when x.kind in ('return', 'ship') then -1 else 0 end) sold
      from stock_ledger x where x.variant_id = s.variant_id and x.n > s.n
    ) l where s.variant_id = any(moved)
  ),
  chained as (insert into stock_chain(variant_id, n, hash) select variant_id, n, hash from link)
  update stock s set n = l.n, hash = l.hash, on_hand = s.on_hand + l.on_hand, held = s.held + l.held, sold = s.sold + l.sold
    from link l where s.variant_id = l.variant_id;
end $$;

-- available_v1: how many units a newcomer can have of an offer: least(units free, cap - taken), without those that belong
-- to people in line. What anybody is told, and what the log hears of, is this; reserve counts alike, for whole batches.
create or replace function available_v1(k stock, o offers) returns int
language sql stable as $$
  select greatest(0, least(k.on_hand - k.held - k.sold - promised_v1(k.variant_id), o.cap - o.taken - o.waiting))
$$;

-- promised_v1: units of a variant that belong to people in line, in any show, as they come back. A line takes no more
-- than its offer's cap lets it have: the rest is free for other shows.
create or replace function promised_v1(variant uuid) returns int
language sql stable as $$
  select coalesce(sum(least(o.waiting, o.cap - o.taken)), 0)::int from offers o
  where o.variant_id = variant and o.closed_at is null and o.waiting > 0
$$;

-- availability_v1: {offerId: available} of these variants' offers that are open by the clock now.
create or replace function availability_v1(variants uuid[]) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare t timestamptz := clock_timestamp();
begin
  return (
    select coalesce(jsonb_object_agg(o.id, available_v1(s, o)), '{}'::jsonb)
    from stock s join offers o on o.variant_id = s.variant_id and o.closed_at is null
      and o.starts_at <= t and (o.ends_at is null or o.ends_at > t)
    where s.variant_id = any(variants));
end $$;

-- crossed_v1: what the shows' logs must hear: where what is open for a variant in a show was
-- available before and is not now, or the other way round.
--
--   before   what availability_v1 answered before the change, under the same locks
--
-- Answers facts [{showId, type: stock.sold-out | stock.available, body: {variantId, available}}] for
-- append_many_v1. An offer that took another's place is compared with that one.
create or replace function crossed_v1(before jsonb, variants uuid[]) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare after jsonb := availability_v1(variants);
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('showId', o.show_id,
        'type', case when a.n > 0 then 'stock.available' else 'stock.sold-out' end,
        'body', jsonb_build_object('variantId', o.variant_id, 'available', a.n)) order by o.show_id, o.variant_id), '[]'::jsonb)
    from (select key::uuid as id, value::int as n from jsonb_each_text(after)) a
    join offers o on o.id = a.id
    cross join lateral (
      select value::int as n from jsonb_each_text(before) b join offers p on p.id = b.key::uuid
      where p.show_id = o.show_id and p.variant_id = o.variant_id limit 1) was
    where (was.n > 0) <> (a.n > 0));
end $$;

-- offers_open_v1: puts products on sale in a show: a standing offer at its own price for each variant
-- that has none there now or to come.
--
--   products   those in the line-up, active and not pulled are opened; the rest are passed over
--
-- The caller knows that the show is live, interrupted, or sells in its replay. A line-up that grew above
-- lineupVariantsMax of shared/limits.ts since it was put together is refused.
create or replace function offers_open_v1(s uuid, products uuid[], t timestamptz) returns void
language plpgsql as $$
begin
  if (select count(*) from lineup l join variants v on v.product_id = l.product_id where l.show_id = s) > 1000 then
    perform refuse('VALIDATION', 'A line-up has at most 1000 variants in all.');
  end if;
  insert into offers(id, show_id, variant_id, product_id, kind, price, currency, starts_at)
    select gen_random_uuid(), s, v.id, v.product_id, 'standing', v.price, v.currency, t
    from lineup l join products p on p.id = l.product_id and p.status = 'active'
      join variants v on v.product_id = p.id
    where l.show_id = s and l.product_id = any(products) and not l.pulled
      and not exists (select from offers o where o.show_id = s and o.variant_id = v.id and o.closed_at is null
        and (o.ends_at is null or o.ends_at > t));
end $$;

-- offers_close_v1: nothing of these variants can be held in this show any more.
--
--   closed_as   why, for whoever reads the rows: pulled · ended · lineup · archived · price · sale; of the house's own: auction · sold · giveaway · given
create or replace function offers_close_v1(s uuid, variants uuid[], closed_as text, t timestamptz) returns void
language plpgsql as $$
begin
  update offers o set closed_at = t, closed_as = offers_close_v1.closed_as
    where o.show_id = s and o.variant_id = any(variants) and o.closed_at is null;
end $$;

-- end_holds_v1: gives held units back. Ends those of `hold_ids` that are active, in an order
-- (ordered) or the house's; the caller chose them under the stock rows' lock. A hold that has ended stays as it is.
--
--   ended_as   released · expired · pulled
--
-- Answers notices [{accountId, event: 'hold:ended', payload: {holdId, reason}}] for those ended here.
create or replace function end_holds_v1(hold_ids uuid[], ended_as text, t timestamptz) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  kind text := case ended_as when 'released' then 'release' when 'expired' then 'expire' when 'pulled' then 'pull' end;
  lines jsonb; notices jsonb;
begin
  if kind is null then raise exception 'a hold does not end as %', ended_as; end if;
  with ended as (
    update holds h set state = ended_as, ended_at = t
    where h.id = any(hold_ids) and h.state in ('active', 'ordered', 'auction', 'giveaway')
    returning h.id, h.variant_id, h.offer_id, h.quantity, h.buyer
  ),
  back as (
    update offers o set taken = o.taken - e.quantity
    from (select offer_id, sum(quantity) quantity from ended group by 1) e where o.id = e.offer_id
  )
  select jsonb_agg(jsonb_build_object('variantId', e.variant_id, 'kind', kind, 'quantity', e.quantity, 'holdId', e.id) order by e.id),
    jsonb_agg(jsonb_build_object('accountId', e.buyer, 'event', 'hold:ended',
      'payload', jsonb_build_object('holdId', e.id, 'reason', ended_as)) order by e.id)
    into lines, notices from ended e;
  if lines is null then return '[]'::jsonb; end if;
  perform stock_write_v1(lines, t);
  return notices;
end $$;

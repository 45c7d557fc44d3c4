-- release_hold_v1: a buyer gives units back.
--
--   args   {holdId, buyer}
--
-- Answers {value: {}, events, notices}; also when the hold has ended already. Refuses NOT_FOUND for a hold
-- of somebody else, CONFLICT for one in an order: that is given back by cancelling the order.
create or replace function release_hold_v1(args jsonb) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  hold uuid := args ->> 'holdId'; variant uuid; was text; before jsonb; notices jsonb;
begin
  select variant_id into variant from holds where id = hold and buyer = (args ->> 'buyer')::uuid;
  if not found then perform refuse('NOT_FOUND', 'There is no such hold, or it is not open to you.'); end if;
  perform 1 from stock where variant_id = variant for no key update;
  select state into was from holds where id = hold;
  if was = 'ordered' then perform refuse('CONFLICT', 'These units are in an order. Cancel the order to give them back.'); end if;
  if was <> 'active' then return jsonb_build_object('value', '{}'::jsonb); end if;
  before := availability_v1(array[variant]);
  notices := end_holds_v1(array[hold], 'released', clock_timestamp());
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_many_v1(crossed_v1(before, array[variant])), 'notices', notices);
end $$;

-- sweep_holds_v1: ends holds past their time that nobody's demand has reclaimed.
--
--   args   {max}: holds ended by one call at most
--
-- Answers {value: number ended, events, notices}. Several nodes may call it at once: one waits for the
-- other's stock rows and then finds those holds ended.
create or replace function sweep_holds_v1(args jsonb) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  most int := args ->> 'max'; variants uuid[]; due uuid[]; t timestamptz := clock_timestamp(); before jsonb; notices jsonb;
begin
  variants := array(select distinct d.variant_id from (
    select variant_id from holds where state = 'active' and expires_at <= t order by expires_at limit most) d);
  if cardinality(variants) = 0 then return jsonb_build_object('value', 0); end if;
  perform 1 from stock where variant_id = any(variants) order by variant_id for no key update;
  t := clock_timestamp();
  due := array(select h.id from unnest(variants) v cross join lateral (
    select id, expires_at from holds where variant_id = v and state = 'active' and expires_at <= t order by expires_at limit most) h
    order by h.expires_at limit most);
  before := availability_v1(variants);
  notices := end_holds_v1(due, 'expired', t);
  return jsonb_build_object('value', jsonb_array_length(notices),
    'events', append_many_v1(crossed_v1(before, variants)), 'notices', notices);
end $$;

-- bags_v1: what lies in bags in one show: units that nobody has paid yet, and what they come to at the prices
-- that they were held at.
--
-- Answers {units, worth: [{amount, currency}]}. Holds have no index by show, which every hold would have to keep:
-- running ones are found by variant, those in orders by offer.
create or replace function bags_v1(s uuid) returns jsonb
language sql stable
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
  select jsonb_build_object('units', coalesce(sum(c.units), 0),
    'worth', coalesce(jsonb_agg(money(c.worth, c.currency) order by c.currency), '[]'::jsonb))
  from (
    select h.currency, sum(h.quantity) units, sum(h.quantity * h.price)::bigint worth
    from (
      select r.quantity, r.price, r.currency from (select distinct variant_id from offers where show_id = s) o
        cross join lateral (select * from holds where variant_id = o.variant_id and show_id = s and state = 'active'
          and expires_at > clock_timestamp() offset 0) r
      union all
      select r.quantity, r.price, r.currency from offers o
        cross join lateral (select * from holds where offer_id = o.id and state = 'ordered' offset 0) r
        where o.show_id = s
    ) h
    group by h.currency) c
$$;

-- The life of an auction. Its unit is on no shelf from opening to end: the house holds it, under the auction's own
-- id, and at the end that very hold is the winner's. Who opens, ends or settles locks the variant's stock row first, then
-- the auction's row; who bids locks the auction's row alone (bid.sql).

-- How long a winner has to pay.
create or replace function auction_pay_v1() returns interval
language sql immutable as $$ select interval '10 minutes' $$;

-- auction_v1: an auction as everybody sees it; auction_now_v1: the part of it that bids move.
create or replace function auction_v1(x auctions) returns jsonb
language sql stable as $$
  select jsonb_build_object('variantId', x.variant_id, 'productId', x.product_id, 'opening', money(x.opening, x.currency),
    'step', money(x.step, x.currency), 'extendMs', x.extend_ms, 'openedAt', iso(x.opened_at)) || auction_now_v1(x)
$$;
create or replace function auction_now_v1(x auctions) returns jsonb
language sql stable as $$
  select jsonb_build_object('auctionId', x.id,
    'price', case when x.price is not null then money(x.price, x.currency) end,
    'next', money(auction_next_v1(x), x.currency), 'bids', x.bids,
    'leader', (select jsonb_build_object('accountId', a.id, 'displayName', a.display_name) from accounts a where a.id = x.leader),
    'endsAt', iso(x.ends_at))
$$;

-- The least that the next bid must be.
create or replace function auction_next_v1(x auctions) returns bigint
language sql immutable as $$ select coalesce(x.price + x.step, x.opening) $$;

-- auction_open_v1: puts one unit of a variant before the room.
--
--   args   {auctionId, showId, accountId, variantId, opening, step: {amount, currency}, durationMs, extendMs}
--
-- The unit is off the shelf from here. Answers {value: Auction, events}, or {value: {pointer, detail}} for a currency that
-- is not the variant's. Refuses NOT_FOUND, FORBIDDEN, SHOW_NOT_LIVE, PRODUCT_PULLED, SOLD_OUT, CONFLICT (one runs already).
create or replace function auction_open_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; variant uuid := args ->> 'variantId'; field text;
  sold variants; x auctions; t timestamptz; before jsonb;
begin
  perform must_be_v1(s, who, 'host');
  perform 1 from stock k where k.variant_id = variant for no key update;
  -- One at a time: of two that are opened at once the second sees the first.
  perform 1 from shows w where w.id = s for no key update;
  t := clock_timestamp();
  sold := on_show_v1(s, variant, 'An auction');
  if exists (select from auctions a where a.show_id = s and a.ended_at is null) then
    perform refuse('CONFLICT', 'An auction is running already. One at a time.');
  end if;
  foreach field in array array['opening', 'step'] loop
    if args -> field ->> 'currency' <> sold.currency then
      return misfit_v1(format('/%s/currency', field), format('This is sold in %s.', sold.currency));
    end if;
  end loop;
  before := availability_v1(array[variant]);
  x.id := args ->> 'auctionId'; x.show_id := s; x.variant_id := variant; x.product_id := sold.product_id;
  x.opening := args -> 'opening' ->> 'amount'; x.step := args -> 'step' ->> 'amount'; x.currency := sold.currency;
  x.duration_ms := args ->> 'durationMs'; x.extend_ms := args ->> 'extendMs'; x.bids := 0;
  x.opened_at := t; x.ends_at := t + x.duration_ms * interval '1 ms';
  x.hold_id := house_takes_v1(x.id, 'auction', s, variant, x.opening, t, x.ends_at);
  insert into auctions select x.*;
  return jsonb_build_object('value', auction_v1(x), 'events', house_tells_v1(s, who, 'host',
    jsonb_build_array(jsonb_build_object('type', 'auction.opened', 'body', auction_v1(x))), crossed_v1(before, array[variant])));
end $$;

-- auction_close_v1: ends an auction that runs: its unit is the winner's, or free.
--
--   reason   canceled · pulled · ended; null: its time is over. One whose time was over before is decided by its bids,
--            but a pulled product is sold to nobody
--
-- The caller holds the stock row. Answers {fact, notices}: auction.sold or auction.ended, and what the winner alone hears;
-- null when it had ended.
create or replace function auction_close_v1(auction uuid, reason text, t timestamptz) returns jsonb
language plpgsql as $$
declare x auctions; fate text := reason;
begin
  select * into x from auctions where id = auction and ended_at is null for no key update;
  if not found then return null; end if;
  if x.ends_at <= t and reason is distinct from 'pulled' then
    x := auction_led_v1(x, null);
    fate := case when x.leader is not null then 'sold' else 'unsold' end;
  end if;
  update auctions set ended_at = t, ended_as = fate where id = x.id;
  if fate <> 'sold' then
    perform end_holds_v1(array[x.hold_id], 'released', t);
    return jsonb_build_object('fact', jsonb_build_object('showId', x.show_id, 'type', 'auction.ended', 'body',
      jsonb_build_object('auctionId', x.id, 'variantId', x.variant_id, 'productId', x.product_id, 'reason', fate)), 'notices', '[]'::jsonb);
  end if;
  return jsonb_build_object('fact', jsonb_build_object('showId', x.show_id, 'type', 'auction.sold',
    'body', auction_sold_v1(x) || jsonb_build_object('bids', x.bids)), 'notices', auction_award_v1(x, t));
end $$;

-- auction_award_v1: the unit that the house holds is of who leads, at their bid, with the time to pay before them; they are written
-- to, for they may have left the show. Answers what they alone hear.
create or replace function auction_award_v1(x auctions, t timestamptz) returns jsonb
language plpgsql as $$
begin
  perform write_mail_v1(x.leader, case when x.unpaid_hold_id is null then 'auction-won' else 'auction-offered' end,
    jsonb_build_object('showId', x.show_id, 'price', money(x.price, x.currency),
      'title', (select title from products where id = x.product_id), 'minutes', (extract(epoch from auction_pay_v1()) / 60)::int));
  return house_gives_v1(x.hold_id, x.leader, x.price, 'sold', t, t + auction_pay_v1());
end $$;

-- auction_sold_v1: whose the unit is, and at what price.
create or replace function auction_sold_v1(x auctions) returns jsonb
language sql stable as $$
  select jsonb_build_object('auctionId', x.id, 'variantId', x.variant_id, 'productId', x.product_id,
    'price', money(x.price, x.currency), 'winner', auction_now_v1(x) -> 'leader')
$$;

-- auction_best_v1: the best bid that stands, not of `but`, nor of who is banned or runs the show by now.
create or replace function auction_best_v1(x auctions, but uuid) returns auction_bids
language sql stable as $$
  select b from auction_bids b
  where b.auction_id = x.id and not b.void and b.bidder is distinct from but
    and show_role_v1(x.show_id, b.bidder) not in ('host', 'admin', 'moderator')
    and not exists (select from sanctions z where z.show_id = x.show_id and z.account_id = b.bidder and z.kind = 'ban')
  order by b.n desc limit 1
$$;

-- auction_led_v1: that bid leads; what was bid above it stands no longer. The caller holds the auction's row. Answers it.
create or replace function auction_led_v1(x auctions, but uuid) returns auctions
language plpgsql as $$
declare best auction_bids := auction_best_v1(x, but);
begin
  update auction_bids set void = true where auction_id = x.id and not void and n > coalesce(best.n, 0);
  update auctions set price = best.amount, leader = best.bidder where id = x.id returning * into x;
  return x;
end $$;

-- auction_cancel_v1: ends it before its time; nobody wins, the unit is on the shelf at once.
--
--   args   {showId, auctionId, accountId}
--
-- Answers {value: {}, events}; also when it was canceled already. Refuses NOT_FOUND, FORBIDDEN, AUCTION_OVER.
create or replace function auction_cancel_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; x auctions; t timestamptz; before jsonb; closed jsonb;
begin
  perform must_be_v1(s, who, 'moderator');
  select * into x from auctions a where a.id = (args ->> 'auctionId')::uuid and a.show_id = s;
  if not found then perform refuse('NOT_FOUND', 'There is no such auction, or it is not open to you.'); end if;
  perform 1 from stock where variant_id = x.variant_id for no key update;
  select * into x from auctions a where a.id = x.id for no key update;
  t := clock_timestamp();
  if x.ended_as = 'canceled' then return jsonb_build_object('value', '{}'::jsonb); end if;
  if x.ended_at is not null or x.ends_at <= t then perform refuse('AUCTION_OVER', 'This auction is over: there is nothing to cancel.'); end if;
  before := availability_v1(array[x.variant_id]);
  closed := auction_close_v1(x.id, 'canceled', t);
  return jsonb_build_object('value', '{}'::jsonb, 'events', house_tells_v1(s, who, 'moderator',
    jsonb_build_array((closed -> 'fact') || jsonb_build_object('staff', closed -> 'fact' -> 'body' || by_v1(who))), crossed_v1(before, array[x.variant_id])));
end $$;

-- auction_offer_v1: what its winner did not pay is the next bidder's, at that person's own bid; once.
--
--   args   {showId, auctionId, accountId}
--
-- Answers {value: {}, events, notices}; also when it was offered already and may still be paid. Refuses NOT_FOUND, FORBIDDEN,
-- SHOW_NOT_LIVE, PRODUCT_PULLED, SOLD_OUT, CONFLICT.
create or replace function auction_offer_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; x auctions; t timestamptz; before jsonb; notices jsonb;
begin
  perform must_be_v1(s, who, 'host');
  select * into x from auctions a where a.id = (args ->> 'auctionId')::uuid and a.show_id = s;
  if not found then perform refuse('NOT_FOUND', 'There is no such auction, or it is not open to you.'); end if;
  perform 1 from stock where variant_id = x.variant_id for no key update;
  -- A ban of who is asked comes before, or finds their hold.
  perform show_fence_v1(s, false);
  select * into x from auctions a where a.id = x.id for no key update;
  t := clock_timestamp();
  if x.unpaid_hold_id is not null and x.settled_as is null then return jsonb_build_object('value', '{}'::jsonb); end if;
  if x.unpaid_hold_id is not null then perform refuse('CONFLICT', 'It was offered once already. Auction it again.'); end if;
  if x.settled_as is distinct from 'unpaid' then perform refuse('CONFLICT', 'Only what its winner did not pay is offered to the next bidder.'); end if;
  perform on_show_v1(s, x.variant_id, 'An offer');
  before := availability_v1(array[x.variant_id]);
  x := auction_led_v1(x, x.leader);
  if x.leader is null then perform refuse('CONFLICT', 'Nobody else bid who may still have it.'); end if;
  update auctions set unpaid_hold_id = hold_id, settled_as = null,
      hold_id = house_takes_v1(x.id, 'auction', s, x.variant_id, x.opening, t, t)
    where id = x.id returning * into x;
  notices := auction_award_v1(x, t);
  return jsonb_build_object('value', '{}'::jsonb, 'notices', notices, 'events', house_tells_v1(s, who, 'host',
    jsonb_build_array(jsonb_build_object('type', 'auction.offered', 'body', null, 'staff', auction_sold_v1(x) || by_v1(who))),
    crossed_v1(before, array[x.variant_id])));
end $$;

-- settle_auctions_v1: ends those whose time is over.
--
--   args   {max}: auctions of one call at most
--
-- Answers {value: number ended, events, notices}. Safe on several nodes: one waits for the other's stock rows and then
-- finds those auctions ended.
create or replace function settle_auctions_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  due uuid[]; variants uuid[]; x uuid; t timestamptz := clock_timestamp(); before jsonb; closed jsonb;
  facts jsonb := '[]'::jsonb; notices jsonb := '[]'::jsonb;
begin
  due := array(select id from auctions where ended_at is null and ends_at <= t order by ends_at limit (args ->> 'max')::int);
  if cardinality(due) = 0 then return jsonb_build_object('value', 0); end if;
  variants := array(select distinct variant_id from auctions where id = any(due));
  perform 1 from stock where variant_id = any(variants) order by variant_id for no key update;
  -- A bid may have set its clock back meanwhile.
  perform 1 from auctions where id = any(due) order by id for no key update;
  t := clock_timestamp();
  before := availability_v1(variants);
  for x in select id from auctions where id = any(due) and ended_at is null and ends_at <= t order by id loop
    closed := auction_close_v1(x, null, t);
    facts := facts || (closed -> 'fact'); notices := notices || (closed -> 'notices');
  end loop;
  return jsonb_build_object('value', jsonb_array_length(facts),
    'events', append_many_v1(facts || crossed_v1(before, variants)), 'notices', notices);
end $$;

-- note_unpaid_auctions_v1: whether what was sold was paid; the staff of a show that is on hears of a unit that came back, and who is next.
--
--   args   {max}: auctions of one call at most
--
-- Answers {value: number looked at, events}.
create or replace function note_unpaid_auctions_v1(args jsonb) returns jsonb
language plpgsql as $$
declare n int; facts jsonb;
begin
  with settled as (
    select a.id, h.state, h.buyer from auctions a join holds h on h.id = a.hold_id
    where a.ended_as = 'sold' and a.settled_as is null and h.state not in ('active', 'ordered')
    order by a.id limit (args ->> 'max')::int for no key update of a skip locked),
  noted as (
    update auctions a set settled_as = case z.state when 'confirmed' then 'paid' else 'unpaid' end from settled z where a.id = z.id
    returning a.*)
  select count(*), jsonb_agg(jsonb_build_object('showId', a.show_id, 'type', 'auction.unpaid', 'body', null, 'staff', auction_sold_v1(a)
      || jsonb_build_object('runnerUp', case when a.unpaid_hold_id is null and b.bidder is not null then jsonb_build_object(
        'accountId', b.bidder, 'displayName', (select display_name from accounts where id = b.bidder), 'price', money(b.amount, a.currency)) end)))
      filter (where d.settled_as = 'unpaid' and w.status in ('live', 'interrupted'))
    into n, facts
    from noted d join auctions a on a.id = d.id join shows w on w.id = d.show_id cross join lateral auction_best_v1(a, a.leader) b;
  return jsonb_build_object('value', n, 'events', append_many_v1(coalesce(facts, '[]'::jsonb)));
end $$;

-- auction_without_v1: the bids of somebody who is banned stand no longer: the best that stands leads.
--
-- The caller holds the row of the show's auction. Answers the facts to append, [] when nothing moved.
create or replace function auction_without_v1(s uuid, target uuid) returns jsonb
language plpgsql as $$
declare x auctions;
begin
  select * into x from auctions where show_id = s and ended_at is null;
  if not found then return '[]'::jsonb; end if;
  update auction_bids set void = true where auction_id = x.id and bidder = target;
  if x.leader is distinct from target then return '[]'::jsonb; end if;
  x := auction_led_v1(x, null);
  return jsonb_build_array(jsonb_build_object('showId', s, 'type', 'auction.bid', 'body', auction_now_v1(x)));
end $$;

-- bid_v1: decides a batch of bids on any auctions, in order of arrival.
--
--   places, lots, bidders, amounts, currencies, keys   one entry a bid: show, auction, who, how much, its key
--   leap   a bid is at most so many times what it must be at least: a slip of the finger is not a price
--
-- Answers {answers: one a bid {code, next?, currency?, bids?, endsAt?}, events}:
--   code  0 taken               6 BANNED
--         1 a repeat            7 VALIDATION: currency
--         2 AUCTION_OVER        8 CONFLICT: leads already
--         3 NOT_FOUND           9 IDEMPOTENCY_MISMATCH
--         4 OUTBID             10 VALIDATION: too much
--         5 FORBIDDEN: staff of this show
-- Raises P0409 when a key was being used in another batch at this very moment: the same batch again sees the other's row.
--
-- Its first statements lock: the shows' fences (shared, so that a ban waits for it, and is seen by the next), the auctions'
-- rows in id order. The clock is read after that. What is decided stands from there: whoever ends an auction takes the same row.
create or replace function bid_v1(places uuid[], lots uuid[], bidders uuid[], amounts bigint[], currencies text[], keys text[], leap int)
returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  t timestamptz; x auctions; r record; code int; next bigint; moved boolean; facts jsonb := '[]'::jsonb;
  banned boolean[]; answers jsonb[];
begin
  perform show_fence_v1(s, false) from (select distinct s from unnest(places) s order by s) f;
  perform 1 from auctions where id = any(lots) order by id for no key update;
  t := clock_timestamp();
  banned := array(select exists (select from sanctions z where z.show_id = b.place and z.account_id = b.bidder and z.kind = 'ban'
    and (z.until is null or z.until > t)) from unnest(places, bidders) with ordinality b(place, bidder, n) order by b.n);
  -- What stays so where there is no such auction in that show.
  answers := array(select jsonb_build_object('code', case when b.is_so then 6 else 3 end) from unnest(banned) with ordinality b(is_so, n) order by b.n);
  for x in select * from auctions where id = any(lots) order by id loop
    moved := false;
    for r in
      select b.n, b.bidder, b.amount, b.currency, b.key, p.first,
        show_role_v1(x.show_id, b.bidder) in ('host', 'moderator', 'admin') as staff
      from unnest(places, lots, bidders, amounts, currencies, keys) with ordinality b(place, lot, bidder, amount, currency, key, n)
        left join lateral (select p as first from auction_bids p where p.bidder = b.bidder and p.key = b.key limit 1) p on true
      where b.lot = x.id and b.place = x.show_id
      order by b.n
    loop
      next := auction_next_v1(x);
      code := case
        when (r.first).key is not null then case when (r.first).auction_id = x.id and (r.first).amount = r.amount then 1 else 9 end
        when banned[r.n] then 6
        when r.staff then 5
        when x.ended_at is not null or t >= x.ends_at then 2
        when r.currency <> x.currency then 7
        when r.bidder = x.leader then 8
        when r.amount < next then 4
        when r.amount > next * leap then 10
        else 0 end;
      if code = 0 then
        x.price := r.amount; x.leader := r.bidder; x.bids := x.bids + 1; moved := true;
        x.ends_at := greatest(x.ends_at, t + x.extend_ms * interval '1 ms');
        begin
          insert into auction_bids(auction_id, n, bidder, amount, at, ends_at, key)
            values (x.id, x.bids, r.bidder, r.amount, t, x.ends_at, r.key);
        exception when unique_violation then raise 'a key is being used in another batch' using errcode = 'P0409';
        end;
      end if;
      answers[r.n] := jsonb_build_object('code', code) || case
        when code = 0 then jsonb_build_object('bids', x.bids, 'endsAt', iso(x.ends_at))
        when code = 1 then jsonb_build_object('bids', (r.first).n, 'endsAt', iso((r.first).ends_at))
        else jsonb_build_object('next', next, 'currency', x.currency) end;
    end loop;
    if moved then
      update auctions set price = x.price, leader = x.leader, bids = x.bids, ends_at = x.ends_at where id = x.id;
      facts := facts || jsonb_build_object('showId', x.show_id, 'type', 'auction.bid', 'actor', x.leader, 'body', auction_now_v1(x));
    end if;
  end loop;
  return jsonb_build_object('answers', to_jsonb(answers), 'events', append_many_v1(facts));
end $$;

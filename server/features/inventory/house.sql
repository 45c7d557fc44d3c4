-- A unit that stands before the room: no shelf has it, the house holds it. What an auction and a giveaway share.

-- house_takes_v1: takes one unit of a variant off the shelf in a live show, by a hold of the house under the id of what
-- it stands for: nothing of it is ever open to anybody. At the end that very hold is the winner's.
--
--   thing   its id, and the hold's buyer meanwhile
--   kind    auction · giveaway: the hold's state, and its offer's kind
--
-- The caller holds the stock row. Answers the hold's id. Refuses SOLD_OUT.
create or replace function house_takes_v1(thing uuid, kind text, s uuid, variant uuid, price bigint, t timestamptz, until timestamptz)
returns uuid
language plpgsql as $$
declare hold uuid := gen_random_uuid(); offer uuid := gen_random_uuid(); of_it variants;
begin
  if not exists (select from stock k where k.variant_id = variant and k.on_hand - k.held - k.sold > promised_v1(variant)) then
    perform refuse('SOLD_OUT', 'No unit of this is free.');
  end if;
  select * into of_it from variants v where v.id = variant;
  insert into offers(id, show_id, variant_id, product_id, kind, price, currency, starts_at, ends_at, cap, taken, closed_at, closed_as)
    values (offer, s, variant, of_it.product_id, kind, price, of_it.currency, t, t, 1, 1, t, kind);
  insert into holds(id, offer_id, variant_id, show_id, buyer, quantity, price, currency, state, created_at, expires_at, key)
    values (hold, offer, variant, s, thing, 1, price, of_it.currency, kind, t, until, kind);
  perform stock_write_v1(jsonb_build_array(jsonb_build_object('variantId', variant, 'kind', 'hold', 'quantity', 1, 'holdId', hold)), t);
  return hold;
end $$;

-- house_gives_v1: the house's hold is its winner's, at a price, until then. Answers what the winner alone hears.
create or replace function house_gives_v1(hold uuid, winner uuid, price bigint, closed_as text, t timestamptz, until timestamptz)
returns jsonb
language plpgsql as $$
declare won holds;
begin
  -- No buyer's key has a letter that is not ASCII: this one is free.
  update holds set state = 'active', buyer = winner, price = house_gives_v1.price, created_at = t, expires_at = until, key = state || ' → ' || buyer
    where id = hold returning * into won;
  update offers set price = won.price, closed_as = house_gives_v1.closed_as where id = won.offer_id;
  return jsonb_build_array(jsonb_build_object('accountId', winner, 'event', 'hold:made', 'payload', hold_json_v1(won, t)));
end $$;

-- on_show_v1: a variant as it may stand before the room of a show. The caller holds the stock row, then the show's.
--
--   named   what it is for, in refusals: An auction
--
-- Refuses NOT_FOUND, SHOW_NOT_LIVE, PRODUCT_PULLED.
create or replace function on_show_v1(s uuid, variant uuid, named text) returns variants
language plpgsql stable as $$
declare found_it variants; off boolean;
begin
  select v.* into found_it from variants v join products p on p.id = v.product_id and p.status = 'active' where v.id = variant;
  select l.pulled into off from lineup l where l.show_id = s and l.product_id = found_it.product_id;
  if off is null then perform refuse('NOT_FOUND', 'There is no such product in this show, or it is not open to you.'); end if;
  if not exists (select from shows w where w.id = s and w.status in ('live', 'interrupted')) then
    perform refuse('SHOW_NOT_LIVE', named || ' needs a live show.');
  end if;
  if off then perform refuse('PRODUCT_PULLED', 'This product was taken off sale. Restore it first.'); end if;
  return found_it;
end $$;

-- house_has_v1: whether a unit stands before the room of this show.
create or replace function house_has_v1(s uuid) returns boolean
language plpgsql stable as $$
begin
  return exists (select from auctions where show_id = s and ended_at is null)
    or exists (select from giveaways where show_id = s and ended_at is null);
end $$;

-- house_ends_v1: for whoever takes variants off sale in a show: ends what stands before its room of them.
--
--   reason   pulled · ended
--
-- The caller holds the stock rows, then the show's row. Answers {facts, notices}, both [] when nothing did.
create or replace function house_ends_v1(s uuid, variants uuid[], reason text, t timestamptz) returns jsonb
language plpgsql as $$
declare one uuid; closed jsonb; facts jsonb := '[]'::jsonb; notices jsonb := '[]'::jsonb;
begin
  select a.id into one from auctions a where a.show_id = s and a.ended_at is null and a.variant_id = any(variants);
  if found then closed := auction_close_v1(one, reason, t); end if;
  if closed is not null then facts := facts || (closed -> 'fact'); notices := notices || (closed -> 'notices'); end if;
  closed := null;
  select g.id into one from giveaways g where g.show_id = s and g.ended_at is null and g.variant_id = any(variants);
  if found then closed := giveaway_close_v1(one, reason, t); end if;
  if closed is not null then facts := facts || (closed -> 'fact'); notices := notices || (closed -> 'notices'); end if;
  return jsonb_build_object('facts', facts, 'notices', notices);
end $$;

-- house_tells_v1: appends facts of one show, in the name of `who`, and what all shows hear of the units. Heads are
-- locked in id order before the first is written to. Answers the events.
create or replace function house_tells_v1(s uuid, who uuid, need text, facts jsonb, elsewhere jsonb) returns jsonb
language plpgsql as $$
begin
  perform 1 from show_heads where show_id = s or show_id in (select (value ->> 'showId')::uuid from jsonb_array_elements(elsewhere))
    order by show_id for no key update;
  return append_as_v1(s, who, need, facts) || append_many_v1(elsewhere);
end $$;

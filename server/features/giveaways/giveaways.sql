-- The life of a giveaway. Its unit is on no shelf from opening to end: the house holds it, and at the end that very hold
-- is the winner's, at nothing. Who opens or ends locks the variant's stock row first, then the giveaway's row; who
-- enters locks the giveaway's row alone (enter.sql).

-- How long a winner has to say where it is to be sent.
create or replace function giveaway_claim_v1() returns interval
language sql immutable as $$ select interval '30 minutes' $$;

-- giveaway_v1: a giveaway as everybody sees it. `draw` is what a draw that was made has to say: the secret among it.
create or replace function giveaway_v1(x giveaways) returns jsonb
language sql stable as $$
  select jsonb_build_object('giveawayId', x.id, 'variantId', x.variant_id, 'productId', x.product_id,
    'commitment', encode(sha256(x.secret), 'hex'), 'entries', x.entries, 'openedAt', iso(x.opened_at), 'endsAt', iso(x.ends_at),
    'endedAt', iso(x.ended_at), 'reason', x.ended_as, 'draw', case when x.ended_as = 'drawn' then jsonb_build_object(
      'secret', encode(x.secret, 'hex'), 'entriesHash', x.entries_hash, 'number', x.number,
      'winner', (select jsonb_build_object('accountId', a.id, 'displayName', a.display_name) from accounts a where a.id = x.winner)) end)
$$;

-- giveaway_record_v1 {showId, giveawayId}: all that is needed to make the draw again: the giveaway, and once it is over
-- the list of its entries. Null when there is none.
create or replace function giveaway_record_v1(args jsonb) returns jsonb
language plpgsql stable as $$
declare x giveaways;
begin
  select * into x from giveaways where id = (args ->> 'giveawayId')::uuid and show_id = (args ->> 'showId')::uuid;
  if not found then return null; end if;
  return jsonb_build_object('giveaway', giveaway_v1(x), 'list', case when x.ended_at is not null then giveaway_list_v1(x.id) end);
end $$;

-- giveaway_list_v1: the entries that stand, to the byte as they are hashed: `number ticket nonce` and a line feed for
-- each, in order; the nonce is - where none was sent.
create or replace function giveaway_list_v1(giveaway uuid) returns text
language sql stable as $$
  select coalesce(string_agg(format(E'%s %s %s\n', n, ticket, coalesce(nonce, '-')), '' order by n), '')
  from giveaway_entries where giveaway_id = giveaway and not void
$$;

-- hmac_sha256_v1: RFC 2104, for keys of at most 64 bytes.
create or replace function hmac_sha256_v1(key bytea, message bytea) returns bytea
language plpgsql immutable as $$
declare inner_pad bytea := decode(repeat('36', 64), 'hex'); outer_pad bytea := decode(repeat('5c', 64), 'hex'); i int;
begin
  for i in 0..length(key) - 1 loop
    inner_pad := set_byte(inner_pad, i, get_byte(inner_pad, i) # get_byte(key, i));
    outer_pad := set_byte(outer_pad, i, get_byte(outer_pad, i) # get_byte(key, i));
  end loop;
  return sha256(outer_pad || sha256(inner_pad || message));
end $$;

-- draw_v1: one of n, from 0, all as likely: 48 bits of an HMAC at a time, those passed over that would favour the first.
create or replace function draw_v1(secret bytea, giveaway uuid, entries_hash text, n int) returns int
language plpgsql immutable as $$
declare round int := 0; drawn bigint; range constant bigint := 1::bigint << 48;
begin
  loop
    drawn := ('x' || encode(substring(hmac_sha256_v1(secret, convert_to(format(E'%s\n%s\n%s', giveaway, entries_hash, round), 'UTF8')) for 6), 'hex'))::bit(48)::bigint;
    if drawn < range - range % n then return drawn % n; end if;
    round := round + 1;
  end loop;
end $$;

-- giveaway_open_v1: puts one unit of a variant before the room, for nothing.
--
--   args   {giveawayId, showId, accountId, variantId, secret: 32 bytes in hex, durationMs, max: giveaways of a show}
--
-- The unit is off the shelf from here. Answers {value: Giveaway, events}. Refuses NOT_FOUND, FORBIDDEN, SHOW_NOT_LIVE,
-- PRODUCT_PULLED, SOLD_OUT, CONFLICT (one runs already, there were `max`).
create or replace function giveaway_open_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; variant uuid := args ->> 'variantId';
  given variants; x giveaways; t timestamptz; before jsonb;
begin
  perform must_be_v1(s, who, 'host');
  perform 1 from stock k where k.variant_id = variant for no key update;
  -- A ban comes before, or finds the giveaway.
  perform show_fence_v1(s, false);
  -- One at a time: of two that are opened at once the second sees the first.
  perform 1 from shows w where w.id = s for no key update;
  t := clock_timestamp();
  given := on_show_v1(s, variant, 'A giveaway');
  if exists (select from giveaways g where g.show_id = s and g.ended_at is null) then
    perform refuse('CONFLICT', 'A giveaway is running already. One at a time.');
  end if;
  if (select count(*) from giveaways g where g.show_id = s) >= (args ->> 'max')::int then
    perform refuse('CONFLICT', format('A show has %s giveaways at most.', args ->> 'max'));
  end if;
  before := availability_v1(array[variant]);
  x.id := args ->> 'giveawayId'; x.show_id := s; x.variant_id := variant; x.product_id := given.product_id;
  x.secret := decode(args ->> 'secret', 'hex'); x.numbers := 0; x.entries := 0;
  x.opened_at := t; x.ends_at := t + (args ->> 'durationMs')::int * interval '1 ms';
  x.hold_id := house_takes_v1(x.id, 'giveaway', s, variant, 0, t, x.ends_at);
  insert into giveaways select x.*;
  return jsonb_build_object('value', giveaway_v1(x), 'events', house_tells_v1(s, who, 'host',
    jsonb_build_array(giveaway_fact_v1(x, 'giveaway.opened', who)), crossed_v1(before, array[variant])));
end $$;

create or replace function giveaway_fact_v1(x giveaways, type text, who uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object('showId', x.show_id, 'type', type, 'body', giveaway_v1(x))
    || case when who is not null then jsonb_build_object('staff', giveaway_v1(x) || by_v1(who)) else '{}' end
$$;

-- giveaway_close_v1: ends a giveaway that runs: its unit is the winner's, or free.
--
--   reason   drawn: draw now · canceled · pulled · ended; null: its time is over. One whose time was over before is
--            drawn whatever the reason, but a pulled product is given to nobody
--   who      of the staff, by whose hand
--
-- The caller holds the stock row. Answers {fact, notices}: giveaway.ended, and what the winner alone hears; null when it
-- had ended.
create or replace function giveaway_close_v1(giveaway uuid, reason text, t timestamptz, who uuid default null) returns jsonb
language plpgsql as $$
declare x giveaways; won giveaway_entries; notices jsonb := '[]'::jsonb;
begin
  select * into x from giveaways where id = giveaway and ended_at is null for no key update;
  if not found then return null; end if;
  -- Not `t`: entries came in until this row was locked.
  x.ended_at := clock_timestamp(); x.ended_as := reason;
  if reason = 'drawn' or x.ends_at <= t and reason is distinct from 'pulled' then
    x.entries := giveaway_without_staff_v1(x);
    x.ended_as := case when x.entries > 0 then 'drawn' else 'empty' end;
  end if;
  if x.ended_as = 'drawn' then
    x.entries_hash := encode(sha256(convert_to(giveaway_list_v1(x.id), 'UTF8')), 'hex');
    select * into won from giveaway_entries where giveaway_id = x.id and not void
      order by n offset draw_v1(x.secret, x.id, x.entries_hash, x.entries) limit 1;
    x.winner := won.account_id; x.number := won.n;
    notices := house_gives_v1(x.hold_id, x.winner, 0, 'given', t, t + giveaway_claim_v1());
    -- Who won may have left the show.
    perform write_mail_v1(x.winner, 'giveaway-won', jsonb_build_object('showId', x.show_id,
      'title', (select title from products where id = x.product_id), 'minutes', (extract(epoch from giveaway_claim_v1()) / 60)::int));
  else
    perform end_holds_v1(array[x.hold_id], 'released', t);
  end if;
  update giveaways set entries = x.entries, ended_at = x.ended_at, ended_as = x.ended_as, entries_hash = x.entries_hash, winner = x.winner, number = x.number
    where id = x.id;
  return jsonb_build_object('fact', giveaway_fact_v1(x, 'giveaway.ended', who), 'notices', notices);
end $$;

-- giveaway_end_v1: ends it before its time, by hand.
--
--   args   {showId, giveawayId, accountId, need: host | moderator, reason: drawn | canceled}
--
-- Answers {value: {}, events, notices}; ended so already: nothing happens. Refuses NOT_FOUND, FORBIDDEN, CONFLICT (over).
create or replace function giveaway_end_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; need text := args ->> 'need'; reason text := args ->> 'reason';
  x giveaways; t timestamptz; before jsonb; closed jsonb;
begin
  perform must_be_v1(s, who, need);
  select * into x from giveaways g where g.id = (args ->> 'giveawayId')::uuid and g.show_id = s;
  if not found then perform refuse('NOT_FOUND', 'There is no such giveaway, or it is not open to you.'); end if;
  perform 1 from stock where variant_id = x.variant_id for no key update;
  select * into x from giveaways g where g.id = x.id for no key update;
  t := clock_timestamp();
  if x.ended_as = reason then return jsonb_build_object('value', '{}'::jsonb); end if;
  if x.ended_at is not null or x.ends_at <= t then perform refuse('CONFLICT', 'This giveaway is over.'); end if;
  before := availability_v1(array[x.variant_id]);
  closed := giveaway_close_v1(x.id, reason, t, who);
  return jsonb_build_object('value', '{}'::jsonb, 'events', house_tells_v1(s, who, need,
    jsonb_build_array(closed -> 'fact'), crossed_v1(before, array[x.variant_id])), 'notices', closed -> 'notices');
end $$;

-- settle_giveaways_v1: draws those whose time is over.
--
--   args   {max}: giveaways of one call at most
--
-- Answers {value: number ended, events, notices}. Safe on several nodes: one waits for the other's stock rows and then
-- finds those giveaways ended.
create or replace function settle_giveaways_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  due uuid[]; variants uuid[]; x uuid; t timestamptz := clock_timestamp(); before jsonb; closed jsonb;
  facts jsonb := '[]'::jsonb; notices jsonb := '[]'::jsonb;
begin
  due := array(select id from giveaways where ended_at is null and ends_at <= t order by ends_at limit (args ->> 'max')::int);
  if cardinality(due) = 0 then return jsonb_build_object('value', 0); end if;
  variants := array(select distinct variant_id from giveaways where id = any(due));
  perform 1 from stock where variant_id = any(variants) order by variant_id for no key update;
  t := clock_timestamp();
  before := availability_v1(variants);
  for x in select id from giveaways where id = any(due) and ended_at is null order by id loop
    closed := giveaway_close_v1(x, null, t);
    continue when closed is null;
    facts := facts || (closed -> 'fact'); notices := notices || (closed -> 'notices');
  end loop;
  return jsonb_build_object('value', jsonb_array_length(facts),
    'events', append_many_v1(facts || crossed_v1(before, variants)), 'notices', notices);
end $$;

-- note_unclaimed_v1: whether what was won was claimed; the staff of a show that is on hears of a unit that came back.
--
--   args   {max}: giveaways of one call at most
--
-- Answers {value: number looked at, events}.
create or replace function note_unclaimed_v1(args jsonb) returns jsonb
language plpgsql as $$
declare n int; facts jsonb;
begin
  with settled as (
    select g.id, h.state from giveaways g join holds h on h.id = g.hold_id
    where g.ended_as = 'drawn' and g.settled_as is null and h.state not in ('active', 'ordered')
    order by g.id limit (args ->> 'max')::int for no key update of g skip locked),
  noted as (
    update giveaways g set settled_as = case z.state when 'confirmed' then 'claimed' else 'unclaimed' end from settled z where g.id = z.id
    returning g.*)
  select count(*), jsonb_agg(jsonb_build_object('showId', x.show_id, 'type', 'giveaway.unclaimed', 'body', null, 'staff', giveaway_v1(g)))
      filter (where x.settled_as = 'unclaimed' and w.status in ('live', 'interrupted'))
    into n, facts
    from noted x join giveaways g on g.id = x.id join shows w on w.id = x.show_id;
  return jsonb_build_object('value', n, 'events', append_many_v1(coalesce(facts, '[]'::jsonb)));
end $$;

-- giveaway_without_v1: the entry of somebody who is banned stands no longer. The caller holds the row of the show's giveaway.
create or replace function giveaway_without_v1(s uuid, target uuid) returns void
language plpgsql as $$
begin
  with gone as (
    update giveaway_entries e set void = true from giveaways g
    where g.show_id = s and g.ended_at is null and e.giveaway_id = g.id and e.account_id = target and not e.void returning g.id)
  update giveaways g set entries = entries - 1 from gone where g.id = gone.id;
end $$;

-- giveaway_without_staff_v1: the entries of who has come to run the show since they entered stand no longer. The caller holds
-- the giveaway's row. Answers how many stand.
create or replace function giveaway_without_staff_v1(x giveaways) returns int
language plpgsql as $$
begin
  update giveaway_entries e set void = true
    where e.giveaway_id = x.id and not e.void and (e.account_id in (select account_id from moderators where show_id = x.show_id)
      or exists (select from accounts a where a.id = e.account_id and a.kind = 'admin'));
  return (select count(*) from giveaway_entries e where e.giveaway_id = x.id and not e.void);
end $$;

-- Mutes and bans. Each locks the show's head first: a message in a batch that commits later is judged
-- with the row that this wrote, one that committed before has a lower seq. What viewers see of it is
-- only that something happened; who, why and by whom is for staff.

-- Who did it, as staff read it.
create or replace function by_v1(who uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object('by', a.id, 'byName', a.display_name) from accounts a where a.id = who
$$;

-- must_not_be_against_v1: refuses an act of `who` against somebody who is above it: nobody acts against
-- the host, an admin or themselves, and a moderator not against moderators. Call it under the head's lock.
create or replace function must_not_be_against_v1(s uuid, who uuid, target uuid) returns void
language plpgsql as $$
declare role text := show_role_v1(s, target);
begin
  if role is null then perform refuse('NOT_FOUND', 'There is no such person, or it is not open to you.'); end if;
  if target = who or role in ('host', 'admin') or role = 'moderator' and show_role_v1(s, who) = 'moderator' then
    perform refuse('FORBIDDEN', 'This cannot be done to the host, to moderators or to yourself.');
  end if;
end $$;

-- sanction_fact_v1: the fact about a mute or a ban, or its end.
create or replace function sanction_fact_v1(type text, who uuid, target uuid, until timestamptz, reason text) returns jsonb
language sql stable as $$
  select jsonb_build_object('type', type, 'actor', who, 'body', '{}'::jsonb, 'staff', jsonb_build_object(
    'accountId', a.id, 'displayName', a.display_name, 'until', iso(until), 'reason', reason) || by_v1(who))
  from accounts a where a.id = target
$$;

-- mute_v1: from the answer on nothing that this person says is sent, until the time is over.
--
--   args   {showId, by, accountId, durationMs, reason}
--
-- A second mute replaces the first. Answers {value: {}, events}. Refuses NOT_FOUND, FORBIDDEN.
create or replace function mute_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'by'; target uuid := args ->> 'accountId';
  t timestamptz; ends timestamptz;
begin
  -- Also before the locks: a stranger's tries keep nobody waiting.
  perform must_be_v1(s, who, 'moderator');
  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, 'moderator');
  perform must_not_be_against_v1(s, who, target);
  t := clock_timestamp();
  ends := t + (args ->> 'durationMs')::bigint * interval '1 millisecond';
  insert into sanctions(show_id, account_id, kind, until, reason, by, at) values (s, target, 'mute', ends, args ->> 'reason', who, t)
    on conflict (show_id, account_id, kind) do update set until = excluded.until, reason = excluded.reason, by = excluded.by, at = excluded.at;
  return jsonb_build_object('value', '{}'::jsonb, 'events',
    append_v1(s, jsonb_build_array(sanction_fact_v1('viewer.muted', who, target, ends, args ->> 'reason'))),
    'notices', jsonb_build_array(mute_notice_v1(s, target, ends, args ->> 'reason')));
end $$;

-- What the person hears of it, on its own screens only.
create or replace function mute_notice_v1(s uuid, target uuid, ends timestamptz, reason text) returns jsonb
language sql stable as $$
  select jsonb_build_object('accountId', target, 'event', 'you:changed', 'payload',
    jsonb_build_object('showId', s, 'mutedUntil', iso(ends), 'reason', reason))
$$;

-- ban_v1: from the answer on this person may not join, chat, react, hold or watch in this show.
--
--   args   {showId, by, accountId, reason}
--
-- Units that it holds and has not ordered are free again, and its bids do not stand. Of a guest it also covers the address that
-- the guest came from. A moderator who is banned stops being one. Banned already: nothing happens.
-- Answers {value: {}, events, notices}. Refuses NOT_FOUND, FORBIDDEN.
create or replace function ban_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'by'; target uuid := args ->> 'accountId'; facts jsonb;
  variants uuid[]; before jsonb; notices jsonb; t timestamptz;
begin
  -- Also before the locks: a stranger's tries keep nobody waiting.
  perform must_be_v1(s, who, 'moderator');
  -- What this person holds goes back to the shelf; what is in an order stays payable.
  -- What stands before the room and ends at this moment may give them its unit.
  loop
    variants := array(select variant_id from holds where buyer = target and show_id = s and state = 'active'
      union select variant_id from auctions where show_id = s and ended_at is null
      union select variant_id from giveaways where show_id = s and ended_at is null);
    begin
      perform 1 from stock where variant_id = any(variants) order by variant_id for no key update;
      -- Waits for the holds in flight: none of this person's commits after the answer.
      perform show_fence_v1(s, true);
      perform 1 from auctions where show_id = s and ended_at is null for no key update;
      perform 1 from giveaways where show_id = s and ended_at is null for no key update;
      exit when not exists (select from holds where buyer = target and show_id = s and state = 'active' and variant_id <> all(variants));
      raise 'a hold of another variant was in flight' using errcode = 'P0409';
    -- With its stock row now: after the fence it cannot be taken, so all locks of this turn are given back.
    exception when sqlstate 'P0409' then null;
    end;
  end loop;
  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, 'moderator');
  perform must_not_be_against_v1(s, who, target);
  insert into sanctions(show_id, account_id, kind, address, reason, by, at)
    values (s, target, 'ban', (select v.address from visits v where v.show_id = s and v.account_id = target), args ->> 'reason', who, clock_timestamp())
    on conflict (show_id, account_id, kind) do nothing;
  if not found then return jsonb_build_object('value', '{}'::jsonb); end if;
  t := clock_timestamp();
  before := availability_v1(variants);
  notices := end_holds_v1(array(select id from holds where buyer = target and show_id = s and state = 'active'
    and variant_id = any(variants)), 'released', t);
  facts := jsonb_build_array(jsonb_build_object('showId', s) || sanction_fact_v1('viewer.banned', who, target, null, args ->> 'reason'));
  delete from moderators where show_id = s and account_id = target;
  if found then
    facts := facts || (select jsonb_build_object('showId', s, 'type', 'staff.changed', 'actor', who, 'body', null, 'staff', jsonb_build_object(
      'accountId', a.id, 'displayName', a.display_name, 'moderator', false) || by_v1(who)) from accounts a where a.id = target);
  end if;
  perform giveaway_without_v1(s, target);
  facts := facts || auction_without_v1(s, target) || crossed_v1(before, variants);
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_many_v1(facts), 'notices', notices);
end $$;

-- lift_v1: ends a mute or a ban, whatever is left of it; calm when there is none.
create or replace function lift_v1(args jsonb, sanction text, type text) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; who uuid := args ->> 'by'; target uuid := args ->> 'accountId'; ends timestamptz;
begin
  -- Also before the locks: a stranger's tries keep nobody waiting.
  perform must_be_v1(s, who, 'moderator');
  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, 'moderator');
  perform must_not_be_against_v1(s, who, target);
  delete from sanctions where show_id = s and account_id = target and kind = sanction returning until into ends;
  if not found or ends <= clock_timestamp() then return jsonb_build_object('value', '{}'::jsonb); end if;
  return jsonb_build_object('value', '{}'::jsonb, 'events',
    append_v1(s, jsonb_build_array(sanction_fact_v1(type, who, target, null, null))),
    'notices', case when sanction = 'mute' then jsonb_build_array(mute_notice_v1(s, target, null, null)) end);
end $$;

-- unmute_v1, unban_v1: {showId, by, accountId}. Answer {value: {}, events}. Refuse NOT_FOUND, FORBIDDEN.
create or replace function unmute_v1(args jsonb) returns jsonb
language plpgsql as $$ begin return lift_v1(args, 'mute', 'viewer.unmuted'); end $$;

create or replace function unban_v1(args jsonb) returns jsonb
language plpgsql as $$ begin return lift_v1(args, 'ban', 'viewer.unbanned'); end $$;

-- report_v1: tells the moderators about a message, a person or a product.
--
--   args   {id, showId, accountId, about: {messageId} · {accountId} · {productId}, reason}
--
-- What it is about is quoted by us. The same person about the same thing again: nothing happens.
-- Answers {value: {}, events}. Refuses NOT_FOUND, BANNED.
create or replace function report_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; thing jsonb := args -> 'about'; quote text; banned text;
begin
  perform 1 from show_heads where show_id = s for no key update;
  if not found then perform refuse('NOT_FOUND', 'There is no such show, or it is not open to you.'); end if;
  select x.reason into banned from sanctions x where x.show_id = s and x.account_id = who and x.kind = 'ban';
  if found then perform refuse('BANNED', 'You were removed from this show. Reason given: ' || banned); end if;
  quote := case
    when thing ? 'messageId' then (select e.body ->> 'text' from chat_keys k join show_events e on e.show_id = s and e.seq = k.seq
      where k.message_id = (thing ->> 'messageId')::uuid and k.show_id = s)
    when thing ? 'accountId' then (select a.display_name from accounts a where a.id = (thing ->> 'accountId')::uuid)
    else (select p.title from lineup l join products p on p.id = l.product_id where l.show_id = s and l.product_id = (thing ->> 'productId')::uuid) end;
  if quote is null then perform refuse('NOT_FOUND', 'There is nothing like that in this show.'); end if;
  insert into reports(id, show_id, by_account, about, excerpt, reason, at)
    values ((args ->> 'id')::uuid, s, who, thing, quote, args ->> 'reason', clock_timestamp())
    on conflict (show_id, by_account, about) do nothing;
  if not found then return jsonb_build_object('value', '{}'::jsonb); end if;
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_v1(s, jsonb_build_array(jsonb_build_object(
    'type', 'report.sent', 'actor', who, 'body', null, 'staff', jsonb_build_object(
      'reportId', args ->> 'id', 'about', thing, 'excerpt', quote, 'reason', args ->> 'reason') || by_v1(who)))));
end $$;

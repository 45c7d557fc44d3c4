-- What staff do with messages. Each locks the show's head first, so that it has its place between the
-- messages; where it changes the show's row, that row comes before.

-- delete_message_v1: a message leaves every screen, and its words leave the database.
--
--   args   {showId, by, messageId, reason}
--
-- The event keeps its place without its body; the chain covers the body's hash, so it still verifies.
-- A pin of it comes down. Deleted already: nothing happens. Answers {value: {}, events}.
-- Refuses NOT_FOUND, FORBIDDEN (a message of the host, and for moderators of moderators).
create or replace function delete_message_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'by'; message uuid := args ->> 'messageId';
  facts jsonb; author uuid; place bigint; gone boolean;
begin
  -- Also before the locks: a stranger's tries keep nobody waiting.
  perform must_be_v1(s, who, 'moderator');
  perform 1 from shows where id = s for no key update;
  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, 'moderator');
  select k.account_id, k.seq, e.body is null into author, place, gone
    from chat_keys k join show_events e on e.show_id = s and e.seq = k.seq
    where k.message_id = message and k.show_id = s;
  if not found then perform refuse('NOT_FOUND', 'There is no such message, or it is not open to you.'); end if;
  if author <> who then perform must_not_be_against_v1(s, who, author); end if;
  if gone then return jsonb_build_object('value', '{}'::jsonb); end if;
  perform erase_message_v1(s, message, place);
  facts := (select jsonb_build_array(jsonb_build_object('type', 'chat.deleted', 'actor', who,
      'body', jsonb_build_object('messageId', message),
      'staff', jsonb_build_object('messageId', message, 'accountId', a.id, 'displayName', a.display_name, 'reason', args ->> 'reason') || by_v1(who)))
    from accounts a where a.id = author);
  update shows set pinned_message = null where id = s and pinned_message = message;
  if found then facts := facts || jsonb_build_object('type', 'chat.unpinned', 'actor', who, 'body', '{}'::jsonb); end if;
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_v1(s, facts));
end $$;

-- Wherever the words stand: the message, pins of it, and the copy that waited for a moderator.
create or replace function erase_message_v1(s uuid, message uuid, place bigint) returns void
language plpgsql as $$
begin
  update show_events set body = null, staff = null where show_id = s and seq = place;
  update show_events set body = null, staff = null
    where show_id = s and type <> 'chat.sent' and type in ('chat.pinned', 'chat.held') and coalesce(staff, body) ->> 'messageId' = message::text;
  update held_messages set text = '', marks = '[]'::jsonb where message_id = message;
end $$;

-- waiting_message_v1: a message of this show that a moderator looks at, its row locked. Refuses NOT_FOUND.
create or replace function waiting_message_v1(s uuid, message uuid) returns held_messages
language plpgsql as $$
declare h held_messages;
begin
  select * into h from held_messages where message_id = message and show_id = s for no key update;
  if not found then perform refuse('NOT_FOUND', 'There is no such message, or it is not open to you.'); end if;
  return h;
end $$;

-- approve_message_v1: a held message is said now.
--
--   args   {showId, by, messageId}
--
-- Approved already: nothing happens. Answers {value: {}, events}. Refuses NOT_FOUND, FORBIDDEN,
-- SHOW_NOT_LIVE, CONFLICT (refused already; or its author was muted or banned since).
create or replace function approve_message_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; who uuid := args ->> 'by'; message uuid := args ->> 'messageId';
  h held_messages; t timestamptz; events jsonb;
begin
  -- Also before the locks: a stranger's tries keep nobody waiting.
  perform must_be_v1(s, who, 'moderator');
  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, 'moderator');
  h := waiting_message_v1(s, message);
  if h.decision = 'approved' then return jsonb_build_object('value', '{}'::jsonb); end if;
  if h.decision = 'refused' then perform refuse('CONFLICT', 'This message was refused a moment ago.'); end if;
  perform 1 from shows where id = s and status in ('ended', 'canceled');
  if found then perform refuse('SHOW_NOT_LIVE', 'This show is over.'); end if;
  t := clock_timestamp();
  perform 1 from sanctions x where x.show_id = s and x.account_id = h.account_id and (x.until is null or x.until > t);
  if found then perform refuse('CONFLICT', 'This person is muted or was removed. End that first.'); end if;
  update held_messages set decided_at = t, decision = 'approved' where message_id = message;
  events := (select append_v1(s, jsonb_build_array(
      jsonb_build_object('type', 'chat.sent', 'actor', a.id,
        'body', chat_body_v1(message, a.id, a.display_name, show_role_v1(s, a.id), h.text)),
      jsonb_build_object('type', 'chat.approved', 'actor', who, 'body', null,
        'staff', jsonb_build_object('messageId', message, 'accountId', a.id, 'displayName', a.display_name) || by_v1(who))))
    from accounts a where a.id = h.account_id);
  update chat_keys set seq = (events -> 0 ->> 'seq')::bigint where message_id = message;
  return jsonb_build_object('value', '{}'::jsonb, 'events', events);
end $$;

-- refuse_message_v1: a held message is never said. {showId, by, messageId}. Refused already: nothing
-- happens. Refuses NOT_FOUND, FORBIDDEN, CONFLICT (approved already).
create or replace function refuse_message_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; who uuid := args ->> 'by'; message uuid := args ->> 'messageId'; h held_messages;
begin
  -- Also before the locks: a stranger's tries keep nobody waiting.
  perform must_be_v1(s, who, 'moderator');
  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, 'moderator');
  h := waiting_message_v1(s, message);
  if h.decision = 'refused' then return jsonb_build_object('value', '{}'::jsonb); end if;
  if h.decision = 'approved' then perform refuse('CONFLICT', 'This message was approved a moment ago.'); end if;
  update held_messages set decided_at = clock_timestamp(), decision = 'refused' where message_id = message;
  return jsonb_build_object('value', '{}'::jsonb, 'events', (
    select append_v1(s, jsonb_build_array(jsonb_build_object('type', 'chat.refused', 'actor', who, 'body', null,
      'staff', jsonb_build_object('messageId', message, 'accountId', a.id, 'displayName', a.display_name) || by_v1(who))))
    from accounts a where a.id = h.account_id));
end $$;

-- pin_message_v1: one message stands above the chat; the last pin wins. messageId null: none.
--
--   args   {showId, by, messageId}
--
-- Refuses NOT_FOUND (also what was deleted or is still held), FORBIDDEN, SHOW_NOT_LIVE.
create or replace function pin_message_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; who uuid := args ->> 'by'; message uuid := args ->> 'messageId'; w shows; pin jsonb; fact jsonb;
begin
  -- Also before the locks: a stranger's tries keep nobody waiting.
  perform must_be_v1(s, who, 'moderator');
  select * into w from shows where id = s for no key update;
  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, 'moderator');
  if w.status in ('ended', 'canceled') then perform refuse('SHOW_NOT_LIVE', 'This show is over.'); end if;
  if message is not null then
    select jsonb_build_object('messageId', message, 'text', e.body ->> 'text') into pin
      from chat_keys k join show_events e on e.show_id = s and e.seq = k.seq
      where k.message_id = message and k.show_id = s and e.body is not null;
    if not found then perform refuse('NOT_FOUND', 'There is no such message, or it is not open to you.'); end if;
  end if;
  if w.pinned_message is not distinct from message then return jsonb_build_object('value', '{}'::jsonb); end if;
  update shows set pinned_message = message where id = s;
  fact := case when message is null
    then jsonb_build_object('type', 'chat.unpinned', 'body', '{}'::jsonb, 'staff', by_v1(who))
    else jsonb_build_object('type', 'chat.pinned', 'body', pin, 'staff', pin || by_v1(who)) end;
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_v1(s, jsonb_build_array(fact || jsonb_build_object('actor', who))));
end $$;

-- slow_chat_v1: seconds between two messages of one person, from the answer on; 0 ends it.
--
--   args   {showId, by, seconds}
--
-- Refuses NOT_FOUND, FORBIDDEN, SHOW_NOT_LIVE.
create or replace function slow_chat_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; who uuid := args ->> 'by'; seconds int := args ->> 'seconds'; w shows; body jsonb;
begin
  -- Also before the locks: a stranger's tries keep nobody waiting.
  perform must_be_v1(s, who, 'moderator');
  select * into w from shows where id = s for no key update;
  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, 'moderator');
  if w.status in ('ended', 'canceled') then perform refuse('SHOW_NOT_LIVE', 'This show is over.'); end if;
  if w.slow_seconds = seconds then return jsonb_build_object('value', '{}'::jsonb); end if;
  update shows set slow_seconds = seconds where id = s;
  body := jsonb_build_object('seconds', seconds);
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_v1(s, jsonb_build_array(jsonb_build_object(
    'type', 'chat.slowed', 'actor', who, 'body', body, 'staff', body || by_v1(who)))));
end $$;

-- word_print_v1: a show's own words as one number: the same for the same set of words. Whoever judged
-- with another print judged with other words.
create or replace function word_print_v1(s uuid) returns text
language sql stable
as $$
  select coalesce(bit_xor(hashtextextended(w.id || w.action, 0)), 0)::text from words w where w.show_id = s
$$;

-- add_word_v1: from the answer on, messages with this word are held or refused.
--
--   args   {id, showId, accountId, text, action}
--
-- The same text again, whatever its case, changes what is done about it. Answers {value: Word, events}.
-- Refuses NOT_FOUND, FORBIDDEN, CONFLICT at 200 words.
create or replace function add_word_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  words_max constant int := 200;
  s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; w words; word jsonb;
begin
  -- Also before the locks: a stranger's tries keep nobody waiting.
  perform must_be_v1(s, who, 'moderator');
  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, 'moderator');
  select * into w from words where show_id = s and lower(text) = lower(args ->> 'text');
  if found and w.action = args ->> 'action' then return jsonb_build_object('value', word_v1(w)); end if;
  if not found and (select count(*) from words where show_id = s) >= words_max then
    perform refuse('CONFLICT', 'This show has 200 words of its own. Remove one first.');
  end if;
  insert into words(id, show_id, text, action, at)
    values ((args ->> 'id')::uuid, s, args ->> 'text', args ->> 'action', clock_timestamp())
    on conflict (show_id, lower(text)) do update set action = excluded.action, at = excluded.at
    returning * into w;
  word := word_v1(w);
  return jsonb_build_object('value', word, 'events', append_v1(s, jsonb_build_array(jsonb_build_object(
    'type', 'words.changed', 'actor', who, 'body', null, 'staff', jsonb_build_object('added', word) || by_v1(who)))));
end $$;

-- remove_word_v1: {showId, accountId, wordId}. Refuses NOT_FOUND, FORBIDDEN.
create or replace function remove_word_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; w words;
begin
  -- Also before the locks: a stranger's tries keep nobody waiting.
  perform must_be_v1(s, who, 'moderator');
  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, 'moderator');
  delete from words where show_id = s and id = (args ->> 'wordId')::uuid returning * into w;
  if not found then perform refuse('NOT_FOUND', 'There is no such word, or it is not open to you.'); end if;
  return jsonb_build_object('value', '{}'::jsonb, 'events', append_v1(s, jsonb_build_array(jsonb_build_object(
    'type', 'words.changed', 'actor', who, 'body', null, 'staff', jsonb_build_object('removed', word_v1(w)) || by_v1(who)))));
end $$;

create or replace function word_v1(w words) returns jsonb
language sql immutable as $$
  select jsonb_build_object('id', w.id, 'text', w.text, 'action', w.action)
$$;

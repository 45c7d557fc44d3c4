-- Who wants to be told when a planned show begins.

-- remind_v1 {showId, accountId, most}: a letter when it begins, or is called off. Asked twice it is one. Answers null.
-- Begun or over: CONFLICT. More than `most` planned shows of one account: CONFLICT.
create or replace function remind_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; who uuid := args ->> 'accountId'; was text;
begin
  -- One at a time for each person: the count below must still be true when the row is in.
  perform 1 from accounts where id = who for no key update;
  -- Waits for a start under way, which tells those who are there when it commits.
  select status into was from shows where id = s for share;
  if was is null then perform refuse('NOT_FOUND', 'There is no such show, or it is not open to you.'); end if;
  if was <> 'scheduled' then perform refuse('CONFLICT', 'This show does not wait to begin any more.'); end if;
  insert into show_reminders(show_id, account_id, created_at) values (s, who, clock_timestamp()) on conflict do nothing;
  if (select count(*) from show_reminders where account_id = who) > (args ->> 'most')::int then
    perform refuse('CONFLICT', 'You are reminded of ' || (args ->> 'most') || ' shows already. Take one back first.');
  end if;
  return jsonb_build_object('value', null);
end $$;

-- tell_reminded_v1 {most}: letters to the next of those who wait for a show that has begun or was called off; each is
-- written once, with the end of its reminder. A show that is over already is not told of. Answers {value: whether
-- there is more}. Several nodes may call it at once: each takes another show.
create or replace function tell_reminded_v1(args jsonb) returns jsonb
language plpgsql as $$
declare w shows; who uuid[]; facts jsonb; most int := args ->> 'most';
begin
  select * into w from shows where tell_at <= now() order by tell_at limit 1 for no key update skip locked;
  if not found then return jsonb_build_object('value', false); end if;
  with told as (
    delete from show_reminders where show_id = w.id and account_id in (
      select account_id from show_reminders where show_id = w.id order by account_id limit most)
    returning account_id)
  select coalesce(array_agg(account_id), '{}') into who from told;
  if w.status <> 'ended' then
    select jsonb_build_object('showId', w.id, 'title', w.title, 'host', display_name) into facts from accounts where id = w.host_id;
    perform write_mails_once_v1(case w.status when 'canceled' then 'show-canceled' else 'show-begins' end, w.id, who, array_fill(facts, array[cardinality(who)]));
  end if;
  -- Looked for anew: one that is taken back meanwhile makes fewer of them than were asked for, and others still wait.
  if not exists (select from show_reminders where show_id = w.id) then update shows set tell_at = null where id = w.id; end if;
  return jsonb_build_object('value', true);
end $$;

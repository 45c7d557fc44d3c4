-- Who follows whom, and their letters. Locks, in this order: the follower's account, their row of `follows`, the
-- host's row of `followed_hosts`.

-- follow_v1 {accountId, hostId, most}: a letter when the host begins a show. Asked twice it is one. Answers null.
-- Not a host: NOT_FOUND. Themselves, or more than `most`: CONFLICT.
create or replace function follow_v1(args jsonb) returns jsonb
language plpgsql as $$
declare who uuid := args ->> 'accountId'; h uuid := args ->> 'hostId';
begin
  -- One at a time for each person: the count below must still be true when the row is in.
  perform 1 from accounts where id = who for no key update;
  if not exists (select from shows where host_id = h) then perform refuse('NOT_FOUND', 'There is no such host.'); end if;
  if who = h then perform refuse('CONFLICT', 'This is you. Nobody follows themselves.'); end if;
  insert into follows(account_id, host_id, created_at) values (who, h, clock_timestamp()) on conflict do nothing;
  if not found then return jsonb_build_object('value', null); end if;
  if (select count(*) from follows where account_id = who) > (args ->> 'most')::int then
    perform refuse('CONFLICT', 'You follow ' || (args ->> 'most') || ' hosts already. Unfollow one first.');
  end if;
  insert into followed_hosts as f (host_id, followers) values (h, 1)
    on conflict (host_id) do update set followers = f.followers + 1;
  return jsonb_build_object('value', null);
end $$;

-- unfollow_v1 {accountId, hostId} or {token}: no more letters; also when there were none. Answers null.
create or replace function unfollow_v1(args jsonb) returns jsonb
language plpgsql as $$
declare h uuid;
begin
  delete from follows where (account_id = (args ->> 'accountId')::uuid and host_id = (args ->> 'hostId')::uuid)
    or token = (args ->> 'token')::uuid returning host_id into h;
  if found then update followed_hosts set followers = followers - 1 where host_id = h; end if;
  return jsonb_build_object('value', null);
end $$;

-- rests_v1: whether a host's followers may be written to: they heard of no other show within these hours.
create or replace function rests_v1(told_at timestamptz, hours int) returns boolean
language sql stable as $$ select told_at is null or told_at < clock_timestamp() - hours * interval '1 hour' $$;

-- banned_by_v1: of these people, those whom a host's staff have banned, from whichever show.
create or replace function banned_by_v1(h uuid, people uuid[]) returns setof uuid
language sql stable as $$
  select distinct x.account_id from shows o join sanctions x on x.show_id = o.id
  where o.host_id = h and x.kind = 'ban' and (people is null or x.account_id = any(people))
$$;

-- followers_hear_v1: a show has begun; its host's followers are to be told. In the transaction of the start.
create or replace function followers_hear_v1(s uuid, h uuid) returns void
language plpgsql as $$
begin
  insert into follow_news(show_id, host_id, created_at)
    select s, h, clock_timestamp() where exists (select from followed_hosts where host_id = h and followers > 0)
    on conflict do nothing;
end $$;

-- tell_followers_v1 {most, restHours}: letters to the next followers of a host who has begun a show; each once, and
-- nobody who was reminded of it. Whoever the host's staff have banned has none. A host who began another show within
-- `restHours` is not told of again, nor is a show that is over by now. Answers {value: whether to go on}.
-- Behind everything: no more are written while `most` letters of whatever kind wait to be sent, nor before the
-- reminders of the show. Several nodes may call it at once: each takes another show.
create or replace function tell_followers_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  most int := args ->> 'most'; t timestamptz := clock_timestamp();
  n follow_news; w shows; is_over boolean; host text; page uuid[]; who uuid[]; facts jsonb[];
begin
  if (select count(*) from (select from mails where due_at <= t limit most) m) = most then
    return jsonb_build_object('value', false);
  end if;
  select f.* into n from follow_news f join shows x on x.id = f.show_id
    where x.tell_at is null order by f.created_at limit 1 for no key update of f skip locked;
  if not found then return jsonb_build_object('value', false); end if;
  select * into w from shows where id = n.show_id;
  is_over := w.status = 'ended';
  if n.told is null and not is_over then
    update followed_hosts set told_at = t where host_id = n.host_id and rests_v1(told_at, (args ->> 'restHours')::int);
    is_over := not found;
  end if;
  page := array(select account_id from follows where not is_over and host_id = n.host_id
    and (n.told is null or account_id > n.told) order by account_id limit most);
  if page = '{}' then
    delete from follow_news where show_id = n.show_id;
    return jsonb_build_object('value', true);
  end if;
  update follow_news set told = page[cardinality(page)] where show_id = n.show_id;
  select display_name into host from accounts where id = n.host_id;
  select array_agg(f.account_id order by f.account_id), array_agg(jsonb_build_object('showId', w.id, 'title', w.title,
      'host', host, 'token', translate(f.token::text, '-', '')) order by f.account_id) into who, facts
    from follows f where f.host_id = n.host_id and f.account_id = any(page)
      and f.account_id not in (select banned_by_v1(n.host_id, page));
  perform write_mails_once_v1('show-followed', n.show_id, who, facts);
  return jsonb_build_object('value', true);
end $$;

-- show_letters_v1 {showId, accountId, restHours}: how many people get a letter when it begins. Answers their number.
create or replace function show_letters_v1(args jsonb) returns jsonb
language plpgsql as $$
declare s uuid := args ->> 'showId'; h uuid := args ->> 'accountId'; n int; more int;
begin
  perform must_be_v1(s, h, 'host');
  select count(*) into n from show_reminders where show_id = s;
  -- Those are few who asked for this show or were banned; of the others there may be a hundred thousand.
  select f.followers
      - (select count(*) from show_reminders r join follows x using (account_id) where r.show_id = s and x.host_id = h)
      - (select count(*) from banned_by_v1(h, null) b join follows x on x.account_id = b and x.host_id = h
          where not exists (select from show_reminders where show_id = s and account_id = b))
    into more from followed_hosts f where f.host_id = h and rests_v1(f.told_at, (args ->> 'restHours')::int);
  return jsonb_build_object('value', n + coalesce(more, 0));
end $$;

-- host_card_v1: a host as everybody sees them; null: nobody who has planned a show.
create or replace function host_card_v1(h uuid) returns jsonb
language sql stable as $$
  select jsonb_build_object('id', a.id, 'displayName', a.display_name, 'shop', nullif(m.settings ->> 'name', ''),
    'followers', coalesce(f.followers, 0),
    'shows', (select count(*) from shows where host_id = h and status in ('live', 'interrupted', 'ended')))
  from accounts a left join merchants m on m.account_id = a.id left join followed_hosts f on f.host_id = a.id
  where a.id = h and exists (select from shows where host_id = h)
$$;

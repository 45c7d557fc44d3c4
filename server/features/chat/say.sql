-- say_v2: decides a batch of messages, of all the shows of a process, in one call.
--
--   for_shows, authors, keys, ids, messages, hashes, prints, actions   one entry a message, in order of
--             arrival. A message is cleaned, its hash is of it; its action is what the filters say (say ·
--             hold · refuse), its print the show's words that they knew (word_print_v1). One account stands
--             once in a batch
--   notes     {n: {reason, marks}} of those to be held; n counts messages from 1
--   flood     whether the same text three times in a row is refused
--
-- Answers {codes, seqs, more} and the events as they are told. A code is one of
--   SENT  HELD  STALE (the words have changed: judge again)
--   NOT_FOUND  IDEMPOTENCY_MISMATCH  SHOW_NOT_LIVE  UNAUTHENTICATED  BANNED  MUTED
--   SLOW  FLOOD  WAITING (all three RATE_LIMITED)  REFUSED
-- A seq is the place of what was sent; `more` has {n: {messageId?, retryAfterMs?, reason?}} where there is
-- more to say. A key that was used before answers its first result, whatever has happened since.
--
-- The heads are locked first, in id order: what was acknowledged before (a mute, a ban, slow mode, a
-- role, a word) is seen by the statements after, and nobody writes to these shows in between. Two
-- batches with one key at the same moment: P0409, the whole batch again.
--
-- Most batches have no staff and nobody sanctioned in them: one question for all finds that out, and spares
-- the question about each. Arrays are taken apart by unnest: reading one of texts by index walks it.
create or replace function say_v2(
  for_shows uuid[], authors uuid[], keys text[], ids uuid[], messages text[], hashes text[], prints text[], actions text[],
  notes jsonb, flood boolean
) returns table(answers jsonb, events json)
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  flood_window constant interval := '10 seconds';
  waiting_max constant int := 5;
  t timestamptz; t_us bigint; t_iso text; staffed boolean; sanctioned boolean;
  -- per show
  s_ids uuid[]; s_tops bigint[]; s_links bytea[]; s_status text[]; s_hosts uuid[]; s_slow int[]; s_prints text[];
  -- per message
  codes text[]; six int[]; bodies jsonb[]; staffs jsonb[]; told text[]; contents bytea[]; seqs bigint[]; links bytea[];
  more jsonb; said record; cur int; top bigint; link bytea; good int := 0; rows int;
begin
  -- 1 the order of law
  select array_agg(h.show_id), array_agg(h.seq), array_agg(h.hash) into s_ids, s_tops, s_links
    from (select * from show_heads where show_id = any(for_shows) order by show_id for no key update) h;
  t := clock_timestamp(); t_us := us(t); t_iso := iso(t);
  select array_agg(w.status order by u.n), array_agg(w.host_id order by u.n), array_agg(w.slow_seconds order by u.n),
      array_agg(word_print_v1(u.id) order by u.n)
    into s_status, s_hosts, s_slow, s_prints
    from unnest(s_ids) with ordinality u(id, n) left join shows w on w.id = u.id;
  staffed := exists (select from moderators m where m.show_id = any(s_ids) and m.account_id = any(authors));
  sanctioned := exists (select from sanctions x where x.show_id = any(s_ids) and x.account_id = any(authors));
  -- 2 verdicts
  with judged as (
    select r.*, a.display_name, q.role, p.seq as first_seq, p.message_id as first_id,
      m.until as muted_until, c.last_at, c.same_at, coalesce(b.reason, m.reason) as because,
      case
        when s_status[r.s] is null then 'NOT_FOUND'
        when p.message_id is not null then case
          when p.show_id <> r.show_id or p.text_hash <> r.hash then 'IDEMPOTENCY_MISMATCH'
          when exists (select from held_messages h where h.message_id = p.message_id) then 'HELD'
          else 'SENT' end
        when s_status[r.s] in ('ended', 'canceled') then 'SHOW_NOT_LIVE'
        when a.id is null or q.role = 'guest' then 'UNAUTHENTICATED'
        when b.reason is not null then 'BANNED'
        when m.reason is not null then 'MUTED'
        when q.role in ('host', 'moderator', 'admin') then 'SEND'
        when r.print is distinct from s_prints[r.s] then 'STALE'
        when c.last_at > t - s_slow[r.s] * interval '1 second' then 'SLOW'
        when flood and c.same >= 2 then 'FLOOD'
        when r.action = 'refuse' then 'REFUSED'
        when r.action = 'say' then 'SEND'
        when (select count(*) from held_messages h where h.show_id = r.show_id and h.account_id = r.author and h.decided_at is null) >= waiting_max then 'WAITING'
        else 'HOLD' end as code
    from (
      select u.*, array_position(s_ids, u.show_id) as s
      from unnest(for_shows, authors, keys, ids, messages, hashes, prints, actions)
        with ordinality u(show_id, author, key, id, message, hash, print, action, n) offset 0) r
    -- LIMIT 1: a plan made over empty tables stays right; a plain join was planned as a scan of all keys ever used.
    left join lateral (select * from accounts a where a.id = r.author limit 1) a on true
    left join lateral (select * from chat_keys p where p.account_id = r.author and p.key = r.key limit 1) p on true
    left join lateral (select role_v1(s_hosts[r.s], a.id, a.kind,
      staffed and exists (select from moderators m where m.show_id = r.show_id and m.account_id = r.author)) as role) q on true
    left join lateral (select x.reason from sanctions x where sanctioned and x.show_id = r.show_id and x.account_id = r.author and x.kind = 'ban' and (x.until is null or x.until > t)) b on true
    left join lateral (select x.reason, x.until from sanctions x where sanctioned and x.show_id = r.show_id and x.account_id = r.author and x.kind = 'mute' and (x.until is null or x.until > t)) m on true
    left join lateral (
      select max(c.at) as last_at, count(*) filter (where c.text_hash = r.hash and c.at > t - flood_window) as same,
        min(c.at) filter (where c.text_hash = r.hash and c.at > t - flood_window) as same_at
      from chat_keys c where (flood or s_slow[r.s] > 0) and c.show_id = r.show_id and c.account_id = r.author
        and c.at > t - greatest(flood_window, s_slow[r.s] * interval '1 second')) c on true
  ),
  worded as (
    select j.*,
      case j.code when 'SEND' then chat_body_v1(j.id, j.author, j.display_name, j.role, j.message) end as body,
      case j.code when 'HOLD' then jsonb_build_object('messageId', j.id, 'accountId', j.author, 'displayName', j.display_name,
        'text', j.message) || (notes -> j.n::text) end as staff
    from judged j
  )
  select array_agg(code order by n), array_agg(s order by n), array_agg(body order by n), array_agg(staff order by n),
    array_agg(case when code in ('SEND', 'HOLD') then event_content_v1(body, staff) end order by n),
    array_agg(case code when 'SENT' then first_seq end order by n),
    jsonb_object_agg(n, case code
      when 'SENT' then jsonb_build_object('messageId', first_id)
      when 'MUTED' then jsonb_build_object('reason', because, 'retryAfterMs', ms_until_v1(muted_until, t))
      when 'BANNED' then jsonb_build_object('reason', because)
      when 'SLOW' then jsonb_build_object('retryAfterMs', ms_until_v1(last_at + s_slow[s] * interval '1 second', t))
      when 'FLOOD' then jsonb_build_object('retryAfterMs', ms_until_v1(same_at + flood_window, t)) end)
      filter (where code in ('SENT', 'MUTED', 'BANNED', 'SLOW', 'FLOOD'))
    into codes, six, bodies, staffs, contents, seqs, more
    from worded;
  -- 3 seqs and the chain, show by show
  links := array_fill(null::bytea, array[cardinality(ids)]);
  for said in select u.* from unnest(six, codes, authors, contents) with ordinality u(s, code, author, content, n)
    where code in ('SEND', 'HOLD') order by s, n
  loop
    if said.s is distinct from cur then
      if cur is not null then s_tops[cur] := top; s_links[cur] := link; end if;
      cur := said.s; top := s_tops[cur]; link := s_links[cur];
    end if;
    top := top + 1; good := good + 1;
    link := event_link_us_v1(link, top, case said.code when 'SEND' then 'chat.sent' else 'chat.held' end, t_us, said.author::text, said.content);
    seqs[said.n] := top; links[said.n] := link;
  end loop;
  answers := jsonb_build_object('codes', (
    select jsonb_agg(case c when 'SEND' then 'SENT' when 'HOLD' then 'HELD' else c end) from unnest(codes) c), 'seqs', seqs, 'more', more);
  events := '[]';
  if good = 0 then return next; return; end if;
  s_tops[cur] := top; s_links[cur] := link;
  update show_heads h set seq = u.top, hash = u.link from unnest(s_ids, s_tops, s_links) u(id, top, link) where h.show_id = u.id and h.seq <> u.top;
  -- 4 rows
  insert into show_events(show_id, seq, type, at, actor, body, staff, body_hash, hash)
    select u.show_id, u.seq, case u.code when 'SEND' then 'chat.sent' else 'chat.held' end, t, u.author, u.body, u.staff, u.content, u.link
    from unnest(for_shows, seqs, codes, authors, bodies, staffs, contents, links) u(show_id, seq, code, author, body, staff, content, link)
    where u.link is not null order by u.show_id, u.seq;
  insert into chat_keys(account_id, key, show_id, message_id, seq, text_hash, at)
    select u.author, u.key, u.show_id, u.id, case u.code when 'SEND' then u.seq end, u.hash, t
    from unnest(authors, keys, for_shows, ids, seqs, codes, hashes, links) u(author, key, show_id, id, seq, code, hash, link)
    where u.link is not null order by u.author, u.key
    on conflict (account_id, key) do nothing;
  get diagnostics rows = row_count;
  if rows <> good then raise 'one key twice at the same moment' using errcode = 'P0409'; end if;
  if 'HOLD' = any(codes) then
    insert into held_messages(message_id, show_id, account_id, text, reason, marks, at)
      select u.id, u.show_id, u.author, u.staff ->> 'text', u.staff ->> 'reason', u.staff -> 'marks', t
      from unnest(ids, for_shows, authors, staffs, codes) u(id, show_id, author, staff, code) where u.code = 'HOLD';
  end if;
  -- 5 what is told
  events := (
    select '[' || string_agg('{"showId":"' || u.show_id || '","seq":' || u.seq || ',"type":"' || case u.code when 'SEND' then 'chat.sent' else 'chat.held' end
      || '","at":"' || t_iso || '","body":' || coalesce(u.body::text, 'null') || ',"staff":' || coalesce(u.staff::text, 'null') || '}', ',' order by u.show_id, u.seq) || ']'
    from unnest(for_shows, seqs, codes, bodies, staffs, links) u(show_id, seq, code, body, staff, link) where u.link is not null);
  return next;
end $$;

-- What everybody sees of a message.
create or replace function chat_body_v1(id uuid, author uuid, name text, role text, message text) returns jsonb
language sql stable parallel safe as $$
  select jsonb_build_object('messageId', id, 'accountId', author, 'displayName', name, 'role', role, 'text', message)
$$;

-- Whole milliseconds from t to `until`, at least one; null for a time without an end.
create or replace function ms_until_v1(until timestamptz, t timestamptz) returns bigint
language sql stable parallel safe as $$
  select greatest(1, ceil((us(until) - us(t)) / 1000.0))::bigint
$$;

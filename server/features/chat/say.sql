-- say_v1: decides a batch of messages, of all the shows of a process, in one call.
--
--   asks   jsonb array of {id, showId, accountId, key, text, hash, print, action, reason?, marks?, word?}:
--          text is cleaned, hash is of it; action is what the filters say (say · hold · refuse), print the
--          show's words that they knew (word_print_v1). One account stands once in a batch.
--   flood  whether the same text three times in a row is refused
--
-- Answers {answers, events}. An answer is {code, messageId?, seq?, retryAfterMs?, reason?} in the order
-- asked, code is one of
--   SENT  HELD  STALE (the words have changed: judge again)
--   NOT_FOUND  IDEMPOTENCY_MISMATCH  SHOW_NOT_LIVE  UNAUTHENTICATED  BANNED  MUTED
--   SLOW  FLOOD  WAITING (all three RATE_LIMITED)  REFUSED
-- A key that was used before answers its first result, whatever has happened since.
--
-- The heads are locked first, in id order: what was acknowledged before (a mute, a ban, slow mode, a
-- role, a word) is seen by the statements after, and nobody writes to these shows in between. Two
-- batches with one key at the same moment: P0409, the whole batch again.
create or replace function say_v1(asks jsonb, flood boolean) returns jsonb
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  flood_window constant interval := '10 seconds';
  waiting_max constant int := 5;
  t timestamptz; s_ids uuid[]; s_prints text[]; answers jsonb; told jsonb := '[]'::jsonb;
  codes text[]; ids uuid[]; shws uuid[]; people uuid[]; keys text[]; hashes text[]; bodies jsonb[]; staffs jsonb[]; contents bytea[];
  seqs bigint[]; links bytea[]; said record; cur uuid; top bigint; link bytea; good int; rows int;
begin
  -- 1 the order of law
  s_ids := array(select distinct (value ->> 'showId')::uuid from jsonb_array_elements(asks));
  perform 1 from show_heads where show_id = any(s_ids) order by show_id for no key update;
  t := clock_timestamp();
  s_prints := array(select word_print_v1(s) from unnest(s_ids) with ordinality u(s, n) order by n);
  -- 2 verdicts
  with judged as (
    select r.*, r."showId" as show_id, r."accountId" as account_id, a.display_name, q.role, p.seq as first_seq, p.message_id as first_id,
      m.until as muted_until, c.last_at, c.same_at,
      coalesce(b.reason, m.reason) as because, w.slow_seconds,
      case
        when w.status is null then 'NOT_FOUND'
        when p.message_id is not null then case
          when p.show_id <> r."showId" or p.text_hash <> r.hash then 'IDEMPOTENCY_MISMATCH'
          when exists (select from held_messages h where h.message_id = p.message_id) then 'HELD'
          else 'SENT' end
        when w.status in ('ended', 'canceled') then 'SHOW_NOT_LIVE'
        when q.role is null or q.role = 'guest' then 'UNAUTHENTICATED'
        when b.reason is not null then 'BANNED'
        when m.reason is not null then 'MUTED'
        when q.role in ('host', 'moderator', 'admin') then 'SEND'
        when r.print is distinct from s_prints[array_position(s_ids, r."showId")] then 'STALE'
        when c.last_at > t - w.slow_seconds * interval '1 second' then 'SLOW'
        when flood and c.same >= 2 then 'FLOOD'
        when r.action = 'refuse' then 'REFUSED'
        when r.action = 'say' then 'SEND'
        when (select count(*) from held_messages h where h.show_id = r."showId" and h.account_id = r."accountId" and h.decided_at is null) >= waiting_max then 'WAITING'
        else 'HOLD' end as code
    from rows from (jsonb_to_recordset(asks) as (id uuid, "showId" uuid, "accountId" uuid, key text, text text, hash text,
      print text, action text, reason text, marks jsonb)) with ordinality r(id, "showId", "accountId", key, text, hash, print, action, reason, marks, n)
    left join lateral (select w.status, w.slow_seconds from shows w where w.id = r."showId") w on true
    left join lateral (select a.display_name from accounts a where a.id = r."accountId") a on true
    left join lateral (select show_role_v1(r."showId", r."accountId") as role) q on true
    left join lateral (select p.message_id, p.seq, p.show_id, p.text_hash from chat_keys p where p.account_id = r."accountId" and p.key = r.key) p on true
    left join lateral (select x.reason from sanctions x where x.show_id = r."showId" and x.account_id = r."accountId" and x.kind = 'ban' and (x.until is null or x.until > t)) b on true
    left join lateral (select x.reason, x.until from sanctions x where x.show_id = r."showId" and x.account_id = r."accountId" and x.kind = 'mute' and (x.until is null or x.until > t)) m on true
    left join lateral (
      select max(c.at) as last_at, count(*) filter (where c.text_hash = r.hash and c.at > t - flood_window) as same,
        min(c.at) filter (where c.text_hash = r.hash and c.at > t - flood_window) as same_at
      from chat_keys c where (flood or w.slow_seconds > 0) and c.show_id = r."showId" and c.account_id = r."accountId"
        and c.at > t - greatest(flood_window, w.slow_seconds * interval '1 second')) c on true
  ),
  worded as (
    select j.*,
      case j.code when 'SEND' then chat_body_v1(j.id, j.account_id, j.display_name, j.role, j.text) end as body,
      case j.code when 'HOLD' then jsonb_build_object('messageId', j.id, 'accountId', j.account_id, 'displayName', j.display_name,
        'text', j.text, 'reason', j.reason, 'marks', j.marks) end as staff
    from judged j
  )
  select jsonb_agg(case code
      when 'SENT' then jsonb_build_object('code', code, 'messageId', first_id, 'seq', first_seq)
      when 'MUTED' then jsonb_build_object('code', code, 'reason', because, 'retryAfterMs', ms_until_v1(muted_until, t))
      when 'SLOW' then jsonb_build_object('code', code, 'retryAfterMs', ms_until_v1(last_at + slow_seconds * interval '1 second', t))
      when 'FLOOD' then jsonb_build_object('code', code, 'retryAfterMs', ms_until_v1(same_at + flood_window, t))
      else jsonb_build_object('code', code, 'reason', because) end order by n),
    array_agg(code order by n), array_agg(id order by n), array_agg(show_id order by n), array_agg(account_id order by n),
    array_agg(key order by n), array_agg(hash order by n), array_agg(body order by n), array_agg(staff order by n),
    array_agg(case when code in ('SEND', 'HOLD') then event_content_v1(body, staff) end order by n)
    into answers, codes, ids, shws, people, keys, hashes, bodies, staffs, contents
  from worded;
  good := (select count(*) from unnest(codes) c where c in ('SEND', 'HOLD'));
  if good = 0 then return jsonb_build_object('answers', answers, 'events', told); end if;
  -- 3 seqs and the chain, show by show. Arrays are taken apart by unnest: reading one by index walks it.
  seqs := array_fill(null::bigint, array[cardinality(ids)]); links := array_fill(null::bytea, array[cardinality(ids)]);
  for said in select * from unnest(shws, codes, people, contents) with ordinality u(show_id, code, author, content, n)
    where code in ('SEND', 'HOLD') order by show_id, n
  loop
    if said.show_id is distinct from cur then
      if cur is not null then update show_heads set seq = top, hash = link where show_id = cur; end if;
      cur := said.show_id;
      select seq, hash into top, link from show_heads where show_id = cur;
    end if;
    top := top + 1;
    link := event_link_v1(link, top, case said.code when 'SEND' then 'chat.sent' else 'chat.held' end, t, said.author::text, said.content);
    seqs[said.n] := top; links[said.n] := link;
  end loop;
  update show_heads set seq = top, hash = link where show_id = cur;
  -- 4 rows
  with written as (
    insert into show_events(show_id, seq, type, at, actor, body, staff, body_hash, hash)
    select u.show_id, u.seq, case u.code when 'SEND' then 'chat.sent' else 'chat.held' end, t, u.author, u.body, u.staff, u.content, u.link
    from unnest(shws, seqs, codes, people, bodies, staffs, contents, links) u(show_id, seq, code, author, body, staff, content, link)
    where u.seq is not null
    returning show_id, seq, type, body, staff)
  select jsonb_agg(jsonb_build_object('showId', show_id, 'seq', seq, 'type', type, 'at', iso(t), 'body', body, 'staff', staff) order by show_id, seq)
    into told from written;
  insert into chat_keys(account_id, key, show_id, message_id, seq, text_hash, at)
    select u.author, u.key, u.show_id, u.id, case u.code when 'SEND' then u.seq end, u.hash, t
    from unnest(people, keys, shws, ids, seqs, codes, hashes) u(author, key, show_id, id, seq, code, hash)
    where u.seq is not null order by u.author, u.key
    on conflict (account_id, key) do nothing;
  get diagnostics rows = row_count;
  if rows <> good then raise 'one key twice at the same moment' using errcode = 'P0409'; end if;
  insert into held_messages(message_id, show_id, account_id, text, reason, marks, at)
    select u.id, u.show_id, u.author, u.staff ->> 'text', u.staff ->> 'reason', u.staff -> 'marks', t
    from unnest(ids, shws, people, staffs, codes) u(id, show_id, author, staff, code) where u.code = 'HOLD';
  -- 5 answers of what is new
  select jsonb_agg(case code
      when 'SEND' then jsonb_build_object('code', 'SENT', 'messageId', id, 'seq', seq)
      when 'HOLD' then jsonb_build_object('code', 'HELD') else answer end order by n)
    into answers
    from rows from (jsonb_array_elements(answers), unnest(codes, ids, seqs)) with ordinality u(answer, code, id, seq, n);
  return jsonb_build_object('answers', answers, 'events', told);
end $$;

-- What everybody sees of a message.
create or replace function chat_body_v1(id uuid, author uuid, name text, role text, message text) returns jsonb
language sql immutable parallel safe as $$
  select jsonb_build_object('messageId', id, 'accountId', author, 'displayName', name, 'role', role, 'text', message)
$$;

-- Whole milliseconds from t to `until`, at least one; null for a time without an end.
create or replace function ms_until_v1(until timestamptz, t timestamptz) returns bigint
language sql immutable parallel safe as $$
  select greatest(1, ceil((us(until) - us(t)) / 1000.0))::bigint
$$;

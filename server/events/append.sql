-- append_v1: writes facts into a show's log.
--
--   s       the show; its head row must exist
--   facts   jsonb array of {type, actor?, body?, staff?}; body is what everybody may know (null:
--           nothing), staff what its staff see instead (null: the same). None, or null: only the head is locked
--
-- Answers a jsonb array of {showId, seq, type, at, body, staff} in seq order, to be told after commit.
--
-- Locks the head row, the last lock of every transaction: commit order is seq order. Whoever must be
-- sure that something still holds from its acknowledgement (a mute, a role) checks after this lock.
create or replace function append_v1(s uuid, facts jsonb) returns jsonb
language plpgsql
set jit = off set plan_cache_mode = force_generic_plan
as $$
declare
  top bigint; link bytea; t timestamptz; fact jsonb; told jsonb := '[]'::jsonb;
  b jsonb; st jsonb; content bytea; who text;
begin
  select seq, hash into top, link from show_heads where show_id = s for no key update;
  if not found then perform refuse('NOT_FOUND', 'There is no such show, or it is not open to you.'); end if;
  t := clock_timestamp();
  -- By their places: a query over them is one more to begin and end.
  for i in 0..coalesce(jsonb_array_length(facts), 0) - 1 loop
    fact := facts -> i;
    top := top + 1;
    b := nullif(fact -> 'body', 'null'::jsonb);
    st := nullif(fact -> 'staff', 'null'::jsonb);
    who := fact ->> 'actor';
    content := event_content_v1(b, st);
    link := event_link_v1(link, top, fact ->> 'type', t, who, content);
    insert into show_events(show_id, seq, type, at, actor, body, staff, body_hash, hash)
      values (s, top, fact ->> 'type', t, who::uuid, b, st, content, link);
    told := told || jsonb_build_object('showId', s, 'seq', top, 'type', fact ->> 'type', 'at', iso(t), 'body', b, 'staff', st);
  end loop;
  update show_heads set seq = top, hash = link where show_id = s;
  return told;
end $$;

-- Several shows in one transaction: in id order, so that two of them never wait for each other.
--   facts   jsonb array of {showId, type, actor?, body?, staff?}
create or replace function append_many_v1(facts jsonb) returns jsonb
language plpgsql as $$
declare r record; told jsonb := '[]'::jsonb;
begin
  for r in
    select (value ->> 'showId')::uuid s, jsonb_agg(value - 'showId' order by n) f
    from jsonb_array_elements(facts) with ordinality e(value, n) group by 1 order by 1
  loop
    told := told || append_v1(r.s, r.f);
  end loop;
  return told;
end $$;

-- What an event's chain covers of its contents: still checkable when the contents have been erased.
create or replace function event_content_v1(body jsonb, staff jsonb) returns bytea
language sql stable parallel safe as $$
  select sha256(convert_to(coalesce(body::text, '') || E'\n' || coalesce(staff::text, ''), 'UTF8'))
$$;

create or replace function event_link_v1(link bytea, seq bigint, type text, at timestamptz, actor text, content bytea)
returns bytea language sql stable parallel safe as $$
  select event_link_us_v1(link, seq, type, us(at), actor, content)
$$;

-- The same for whoever links many events of one moment.
create or replace function event_link_us_v1(link bytea, seq bigint, type text, at_us bigint, actor text, content bytea)
returns bytea language sql stable parallel safe as $$
  select sha256(link || convert_to(seq || '|' || type || '|' || at_us || '|' || coalesce(actor, '') || '|', 'UTF8') || content)
$$;

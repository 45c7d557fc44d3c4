-- show_role_v1: what somebody is in a show right now: host, admin, moderator, viewer or guest.
-- Null: no such show or account.
create or replace function show_role_v1(s uuid, who uuid) returns text
language sql stable
set jit = off set plan_cache_mode = force_generic_plan
as $$
  select role_v1(w.host_id, a.id, a.kind,
    exists (select from moderators m where m.show_id = s and m.account_id = who))
  from shows w, accounts a where w.id = s and a.id = who
$$;

-- role_v1: the same from what is known of the show and the account already.
create or replace function role_v1(host uuid, who uuid, kind text, moderates boolean) returns text
language sql stable as $$
  select case
    when who = host then 'host'
    when kind = 'admin' then 'admin'
    when moderates then 'moderator'
    when kind = 'guest' then 'guest'
    else 'viewer' end
$$;

-- must_be_v1: refuses unless `who` may act with `need` in the show.
--   need   host · host+admin · moderator (a moderator, the host or an admin)
-- Call it after the head row is locked (append_as_v1 does): a role taken back before is seen.
create or replace function must_be_v1(s uuid, who uuid, need text) returns void
language plpgsql as $$
declare role text := show_role_v1(s, who);
begin
  if role is null then perform refuse('NOT_FOUND', 'There is no such show, or it is not open to you.'); end if;
  if not (case need
    when 'host' then role = 'host'
    when 'host+admin' then role in ('host', 'admin')
    when 'moderator' then role in ('host', 'admin', 'moderator')
  end) then
    perform refuse('FORBIDDEN', case when need = 'moderator'
      then 'Only the host and moderators can do this.' else 'Only the host can do this.' end);
  end if;
end $$;

-- append_as_v1: append_v1 on behalf of somebody who needs a role, checked under the head's lock.
create or replace function append_as_v1(s uuid, who uuid, need text, facts jsonb) returns jsonb
language plpgsql as $$
begin
  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, need);
  return append_v1(s, (select jsonb_agg(value || jsonb_build_object('actor', who) order by n)
    from jsonb_array_elements(facts) with ordinality e(value, n)));
end $$;

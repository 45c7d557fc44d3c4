-- recording_open_v1: everybody can watch it: whole, and neither hidden nor deleted.
create or replace function recording_open_v1(s uuid) returns boolean
language sql stable as $$
  select exists (select from recordings r where r.show_id = s and r.state = 'ready' and not r.hidden)
$$;

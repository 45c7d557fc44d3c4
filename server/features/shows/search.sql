-- show_says_v1: whether words stand in a show's title, in its host's name, or in the title of something in its
-- line-up; in any case of letters.
create or replace function show_says_v1(s uuid, words text) returns boolean
language plpgsql stable as $$
begin
  return exists (
    select from shows w join accounts a on a.id = w.host_id
    where w.id = s and (strpos(lower(w.title), lower(words)) > 0 or strpos(lower(a.display_name), lower(words)) > 0)
  ) or exists (
    select from lineup l join products p on p.id = l.product_id
    where l.show_id = s and strpos(lower(p.title), lower(words)) > 0);
end $$;

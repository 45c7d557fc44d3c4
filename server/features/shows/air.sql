-- Who may send a show's picture, from which node: one at a time. A node that says nothing for four
-- seconds has lost it.

-- show_air_v1 {showId, node, address, sender}: this sender is on the air from this node now.
-- Answers {epoch, moved}: `moved` when the picture came from another node until now.
-- Somebody else sends, and his node is alive: CONFLICT.
create or replace function show_air_v1(args jsonb) returns jsonb
language plpgsql as $$
declare
  s uuid := args ->> 'showId'; at_node text := args ->> 'node'; by_sender text := args ->> 'sender';
  was show_media%rowtype; t timestamptz; mine boolean;
begin
  insert into show_media(show_id, node, address, producers, changed_at)
    values (s, at_node, args ->> 'address', '[]', clock_timestamp()) on conflict do nothing;
  select * into was from show_media where show_id = s for no key update;
  t := clock_timestamp();
  if was.sender <> by_sender and was.changed_at >= t - interval '4 s' then
    perform refuse('CONFLICT', 'Somebody else is on air in this show.');
  end if;
  mine := was.node = at_node and was.sender is not distinct from by_sender;
  update show_media set node = at_node, address = args ->> 'address', sender = by_sender, changed_at = t,
    epoch = was.epoch + case when mine then 0 else 1 end,
    producers = case when mine then was.producers else '[]' end
  where show_id = s;
  return jsonb_build_object('epoch', was.epoch + case when mine then 0 else 1 end,
    'moved', was.sender is not null and was.node <> at_node);
end $$;

-- show_air_note_v1 {showId, node, epoch, sender, producers}: what this node sends now; nothing: the
-- air is free. Answers whether it was its to say: another one may have taken over.
create or replace function show_air_note_v1(args jsonb) returns boolean
language plpgsql as $$
begin
  update show_media set producers = args -> 'producers', changed_at = clock_timestamp(),
    sender = case when args -> 'producers' = '[]' then null else args ->> 'sender' end
  where show_id = (args ->> 'showId')::uuid and node = args ->> 'node' and epoch = (args ->> 'epoch')::int;
  return found;
end $$;

-- show_air_keep_v1 [{showId, epoch, sender, producers}], node: they are still on the air from here.
-- Answers a row for each that is still its: `back` when it had been given up for lost.
create or replace function show_air_keep_v1(held jsonb, at_node text) returns table (show_id uuid, back boolean)
language sql as $$
  with held_here as (
    select (h ->> 'showId')::uuid as id, (h ->> 'epoch')::int as epoch, h ->> 'sender' as sender, h -> 'producers' as producers
    from jsonb_array_elements(held) h
  ), was as (
    select m.show_id, m.producers from show_media m join held_here h on m.show_id = h.id and m.node = at_node and m.epoch = h.epoch
    order by m.show_id for no key update of m
  )
  update show_media m set changed_at = clock_timestamp(), producers = h.producers, sender = h.sender
  from held_here h, was w where m.show_id = h.id and w.show_id = h.id
  returning m.show_id, w.producers <> h.producers
$$;

-- show_picture_lost_v1 {showId}: nobody says anything of its picture any more. The air is free and the show
-- is interrupted, both or neither. Answers false when somebody else has seen to it, or the picture is back.
create or replace function show_picture_lost_v1(args jsonb) returns jsonb
language plpgsql as $$
begin
  update show_media set producers = '[]', sender = null, changed_at = clock_timestamp()
  where show_id = (args ->> 'showId')::uuid and producers <> '[]' and changed_at < clock_timestamp() - interval '4 s';
  if not found then return jsonb_build_object('value', false); end if;
  return show_picture_v1(jsonb_build_object('showId', args -> 'showId', 'here', false)) || '{"value": true}';
end $$;

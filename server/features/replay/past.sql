-- What is known of a moment that is over. The log says what was shown, the ledger what was free and held:
-- both are append-only, so a moment is told the same whenever one asks.

-- past_seq_v1: the last event up to a moment; 0 before the first. The log has no gaps and its times ascend,
-- so it is halved until it is found.
create or replace function past_seq_v1(s uuid, until timestamptz) returns bigint
language plpgsql stable
set plan_cache_mode = force_generic_plan
as $$
declare low bigint := 0; high bigint; middle bigint; t timestamptz;
begin
  select seq into high from show_heads where show_id = s;
  while low < high loop
    middle := (low + high + 1) / 2;
    select at into t from show_events where show_id = s and seq = middle;
    if t <= until then low := middle; else high := middle - 1; end if;
  end loop;
  return low;
end $$;

-- past_stock_v1: what was to be had of these variants in a show, recounted from the ledger up to a moment.
--
-- available   least(units free, cap - taken) of the offer that was open, else of the next one, as in a snapshot; without
--             the units of who waited in its line (a snapshot also leaves out those of other shows' lines)
-- held        units that anybody held, in any show, as in a pulse
-- Answers {variantId: {available, held}}.
create or replace function past_stock_v1(s uuid, variants uuid[], until timestamptz) returns jsonb
language sql stable
set jit = off set plan_cache_mode = force_generic_plan
as $$
  select coalesce(jsonb_object_agg(v, jsonb_build_object('held', k.held,
    'available', greatest(0, least(k.on_hand - k.held - k.sold, o.cap - o.taken) - coalesce(o.waiting, 0)))), '{}'::jsonb)
  from unnest(past_stock_v1.variants) v
  cross join lateral (
    select coalesce(sum(l.quantity * case when l.kind in ('receive', 'correct') then 1 when l.kind = 'ship' then -1 else 0 end), 0) on_hand,
      coalesce(sum(l.quantity * case when l.kind = 'hold' then 1 when l.kind in ('release', 'expire', 'pull', 'confirm') then -1 else 0 end), 0) held,
      coalesce(sum(l.quantity * case when l.kind in ('confirm', 'take') then 1 when l.kind in ('return', 'ship') then -1 else 0 end), 0) sold
    from stock_ledger l where l.variant_id = v and l.at <= until) k
  left join lateral (
    select f.cap, (select count(*) from line_places p where p.offer_id = f.id and p.joined_at <= until
          and (p.ended_at is null or p.ended_at > until)) waiting, (
        select coalesce(sum(l.quantity * case when l.kind = 'hold' then 1 else -1 end), 0)
        from stock_ledger l join holds h on h.id = l.hold_id
        where l.variant_id = v and l.at <= until and l.kind in ('hold', 'release', 'expire', 'pull') and h.offer_id = f.id) taken
    from offers f
    where f.show_id = s and f.variant_id = v and (f.closed_at is null or f.closed_at > until) and (f.ends_at is null or f.ends_at > until)
    order by f.starts_at, f.kind limit 1) o on true
$$;

-- past_person_v1: what one person was in a show at a moment, and had.
--
-- Mutes and bans by the log up to `upto`; holds that stood, with what each was then. Answers null for nobody.
create or replace function past_person_v1(s uuid, who uuid, upto bigint, until timestamptz) returns jsonb
language sql stable
set jit = off set plan_cache_mode = force_generic_plan
as $$
  select jsonb_build_object('accountId', a.id, 'displayName', a.display_name,
    'mutedUntil', case when m.type = 'viewer.muted' and (m.staff ->> 'until')::timestamptz > until then m.staff ->> 'until' end,
    'banned', coalesce(b.type = 'viewer.banned', false),
    'holds', (
      select coalesce(jsonb_agg(jsonb_build_object('holdId', h.id, 'variantId', h.variant_id, 'quantity', h.quantity,
          'price', money(h.price, h.currency), 'heldAt', iso(h.created_at),
          'state', case when h.state = 'confirmed' and h.ended_at <= until then 'confirmed'
            when o.created_at <= until then 'ordered' else 'active' end) order by h.id), '[]'::jsonb)
      from holds h left join orders o on o.id = h.order_id
      where h.buyer = who and h.show_id = s and h.created_at <= until
        and not (h.state in ('released', 'expired', 'pulled') and h.ended_at <= until)))
  from accounts a
  left join lateral (select type, staff from show_events where show_id = s and seq <= upto and type <> 'chat.sent'
    and type in ('viewer.muted', 'viewer.unmuted') and staff ->> 'accountId' = who::text order by seq desc limit 1) m on true
  left join lateral (select type from show_events where show_id = s and seq <= upto and type <> 'chat.sent'
    and type in ('viewer.banned', 'viewer.unbanned') and staff ->> 'accountId' = who::text order by seq desc limit 1) b on true
  where a.id = who
$$;

-- snapshot_v1: a show's state and the seq that it is exactly the state at.
--
-- One SELECT: one snapshot of the database, so the state and the head's seq belong together.
-- Answers {seq, snapshot}; null for a show that does not exist. `viewers` is added by the node.
create or replace function snapshot_v1(s uuid) returns jsonb
language sql stable
set jit = off set plan_cache_mode = force_generic_plan
as $$
  select jsonb_build_object('seq', h.seq, 'snapshot', jsonb_build_object(
    'show', jsonb_build_object(
      'id', w.id, 'title', w.title, 'status', w.status,
      'startsAt', iso(w.starts_at), 'startedAt', iso(w.started_at), 'endedAt', iso(w.ended_at),
      'host', jsonb_build_object('id', a.id, 'displayName', a.display_name),
      'slowSeconds', w.slow_seconds, 'interruptedAt', iso(w.interrupted_at),
      'sells', w.status in ('live', 'interrupted') or w.sells),
    'pinned', w.pinned_product,
    'pinnedMessage', (select jsonb_build_object('messageId', k.message_id, 'text', e.body ->> 'text')
      from chat_keys k join show_events e on e.show_id = s and e.seq = k.seq
      where k.message_id = w.pinned_message and e.body is not null),
    'code', (select code_terms_v1(c) from shown_codes k join discount_codes c on c.id = k.code_id
      where k.show_id = s and w.status not in ('ended', 'canceled')),
    'auction', (select auction_v1(x) from auctions x where x.show_id = s and x.ended_at is null),
    'poll', (select poll_view_v1(p) from polls p where p.show_id = s and w.status not in ('ended', 'canceled')
      order by p.opened_at desc limit 1),
    'giveaway', (select giveaway_v1(x) from giveaways x where x.show_id = s and w.status not in ('ended', 'canceled')
      order by x.opened_at desc limit 1),
    'products', shown_products_v1(s, null),
    'sales', (select coalesce(jsonb_agg(sale_v1(x) order by x.starts_at), '[]'::jsonb)
      from sales x where x.show_id = s and x.ended_at is null),
    'chat', (select coalesce(jsonb_agg(m.body || jsonb_build_object('seq', m.seq, 'at', iso(m.at)) order by m.seq), '[]'::jsonb)
      from (select seq, at, body from show_events where show_id = s and type = 'chat.sent' and body is not null
            order by seq desc limit 50) m),
    'media', jsonb_build_object('producers', coalesce((select p.producers from show_media p where p.show_id = s), '[]'::jsonb)),
    'viewers', 0,
    'reactions', (select coalesce(jsonb_object_agg(r.kind, r.total), '{}'::jsonb) from reaction_totals r where r.show_id = s)))
  from shows w join show_heads h on h.show_id = w.id join accounts a on a.id = w.host_id
  where w.id = s
$$;

-- shown_products_v1: the line-up as viewers see it, in order; `only` keeps some products.
-- A variant's price and limit are those of its open offer, else of the next one, else as written;
-- available is what can be had of that offer. Pulled: nothing is available.
create or replace function shown_products_v1(s uuid, only_products uuid[]) returns jsonb
language sql stable
set jit = off set plan_cache_mode = force_generic_plan
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
      'id', p.id, 'title', p.title, 'images', p.images, 'pulled', l.pulled,
      'variants', (
        select coalesce(jsonb_agg(jsonb_build_object(
            'id', v.id, 'sku', v.sku, 'title', v.title,
            'price', money(coalesce((f.o).price, v.price), coalesce((f.o).currency, v.currency)),
            'available', case when l.pulled then 0 else available_v1(k, f.o) end,
            'limit', (f.o).per_buyer) order by v.position), '[]'::jsonb)
        from variants v join stock k on k.variant_id = v.id
        left join lateral (
          select o from offers o where o.variant_id = v.id and o.show_id = s and o.closed_at is null
            and (o.ends_at is null or o.ends_at > clock_timestamp())
          order by o.starts_at limit 1) f on true
        where v.product_id = p.id)) order by l.position), '[]'::jsonb)
  from lineup l join products p on p.id = l.product_id
  where l.show_id = s and (only_products is null or p.id = any(only_products))
$$;

-- you_v1: what somebody is in a show, for many at once.
--   shows, people   pairs
-- Answers rows {show_id, account_id, you}; you also carries `banned`.
create or replace function you_v1(the_shows uuid[], people uuid[])
returns table(show_id uuid, account_id uuid, you jsonb)
language sql stable
set jit = off set plan_cache_mode = force_generic_plan
as $$
  select q.s, q.p, jsonb_build_object(
    'accountId', a.id, 'displayName', a.display_name,
    'role', show_role_v1(q.s, q.p),
    'mutedUntil', case when m.kind is not null then iso(coalesce(m.until, 'infinity')) end,
    'mutedFor', m.reason,
    'answered', (select jsonb_build_object('pollId', v.poll_id, 'answer', v.answer)
      from (select id from polls where show_id = q.s order by opened_at desc limit 1) l
      join poll_votes v on v.poll_id = l.id and v.account_id = q.p),
    'entered', (select jsonb_build_object('giveawayId', e.giveaway_id, 'number', e.n, 'ticket', e.ticket, 'nonce', e.nonce)
      from (select id from giveaways where show_id = q.s order by opened_at desc limit 1) l
      join giveaway_entries e on e.giveaway_id = l.id and e.account_id = q.p and not e.void),
    'banned', exists (select from sanctions m where m.show_id = q.s and m.account_id = q.p and m.kind = 'ban'
      and (m.until is null or m.until > clock_timestamp())),
    'holds', (select coalesce(jsonb_agg(jsonb_build_object(
        'holdId', o.id, 'showId', o.show_id, 'variantId', o.variant_id, 'quantity', o.quantity,
        'price', money(o.price, o.currency), 'state', o.state, 'expiresAt', iso(o.expires_at)) order by o.id), '[]'::jsonb)
      from holds o where o.buyer = q.p and o.show_id = q.s
        and (o.state = 'ordered' or o.state = 'active' and o.expires_at > clock_timestamp())),
    'places', (select coalesce(jsonb_agg(place_v1(w) order by w.joined_at), '[]'::jsonb)
      from line_places w where w.account_id = q.p and w.show_id = q.s and w.ended_at is null))
  from unnest(the_shows, people) q(s, p) join accounts a on a.id = q.p
    left join sanctions m on m.show_id = q.s and m.account_id = q.p and m.kind = 'mute'
      and (m.until is null or m.until > clock_timestamp())
$$;

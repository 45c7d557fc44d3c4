-- payments_opened_v1: what the provider called payments and where they can be paid; from now on they are read there.
--
--   ids, refs, urls   one entry a payment
--
-- Seen by everybody when this answers, on disk a moment later: should Postgres lose it, the payments are due
-- still, and the provider answers the same again. To wait for the disk a second time was a third of what an
-- order alone took. Locks the payments in id order.
create or replace function payments_opened_v1(ids uuid[], refs text[], urls text[]) returns void
language plpgsql
set jit = off set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
begin
  perform set_config('synchronous_commit', 'off', true);
  perform 1 from payments where id = any(ids) order by id for no key update;
  update payments p set provider_ref = u.ref, pay_url = u.url,
      -- Refused before, and taken now.
      status = case when p.status = 'failed' and p.provider_ref is null then 'pending' else p.status end,
      due_at = case when p.captured = 0 then coalesce(p.due_at, clock_timestamp() + interval '2 seconds') end
    from unnest(ids, refs, urls) u(id, ref, url) where p.id = u.id;
end $$;

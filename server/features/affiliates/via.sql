-- Whose link brought an order. Locks the partnership's row after stock rows, accounts and codes; who ends a partnership locks that
-- row alone.

-- brought_by_v1: for each order of a batch the partnership whose code it came with; null where the code is nobody's: of another
-- shop, over, or the buyer's own. Never a refusal.
--
-- `for key share` waits for who ends the partnership, and for nobody else: an order that has it was placed before the end.
create or replace function brought_by_v1(vias text[], buyers uuid[], merchants uuid[]) returns uuid[]
language sql as $$
  select array_agg(a.id order by u.n)
  from unnest(vias, buyers, merchants) with ordinality u(via, buyer, merchant, n)
    left join lateral (
      select x.id from affiliates x
      where x.code = u.via and x.merchant_id = u.merchant and u.buyer not in (x.account_id, x.merchant_id) and x.ended_at is null
      limit 1 for key share) a on true
$$;

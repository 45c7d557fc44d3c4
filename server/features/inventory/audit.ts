import type { Sql } from '../../store/postgres.ts'

/** A promise that the rows do not keep, and where. */
export type Finding = { rule: string; id: string; detail: string }

/**
 * Recomputes every promise about stock from rows: nothing is read from a counter that it checks. Each
 * rule is one statement, so it sees one moment of a shop that may be running.
 */
export async function auditStock(sql: Sql): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [rule, ask] of Object.entries(rules)) {
    const rows = await ask(sql)
    findings.push(...rows.map(({ id, detail }) => ({ rule, id, detail })))
  }
  return findings
}

type Rows = Promise<{ id: string; detail: string }[]>

const rules: Record<string, (sql: Sql) => Rows> = {
  'stock: on hand, held and sold are what the ledger says': (sql) => sql`
    select s.variant_id as id, format('on hand %s, held %s, sold %s; the ledger says %s, %s, %s',
      s.on_hand, s.held, s.sold, l.on_hand, l.held, l.sold) as detail
    from stock s cross join lateral (
      select coalesce(sum(${onHand(sql)}), 0) as on_hand, coalesce(sum(${held(sql)}), 0) as held,
        coalesce(sum(${sold(sql)}), 0) as sold
      from stock_ledger x where x.variant_id = s.variant_id) l
    where (s.on_hand, s.held, s.sold) is distinct from (l.on_hand, l.held, l.sold)`,

  'stock: never oversold, at every line of the ledger': (sql) => sql`
    select distinct on (variant_id) variant_id as id, format('line %s leaves on hand %s, held %s, sold %s', n, on_hand, held, sold) as detail
    from (
      select variant_id, n, sum(${onHand(sql)}) over w as on_hand, sum(${held(sql)}) over w as held, sum(${sold(sql)}) over w as sold
      from stock_ledger x window w as (partition by variant_id order by n)) p
    where held < 0 or sold < 0 or held + sold > on_hand order by variant_id, n`,

  'stock: held is what running holds add up to': (sql) => sql`
    select s.variant_id as id, format('held %s, holds %s', s.held, coalesce(h.held, 0)) as detail
    from stock s left join (
      select variant_id, sum(quantity) as held from holds where state in ('active', 'ordered') group by 1) h using (variant_id)
    where s.held <> coalesce(h.held, 0)`,

  'hold: begins once, ends once, with its own quantity': (sql) => sql`
    select h.id, format('is %s of %s; its ledger lines: %s', h.state, h.quantity, coalesce(l.kinds, 'none')) as detail
    from holds h left join (
      select hold_id, string_agg(kind || ' ' || quantity, ', ' order by n) as kinds,
        array_agg(kind order by n) as line, min(quantity) as least, max(quantity) as most
      from stock_ledger where hold_id is not null and kind in ('hold', 'release', 'expire', 'pull', 'confirm') group by 1) l
      on l.hold_id = h.id
    where l.line is distinct from array['hold'] || case h.state
        when 'released' then array['release'] when 'expired' then array['expire'] when 'pulled' then array['pull']
        when 'confirmed' then array['confirm'] else '{}'::text[] end
      or l.least <> h.quantity or l.most <> h.quantity`,

  'hold: every line of the ledger names a hold that is there': (sql) => sql`
    select l.variant_id as id, format('line %s: %s of hold %s', l.n, l.kind, coalesce(l.hold_id::text, 'none')) as detail
    from stock_ledger l left join holds h on h.id = l.hold_id and h.variant_id = l.variant_id
    where l.kind in ('hold', 'release', 'expire', 'pull', 'confirm') and h.id is null`,

  'hold: at the price and in the window of its offer': (sql) => sql`
    select h.id, format('made at %s for %s %s; offer %s', iso(h.created_at), h.price, h.currency, coalesce(o.id::text, 'is missing')) as detail
    from holds h left join offers o on o.id = h.offer_id
    where o.id is null or (h.price, h.currency, h.variant_id, h.show_id) <> (o.price, o.currency, o.variant_id, o.show_id)
      or h.created_at < o.starts_at or h.created_at >= o.ends_at or h.created_at >= o.closed_at`,

  'hold: not ended as expired before its time': (sql) => sql`
    select id, format('promised until %s, expired at %s', iso(expires_at), iso(ended_at)) as detail
    from holds where state = 'expired' and ended_at < expires_at`,

  'offer: taken is what its holds add up to, within its cap': (sql) => sql`
    select o.id, format('taken %s, holds %s, cap %s', o.taken, coalesce(h.taken, 0), coalesce(o.cap::text, 'none')) as detail
    from offers o left join (
      select offer_id, sum(quantity) as taken from holds where state in ('active', 'ordered', 'confirmed') group by 1) h
      on h.offer_id = o.id
    where o.taken <> coalesce(h.taken, 0) or coalesce(h.taken, 0) > o.cap`,

  'offer: windows of a variant in a show never overlap': (sql) => sql`
    select a.id, format('and offer %s are open at once', b.id) as detail
    from offers a join offers b on b.show_id = a.show_id and b.variant_id = a.variant_id and b.id > a.id
    where greatest(a.starts_at, b.starts_at) < least(a.ends_at, a.closed_at, b.ends_at, b.closed_at, 'infinity')`,

  'offer: nobody has more than the limit per buyer': (sql) => sql`
    select h.id, format('then buyer %s had %s under a limit of %s', h.buyer, had.quantity, o.per_buyer) as detail
    from holds h join offers o on o.id = h.offer_id and o.per_buyer is not null
    cross join lateral (
      select sum(x.quantity) as quantity from holds x
      where x.buyer = h.buyer and x.offer_id = h.offer_id and x.created_at <= h.created_at
        and (x.state = 'confirmed' or x.ended_at is null or x.ended_at > h.created_at)
        and (x.order_id is not null or x.expires_at > h.created_at)) had
    where had.quantity > o.per_buyer`,

  'chain: every link covers the one before and the lines since': (sql) => sql`
    select k.variant_id as id, format('the link at line %s does not fit', k.n) as detail
    from (
      select variant_id, n, hash, lag(n, 1, 0::bigint) over w as n_before, lag(hash, 1, ''::bytea) over w as hash_before
      from stock_chain window w as (partition by variant_id order by n)) k
    cross join lateral (
      select count(*) as lines, coalesce(string_agg(
        stock_line_v1(l.n, l.kind, l.quantity, l.hold_id, l.reason, l.by, us(l.at)), E'\n' order by l.n), '') as text
      from stock_ledger l where l.variant_id = k.variant_id and l.n > k.n_before and l.n <= k.n) l
    where k.hash <> sha256(k.hash_before || convert_to(l.text, 'UTF8')) or l.lines <> k.n - k.n_before`,

  'chain: ends where the stock row says': (sql) => sql`
    select s.variant_id as id, format('row at line %s, chain at %s, ledger at %s', s.n, coalesce(k.n, 0), coalesce(l.n, 0)) as detail
    from stock s
    left join lateral (select n, hash from stock_chain where variant_id = s.variant_id order by n desc limit 1) k on true
    left join lateral (select max(n) as n from stock_ledger where variant_id = s.variant_id) l on true
    where s.n <> coalesce(k.n, 0) or s.n <> coalesce(l.n, 0) or s.hash <> coalesce(k.hash, ''::bytea)`,

  'stock: every variant has its row': (sql) => sql`
    select v.id, 'has no stock row' as detail from variants v left join stock s on s.variant_id = v.id where s.variant_id is null`,
}

/** What a ledger line does to each figure: the law of stock_write_v1, written a second time on purpose. */
function onHand(sql: Sql) {
  return sql`case when x.kind in ('receive', 'correct') then x.quantity when x.kind = 'ship' then -x.quantity else 0 end`
}
function held(sql: Sql) {
  return sql`case when x.kind = 'hold' then x.quantity when x.kind in ('release', 'expire', 'pull', 'confirm') then -x.quantity else 0 end`
}
function sold(sql: Sql) {
  return sql`case when x.kind in ('confirm', 'take') then x.quantity when x.kind in ('return', 'ship') then -x.quantity else 0 end`
}

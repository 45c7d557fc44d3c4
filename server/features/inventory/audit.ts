import { type Check, type Finding, findAll } from '../../store/check.ts'
import type { Sql } from '../../store/postgres.ts'

/** Every promise about stock, holds and offers: nothing is read from a counter that it checks. */
export const auditStock = (sql: Sql): Promise<Finding[]> => findAll(sql, stockChecks)

/**
 * The lives that a hold may have had, as the kinds of its ledger lines in order. Units of a late payment
 * are taken anew; what was sold is sent or comes back, once.
 */
const lives = ['hold', 'hold release', 'hold expire', 'hold pull', 'hold confirm']
const sold = ['hold confirm', 'hold release take', 'hold expire take']
const legalLives = [...lives, ...sold.flatMap((life) => [life, `${life} ship`, `${life} return`])]

export const stockChecks: Check[] = [
  {
    rule: 'stock: on hand, held and sold are what the ledger says',
    shows: ['I1'],
    over: 'variants',
    ask: (sql, ids) => sql`
      select s.variant_id as id, format('on hand %s, held %s, sold %s; the ledger says %s, %s, %s',
        s.on_hand, s.held, s.sold, l.on_hand, l.held, l.sold) as detail
      from stock s cross join lateral (
        select coalesce(sum(${onHand(sql)}), 0) as on_hand, coalesce(sum(${held(sql)}), 0) as held,
          coalesce(sum(${out(sql)}), 0) as sold
        from stock_ledger x where x.variant_id = s.variant_id) l
      where s.variant_id = any(${ids}::uuid[]) and (s.on_hand, s.held, s.sold) is distinct from (l.on_hand, l.held, l.sold)`,
  },
  {
    rule: 'stock: never oversold, at every line of the ledger',
    shows: ['I1', 'I2'],
    over: 'variants',
    ask: (sql, ids) => sql`
      select distinct on (variant_id) variant_id as id,
        format('line %s leaves on hand %s, held %s, sold %s', n, on_hand, held, sold) as detail
      from (
        select variant_id, n, sum(${onHand(sql)}) over w as on_hand, sum(${held(sql)}) over w as held, sum(${out(sql)}) over w as sold
        from stock_ledger x where variant_id = any(${ids}::uuid[]) window w as (partition by variant_id order by n)) p
      where held < 0 or sold < 0 or held + sold > on_hand order by variant_id, n`,
  },
  {
    rule: 'stock: held is what running holds add up to',
    shows: ['I1'],
    over: 'variants',
    ask: (sql, ids) => sql`
      select s.variant_id as id, format('held %s, holds %s', s.held, coalesce(h.held, 0)) as detail
      from stock s left join (
        select variant_id, sum(quantity) as held from holds
        where state in ('active', 'ordered', 'auction', 'giveaway') and variant_id = any(${ids}::uuid[]) group by 1) h using (variant_id)
      where s.variant_id = any(${ids}::uuid[]) and s.held <> coalesce(h.held, 0)`,
  },
  {
    rule: 'stock: every variant has its row, every row its variant',
    shows: ['I1'],
    over: 'everything',
    ask: (sql) => sql`
      select coalesce(v.id, s.variant_id) as id, case when v.id is null then 'has stock and no variant' else 'has no stock row' end as detail
      from variants v full join stock s on s.variant_id = v.id where v.id is null or s.variant_id is null`,
  },
  {
    rule: 'stock: no line of the ledger, link or offer is of a variant without stock',
    shows: ['I1'],
    over: 'everything',
    ask: (sql) => sql`
      with recursive lines(id) as (
        (select variant_id from stock_ledger order by 1 limit 1)
        union all select (select x.variant_id from stock_ledger x where x.variant_id > l.id order by 1 limit 1) from lines l where l.id is not null),
      links(id) as (
        (select variant_id from stock_chain order by 1 limit 1)
        union all select (select x.variant_id from stock_chain x where x.variant_id > l.id order by 1 limit 1) from links l where l.id is not null)
      select x.id, x.what as detail from (
        select id, 'has lines of the ledger' as what from lines union all select id, 'has links' from links
        union all select distinct variant_id, 'has offers' from offers) x
      left join stock s on s.variant_id = x.id where x.id is not null and s.variant_id is null`,
  },
  {
    rule: 'hold: begins once, ends once, and its units come back at most once',
    shows: ['I4', 'I6'],
    over: 'variants',
    ask: (sql, ids) => sql`
      select coalesce(h.id, l.hold_id) as id, case when h.id is null then format('is not there; its ledger lines: %s', l.life)
        else format('is %s of %s; its ledger lines: %s, of %s to %s', h.state, h.quantity, coalesce(l.life, 'none'), l.least, l.most) end as detail
      from (select * from holds where variant_id = any(${ids}::uuid[])) h full join (
        select hold_id, string_agg(kind, ' ' order by n) as life, min(quantity) as least, max(quantity) as most
        from stock_ledger where variant_id = any(${ids}::uuid[]) and hold_id is not null group by 1) l on l.hold_id = h.id
      where h.id is null or l.hold_id is null or l.least <> h.quantity or l.most <> h.quantity
        or not (l.life = any(${legalLives}))
        or split_part(l.life, ' ', 2) <> case h.state when 'released' then 'release' when 'expired' then 'expire'
          when 'pulled' then 'pull' when 'confirmed' then 'confirm' else '' end`,
  },
  {
    rule: 'hold: every line of the ledger that moves units for somebody names a hold',
    shows: ['I2', 'I4'],
    over: 'variants',
    ask: (sql, ids) => sql`
      select variant_id as id, format('line %s: %s of %s, for no hold', n, kind, quantity) as detail
      from stock_ledger where variant_id = any(${ids}::uuid[])
        and (hold_id is null) <> (kind in ('receive', 'correct'))`,
  },
  {
    rule: 'hold: of a show and a variant that are there',
    shows: ['I1'],
    over: 'holds',
    ask: (sql, ids) => sql`
      select h.id, format('show %s, variant %s', coalesce(w.id::text, 'missing'), coalesce(s.variant_id::text, 'missing')) as detail
      from holds h left join shows w on w.id = h.show_id left join stock s on s.variant_id = h.variant_id
      where h.id = any(${ids}::uuid[]) and (w.id is null or s.variant_id is null)`,
  },
  {
    rule: 'hold: at the price and in the window of its offer',
    shows: ['I9', 'I8'],
    over: 'holds',
    ask: (sql, ids) => sql`
      select h.id, format('made at %s for %s %s; offer %s', iso(h.created_at), h.price, h.currency, coalesce(o.id::text, 'is missing')) as detail
      from holds h left join offers o on o.id = h.offer_id
      where h.id = any(${ids}::uuid[]) and (o.id is null
        or (h.price, h.currency, h.variant_id, h.show_id) <> (o.price, o.currency, o.variant_id, o.show_id)
        or o.kind not in ('auction', 'giveaway') and (h.created_at < o.starts_at or h.created_at >= o.ends_at or h.created_at >= o.closed_at))`,
  },
  {
    rule: 'hold: not ended as expired before its time',
    shows: ['I5'],
    over: 'holds',
    ask: (sql, ids) => sql`
      select id, format('promised until %s, expired at %s', iso(expires_at), iso(ended_at)) as detail
      from holds where id = any(${ids}::uuid[]) and state = 'expired' and ended_at < expires_at`,
  },
  {
    rule: 'hold: none of a product between its pull and its return',
    shows: ['I8'],
    over: 'shows',
    ask: (sql, ids) => sql`
      with acts as (
        select show_id, seq, type, at, (body ->> 'productId')::uuid as product,
          lead(at) over (partition by show_id, body ->> 'productId' order by seq) as until
        from show_events where show_id = any(${ids}::uuid[]) and type <> 'chat.sent' and type in ('product.pulled', 'product.restored')),
      gone as (select p.*, v.id as variant from acts p join variants v on v.product_id = p.product where p.type = 'product.pulled'),
      given as (
        select id, show_id, variant_id, created_at as at, 'made' as what from holds where variant_id in (select variant from gone)
        union all
        select h.id, h.show_id, h.variant_id, l.at, 'taken anew' from stock_ledger l join holds h on h.id = l.hold_id
        where l.kind = 'take' and l.variant_id in (select variant from gone))
      select g.id, format('%s at %s; its product was pulled at seq %s', g.what, iso(g.at), p.seq) as detail
      from gone p join given g on g.variant_id = p.variant and g.show_id = p.show_id and g.at > p.at and (p.until is null or g.at < p.until)`,
  },
  {
    rule: 'offer: taken is what its holds add up to, within its cap',
    shows: ['I2'],
    over: 'offers',
    ask: (sql, ids) => sql`
      select o.id, format('taken %s, holds %s, cap %s', o.taken, coalesce(h.taken, 0), coalesce(o.cap::text, 'none')) as detail
      from offers o left join (
        select offer_id, sum(quantity) as taken from holds
        where state in ('active', 'ordered', 'confirmed', 'auction', 'giveaway') and offer_id = any(${ids}::uuid[]) group by 1) h on h.offer_id = o.id
      where o.id = any(${ids}::uuid[]) and (o.taken <> coalesce(h.taken, 0) or coalesce(h.taken, 0) > o.cap)`,
  },
  {
    rule: 'offer: windows of a variant in a show never overlap',
    shows: ['I9'],
    over: 'offers',
    ask: (sql, ids) => sql`
      select a.id, format('and offer %s are open at once', b.id) as detail
      from offers a join offers b on b.show_id = a.show_id and b.variant_id = a.variant_id and b.id <> a.id
      where a.id = any(${ids}::uuid[])
        and greatest(a.starts_at, b.starts_at) < least(a.ends_at, a.closed_at, b.ends_at, b.closed_at, 'infinity')`,
  },
  {
    rule: 'offer: nobody has more than the limit per buyer',
    shows: ['I7'],
    over: 'offers',
    ask: (sql, ids) => sql`
      select h.id, format('then buyer %s had %s under a limit of %s', h.buyer, had.quantity, o.per_buyer) as detail
      from holds h join offers o on o.id = h.offer_id and o.per_buyer is not null
      cross join lateral (
        select sum(x.quantity) as quantity from holds x
        where x.buyer = h.buyer and x.offer_id = h.offer_id and x.created_at <= h.created_at
          and (x.state = 'confirmed' or x.ended_at is null or x.ended_at > h.created_at)
          and (x.order_id is not null or x.expires_at > h.created_at)) had
      where o.id = any(${ids}::uuid[]) and had.quantity > o.per_buyer`,
  },
  {
    rule: 'chain of stock: ends where the stock row says',
    shows: ['I1'],
    over: 'variants',
    ask: (sql, ids) => sql`
      select s.variant_id as id, format('row at line %s, chain at %s, ledger at %s with %s lines', s.n, coalesce(k.n, 0), coalesce(l.n, 0), l.lines) as detail
      from stock s
      left join lateral (select n, hash from stock_chain where variant_id = s.variant_id order by n desc limit 1) k on true
      cross join lateral (select max(n) as n, count(*) as lines from stock_ledger where variant_id = s.variant_id) l
      where s.variant_id = any(${ids}::uuid[])
        and (s.n <> coalesce(k.n, 0) or s.n <> coalesce(l.n, 0) or l.lines <> s.n or s.hash <> coalesce(k.hash, ''::bytea))`,
  },
  {
    rule: 'chain of stock: every link covers the one before and the lines since',
    shows: ['I1'],
    over: 'links',
    ask: (sql, { ids, after, upTo }) => sql`
      select k.variant_id as id, format('the link at line %s does not fit', k.n) as detail
      from (
        select variant_id, n, hash, lag(n, 1, 0::bigint) over w as n_before, lag(hash, 1, ''::bytea) over w as hash_before
        from stock_chain where variant_id = any(${ids}::uuid[]) and n >= ${after} and n <= ${upTo}
        window w as (partition by variant_id order by n)) k
      cross join lateral (
        select count(*) as lines, coalesce(string_agg(
          stock_line_v1(l.n, l.kind, l.quantity, l.hold_id, l.reason, l.by, us(l.at)), E'\n' order by l.n), '') as text
        from stock_ledger l where l.variant_id = k.variant_id and l.n > k.n_before and l.n <= k.n) l
      where k.n > ${after} and (k.hash <> sha256(k.hash_before || convert_to(l.text, 'UTF8')) or l.lines <> k.n - k.n_before)`,
  },
]

/** What a ledger line does to each figure: the law of stock_write_v1, written a second time on purpose. */
function onHand(sql: Sql) {
  return sql`case when x.kind in ('receive', 'correct') then x.quantity when x.kind = 'ship' then -x.quantity else 0 end`
}
function held(sql: Sql) {
  return sql`case when x.kind = 'hold' then x.quantity when x.kind in ('release', 'expire', 'pull', 'confirm') then -x.quantity else 0 end`
}
function out(sql: Sql) {
  return sql`case when x.kind in ('confirm', 'take') then x.quantity when x.kind in ('return', 'ship') then -x.quantity else 0 end`
}

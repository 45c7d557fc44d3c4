import { leastCharges } from '../../../shared/domain/discount.ts'
import { leastPaidMinor } from '../../../shared/limits.ts'
import { type Check, type Finding, findAll } from '../../store/check.ts'
import type { Sql } from '../../store/postgres.ts'

/** Every promise about discount codes. */
export const auditCodes = (sql: Sql): Promise<Finding[]> => findAll(sql, codeChecks)

export const codeChecks: Check[] = [
  {
    rule: 'code: an order has off what the terms of its code give, each line its share',
    shows: ['M1'],
    over: 'orders',
    ask: (sql, ids) => sql`
      with coded as (
        select o.id, o.discount, o.subtotal + o.shipping - coalesce((${sql.json(leastCharges)}::jsonb ->> o.currency)::bigint, ${leastPaidMinor}) as most, c as terms
        from orders o left join code_uses u on u.order_id = o.id left join discount_codes c on c.id = u.code_id
        where o.id = any(${ids}::uuid[]) and (o.code is not null or o.discount > 0 or u.order_id is not null)
      ),
      lines as (
        select o.id, o.discount, o.most, o.terms, i.hold_id, i.discount as off,
          case when ((o.terms).product_ids is null or i.product_id = any((o.terms).product_ids))
            and ((o.terms).show_id is null or h.show_id = (o.terms).show_id) then i.quantity * i.price else 0 end::numeric as worth
        from coded o join order_items i on i.order_id = o.id join holds h on h.id = i.hold_id
      ),
      goods as (select id, sum(worth) as worth from lines group by 1),
      given as (
        select l.*, g.worth as goods, div(l.discount * l.worth, nullif(g.worth, 0)) as share,
          mod(l.discount * l.worth, nullif(g.worth, 0)) as rest,
          least(coalesce((l.terms).amount, div(g.worth * (l.terms).percent, 100)), g.worth, l.most) as due
        from lines l join goods g on g.id = l.id
      ),
      places as (
        select *, row_number() over (partition by id order by rest desc nulls last, hold_id) as place,
          discount - sum(share) over (partition by id) as over
        from given
      )
      select id, format('%s off %s of goods; its terms give %s', min(discount), min(goods), coalesce(min(due)::text, 'nothing')) as detail
      from places group by id
      having bool_or(discount is distinct from due or goods < (terms).minimum or off is distinct from share + (place <= over)::int)`,
  },
  {
    rule: 'code: its uses are those of orders that did not end unpaid, each once',
    shows: ['M1'],
    over: 'everything',
    ask: (sql) => sql`
      select c.id, format('%s says %s uses, its orders %s', c.code, c.uses, u.n) as detail
      from discount_codes c cross join lateral (
        select count(*) as n from code_uses u where u.code_id = c.id and u.freed_at is null) u
      where c.uses <> u.n`,
  },
  {
    rule: 'code: every use is of the order that names the code, and counts while that order stands',
    shows: ['M1', 'A5'],
    over: 'orders',
    ask: (sql, ids) => sql`
      select o.id, format('is %s with code %s; its use is of %s, %s', o.status, coalesce(o.code, 'none'), coalesce(c.code, 'none'),
        case when u.freed_at is null then 'counted' else 'given back' end) as detail
      from orders o left join code_uses u on u.order_id = o.id left join discount_codes c on c.id = u.code_id
        cross join lateral (select o.status in ('expired', 'canceled')
          or exists (select from refunds r where r.order_id = o.id and r.reason = 'paid too late') as over) e
      where o.id = any(${ids}::uuid[]) and (o.code is not null or u.order_id is not null)
        and ((c.code, c.merchant_id, u.buyer) is distinct from (o.code, o.merchant_id, o.buyer) or (u.freed_at is not null) <> e.over)`,
  },
  {
    rule: 'code: never used more often than it may be, in all and by one buyer, but by who paid late',
    shows: ['I7'],
    over: 'everything',
    ask: (sql) => sql`
      select c.id, format('%s: %s uses of %s, %s by one buyer of %s', c.code, u.n, coalesce(c.quota::text, 'any'), u.most, c.per_buyer) as detail
      from discount_codes c cross join lateral (
        select sum(n) as n, max(n) as most from (
          select count(*) as n from code_uses u where u.code_id = c.id and u.freed_at is null and u.taken_again_at is null group by u.buyer) b) u
      where u.n > c.quota or u.most > c.per_buyer`,
  },
]

import type { Harm } from './harms.ts'

/** What somebody might do to discount codes and to what they gave. */
export const ofCodes: Harm[] = [
  {
    rule: 'code: an order has off what the terms of its code give, each line its share',
    what: 'the terms of a code change',
    harm: `with bent as (update discount_codes set percent = 50 returning id)
      select u.order_id as id from code_uses u join bent b on b.id = u.code_id`,
  },
  {
    rule: 'code: an order has off what the terms of its code give, each line its share',
    what: 'an order has something off for nothing',
    harm: `with given as (update orders set discount = 1, total = total - 1, refunded = least(refunded, total - 1) where code is null and status = 'shipped' returning id)
      select id from given`,
  },
  {
    rule: 'code: an order has off what the terms of its code give, each line its share',
    what: 'a cent moves from one line to another',
    harm: `update order_items i set discount = i.discount + case when i.hold_id = (select min(hold_id::text)::uuid from order_items where order_id = i.order_id) then 1 else -1 end
      where (select count(*) from order_items where order_id = i.order_id and discount > 0) > 1 returning order_id as id`,
  },
  {
    rule: 'code: its uses are those of orders that did not end unpaid, each once',
    what: 'a use is given back twice',
    harm: 'update discount_codes set uses = uses - 1 returning id',
  },
  {
    rule: 'code: every use is of the order that names the code, and counts while that order stands',
    what: 'an expired order keeps its use',
    harm: 'update code_uses set freed_at = null where freed_at is not null returning order_id as id',
  },
  {
    rule: 'code: every use is of the order that names the code, and counts while that order stands',
    what: 'a use is lost',
    harm: 'delete from code_uses where freed_at is null returning order_id as id',
  },
  {
    rule: 'code: never used more often than it may be, in all and by one buyer, but by who paid late',
    what: 'a quota is overrun',
    harm: `with used as (select code_id from code_uses where freed_at is null and taken_again_at is null group by 1 having count(*) > 1)
      update discount_codes set quota = 1 where id in (select code_id from used) returning id`,
  },
  {
    rule: 'code: never used more often than it may be, in all and by one buyer, but by who paid late',
    what: 'somebody used it twice',
    harm: `update code_uses u set buyer = (select min(x.buyer::text)::uuid from code_uses x where x.code_id = u.code_id and x.freed_at is null and x.taken_again_at is null)
      where freed_at is null and taken_again_at is null
        and (select count(*) from code_uses x where x.code_id = u.code_id and x.freed_at is null and x.taken_again_at is null) > 1 returning code_id as id`,
  },
]

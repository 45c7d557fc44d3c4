import type { Harm } from './harms.ts'

const brought =
  'affiliate: an order is brought by a partnership of its shop, open when it was placed, of neither of its sides'
const earned = 'affiliate: never paid more than orders had earned for good by then'

/** What somebody might do to whose link brought an order, and to what was paid for it. */
export const ofAffiliates: Harm[] = [
  {
    rule: brought,
    what: 'a partnership brings an order after its end',
    harm: `with over as (update affiliates set ended_at = joined_at returning id) select o.id from orders o join over on over.id = o.via`,
  },
  {
    rule: brought,
    what: 'somebody brings their own order',
    harm: `with own as (update affiliates a set account_id = (select buyer from orders where via = a.id limit 1) returning id, account_id)
      select o.id from orders o join own on own.id = o.via and own.account_id = o.buyer`,
  },
  {
    rule: brought,
    what: 'an order is brought by nobody there is',
    harm: 'update orders set via = gen_random_uuid() where via is not null returning id',
  },
  {
    rule: 'affiliate: each payout says what was paid before it',
    what: 'a payout is forgotten',
    harm: `with gone as (delete from affiliate_payouts where before = 0 returning affiliate_id)
      select p.id from affiliate_payouts p join gone using (affiliate_id) where p.before > 0`,
  },
  {
    rule: earned,
    what: 'more is paid than was earned',
    harm: `update affiliate_payouts set amount = amount + 10000, earned = earned + 10000 where before > 0 returning id`,
  },
  {
    rule: earned,
    what: 'a rate falls after it was earned',
    harm: `with less as (update affiliate_rates set rate_bps = 1 returning merchant_id)
      select p.id from affiliate_payouts p where before > 0`,
  },
  {
    rule: earned,
    what: 'what was earned is handed to another order',
    harm: `with moved as (update orders set via = null where via is not null and status = 'shipped' returning id)
      select p.id from affiliate_payouts p where before > 0 and exists (select from moved)`,
  },
]

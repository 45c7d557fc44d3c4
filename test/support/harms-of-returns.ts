import type { Harm } from './harms.ts'

/** What somebody might do to what came back. */
export const ofReturns: Harm[] = [
  {
    rule: 'return: never more given back than was paid for its pieces, and it says how much',
    what: 'a return forgets a cent that it gave',
    harm: `update order_returns set refunded = refunded - 1 where refunded > 0 returning id`,
  },
  {
    rule: 'return: never more given back than was paid for its pieces, and it says how much',
    what: 'the pieces of a return cost more afterwards',
    harm: `update order_returns set paid = paid + 1 returning id`,
  },
  {
    rule: 'return: parts of a line come to what was paid for them, and all of them to the whole line',
    what: 'a piece costs a hundred units more than was paid for it',
    harm: `update return_items x set paid = x.paid + 100 from order_returns r where r.id = x.return_id
      and (r.state not in ('refused', 'withdrawn', 'closed') or r.refunded > 0 or r.received_at is not null) returning r.order_id as id`,
  },
  {
    rule: 'return: every refund of one is a step of one, of that order',
    what: 'money goes back that no step tells of',
    harm: `with gone as (delete from return_steps where refund_id is not null returning refund_id) select refund_id as id from gone`,
  },
  {
    rule: 'return: of pieces that were bought and sent, and of each once',
    what: 'more comes back than was bought',
    harm: `with more as (update return_items set quantity = quantity + 1 returning return_id)
      select r.order_id as id from order_returns r join more m on m.return_id = r.id`,
  },
  {
    rule: 'return: what is whole again stands in the ledger, and nothing else does',
    what: 'a unit goes back on the shelf in words alone',
    harm: `with less as (update return_items set restocked = 0 where restocked > 0 returning hold_id)
      select i.variant_id as id from order_items i join less l using (hold_id)`,
  },
  {
    rule: 'return: what is whole again stands in the ledger, and nothing else does',
    what: 'the ledger takes back what no return is of',
    harm: `insert into stock_ledger(variant_id, n, kind, quantity, reason, at)
      select variant_id, 902, 'receive', 1, reason, now() from stock_ledger where reason like 'return of order %' returning variant_id as id`,
  },
  {
    rule: 'return: none waits past its time',
    what: 'a return is answered by nobody, not even by time',
    harm: `update order_returns set state = 'asked', due_at = now() - interval '1 hour' returning id`,
  },
  {
    rule: 'return: none waits past its time',
    what: 'nobody is asked about a parcel that nobody confirms',
    harm: `update order_returns set state = 'sent', due_at = now() - interval '1 month' returning id`,
  },
]

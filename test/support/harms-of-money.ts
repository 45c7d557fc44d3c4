import type { Harm } from './harms.ts'

/** What somebody might do to the books. */
export const ofMoney: Harm[] = [
  {
    rule: 'money: debits are credits in each transaction, which is of one order',
    what: 'a line of the books is bent',
    harm: `update postings set debit = debit + 1 where account = 'provider:sandbox' and debit > 0 returning transaction_id as id`,
  },
  {
    rule: 'money: debits are credits in each transaction, which is of one order',
    what: 'a line of the books is moved to another order',
    harm: `update postings set order_id = (select id from orders where status = 'pending' limit 1) where account = 'sales' returning transaction_id as id`,
  },
  {
    rule: 'money: debits are credits in each currency',
    what: 'a line of the books is gone',
    harm: `delete from postings where account = 'sales' returning currency as id`,
  },
  {
    rule: 'money: a payment asks for the total of its order, and takes all of it or nothing',
    what: 'less is taken than was asked',
    harm: `update payments set captured = captured - 1 where captured > 0 returning id`,
  },
  {
    rule: 'money: what a provider holds for an order is what was captured less what went back',
    what: 'money came in past the books',
    harm: `delete from postings where account = 'provider:sandbox' and debit > 0 returning order_id as id`,
  },
  {
    rule: 'money: what is owed back is what refunds have not given yet',
    what: 'a refund was not given after all',
    harm: `update refunds set status = 'failed' returning order_id as id`,
  },
  {
    rule: 'money: never given back more than was captured, and the order says how much',
    what: 'an order forgets a refund',
    harm: `update orders set refunded = refunded - 1 where refunded > 0 returning id`,
  },
  {
    rule: 'money: never given back more than was captured, and the order says how much',
    what: 'a refund above what was captured',
    harm: `insert into refunds(id, payment_id, order_id, amount, currency, reason, status, created_at)
      select gen_random_uuid(), payment_id, order_id, 100000, currency, reason, status, now() from refunds limit 1 returning order_id as id`,
  },
  {
    rule: 'money: every refund stands in the books once when it is owed and once when it is given',
    what: 'a refund is booked twice',
    harm: `insert into postings(transaction_id, order_id, account, debit, credit, currency, at)
      select transaction_id, order_id, account, debit, credit, currency, now() from postings
      where transaction_id in (select id from refunds where reason = 'merchant') returning transaction_id as id`,
  },
  {
    rule: 'money: a fee is of items that were sold, and goes back with their price',
    what: 'a fee is charged twice',
    harm: `insert into postings(transaction_id, order_id, account, debit, credit, currency, at)
      select transaction_id, order_id, account, debit, credit, currency, now() from postings where account = 'fees' and debit > 0 returning order_id as id`,
  },
  {
    rule: 'money: what was captured belongs to an order that is paid or given back',
    what: 'an order that was paid is canceled',
    harm: `update orders set status = 'canceled' where status = 'paid' returning id`,
  },
  {
    rule: "money: one successful charge an order, in our books and in the sandbox bank's",
    what: 'an order is charged twice',
    harm: `insert into payments(id, order_id, provider, status, amount, currency, captured, created_at)
      select gen_random_uuid(), order_id, provider, status, amount, currency, captured, now() from payments where captured > 0 returning order_id as id`,
  },
  {
    rule: 'money: what the sandbox bank took is what the shop knows',
    what: 'the bank gave back what nobody asked for',
    harm: `with old as (update sandbox_events set created_at = now() - interval '1 hour')
      update sandbox_payments set refunded = refunded + 1 where status = 'succeeded' returning reference as id`,
  },
  {
    rule: 'webhook: every event that was kept is of a payment that is there',
    what: 'an event of nothing was kept',
    harm: `update webhook_events set payment_id = gen_random_uuid() returning event_id as id`,
  },
]

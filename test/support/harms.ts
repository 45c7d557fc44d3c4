import { ofAffiliates } from './harms-of-affiliates.ts'
import { ofAuctions } from './harms-of-auctions.ts'
import { ofCodes } from './harms-of-codes.ts'
import { ofGiveaways } from './harms-of-giveaways.ts'
import { ofLines } from './harms-of-lines.ts'
import { ofMoney } from './harms-of-money.ts'
import { ofPolls } from './harms-of-polls.ts'
import { ofReturns } from './harms-of-returns.ts'

/**
 * What somebody with a hand in the rows, or a fault in the code, might do to an evening's rows. Each
 * statement answers the ids of what it harmed; the check of that rule must name them.
 */
export type Harm = { rule: string; what: string; harm: string }

const one = (table: string, where: string, id = 'id') =>
  `(select ${id} from ${table} where ${where} order by 1 limit 1)`
const aVariant = one('stock_ledger', "kind = 'take'", 'variant_id')
const theFlash = "select id from offers where kind = 'flash'"
const loud = "(select (staff ->> 'accountId')::uuid from show_events where type = 'viewer.banned')"

const ofStock: Harm[] = [
  {
    rule: 'stock: on hand, held and sold are what the ledger says',
    what: 'a counter is bent',
    harm: `update stock set on_hand = on_hand + 1 where variant_id = ${aVariant} returning variant_id as id`,
  },
  {
    rule: 'stock: never oversold, at every line of the ledger',
    what: 'a line is added that oversells',
    harm: `insert into stock_ledger(variant_id, n, kind, quantity, at) values (${aVariant}, 900, 'take', 90, now()) returning variant_id as id`,
  },
  {
    rule: 'stock: held is what running holds add up to',
    what: 'a hold ends without its units',
    harm: `update holds set state = 'released' where id = ${one('holds', "state = 'active'")} returning variant_id as id`,
  },
  {
    rule: 'stock: every variant has its row, every row its variant',
    what: 'a stock row is gone',
    harm: `delete from stock where variant_id = ${aVariant} returning variant_id as id`,
  },
  {
    rule: 'stock: no line of the ledger, link or offer is of a variant without stock',
    what: 'a stock row is gone',
    harm: `delete from stock where variant_id = ${aVariant} returning variant_id as id`,
  },
  {
    rule: 'chain of stock: ends where the stock row says',
    what: 'the last link is cut off',
    harm: `delete from stock_chain c using stock s where s.variant_id = c.variant_id and c.n = s.n and s.variant_id = ${aVariant} returning c.variant_id as id`,
  },
  {
    rule: 'chain of stock: ends where the stock row says',
    what: 'a line is put before the first',
    harm: `insert into stock_ledger(variant_id, n, kind, quantity, at) values (${aVariant}, 0, 'receive', 5, now()) returning variant_id as id`,
  },
  {
    rule: 'chain of stock: every link covers the one before and the lines since',
    what: 'a line is rewritten',
    harm: `update stock_ledger set reason = 'stolen' where kind = 'correct' returning variant_id as id`,
  },
  {
    rule: 'chain of stock: every link covers the one before and the lines since',
    what: 'a line is taken out',
    harm: `delete from stock_ledger where variant_id = ${aVariant} and n = 3 returning variant_id as id`,
  },
  {
    rule: 'chain of stock: every link covers the one before and the lines since',
    what: 'a link is left out',
    harm: `delete from stock_chain where variant_id = ${aVariant} and n = 2 returning variant_id as id`,
  },
]

const ofHolds: Harm[] = [
  {
    rule: 'hold: begins once, ends once, and its units come back at most once',
    what: 'a hold that ended lives again',
    harm: `update holds set state = 'confirmed' where state = 'released' returning id`,
  },
  {
    rule: 'hold: begins once, ends once, and its units come back at most once',
    what: 'an expiry gives units back twice',
    harm: `insert into stock_ledger(variant_id, n, kind, quantity, hold_id, at)
      select variant_id, 901, kind, quantity, hold_id, now() from stock_ledger where kind = 'expire' limit 1 returning hold_id as id`,
  },
  {
    rule: 'hold: begins once, ends once, and its units come back at most once',
    what: 'a hold is lost',
    harm: `delete from holds where id = ${one('holds', "state = 'active'")} returning id`,
  },
  {
    rule: 'hold: begins once, ends once, and its units come back at most once',
    what: 'a hold grows',
    harm: `update holds set quantity = quantity + 1 where id = ${one('holds', "state = 'expired'")} returning id`,
  },
  {
    rule: 'hold: every line of the ledger that moves units for somebody names a hold',
    what: 'units were taken for nobody',
    harm: `update stock_ledger set hold_id = null where kind = 'take' returning variant_id as id`,
  },
  {
    rule: 'hold: of a show and a variant that are there',
    what: 'a show is gone',
    harm: `with gone as (delete from shows returning id) select h.id from holds h join gone g on g.id = h.show_id`,
  },
  {
    rule: 'hold: at the price and in the window of its offer',
    what: 'a price is changed afterwards',
    harm: `update holds set price = 1 where state = 'active' returning id`,
  },
  {
    rule: 'hold: at the price and in the window of its offer',
    what: 'a window is moved over its holds',
    harm: `with moved as (update offers set starts_at = now() + interval '1 hour' where id in (${theFlash}) returning id)
      select h.id from holds h join moved m on m.id = h.offer_id`,
  },
  {
    rule: 'hold: not ended as expired before its time',
    what: 'a hold expired before its time',
    harm: `update holds set ended_at = expires_at - interval '1 second' where state = 'expired' returning id`,
  },
  {
    rule: 'hold: none of a product between its pull and its return',
    what: 'a product is held after its pull',
    harm: `update holds h set created_at = now() from variants v, lineup l where v.id = h.variant_id and l.product_id = v.product_id and l.pulled returning h.id`,
  },
  {
    rule: 'hold: none of a product between its pull and its return',
    what: 'a late payment took units of a pulled product',
    harm: `insert into stock_ledger(variant_id, n, kind, quantity, hold_id, at)
      select h.variant_id, 901, 'take', h.quantity, h.id, now() from holds h join variants v on v.id = h.variant_id
        join lineup l on l.show_id = h.show_id and l.product_id = v.product_id and l.pulled limit 1 returning hold_id as id`,
  },
  {
    rule: 'offer: taken is what its holds add up to, within its cap',
    what: 'taken is bent',
    harm: `update offers set taken = taken + 1 where kind = 'standing' returning id`,
  },
  {
    rule: 'offer: windows of a variant in a show never overlap',
    what: 'two offers are open at once',
    harm: `insert into offers(id, show_id, variant_id, product_id, kind, price, currency, starts_at)
      select gen_random_uuid(), show_id, variant_id, product_id, kind, price, currency, starts_at from offers where closed_at is null returning id`,
  },
  {
    rule: 'offer: nobody has more than the limit per buyer',
    what: 'somebody got past the limit',
    harm: `with tight as (update offers set per_buyer = 1 where id in (${theFlash}) returning id)
      select h.id from holds h join tight t on t.id = h.offer_id`,
  },
]

const ofOrders: Harm[] = [
  {
    rule: 'order: its total is its items at the prices of their holds, and delivery, less what each has off',
    what: 'an item gets dearer',
    harm: `update order_items set price = price + 1 returning order_id as id`,
  },
  {
    rule: 'order: its total is its items at the prices of their holds, and delivery, less what each has off',
    what: 'a line has more off than its order',
    harm: `update order_items set discount = 1 returning order_id as id`,
  },
  {
    rule: 'order: what was paid in time has its holds, what was paid late took its units anew',
    what: 'a paid order has lost its hold',
    harm: `update holds set state = 'expired' where state = 'confirmed' returning order_id as id`,
  },
  {
    rule: 'order: what was paid in time has its holds, what was paid late took its units anew',
    what: 'a late payment took no units',
    harm: `delete from stock_ledger l using holds h where h.id = l.hold_id and l.kind = 'take' returning h.order_id as id`,
  },
  {
    rule: 'order: every hold and every order is of somebody who is there',
    what: 'a buyer is made up',
    harm: `update holds set buyer = gen_random_uuid() where state = 'active' returning id`,
  },
  {
    rule: 'order: every hold and every order is of somebody who is there',
    what: 'an order is given to somebody else',
    harm: `update orders set buyer = (select merchant_id from orders limit 1) where status = 'paid' returning (select hold_id from order_items i where i.order_id = orders.id limit 1) as id`,
  },
  {
    rule: 'order: a hold is in one at most',
    what: 'a hold is sold twice',
    harm: `insert into order_items(order_id, hold_id, variant_id, product_id, title, sku, quantity, price)
      select (select id from orders o where o.id <> i.order_id limit 1), hold_id, variant_id, product_id, title, sku, quantity, price
      from order_items i limit 1 returning hold_id as id`,
  },
  {
    rule: 'money: every item, payment, refund and line of the books is of an order that is there',
    what: 'an order is gone',
    harm: `delete from orders where status = 'paid' returning id`,
  },
  {
    rule: 'money: nothing unpaid is sent',
    what: 'an order was sent for nothing',
    harm: `update payments p set captured = 0 from orders o where o.id = p.order_id and o.shipped_at is not null returning o.id`,
  },
  {
    rule: 'stock: units sold are the items of paid orders that are in the house',
    what: 'an order grows after it was paid',
    harm: `update order_items i set quantity = quantity + 1 from orders o where o.id = i.order_id and o.status = 'paid' returning i.variant_id as id`,
  },
  {
    rule: 'key: every key that was used has its result',
    what: 'a result is lost',
    harm: `update idempotency_keys set result = null where operation = 'refund' returning principal as id`,
  },
]

const ofTheLog: Harm[] = [
  {
    rule: 'log: seqs have no gap',
    what: 'an event is gone',
    harm: 'delete from show_events where seq = 3 returning show_id as id',
  },
  {
    rule: 'log: every event is linked to the one before',
    what: 'an event has another author',
    harm: 'update show_events set actor = gen_random_uuid() where seq = 3 returning show_id as id',
  },
  {
    rule: 'log: every event is linked to the one before',
    what: 'an event has another time',
    harm: `update show_events set at = at - interval '1 hour' where seq = 3 returning show_id as id`,
  },
  {
    rule: 'log: every event says what was written',
    what: 'a word is changed',
    harm: `update show_events set body = jsonb_set(body, '{text}', '"no"') where type = 'chat.sent' and body is not null returning show_id as id`,
  },
  {
    rule: 'log: every event says what was written',
    what: 'an act loses its words',
    harm: `update show_events set body = null, staff = null where type = 'chat.deleted' returning show_id as id`,
  },
  {
    rule: 'log: words are gone only where somebody took them away',
    what: 'words are taken away without an act',
    harm: `update show_events set body = null where type = 'chat.sent' and body is not null returning show_id as id`,
  },
  {
    rule: 'log: words are gone only where somebody took them away',
    what: 'a pin loses its words without an act',
    harm: `update show_events set body = null, staff = null where type = 'chat.pinned' returning show_id as id`,
  },
  {
    rule: 'log: every message has its key, and every key its message',
    what: 'a message has lost its key',
    harm: `delete from chat_keys where key = 'two' returning show_id as id`,
  },
  {
    rule: 'log: every message has its key, and every key its message',
    what: 'a message is said to be of somebody else',
    harm: `update chat_keys set account_id = gen_random_uuid() where key = 'one' returning show_id as id`,
  },
  {
    rule: 'log: ends where its head says',
    what: 'the last event is gone',
    harm: 'delete from show_events e using show_heads h where h.show_id = e.show_id and h.seq = e.seq returning h.show_id as id',
  },
  {
    rule: 'log: ends where its head says',
    what: 'a head is moved back',
    harm: 'update show_heads set seq = seq - 1 returning show_id as id',
  },
  {
    rule: 'log: ends where its head says',
    what: 'a head has another link',
    harm: `update show_heads set hash = '\\x00' returning show_id as id`,
  },
  {
    rule: 'log: ends where its head says',
    what: 'a head is gone',
    harm: 'delete from show_heads returning show_id as id',
  },
]

const ofModeration: Harm[] = [
  {
    rule: 'moderation: nobody is heard who is muted or banned',
    what: 'somebody spoke under a mute',
    harm: `delete from show_events where type = 'viewer.unmuted' returning show_id as id`,
  },
  {
    rule: 'moderation: nobody holds units who is banned',
    what: 'somebody held units under a ban',
    harm: `update holds set buyer = ${loud}, created_at = now() where state = 'active' returning id`,
  },
  {
    rule: 'moderation: every act is of somebody who might',
    what: 'a viewer pulled a product',
    harm: `update show_events set actor = (select buyer from holds limit 1) where type = 'product.pulled' returning show_id as id`,
  },
  {
    rule: 'moderation: every act is of somebody who might',
    what: 'a moderator that nobody made',
    harm: `delete from show_events where type = 'staff.changed' returning show_id as id`,
  },
  {
    rule: 'moderation: mutes and bans are what the log says',
    what: 'a ban is lifted without a word',
    harm: `delete from sanctions where kind = 'ban' returning show_id as id`,
  },
  {
    rule: 'moderation: mutes and bans are what the log says',
    what: 'a mute gets longer without a word',
    harm: `update sanctions set until = until + interval '1 day' where kind = 'mute' returning show_id as id`,
  },
  {
    rule: 'moderation: moderators and pulled products are what the log says',
    what: 'a moderator is let in through the back door',
    harm: `insert into moderators(show_id, account_id, added_at) select show_id, buyer, now() from holds limit 1 returning show_id as id`,
  },
  {
    rule: 'moderation: moderators and pulled products are what the log says',
    what: 'a pull is taken back without a word',
    harm: `update lineup set pulled = false where pulled returning show_id as id`,
  },
]

export const harms: Harm[] = [
  ...ofStock,
  ...ofHolds,
  ...ofOrders,
  ...ofMoney,
  ...ofAuctions,
  ...ofCodes,
  ...ofPolls,
  ...ofGiveaways,
  ...ofLines,
  ...ofReturns,
  ...ofAffiliates,
  ...ofTheLog,
  ...ofModeration,
]

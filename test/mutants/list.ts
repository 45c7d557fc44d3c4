import { ofAffiliates } from './of-affiliates.ts'
import { ofAuctions } from './of-auctions.ts'
import { ofGiveaways } from './of-giveaways.ts'
import { ofLetters } from './of-letters.ts'
import { ofLines } from './of-lines.ts'
import { ofPolls } from './of-polls.ts'
import { ofReports } from './of-reports.ts'
import { ofReturns } from './of-returns.ts'
import { ofWebhooks } from './of-webhooks.ts'

/**
 * Faults that somebody might put into the code, each as an exact change of text, and the test that must
 * go red. `npm run mutants` plants them one at a time in a copy of the checkout.
 */
export type Mutant = {
  /** What the fault does to the shop. */
  fault: string
  edits: { file: string; from: string; to: string }[]
  test: { file: string; name: string }
}

const stock = 'server/features/inventory/stock.sql'
const reserve = 'server/features/inventory/reserve.sql'
const settle = 'server/features/orders/settle.sql'
const merchant = 'server/features/orders/merchant.sql'
const say = 'server/features/chat/say.sql'

const inventoryTests = 'server/features/inventory/inventory.test.ts'
const raceTests = 'test/races/holds.test.ts'
const edgeTests = 'test/races/edges.test.ts'
const merchantTests = 'server/features/orders/merchant.test.ts'

const ofStock: Mutant[] = [
  {
    fault: 'an expiry gives its units back twice',
    edits: [
      {
        file: stock,
        from: 'perform stock_write_v1(lines, t);',
        to: 'perform stock_write_v1(lines || lines, t);',
      },
    ],
    test: {
      file: inventoryTests,
      name: 'comes by the sweeper where nobody asks, and the log hears of it',
    },
  },
  {
    fault: 'a hold is decided by what was read before the lock',
    edits: [
      {
        file: reserve,
        from: 'order by variant_id for no key update) s;',
        to: 'order by variant_id) s;',
      },
    ],
    test: { file: edgeTests, name: 'after a pull is acknowledged no hold succeeds, 100 rounds' },
  },
  {
    fault: 'a hold skips the limit per buyer',
    edits: [
      {
        file: reserve,
        from: 'where k.quantity + k.at_offer > limits[k.pair] or',
        to: 'where k.quantity + k.at_offer > limits[k.pair] + 1000 or',
      },
    ],
    test: {
      file: raceTests,
      name: '50 holds of one buyer at once under a limit of one, on two processes: exactly one',
    },
  },
  {
    fault: 'a hold is taken back before its time',
    edits: [
      {
        file: reserve,
        from: "h.state = 'active' and h.expires_at <= t order by h.expires_at limit 2000",
        to: "h.state = 'active' order by h.expires_at limit 2000",
      },
    ],
    test: {
      file: inventoryTests,
      name: 'comes when somebody needs the units, not before its time',
    },
  },
  {
    fault: 'a link of the stock chain is left out',
    edits: [
      {
        file: stock,
        from: 'select variant_id, n, hash from link)',
        to: 'select variant_id, n, hash from link where n % 2 = 1)',
      },
    ],
    test: {
      file: 'server/features/inventory/ledger.test.ts',
      name: 'whatever is done in whatever order, the ledger adds up and the chain holds',
    },
  },
  {
    fault: 'a flash price outlives its sale',
    edits: [
      {
        file: reserve,
        from: 'when t < o.starts_at or t >= o.ends_at then 4',
        to: 'when t < o.starts_at then 4',
      },
      {
        file: reserve,
        from: 'order by (t >= o.starts_at and (o.ends_at is null or t < o.ends_at)) desc, o.starts_at limit 1',
        to: 'order by (t >= o.starts_at) desc, o.starts_at limit 1',
      },
    ],
    test: {
      file: edgeTests,
      name: 'at the edges of a sale every hold has the price of its own moment',
    },
  },
  {
    fault: 'a pull leaves the offer open',
    edits: [
      {
        file: 'server/features/sales/product.sql',
        from: 'perform offers_close_v1(s, array(select v.id from variants v where v.product_id = any(products)), closed_as, t);',
        to: 'null;',
      },
    ],
    test: { file: edgeTests, name: 'after a pull is acknowledged no hold succeeds, 100 rounds' },
  },
  {
    fault: 'a ban does not wait for the holds in flight',
    edits: [
      {
        file: 'server/features/moderation/sanctions.sql',
        from: 'perform show_fence_v1(s, true);',
        to: 'null;',
      },
    ],
    test: {
      file: edgeTests,
      name: 'after a ban is acknowledged no hold of that buyer succeeds, 100 rounds',
    },
  },
]

const ofMoney: Mutant[] = [
  {
    fault: 'a webhook acts each time that it comes',
    edits: [
      { file: settle, from: "when x.captured > 0 then 'settled'", to: "when false then 'settled'" },
    ],
    test: {
      file: 'server/features/orders/settle.test.ts',
      name: 'the rows depend on the set of events, not on their order, number or concurrency',
    },
  },
  {
    fault: 'a late payment sells units that are gone',
    edits: [{ file: settle, from: 'there := not exists (', to: 'there := true or not exists (' }],
    test: {
      file: 'server/features/orders/orders.test.ts',
      name: 'takes a late order whole or not at all',
    },
  },
  {
    fault: 'a refund goes above what was captured',
    edits: [
      {
        file: merchant,
        from: 'if give <= 0 or give > p.captured - o.refunded then',
        to: 'if give <= 0 or give > p.captured then',
      },
    ],
    test: {
      file: merchantTests,
      name: 'gives back in parts, never more than was paid, and all of it frees what was not sent',
    },
  },
  {
    fault: 'a refund forgets its key',
    edits: [
      {
        file: merchant,
        from: "answer := once_before_v1(who, 'refund', k, args ->> 'bodyHash');",
        to: 'answer := null;',
      },
    ],
    test: {
      file: merchantTests,
      name: 'gives back in parts, never more than was paid, and all of it frees what was not sent',
    },
  },
  {
    fault: 'a code is judged before its row is locked',
    edits: [
      {
        file: 'server/features/promotions/use.sql',
        from: `    order by c.id for no key update;
  -- After`,
        to: `    order by c.id;
  -- After`,
      },
    ],
    test: {
      file: 'test/races/codes.test.ts',
      name: '500 buyers on two processes at a code of 50 uses: exactly 50 have it, and nobody else has an order',
    },
  },
  {
    fault: 'an order that ends keeps its code',
    edits: [
      {
        file: 'server/features/orders/end.sql',
        from: 'perform free_codes_v1(os, t)',
        to: 'perform 1',
      },
    ],
    test: {
      file: 'test/races/codes.test.ts',
      name: 'orders end while others are placed: a use that comes back is used again, and none is lost',
    },
  },
  {
    fault: 'the odd cent of a discount is lost',
    edits: [
      {
        file: 'server/features/promotions/discount.sql',
        from: '(r.place <= r.over)::int',
        to: '0',
      },
    ],
    test: {
      file: 'server/features/promotions/promotions.test.ts',
      name: 'is spread in Postgres as anybody would count it',
    },
  },
  {
    fault: 'what is not paid is sent',
    edits: [
      { file: merchant, from: "if o.status <> 'paid' then", to: "if o.status = 'shipped' then" },
    ],
    test: { file: merchantTests, name: 'sends what is paid, once, and its units leave the house' },
  },
  {
    fault: 'an order costs what the product costs now',
    edits: [
      {
        file: 'server/features/orders/place.sql',
        from: 'array_agg(h.price order by i.x)',
        to: 'array_agg((select v.price from variants v where v.id = h.variant_id) order by i.x)',
      },
    ],
    test: {
      file: 'server/features/orders/orders.test.ts',
      name: 'costs what its holds promised, whatever the product costs by then',
    },
  },
  {
    fault: 'the books forget the delivery',
    edits: [{ file: settle, from: "(3, 'shipping', 0, o.shipping)", to: "(3, 'shipping', 0, 0)" }],
    test: {
      file: 'server/features/orders/reconcile.test.ts',
      name: 'the books of a sale: goods, delivery, and the fee, which goes back with the price',
    },
  },
  {
    fault: 'an outage is waited out by the hour',
    edits: [
      {
        file: 'server/features/orders/reconcile.ts',
        from: 'await askAgain(pg.jobs, what, id)',
        to: '',
      },
    ],
    test: {
      file: 'server/features/orders/reconcile.test.ts',
      name: 'a refund that waited through a long outage is asked about within seconds, and given once',
    },
  },
  {
    fault: 'a forged webhook is believed',
    edits: [
      {
        file: 'server/features/payments/signature.ts',
        from: 'if (!fits || Math.abs',
        to: 'if (Math.abs',
      },
    ],
    test: {
      file: 'server/features/payments/signature.test.ts',
      name: 'one other byte anywhere is refused',
    },
  },
]

const ofTheLog: Mutant[] = [
  {
    fault: 'a mute is looked up before the lock',
    edits: [
      {
        file: say,
        from: '  sanctioned := exists (select from sanctions x where x.show_id = any(s_ids) and x.account_id = any(authors));\n',
        to: '',
      },
      {
        file: say,
        from: '  -- 1 the order of law\n',
        to: '  sanctioned := exists (select from sanctions x where x.show_id = any(for_shows) and x.account_id = any(authors));\n',
      },
    ],
    test: {
      file: 'test/races/mute.test.ts',
      name: 'a mute that races messages in flight: none of them comes after it',
    },
  },
  {
    fault: 'a role is looked up before the lock',
    edits: [
      {
        file: 'server/features/moderation/sanctions.sql',
        from: `  perform 1 from show_heads where show_id = s for no key update;
  perform must_be_v1(s, who, 'moderator');
  perform must_not_be_against_v1(s, who, target);
  t := clock_timestamp();`,
        to: `  perform must_be_v1(s, who, 'moderator');
  perform must_not_be_against_v1(s, who, target);
  perform 1 from show_heads where show_id = s for no key update;
  t := clock_timestamp();`,
      },
    ],
    test: {
      file: 'test/races/mute.test.ts',
      name: 'a role taken back while a moderator acts: nothing of theirs comes after it',
    },
  },
  {
    fault: 'an event is not chained to the one before',
    edits: [
      {
        file: 'server/events/append.sql',
        from: 'link := event_link_v1(link, top,',
        to: "link := event_link_v1(''::bytea, top,",
      },
    ],
    test: {
      file: 'server/features/chat/chat.test.ts',
      name: 'a deleted message leaves no word behind, keeps its place, and the chain still verifies',
    },
  },
  {
    fault: 'a deleted message keeps its words',
    edits: [
      {
        file: 'server/features/chat/moderate.sql',
        from: '  update show_events set body = null, staff = null where show_id = s and seq = place;\n',
        to: '',
      },
    ],
    test: {
      file: 'server/features/chat/chat.test.ts',
      name: 'a deleted message leaves no word behind, keeps its place, and the chain still verifies',
    },
  },
]

export const mutants: Mutant[] = [
  ...ofStock,
  ...ofAuctions,
  ...ofGiveaways,
  ...ofMoney,
  ...ofReturns,
  ...ofWebhooks,
  ...ofAffiliates,
  ...ofTheLog,
  ...ofPolls,
  ...ofLines,
  ...ofReports,
  ...ofLetters,
]

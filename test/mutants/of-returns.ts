import type { Mutant } from './list.ts'

const returnTests = 'server/features/returns/returns.test.ts'

export const ofReturns: Mutant[] = [
  {
    fault: 'a piece is given back twice',
    edits: [
      {
        file: 'server/features/returns/view.sql',
        from: 'r.id is distinct from besides and return_stands_v1(r)',
        to: 'r.id is distinct from besides and false',
      },
    ],
    test: {
      file: returnTests,
      name: 'is of pieces that were bought, each once, and one at a time',
    },
  },
  {
    fault: 'the last pieces of a line lose what rounding left over',
    edits: [
      {
        file: 'server/features/returns/view.sql',
        from: 'case when x.quantity = p.quantity then p.paid else',
        to: 'case when false then p.paid else',
      },
    ],
    test: {
      file: 'server/features/returns/sums.test.ts',
      name: 'who gives everything back, piece by piece, has had all that the goods cost',
    },
  },
  {
    fault: 'a return that lapsed keeps the price from before others of its line were given back',
    edits: [
      {
        file: 'server/features/returns/move.sql',
        from: 'if not return_stands_v1(r) then r.paid := price_return_v1(rid, o.id); end if;',
        to: '',
      },
    ],
    test: {
      file: 'server/features/returns/sums.test.ts',
      name: 'what was refused and comes before the house costs what the others have left of its line',
    },
  },
  {
    fault: 'a parcel that nobody confirms waits for ever',
    edits: [
      {
        file: 'server/features/returns/refund.sql',
        from: "if r.state not in ('asked', 'accepted', 'sent')",
        to: "if r.state not in ('asked', 'accepted')",
      },
    ],
    test: {
      file: 'server/features/returns/deadlines.test.ts',
      name: 'brings a parcel that nobody confirms before the house, once its buyer had time to ask',
    },
  },
  {
    fault: 'whole units come back past the ledger',
    edits: [
      {
        file: 'server/features/returns/refund.sql',
        from: 'if lines is not null then perform stock_write_v1(lines, t); end if;',
        to: '',
      },
    ],
    test: { file: returnTests, name: 'goes from asking to money back and units on the shelf' },
  },
]

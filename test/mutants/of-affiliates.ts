import type { Mutant } from './list.ts'

const sums = 'server/features/affiliates/sums.sql'
const affiliateTests = 'server/features/affiliates/affiliates.test.ts'

export const ofAffiliates: Mutant[] = [
  {
    fault: 'who has ended a partnership brings orders still',
    edits: [
      { file: 'server/features/affiliates/via.sql', from: ' and x.ended_at is null', to: '' },
    ],
    test: {
      file: affiliateTests,
      name: 'is placed all the same where the link is not good, and nobody brought it',
    },
  },
  {
    fault: 'what a return gave back leaves its share where it was',
    edits: [{ file: sums, from: 'b.share * (b.worth - b.gone) *', to: 'b.share * b.worth *' }],
    test: {
      file: 'server/features/affiliates/sums.test.ts',
      name: 'whatever is given back, in whatever order, what is left of a share is what the law says',
    },
  },
  {
    fault: 'a new rate changes what was earned',
    edits: [
      {
        file: sums,
        from: 'b.paid_at >= shop.since and b.paid_at < shop.until',
        to: "shop.until = 'infinity'",
      },
    ],
    test: {
      file: affiliateTests,
      name: 'that changes leaves what was earned as it was, and holds for what is paid later',
    },
  },
  {
    fault: 'more is written down as paid than is owed',
    edits: [
      {
        file: 'server/features/affiliates/affiliates.sql',
        from: 'if paid + wanted > done then',
        to: 'if false then',
      },
    ],
    test: {
      file: 'test/races/affiliates.test.ts',
      name: 'two tabs mark the same sum paid, on two processes: it is one payout; others never go above what is owed',
    },
  },
]

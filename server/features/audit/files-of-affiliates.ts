import type { AuditFile } from './files.ts'

const us = (column: string) => `us(x.${column})`

/** Who brings buyers to whom. */
export const affiliateStates: AuditFile[] = [
  {
    name: 'affiliates',
    from: 'affiliates x',
    order: [['x.id', 'uuid']],
    fields: {
      id: 'x.id',
      merchantId: 'x.merchant_id',
      accountId: 'x.account_id',
      joinedAt: us('joined_at'),
      endedAt: us('ended_at'),
    },
  },
]

/** At what rates, and what was paid for it. */
export const affiliateFacts: AuditFile[] = [
  {
    name: 'affiliate-rates',
    from: 'affiliate_rates x',
    order: [
      ['x.merchant_id', 'uuid'],
      ['x.scope', 'uuid'],
      ['us(x.since)', 'bigint'],
    ],
    fields: {
      merchantId: 'x.merchant_id',
      scope: 'x.scope',
      since: us('since'),
      rateBps: 'x.rate_bps',
    },
  },
  {
    name: 'affiliate-payouts',
    from: 'affiliate_payouts x',
    order: [['x.id', 'uuid']],
    fields: {
      id: 'x.id',
      affiliateId: 'x.affiliate_id',
      amount: 'x.amount',
      currency: 'x.currency',
      paidOn: 'x.paid_on',
      at: us('at'),
      earned: 'x.earned',
      before: 'x.before',
    },
  },
]

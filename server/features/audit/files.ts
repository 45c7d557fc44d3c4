import { affiliateFacts, affiliateStates } from './files-of-affiliates.ts'
import { itemFiles } from './files-of-items.ts'

/**
 * What the audit export holds: for each file the rows, their order, and each field as an expression over
 * them. The README beside this says what they mean; a test holds it to these names.
 */
export type AuditFile = {
  name: string
  /** `from` of the statement; its first table is called x. */
  from: string
  /** Which rows; all of them without it. */
  where?: string
  /** Keyset of the order: expressions, each with its type. */
  order: [expression: string, type: 'uuid' | 'bigint' | 'text'][]
  fields: Record<string, string>
}

const us = (column: string) => `us(x.${column})`
const hashed = (column: string) => `encode(sha256(convert_to(x.${column}, 'UTF8')), 'hex')`

/** Rows that change while they live. Written first: what is read later knows at least as much. */
export const states: AuditFile[] = [
  {
    name: 'variants',
    from: 'variants x',
    order: [['x.id', 'uuid']],
    fields: {
      id: 'x.id',
      productId: 'x.product_id',
      merchantId: 'x.merchant_id',
      price: 'x.price',
      currency: 'x.currency',
    },
  },
  {
    name: 'shows',
    from: 'shows x',
    order: [['x.id', 'uuid']],
    fields: {
      id: 'x.id',
      hostId: 'x.host_id',
      status: 'x.status',
      startedAt: us('started_at'),
      endedAt: us('ended_at'),
      createdAt: us('created_at'),
    },
  },
  {
    name: 'offers',
    from: 'offers x',
    order: [['x.id', 'uuid']],
    fields: {
      id: 'x.id',
      showId: 'x.show_id',
      variantId: 'x.variant_id',
      productId: 'x.product_id',
      kind: 'x.kind',
      price: 'x.price',
      currency: 'x.currency',
      startsAt: us('starts_at'),
      endsAt: us('ends_at'),
      closedAt: us('closed_at'),
      closedAs: 'x.closed_as',
      cap: 'x.cap',
      perBuyer: 'x.per_buyer',
    },
  },
  {
    name: 'holds',
    from: 'holds x',
    order: [['x.id', 'uuid']],
    fields: {
      id: 'x.id',
      offerId: 'x.offer_id',
      variantId: 'x.variant_id',
      showId: 'x.show_id',
      buyer: 'x.buyer',
      quantity: 'x.quantity',
      price: 'x.price',
      currency: 'x.currency',
      state: 'x.state',
      orderId: 'x.order_id',
      createdAt: us('created_at'),
      expiresAt: us('expires_at'),
      endedAt: us('ended_at'),
      keyHash: hashed('key'),
    },
  },
  {
    name: 'orders',
    from: 'orders x',
    order: [['x.id', 'uuid']],
    fields: {
      id: 'x.id',
      number: 'x.number',
      buyer: 'x.buyer',
      merchantId: 'x.merchant_id',
      showId: 'x.show_id',
      status: 'x.status',
      currency: 'x.currency',
      subtotal: 'x.subtotal',
      shipping: 'x.shipping',
      discount: 'x.discount',
      code: 'x.code',
      via: 'x.via',
      total: 'x.total',
      refunded: 'x.refunded',
      createdAt: us('created_at'),
      expiresAt: us('expires_at'),
      paidAt: us('paid_at'),
      shippedAt: us('shipped_at'),
      keyHash: hashed('key'),
      bodyHash: 'x.body_hash',
    },
  },
  ...itemFiles,
  {
    name: 'payments',
    from: 'payments x',
    order: [['x.id', 'uuid']],
    fields: {
      id: 'x.id',
      orderId: 'x.order_id',
      provider: 'x.provider',
      providerRef: 'x.provider_ref',
      status: 'x.status',
      amount: 'x.amount',
      captured: 'x.captured',
      currency: 'x.currency',
      version: 'x.version',
      createdAt: us('created_at'),
    },
  },
  {
    name: 'refunds',
    from: 'refunds x',
    order: [['x.id', 'uuid']],
    fields: {
      id: 'x.id',
      paymentId: 'x.payment_id',
      orderId: 'x.order_id',
      amount: 'x.amount',
      currency: 'x.currency',
      reason: 'x.reason',
      status: 'x.status',
      attempts: 'x.attempts',
      createdAt: us('created_at'),
    },
  },
  {
    name: 'returns',
    from: 'order_returns x',
    order: [['x.id', 'uuid']],
    fields: {
      id: 'x.id',
      orderId: 'x.order_id',
      state: 'x.state',
      reason: 'x.reason',
      paid: 'x.paid',
      refunded: 'x.refunded',
      createdAt: us('created_at'),
      dueAt: us('due_at'),
      receivedAt: us('received_at'),
      disputedAt: us('disputed_at'),
    },
  },
  {
    name: 'return-items',
    from: 'return_items x',
    order: [
      ['x.return_id', 'uuid'],
      ['x.hold_id', 'uuid'],
    ],
    fields: {
      returnId: 'x.return_id',
      holdId: 'x.hold_id',
      quantity: 'x.quantity',
      paid: 'x.paid',
      restocked: 'x.restocked',
    },
  },
  ...affiliateStates,
  {
    name: 'sanctions',
    from: 'sanctions x',
    order: [
      ['x.show_id', 'uuid'],
      ['x.account_id', 'uuid'],
      ['x.kind', 'text'],
    ],
    fields: {
      showId: 'x.show_id',
      accountId: 'x.account_id',
      kind: 'x.kind',
      until: us('until'),
      reason: 'x.reason',
      by: 'x.by',
      at: us('at'),
    },
  },
  {
    name: 'moderators',
    from: 'moderators x',
    order: [
      ['x.show_id', 'uuid'],
      ['x.account_id', 'uuid'],
    ],
    fields: { showId: 'x.show_id', accountId: 'x.account_id', addedAt: us('added_at') },
  },
]

/** Rows that are written once. */
export const facts: AuditFile[] = [
  {
    name: 'idempotency',
    from: 'idempotency_keys x',
    order: [
      ['x.principal', 'uuid'],
      ['x.operation', 'text'],
      ['x.key', 'text'],
    ],
    fields: {
      principal: 'x.principal',
      operation: 'x.operation',
      keyHash: hashed('key'),
      bodyHash: 'x.body_hash',
      resultHash: "encode(sha256(convert_to(x.result::text, 'UTF8')), 'hex')",
      at: us('at'),
    },
  },
  {
    name: 'return-steps',
    from: 'return_steps x',
    order: [
      ['x.return_id', 'uuid'],
      ['x.n', 'bigint'],
    ],
    fields: {
      returnId: 'x.return_id',
      n: 'x.n',
      step: 'x.step',
      by: 'x."by"',
      accountId: 'x.account_id',
      at: us('at'),
      refundId: 'x.refund_id',
    },
  },
  ...affiliateFacts,
  {
    name: 'webhook-events',
    from: 'webhook_events x',
    order: [
      ['x.provider', 'text'],
      ['x.event_id', 'text'],
    ],
    fields: {
      provider: 'x.provider',
      eventId: 'x.event_id',
      type: 'x.type',
      paymentId: 'x.payment_id',
      receivedAt: us('received_at'),
    },
  },
  {
    name: 'postings',
    from: 'postings x',
    order: [['x.id', 'bigint']],
    fields: {
      id: 'x.id',
      transactionId: 'x.transaction_id',
      orderId: 'x.order_id',
      account: 'x.account',
      debit: 'x.debit',
      credit: 'x.credit',
      currency: 'x.currency',
      at: us('at'),
    },
  },
]

/** Rows of a series up to a head that was read before them: what is appended meanwhile is left out. */
export type AuditSeries = { head: AuditFile; upTo: string; rows: AuditFile[] }

/** Events that speak of people: their contents are in the export only when asked for. */
const ofPeople =
  "x.type ~ '^(chat|viewer|report|staff|words|auction)\\.|^giveaway\\.(ended|unclaimed)'"

const stockSeries: AuditSeries = {
  head: {
    name: 'stock',
    from: 'stock x',
    order: [['x.variant_id', 'uuid']],
    fields: {
      variantId: 'x.variant_id',
      onHand: 'x.on_hand',
      held: 'x.held',
      sold: 'x.sold',
      n: 'x.n',
      hash: "encode(x.hash, 'hex')",
    },
  },
  upTo: 'x.n',
  rows: [
    {
      name: 'stock-ledger',
      from: 'stock_ledger x',
      order: [
        ['x.variant_id', 'uuid'],
        ['x.n', 'bigint'],
      ],
      fields: {
        variantId: 'x.variant_id',
        n: 'x.n',
        kind: 'x.kind',
        quantity: 'x.quantity',
        holdId: 'x.hold_id',
        reason: 'x.reason',
        by: 'x.by',
        at: us('at'),
      },
    },
    {
      name: 'stock-chain',
      from: 'stock_chain x',
      order: [
        ['x.variant_id', 'uuid'],
        ['x.n', 'bigint'],
      ],
      fields: { variantId: 'x.variant_id', n: 'x.n', hash: "encode(x.hash, 'hex')" },
    },
  ],
}

function logSeries(words: boolean): AuditSeries {
  const shown = (column: string) =>
    words ? `x.${column}::text` : `case when not (${ofPeople}) then x.${column}::text end`
  return {
    head: {
      name: 'show-heads',
      from: 'show_heads x',
      order: [['x.show_id', 'uuid']],
      fields: { showId: 'x.show_id', seq: 'x.seq', hash: "encode(x.hash, 'hex')" },
    },
    upTo: 'x.seq',
    rows: [
      {
        name: 'events',
        from: 'show_events x',
        order: [
          ['x.show_id', 'uuid'],
          ['x.seq', 'bigint'],
        ],
        fields: {
          showId: 'x.show_id',
          seq: 'x.seq',
          type: 'x.type',
          at: us('at'),
          actor: 'x.actor',
          body: shown('body'),
          staff: shown('staff'),
          withheld: words ? 'false' : ofPeople,
          bodyHash: "encode(x.body_hash, 'hex')",
          hash: "encode(x.hash, 'hex')",
        },
      },
      {
        name: 'moderation',
        from: 'show_events x',
        where: `x.type <> 'chat.sent' and x.type ~ '^(viewer|staff|words|report)\\.|^chat\\.(approved|refused|deleted|pinned|unpinned|slowed)$|^product\\.(pulled|restored)$'`,
        order: [
          ['x.show_id', 'uuid'],
          ['x.seq', 'bigint'],
        ],
        fields: {
          showId: 'x.show_id',
          seq: 'x.seq',
          type: 'x.type',
          at: us('at'),
          actor: 'x.actor',
          accountId: "x.staff ->> 'accountId'",
          messageId: "x.staff ->> 'messageId'",
          productId: "x.body ->> 'productId'",
          until: "x.staff ->> 'until'",
          moderator: "(x.staff ->> 'moderator')::boolean",
          reason: "x.staff ->> 'reason'",
        },
      },
    ],
  }
}

export const series = (words: boolean): AuditSeries[] => [stockSeries, logSeries(words)]

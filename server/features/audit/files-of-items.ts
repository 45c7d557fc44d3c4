import type { AuditFile } from './files.ts'

const us = (column: string) => `us(x.${column})`

/** What is in orders, the discount codes, and which order used which. */
export const itemFiles: AuditFile[] = [
  {
    name: 'order-items',
    from: 'order_items x',
    order: [
      ['x.order_id', 'uuid'],
      ['x.hold_id', 'uuid'],
    ],
    fields: {
      orderId: 'x.order_id',
      holdId: 'x.hold_id',
      variantId: 'x.variant_id',
      quantity: 'x.quantity',
      price: 'x.price',
      discount: 'x.discount',
    },
  },
  {
    name: 'codes',
    from: 'discount_codes x',
    order: [['x.id', 'uuid']],
    fields: {
      id: 'x.id',
      merchantId: 'x.merchant_id',
      code: 'x.code',
      percent: 'x.percent',
      amount: 'x.amount',
      currency: 'x.currency',
      minimum: 'x.minimum',
      productIds: 'x.product_ids',
      showId: 'x.show_id',
      startsAt: us('starts_at'),
      endsAt: us('ends_at'),
      endedAt: us('ended_at'),
      quota: 'x.quota',
      perBuyer: 'x.per_buyer',
      uses: 'x.uses',
      createdAt: us('created_at'),
    },
  },
  {
    name: 'code-uses',
    from: 'code_uses x',
    order: [['x.order_id', 'uuid']],
    fields: {
      orderId: 'x.order_id',
      codeId: 'x.code_id',
      buyer: 'x.buyer',
      at: us('at'),
      freedAt: us('freed_at'),
      takenAgainAt: us('taken_again_at'),
    },
  },
]

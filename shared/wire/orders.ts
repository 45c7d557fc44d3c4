import Type, { type Static } from 'typebox'
import { orderItemsMax, parcelsMax, searchMax } from '../limits.ts'
import { Address } from './accounts.ts'
import {
  Empty,
  Id,
  IdParam,
  Instant,
  Line,
  Nullable,
  Page,
  PageQuery,
  Shape,
  Sum,
  Text,
  Via,
} from './base.ts'
import { Merchant } from './catalog.ts'
import { routes } from './contract.ts'
import { TypedCode } from './promotions.ts'

export const OrderStatus = Type.Union([
  Type.Literal('pending'),
  Type.Literal('paid'),
  Type.Literal('shipped'),
  Type.Literal('delivered'),
  Type.Literal('expired'),
  Type.Literal('canceled'),
  Type.Literal('refunded'),
])
export type OrderStatus = Static<typeof OrderStatus>

export const OrderItem = Shape({
  variantId: Id,
  productId: Id,
  title: Type.String(),
  sku: Type.String(),
  quantity: Type.Integer(),
  price: Sum,
  /** Of all its units: the line's part of the order's discount. */
  discount: Sum,
  holdId: Id,
  /** The first picture that the product has now; not in the answer to placing. */
  image: Type.Optional(Type.String()),
})

export const Order = Shape({
  id: Id,
  number: Type.Integer(),
  showId: Id,
  status: OrderStatus,
  items: Type.Array(OrderItem),
  subtotal: Sum,
  shipping: Sum,
  discount: Sum,
  /** The discount code that was typed. */
  code: Nullable(Type.String()),
  total: Sum,
  refunded: Sum,
  shippingAddress: Address,
  expiresAt: Instant,
  createdAt: Instant,
  paidAt: Nullable(Instant),
  shippedAt: Nullable(Instant),
  /** Its buyer said so. */
  arrivedAt: Nullable(Instant),
  carrier: Nullable(Type.String()),
  trackingNumber: Nullable(Type.String()),
})
export type Order = Static<typeof Order>

/** Of an order that costs nothing: `succeeded` from the beginning, by the provider `none`; nobody was asked. */
export const Payment = Shape({
  id: Id,
  provider: Type.String(),
  status: Type.Union([
    Type.Literal('pending'),
    Type.Literal('requires_action'),
    Type.Literal('succeeded'),
    Type.Literal('failed'),
    Type.Literal('canceled'),
    Type.Literal('refunded'),
  ]),
  payUrl: Nullable(Type.String()),
})
export type Payment = Static<typeof Payment>

/** One line of the money ledger; an order's lines balance per currency. */
export const Posting = Shape({ account: Type.String(), debit: Sum, credit: Sum, at: Instant })

export const MerchantOrder = Shape({
  ...Order.properties,
  buyer: Shape({ id: Id, displayName: Type.String() }),
  postings: Type.Array(Posting),
})
export type MerchantOrder = Static<typeof MerchantOrder>

export const Quote = Shape({
  subtotal: Sum,
  shipping: Sum,
  discount: Sum,
  code: Nullable(Type.String()),
  total: Sum,
  merchant: Merchant,
  /** Who would take the money. */
  provider: Type.String(),
})
export type Quote = Static<typeof Quote>

/** What goes out, and with whom. */
const Parcel = { carrier: Line(60), trackingNumber: Line(100) }

/** How many of them are on their way now, and why each other is not. */
export const Sent = Shape({
  sent: Type.Integer(),
  refused: Type.Array(Shape({ orderId: Id, code: Type.String(), message: Type.String() })),
})
export type Sent = Static<typeof Sent>

const HoldIds = Type.Array(Id, { minItems: 1, maxItems: orderItemsMax, uniqueItems: true })

export const orderRoutes = routes({
  quote: {
    method: 'POST',
    path: '/orders/quote',
    summary: 'What these holds would cost, with the terms of the shop',
    may: 'account',
    body: Shape({ holdIds: HoldIds, code: Type.Optional(TypedCode) }),
    reply: Quote,
    status: 200,
  },
  place: {
    method: 'POST',
    path: '/orders',
    summary: 'Order held units: one merchant and currency, all holds or none',
    may: 'account',
    key: 'required',
    body: Shape({
      holdIds: HoldIds,
      shippingAddress: Address,
      code: Type.Optional(TypedCode),
      /** The code of the affiliate whose link brought the buyer; one that is not valid is passed over. */
      via: Type.Optional(Via),
    }),
    reply: Shape({ order: Order, payment: Payment }),
    status: 201,
  },
  orders: {
    method: 'GET',
    path: '/orders',
    summary: 'My orders, newest first',
    may: 'account',
    query: Shape(PageQuery),
    reply: Page(Order),
    status: 200,
  },
  order: {
    method: 'GET',
    path: '/orders/:id',
    summary: 'One of my orders',
    may: 'account',
    params: IdParam,
    reply: Order,
    status: 200,
  },
  payment: {
    method: 'GET',
    path: '/orders/:id/payment',
    summary: 'How the payment of my order stands',
    may: 'account',
    params: IdParam,
    reply: Payment,
    status: 200,
  },
  cancel: {
    method: 'POST',
    path: '/orders/:id/cancel',
    summary: 'Cancel a pending order; its units are free at once',
    may: 'account',
    key: 'required',
    params: IdParam,
    body: Type.Optional(Empty),
    reply: Order,
    status: 200,
  },
  arrived: {
    method: 'POST',
    path: '/orders/:id/arrived',
    summary: 'A sent order of mine has arrived: from now on counts how long it may be given back',
    may: 'account',
    params: IdParam,
    body: Type.Optional(Empty),
    reply: Order,
    status: 200,
  },
  merchantOrders: {
    method: 'GET',
    path: '/merchant/orders',
    summary: "My shop's orders, newest first; `q`: in number, names, items or tracking number",
    may: 'account',
    apiKey: true,
    query: Shape({
      ...PageQuery,
      status: Type.Optional(OrderStatus),
      showId: Type.Optional(Id),
      q: Type.Optional(Text(0, searchMax)),
    }),
    reply: Page(MerchantOrder),
    status: 200,
  },
  merchantOrder: {
    method: 'GET',
    path: '/merchant/orders/:id',
    summary: "One of my shop's orders with its money lines",
    may: 'owner',
    apiKey: true,
    admin: true,
    params: IdParam,
    reply: MerchantOrder,
    status: 200,
  },
  ship: {
    method: 'POST',
    path: '/merchant/orders/:id/ship',
    summary: 'A paid order is on its way',
    may: 'owner',
    apiKey: true,
    key: 'optional',
    params: IdParam,
    body: Shape(Parcel),
    reply: MerchantOrder,
    status: 200,
  },
  shipMany: {
    method: 'POST',
    path: '/merchant/parcels',
    summary:
      'Many paid orders are on their way, each for itself; what is sent so already counts as sent',
    may: 'account',
    apiKey: true,
    body: Shape({
      parcels: Type.Array(Shape({ orderId: Id, ...Parcel }), { minItems: 1, maxItems: parcelsMax }),
    }),
    reply: Sent,
    status: 200,
  },
  refund: {
    method: 'POST',
    path: '/merchant/orders/:id/refund',
    summary: 'Refund in full, or an amount; never more than was captured',
    may: 'owner',
    apiKey: true,
    key: 'required',
    params: IdParam,
    body: Type.Optional(Shape({ amount: Type.Optional(Sum.properties.amount) })),
    reply: MerchantOrder,
    status: 200,
  },
})

export const paymentRoutes = routes({
  webhook: {
    method: 'POST',
    path: '/payments/:provider/webhook',
    summary: "A payment provider's signed event",
    may: 'anyone',
    takes: 'webhook',
    params: Shape({ provider: Type.String({ pattern: '^[a-z]{1,20}$' }) }),
    status: 204,
  },
})

/** `payUrl`: the sandbox bank, which stands for a card form of another company. */
export const sandboxRoutes = routes({
  pay: {
    method: 'POST',
    path: '/sandbox/payments/:paymentId/pay',
    summary: 'The sandbox bank: pay with a test card',
    may: 'anyone',
    params: Shape({ paymentId: Type.String({ pattern: '^sbx_[A-Za-z0-9_-]{43}$' }) }),
    body: Shape({ card: Type.String({ pattern: '^[0-9](?: ?[0-9]){11,18}$' }) }),
    reply: Shape({
      status: Type.Union([
        Type.Literal('succeeded'),
        Type.Literal('failed'),
        Type.Literal('requires_action'),
        Type.Literal('pending'),
      ]),
      redirectUrl: Type.Optional(Type.String()),
      message: Type.Optional(Type.String()),
    }),
    status: 200,
  },
})

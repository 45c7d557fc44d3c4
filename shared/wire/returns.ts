import Type, { type Static } from 'typebox'
import { returnReasons, returnStates } from '../domain/returns.ts'
import { orderItemsMax, quantityMax, saidBytesMax } from '../limits.ts'
import {
  Id,
  IdParam,
  Instant,
  Line,
  Nullable,
  Page,
  PageQuery,
  Quantity,
  Shape,
  Sum,
} from './base.ts'
import { routes } from './contract.ts'

const oneOf = <const T extends readonly string[]>(words: T) =>
  Type.Unsafe<T[number]>(Type.Union(words.map((word) => Type.Literal(word))))

const ReturnState = oneOf(returnStates)
const ReturnReason = oneOf(returnReasons)

/** Words of one side for the other, of more than white space; counted in bytes by the verb. */
const Said = Type.String({
  minLength: 1,
  maxLength: saidBytesMax,
  pattern:
    '^(?=[\\s\\S]*\\S)[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F\\uD800-\\uDFFF]*$',
})

const ReturnItem = Shape({
  holdId: Id,
  title: Type.String(),
  sku: Type.String(),
  quantity: Type.Integer(),
  /** Units that went back on the shelf. */
  restocked: Type.Integer(),
  price: Sum,
  /** When the buyer took it in the show. */
  heldAt: Instant,
})

/** What was done, by whom and with which words, in order. */
const ReturnStep = Shape({
  step: Type.String(),
  by: oneOf(['buyer', 'merchant', 'house', 'time'] as const),
  at: Instant,
  words: Nullable(Type.String()),
  /** What this step gave back. */
  amount: Nullable(Sum),
})

export const Return = Shape({
  id: Id,
  orderId: Id,
  number: Type.Integer(),
  showId: Id,
  state: ReturnState,
  reason: ReturnReason,
  note: Type.String(),
  items: Type.Array(ReturnItem),
  /** What was paid for these pieces, what of it has been given back, and what still can be. */
  paid: Sum,
  refunded: Sum,
  left: Sum,
  /** Where to send it; null before it is accepted. */
  sendTo: Nullable(Type.String()),
  carrier: Nullable(Type.String()),
  trackingNumber: Nullable(Type.String()),
  createdAt: Instant,
  /** By when the next thing happens; null where nothing is waited for. */
  dueAt: Nullable(Instant),
  /** When the order was placed: the moment of its show. */
  orderedAt: Instant,
  buyer: Shape({ id: Id, displayName: Type.String() }),
  merchant: Shape({ id: Id, name: Type.String() }),
  steps: Type.Array(ReturnStep),
})
export type Return = Static<typeof Return>

export const OrderReturns = Shape({
  items: Type.Array(Return),
  /** Until when something may be asked back for no fault, and for one; null where it may not. */
  until: Nullable(Instant),
  faultUntil: Nullable(Instant),
  /** What the shop says of returns: who pays the way back, and in what state a piece must be. */
  terms: Type.String(),
  /** Somebody can decide where two do not agree: an admin who is no side of it. */
  hasHouse: Type.Boolean(),
  /** Of each line, the units that are in no return. */
  pieces: Type.Array(Shape({ holdId: Id, left: Type.Integer() })),
})
export type OrderReturns = Static<typeof OrderReturns>

const Amount = Sum.properties.amount

/** One act on a return; what it answers is the return as it is then. */
const act = { method: 'POST', params: IdParam, reply: Return, status: 200 } as const

export const returnRoutes = routes({
  orderReturns: {
    method: 'GET',
    path: '/orders/:id/returns',
    summary:
      'Returns of an order, oldest first, and what may still be asked; for its buyer, its merchant and admins',
    may: 'account',
    params: IdParam,
    reply: OrderReturns,
    status: 200,
  },
  askReturn: {
    method: 'POST',
    path: '/orders/:id/returns',
    summary: 'Ask to give back pieces of a sent order, or say that it never came',
    may: 'account',
    key: 'required',
    params: IdParam,
    body: Shape({
      items: Type.Array(Shape({ holdId: Id, quantity: Quantity }), {
        minItems: 1,
        maxItems: orderItemsMax,
      }),
      reason: ReturnReason,
      note: Type.Optional(Said),
    }),
    reply: Return,
    status: 201,
  },
  withdrawReturn: {
    ...act,
    path: '/returns/:id/withdraw',
    summary: 'Its buyer takes a return back',
    may: 'account',
    key: 'optional',
  },
  sentReturn: {
    ...act,
    path: '/returns/:id/sent',
    summary: 'Its buyer has sent the parcel back',
    may: 'account',
    key: 'optional',
    body: Shape({
      carrier: Type.Optional(Line(60)),
      trackingNumber: Type.Optional(Line(100)),
    }),
  },
  disputeReturn: {
    ...act,
    path: '/returns/:id/dispute',
    summary:
      'Its buyer asks the house, once: after a no, less than was paid, or a parcel nobody confirms',
    may: 'account',
    key: 'optional',
    body: Shape({ words: Said }),
  },
  merchantReturns: {
    method: 'GET',
    path: '/merchant/returns',
    summary:
      "My shop's returns, newest first; `waiting`: what waits for the shop, soonest deadline first",
    may: 'account',
    apiKey: true,
    query: Shape({
      ...PageQuery,
      state: Type.Optional(ReturnState),
      waiting: Type.Optional(Type.Boolean()),
    }),
    reply: Page(Return),
    status: 200,
  },
  acceptReturn: {
    ...act,
    path: '/returns/:id/accept',
    summary: "Send it back: to the shop's address, or to another that is said here",
    may: 'owner',
    apiKey: true,
    key: 'optional',
    body: Shape({ sendTo: Type.Optional(Said) }),
  },
  refuseReturn: {
    ...act,
    path: '/returns/:id/refuse',
    summary: 'No, and why',
    may: 'owner',
    apiKey: true,
    key: 'optional',
    body: Shape({ words: Said }),
  },
  refundReturn: {
    ...act,
    path: '/returns/:id/refund',
    summary: 'Give money back at once, nothing is sent: all that was paid for it, or less and why',
    may: 'owner',
    apiKey: true,
    key: 'required',
    body: Shape({ amount: Type.Optional(Amount), words: Type.Optional(Said) }),
  },
  receivedReturn: {
    ...act,
    path: '/returns/:id/received',
    summary:
      'It came: these units are whole and go back on the shelf, and so much goes to the buyer',
    may: 'owner',
    apiKey: true,
    key: 'required',
    body: Shape({
      restock: Type.Array(
        Shape({ holdId: Id, quantity: Type.Integer({ minimum: 0, maximum: quantityMax }) }),
        { maxItems: orderItemsMax },
      ),
      amount: Type.Optional(Amount),
      words: Type.Optional(Said),
    }),
  },
  answerDispute: {
    ...act,
    path: '/returns/:id/answer',
    summary: 'What the shop says to the house, once',
    may: 'owner',
    key: 'optional',
    body: Shape({ words: Said }),
  },
  disputes: {
    method: 'GET',
    path: '/admin/disputes',
    summary:
      'What the house is asked to decide, oldest first; `decided`: what it has decided, newest first',
    may: 'admin',
    admin: true,
    query: Shape({ ...PageQuery, decided: Type.Optional(Type.Boolean()) }),
    reply: Page(Return),
    status: 200,
  },
  decideDispute: {
    ...act,
    path: '/admin/disputes/:id/decide',
    summary:
      'What the house gives back, from nothing to what is left of what was paid, and why; final',
    may: 'admin',
    admin: true,
    key: 'required',
    body: Shape({ amount: Amount, words: Said }),
  },
})

import Type, { type Static } from 'typebox'
import {
  codeMax,
  codeMin,
  codePerBuyerMax,
  codeProductsMax,
  codeQuotaMax,
  priceAmountMax,
} from '../limits.ts'
import {
  Currency,
  Empty,
  Id,
  IdParam,
  Instant,
  Nullable,
  Page,
  PageQuery,
  Shape,
  Sum,
} from './base.ts'
import { commands, routes } from './contract.ts'

/** In any case; a code is kept in capitals. */
export const TypedCode = Type.String({ pattern: `^[A-Za-z0-9_-]{${codeMin},${codeMax}}$` })

const Percent = Type.Integer({ minimum: 1, maximum: 100 })
const SomeMoney = Shape({
  amount: Type.Integer({ minimum: 1, maximum: priceAmountMax }),
  currency: Currency,
})
const Off = <S extends typeof SomeMoney | typeof Sum>(money: S) =>
  Type.Union([Shape({ percent: Percent }), Shape({ amount: money })])

export const CodeState = Type.Union([
  Type.Literal('running'),
  Type.Literal('scheduled'),
  Type.Literal('used-up'),
  Type.Literal('ended'),
])
export type CodeState = Static<typeof CodeState>

const NewCode = Shape({
  code: TypedCode,
  off: Off(SomeMoney),
  /** Of the goods that it is for. */
  minimum: Type.Optional(SomeMoney),
  /** Absent: the whole shop. */
  productIds: Type.Optional(
    Type.Array(Id, { minItems: 1, maxItems: codeProductsMax, uniqueItems: true }),
  ),
  /** Absent: everywhere. */
  showId: Type.Optional(Id),
  startsAt: Type.Optional(Instant),
  endsAt: Type.Optional(Instant),
  /** Orders in all. */
  quota: Type.Optional(Type.Integer({ minimum: 1, maximum: codeQuotaMax })),
  /** Orders of one buyer; 1 unless said. */
  perBuyer: Type.Optional(Type.Integer({ minimum: 1, maximum: codePerBuyerMax })),
})
export type NewCode = Static<typeof NewCode>

/** What everybody in a show may know of its code. */
export const ShownCode = Shape({
  code: Type.String(),
  off: Off(Sum),
  minimum: Nullable(Sum),
  productIds: Nullable(Type.Array(Id)),
  perBuyer: Type.Integer(),
  endsAt: Nullable(Instant),
})
export type ShownCode = Static<typeof ShownCode>

export const DiscountCode = Shape({
  ...ShownCode.properties,
  id: Id,
  showId: Nullable(Id),
  startsAt: Nullable(Instant),
  quota: Nullable(Type.Integer()),
  state: CodeState,
  /** Orders that have it and did not end unpaid. */
  uses: Type.Integer(),
  /** What was paid with it, by currency: orders, what they had off, what they came to. */
  paid: Type.Array(Shape({ orders: Type.Integer(), given: Sum, sold: Sum })),
  createdAt: Instant,
  endedAt: Nullable(Instant),
})
export type DiscountCode = Static<typeof DiscountCode>

export const codeRoutes = routes({
  makeCode: {
    method: 'POST',
    path: '/merchant/codes',
    summary: 'Make a discount code; its terms never change',
    may: 'account',
    apiKey: true,
    body: NewCode,
    reply: DiscountCode,
    status: 201,
  },
  codes: {
    method: 'GET',
    path: '/merchant/codes',
    summary: "My shop's discount codes, newest first, with what they brought",
    may: 'account',
    apiKey: true,
    query: Shape({ ...PageQuery, state: Type.Optional(CodeState) }),
    reply: Page(DiscountCode),
    status: 200,
  },
  endCode: {
    method: 'POST',
    path: '/merchant/codes/:id/end',
    summary: 'End a discount code now; orders that have it keep it',
    may: 'owner',
    apiKey: true,
    params: IdParam,
    body: Type.Optional(Empty),
    reply: DiscountCode,
    status: 200,
  },
})

export const codeCommands = commands({
  'code:show': {
    summary: 'Show one of my discount codes to the room, or none; the last one wins',
    may: 'host',
    in: Shape({ showId: Id, codeId: Nullable(Id) }),
    out: Empty,
  },
})

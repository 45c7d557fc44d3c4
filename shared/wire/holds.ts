import Type, { type Static } from 'typebox'
import { Empty, Id, IdParam, Instant, Key, Page, PageQuery, Quantity, Shape, Sum } from './base.ts'
import { commands, routes } from './contract.ts'

export const HoldState = Type.Union([
  Type.Literal('active'),
  Type.Literal('ordered'),
  Type.Literal('confirmed'),
  Type.Literal('released'),
  Type.Literal('expired'),
  Type.Literal('pulled'),
])
export type HoldState = Static<typeof HoldState>

export const Hold = Shape({
  holdId: Id,
  showId: Id,
  variantId: Id,
  quantity: Type.Integer(),
  price: Sum,
  state: HoldState,
  expiresAt: Instant,
})
export type Hold = Static<typeof Hold>

/** What lies in bags: units, and what they come to at the prices that they were held at. */
export const InBags = Shape({ units: Type.Integer(), worth: Type.Array(Sum) })
export type InBags = Static<typeof InBags>

const HoldAsk = { showId: Id, variantId: Id, quantity: Quantity }

export const holdRoutes = routes({
  hold: {
    method: 'POST',
    path: '/holds',
    summary: 'Hold units for a time; the key makes a repeat answer the same hold',
    may: 'account',
    notWhen: ['banned'],
    key: 'required',
    body: Shape(HoldAsk),
    reply: Hold,
    status: 201,
  },
  holds: {
    method: 'GET',
    path: '/holds',
    summary: 'My holds, newest first',
    may: 'account',
    query: Shape(PageQuery),
    reply: Page(Hold),
    status: 200,
  },
  release: {
    method: 'DELETE',
    path: '/holds/:id',
    summary: 'Give held units back; also when the hold has ended already',
    may: 'account',
    params: IdParam,
    status: 204,
  },
})

export const holdCommands = commands({
  'hold:create': {
    summary: 'Hold units for a time',
    may: 'account',
    notWhen: ['banned'],
    in: Shape({ ...HoldAsk, key: Key }),
    out: Hold,
  },
  'hold:release': {
    summary: 'Give held units back',
    may: 'account',
    in: Shape({ holdId: Id }),
    out: Empty,
  },
})

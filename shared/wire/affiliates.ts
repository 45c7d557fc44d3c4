import Type, { type Static } from 'typebox'
import {
  affiliateProductsMax,
  affiliateRateBpsMax,
  payoutNoteMax,
  priceAmountMax,
} from '../limits.ts'
import { Email } from './accounts.ts'
import {
  Currency,
  Day,
  Empty,
  Id,
  IdParam,
  Instant,
  Nullable,
  Page,
  PageQuery,
  Shape,
  Sum,
  Text,
  Via,
} from './base.ts'
import { routes } from './contract.ts'

/** Hundredths of a percent. */
const Rate = Type.Integer({ minimum: 1, maximum: affiliateRateBpsMax })
/** 0: nothing for anybody. */
const ProductRate = Type.Integer({ minimum: 0, maximum: affiliateRateBpsMax })
/** `open`: any account may join. `invited`: who is invited. `closed`: nobody new. */
const Entry = Type.Union([Type.Literal('open'), Type.Literal('invited'), Type.Literal('closed')])

const NewTerms = Shape({
  entry: Entry,
  rateBps: Rate,
  /** Products with a rate of their own; the others have the shop's. */
  products: Type.Array(Shape({ productId: Id, rateBps: ProductRate }), {
    maxItems: affiliateProductsMax,
  }),
})
export type NewTerms = Static<typeof NewTerms>

export const AffiliateTerms = Shape({
  entry: Entry,
  rateBps: Rate,
  products: Type.Array(Shape({ productId: Id, title: Type.String(), rateBps: ProductRate })),
  /** Until then what held before still holds; null: it holds now. */
  changesAt: Nullable(Instant),
})
export type AffiliateTerms = Static<typeof AffiliateTerms>

/** In one currency. earned = back + waiting + what is theirs for good, and that is paid + owed − over. */
const AffiliateSums = Shape({
  /** Paid orders. */
  orders: Type.Integer(),
  /** What was paid for their goods. */
  sold: Sum,
  earned: Sum,
  /** Taken back, because it was given back. */
  back: Sum,
  /** Not sent yet, or may still be given back. */
  waiting: Sum,
  owed: Sum,
  paid: Sum,
  /** Paid, and taken back after that: set off against what comes. */
  over: Sum,
})
export type AffiliateSums = Static<typeof AffiliateSums>

export const Affiliate = Shape({
  id: Id,
  displayName: Type.String(),
  /** Only of who was invited by it. */
  email: Nullable(Type.String()),
  /** Their own; null: the shop's. */
  rateBps: Nullable(Type.Integer()),
  changesAt: Nullable(Instant),
  joinedAt: Instant,
  endedAt: Nullable(Instant),
  sums: Type.Array(AffiliateSums),
})
export type Affiliate = Static<typeof Affiliate>

const ShopName = Shape({ id: Id, name: Type.String() })

export const Partnership = Shape({
  id: Id,
  merchant: ShopName,
  /** What makes a link theirs: `/s/SHOW?via=CODE`, `/h/MERCHANT?via=CODE`. */
  code: Type.String(),
  rateBps: Type.Integer(),
  joinedAt: Instant,
  endedAt: Nullable(Instant),
  sums: Type.Array(AffiliateSums),
})
export type Partnership = Static<typeof Partnership>

export const AffiliateOffer = Shape({ merchant: ShopName, rateBps: Type.Integer() })
export type AffiliateOffer = Static<typeof AffiliateOffer>

export const Invitation = Shape({
  id: Id,
  token: Type.String(),
  email: Nullable(Type.String()),
  createdAt: Instant,
  expiresAt: Instant,
})
export type Invitation = Static<typeof Invitation>

export const Payout = Shape({
  id: Id,
  amount: Sum,
  paidOn: Type.String(),
  note: Type.String(),
  at: Instant,
})
export type Payout = Static<typeof Payout>

/** What one show brought in one month of UTC. */
export const EarnedMonth = Shape({
  month: Type.String(),
  show: Nullable(Shape({ id: Id, title: Type.String() })),
  orders: Type.Integer(),
  sold: Sum,
  earned: Sum,
  /** What is left of it. */
  kept: Sum,
})
export type EarnedMonth = Static<typeof EarnedMonth>

/** Never who bought. */
export const EarnedOrder = Shape({
  /** Its own, here alone: not that of the order. */
  id: Type.String(),
  /** When it was paid. */
  at: Instant,
  goods: Type.Array(Shape({ title: Type.String(), quantity: Type.Integer() })),
  worth: Sum,
  earned: Sum,
  kept: Sum,
  state: Type.Union([Type.Literal('waiting'), Type.Literal('yours'), Type.Literal('back')]),
  /** When the time for returns is over; null: it is not sent yet. */
  endsAt: Nullable(Instant),
})
export type EarnedOrder = Static<typeof EarnedOrder>

const Token = Type.String({ pattern: '^[0-9a-f]{32}$' })

export const affiliateRoutes = routes({
  affiliateTerms: {
    method: 'GET',
    path: '/merchant/affiliates/terms',
    summary: 'On what terms my shop takes affiliates; null: it never did',
    may: 'account',
    reply: Shape({ terms: Nullable(AffiliateTerms) }),
    status: 200,
  },
  setAffiliateTerms: {
    method: 'PUT',
    path: '/merchant/affiliates/terms',
    summary:
      'Open my shop to affiliates, or change the terms: rates begin with the next minute, what is earned stays',
    may: 'account',
    body: NewTerms,
    reply: AffiliateTerms,
    status: 200,
  },
  affiliates: {
    method: 'GET',
    path: '/merchant/affiliates',
    summary: "My shop's affiliates, newest first, with what they brought and are owed",
    may: 'account',
    query: Shape(PageQuery),
    reply: Page(Affiliate),
    status: 200,
  },
  setAffiliateRate: {
    method: 'PUT',
    path: '/merchant/affiliates/:id/rate',
    summary: "One affiliate's own rate, from the next minute on; null: the shop's",
    may: 'owner',
    params: IdParam,
    body: Shape({ rateBps: Nullable(Rate) }),
    reply: Affiliate,
    status: 200,
  },
  endAffiliate: {
    method: 'POST',
    path: '/merchant/affiliates/:id/end',
    summary: 'End a partnership: no later order counts, what was earned stays owed',
    may: 'owner',
    params: IdParam,
    body: Type.Optional(Empty),
    reply: Affiliate,
    status: 200,
  },
  payAffiliate: {
    method: 'POST',
    path: '/merchant/affiliates/:id/payouts',
    summary: 'Write down that I paid an affiliate, never more than is owed; no money is moved here',
    may: 'owner',
    key: 'required',
    params: IdParam,
    body: Shape({
      amount: Shape({
        amount: Type.Integer({ minimum: 1, maximum: priceAmountMax }),
        currency: Currency,
      }),
      paidOn: Day,
      note: Text(0, payoutNoteMax),
    }),
    reply: Payout,
    status: 201,
  },
  affiliatePayouts: {
    method: 'GET',
    path: '/merchant/affiliates/:id/payouts',
    summary: 'What I paid an affiliate, newest first',
    may: 'owner',
    params: IdParam,
    query: Shape(PageQuery),
    reply: Page(Payout),
    status: 200,
  },
  affiliateInvitations: {
    method: 'GET',
    path: '/merchant/affiliates/invitations',
    summary: 'Invitations that nobody has taken yet, newest first',
    may: 'account',
    query: Shape(PageQuery),
    reply: Page(Invitation),
    status: 200,
  },
  inviteAffiliate: {
    method: 'POST',
    path: '/merchant/affiliates/invitations',
    summary:
      'Invite an affiliate by a link that is good once; with an address, only its account may use it',
    may: 'account',
    body: Shape({ email: Type.Optional(Email) }),
    reply: Invitation,
    status: 201,
  },
  withdrawInvitation: {
    method: 'DELETE',
    path: '/merchant/affiliates/invitations/:id',
    summary: 'Withdraw an invitation; also when it is gone',
    may: 'account',
    params: IdParam,
    status: 204,
  },
  affiliateOffer: {
    method: 'GET',
    path: '/hosts/:id/affiliates',
    summary: 'What a shop offers whoever joins its affiliates; null: it is not open to all',
    may: 'anyone',
    params: IdParam,
    reply: Shape({ offer: Nullable(AffiliateOffer) }),
    status: 200,
  },
  invitation: {
    method: 'GET',
    path: '/affiliates/invitations/:token',
    summary: 'What an invitation offers',
    may: 'anyone',
    params: Shape({ token: Token }),
    reply: AffiliateOffer,
    status: 200,
  },
  via: {
    method: 'GET',
    path: '/affiliates/vias/:code',
    summary: 'Whose shop a link with this code is good for now',
    may: 'anyone',
    params: Shape({ code: Via }),
    reply: Shape({ merchantId: Id }),
    status: 200,
  },
  joinAffiliates: {
    method: 'POST',
    path: '/affiliates',
    summary: 'Become an affiliate of an open shop, or by an invitation; once is enough',
    may: 'account',
    body: Type.Union([Shape({ merchantId: Id }), Shape({ token: Token })]),
    reply: Partnership,
    status: 201,
  },
  partnerships: {
    method: 'GET',
    path: '/me/affiliates',
    summary: 'Shops that I am an affiliate of, newest first, with what I earned',
    may: 'account',
    query: Shape(PageQuery),
    reply: Page(Partnership),
    status: 200,
  },
  leaveAffiliates: {
    method: 'POST',
    path: '/me/affiliates/:id/end',
    summary: 'End my side of a partnership; what I earned stays owed',
    may: 'owner',
    params: IdParam,
    body: Type.Optional(Empty),
    reply: Partnership,
    status: 200,
  },
  earnedMonths: {
    method: 'GET',
    path: '/me/affiliates/:id/months',
    summary: 'What I earned, by month of UTC and show, newest month first',
    may: 'owner',
    params: IdParam,
    query: Shape(PageQuery),
    reply: Page(EarnedMonth),
    status: 200,
  },
  earnedOrders: {
    method: 'GET',
    path: '/me/affiliates/:id/orders',
    summary: 'The orders that I brought, newest first: when, what, how much; never who',
    may: 'owner',
    params: IdParam,
    query: Shape(PageQuery),
    reply: Page(EarnedOrder),
    status: 200,
  },
  earnedPayouts: {
    method: 'GET',
    path: '/me/affiliates/:id/payouts',
    summary: 'What I was paid, newest first',
    may: 'owner',
    params: IdParam,
    query: Shape(PageQuery),
    reply: Page(Payout),
    status: 200,
  },
})

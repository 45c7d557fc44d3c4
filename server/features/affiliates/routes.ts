import type { affiliateRoutes as table } from '../../../shared/wire/affiliates.ts'
import type { Handlers } from '../../http/mount.ts'
import type { Affiliates } from './affiliates.ts'

export function affiliateRoutes(affiliates: Affiliates): Handlers<typeof table> {
  return {
    affiliateTerms: async ({ who }) => ({ terms: await affiliates.terms(who) }),
    setAffiliateTerms: ({ who, body }) => affiliates.setTerms(who, body),
    affiliates: ({ who, query }) => affiliates.list(who, query),
    setAffiliateRate: ({ who, params, body }) => affiliates.setRate(who, params.id, body.rateBps),
    endAffiliate: ({ who, params }) => affiliates.end(who, params.id),
    payAffiliate: ({ who, params, body, key }) => affiliates.pay(who, params.id, body, key),
    affiliatePayouts: ({ who, params, query }) => affiliates.payouts(who, params.id, query),
    affiliateInvitations: ({ who, query }) => affiliates.invitations(who, query),
    inviteAffiliate: ({ who, body }) => affiliates.invite(who, body),
    withdrawInvitation: ({ who, params }) => affiliates.withdraw(who, params.id),
    affiliateOffer: ({ params }) => affiliates.offer(params.id),
    invitation: ({ params }) => affiliates.invitation(params.token),
    via: ({ params }) => affiliates.via(params.code),
    joinAffiliates: ({ who, body }) => affiliates.join(who, body),
    partnerships: ({ who, query }) => affiliates.mine(who, query),
    leaveAffiliates: ({ who, params }) => affiliates.leave(who, params.id),
    earnedMonths: ({ who, params, query }) => affiliates.months(who, params.id, query),
    earnedOrders: ({ who, params, query }) => affiliates.orders(who, params.id, query),
    earnedPayouts: ({ who, params, query }) => affiliates.payouts(who, params.id, query),
  }
}

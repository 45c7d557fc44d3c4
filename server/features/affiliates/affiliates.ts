import { randomBytes } from 'node:crypto'
import { affiliateInvitationDays, affiliateInvitationsMax } from '../../../shared/limits.ts'
import type {
  Affiliate,
  AffiliateOffer,
  AffiliateTerms,
  affiliateRoutes,
  Invitation,
  NewTerms,
  Payout,
} from '../../../shared/wire/affiliates.ts'
import type { Body } from '../../../shared/wire/contract.ts'
import { fingerprint, newId } from '../../base/ids.ts'
import { invalid, notFound } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import type { PageQuery } from '../../store/page.ts'
import type { Postgres } from '../../store/postgres.ts'
import { createEarnings } from './earnings.ts'
import { byId } from './pages.ts'
import { days } from './rules.ts'
import {
  dropInvitation,
  offerOf,
  readAffiliate,
  readAffiliates,
  readInvitations,
  readOffer,
  readTerms,
  shopOfVia,
} from './store.ts'

type Needs = { pg: Pick<Postgres, 'rest'>; log: Log }
/** A field that does not fit what is there. */
type Misfit = { pointer: string; detail: string }
type Pay = Body<typeof affiliateRoutes.payAffiliate>

/** Rates that a shop ever had: an evening of changing one by the minute, for years. */
const ratesMax = 10_000

export type Affiliates = ReturnType<typeof createAffiliates>

/** Who is owed a share of what was sold. It only listens: the README has its law. */
export function createAffiliates({ pg, log }: Needs) {
  const sql = pg.rest

  return {
    terms: (who: Who): Promise<AffiliateTerms | null> => readTerms(sql, who.accountId),

    /** Nobody loses what was earned at the terms before. */
    async setTerms(who: Who, wanted: NewTerms): Promise<AffiliateTerms> {
      const named = new Set(wanted.products.map(({ productId }) => productId))
      if (named.size < wanted.products.length) throw invalid('/products', 'names a product twice.')
      const args = { ...wanted, merchant: who.accountId, ratesMax }
      const answer = await log.call<AffiliateTerms | Misfit>(sql, 'set_affiliate_terms_v1', args)
      if ('pointer' in answer) throw invalid(answer.pointer, answer.detail)
      return answer
    },

    async list(who: Who, query: PageQuery) {
      return byId(query, (slice) => readAffiliates(sql, who.accountId, { ...slice, days }))
    },

    async setRate(who: Who, id: string, rateBps: number | null): Promise<Affiliate> {
      const args = { id, merchant: who.accountId, rateBps, ratesMax }
      await log.call(sql, 'set_affiliate_rate_v1', args)
      return readAffiliate(sql, id, days)
    },

    /** No order that is placed after the answer counts; what was earned stays earned. */
    async end(who: Who, id: string): Promise<Affiliate> {
      await log.call(sql, 'end_affiliate_v1', { id, merchant: who.accountId })
      return readAffiliate(sql, id, days)
    },

    /** Never above what is owed at that moment, whoever presses and how often. */
    async pay(who: Who, id: string, { amount, paidOn, note }: Pay, key: string): Promise<Payout> {
      const bodyHash = fingerprint({ id, amount, paidOn, note })
      const what = { ...amount, paidOn, note, payoutId: newId() }
      const args = { ...what, id, merchant: who.accountId, key, bodyHash, days }
      const answer = await log.call<Payout | Misfit>(sql, 'pay_affiliate_v1', args)
      if ('pointer' in answer) throw invalid(answer.pointer, answer.detail)
      return answer
    },

    async invitations(who: Who, query: PageQuery) {
      return byId(query, (slice) => readInvitations(sql, who.accountId, slice))
    },

    /** Good once. Who is invited by an address is told so by letter, if they have an account. */
    invite(who: Who, { email }: { email?: string }): Promise<Invitation> {
      const token = randomBytes(16).toString('hex')
      const bounds = { days: affiliateInvitationDays, max: affiliateInvitationsMax }
      const args = { id: newId(), merchant: who.accountId, token, email: email ?? null, ...bounds }
      return log.call<Invitation>(sql, 'invite_affiliate_v1', args)
    },

    withdraw: (who: Who, id: string): Promise<void> => dropInvitation(sql, who.accountId, id),

    offer: async (merchant: string) => ({ offer: await readOffer(sql, merchant) }),

    async invitation(token: string): Promise<AffiliateOffer> {
      const offer = await offerOf(sql, token)
      if (!offer) throw notFound('invitation')
      return offer
    },

    async via(code: string): Promise<{ merchantId: string }> {
      const merchantId = await shopOfVia(sql, code)
      if (merchantId === null) throw notFound('link')
      return { merchantId }
    },

    ...createEarnings({ pg, log }),
  }
}

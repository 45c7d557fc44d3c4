import { logChecks } from '../events/audit.ts'
import { affiliateChecks } from '../features/affiliates/audit.ts'
import { auctionChecks } from '../features/auctions/audit.ts'
import { giveawayChecks } from '../features/giveaways/audit.ts'
import { stockChecks } from '../features/inventory/audit.ts'
import { lineChecks } from '../features/line/audit.ts'
import { moderationChecks } from '../features/moderation/audit.ts'
import { moneyChecks } from '../features/orders/audit.ts'
import { pollChecks } from '../features/polls/audit.ts'
import { codeChecks } from '../features/promotions/audit.ts'
import { returnChecks } from '../features/returns/audit.ts'
import type { Check } from '../store/check.ts'

/** What a sound shop's rows keep, by subject. */
export const subjects: Record<string, Check[]> = {
  'Stock, offers and holds': stockChecks,
  'Lines for what is sold out': lineChecks,
  Auctions: auctionChecks,
  'Orders and money': moneyChecks,
  'Discount codes': codeChecks,
  Returns: returnChecks,
  Affiliates: affiliateChecks,
  Polls: pollChecks,
  Giveaways: giveawayChecks,
  'The log of every show': logChecks,
  'Moderation and roles': moderationChecks,
}
export const allChecks = Object.values(subjects).flat()

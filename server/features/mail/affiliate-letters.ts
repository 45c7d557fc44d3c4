import { toText as money } from '../../../shared/domain/money.ts'
import type { Money } from '../../../shared/wire/base.ts'
import type { Draft } from './letters.ts'

export type AffiliateFacts = {
  'affiliate-invited': { shop: string; token: string; rateBps: number; until: string }
  'affiliate-paid': { shop: string; amount: Money; paidOn: string; note: string }
}

const days = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', timeZone: 'UTC' })
const onDay = (instant: string) => days.format(Date.parse(instant))

/** What affiliates hear. */
export const affiliateDrafts: {
  [K in keyof AffiliateFacts]: (facts: AffiliateFacts[K], publicUrl: string) => Draft
} = {
  'affiliate-invited': ({ shop, token, rateBps, until }, publicUrl) => ({
    subject: `${shop} invites you to its affiliates`,
    lines: [
      `Show people what ${shop} sells, and ${rateBps / 100}% of what they buy by your link is yours.`,
      { link: `${publicUrl}/affiliates/${token}`, words: 'See the invitation' },
      `It is for you alone, until ${onDay(until)}. If you do not want it, do nothing.`,
    ],
  }),
  'affiliate-paid': ({ shop, amount, paidOn, note }, publicUrl) => ({
    subject: `${shop} has paid you ${money(amount)}`,
    lines: [
      `${shop} says that ${money(amount)} of what you earned was paid to you on ${onDay(paidOn)}.`,
      ...(note === '' ? [] : [`“${note}”`]),
      'If it does not arrive, ask the shop: the money does not pass through here.',
      { link: `${publicUrl}/earnings`, words: 'See your earnings' },
    ],
  }),
}

import type { Money } from '../../../shared/wire/base.ts'
import type { Return } from '../../../shared/wire/returns.ts'
import type { Draft, Line } from './letters.ts'

export type ReturnFacts = { return: Return; to: 'buyer' | 'merchant' | 'house'; step: string }
type Written = (sum: Money) => string
type Told = { subject: string; says: string[] }

/** What a step of a return says to the side that did not take it. */
export function returnDraft(facts: ReturnFacts, publicUrl: string, written: Written): Draft {
  const { return: it, to } = facts
  const step = it.steps.findLast(({ step }) => step === facts.step)
  const tell = letters[facts.step]
  if (tell === undefined) throw new Error(`no letter tells of ${facts.step}`)
  const { subject, says } = tell({
    it,
    to,
    order: `order ${it.number}`,
    shop: it.merchant.name,
    buyer: it.buyer.displayName,
    until: it.dueAt === null ? '' : onDay(it.dueAt),
    sum: step?.amount ? written(step.amount) : null,
    byTime: step?.by === 'time',
    written,
  })
  const words = step?.words ?? null
  const goods = it.items.map(({ quantity, title }): [string, string] => [
    `${quantity} × ${title}`,
    '',
  ])
  return {
    subject,
    lines: [
      ...says,
      ...(words === null ? [] : [`“${words}”`]),
      { rows: goods },
      linkFor(it, to, publicUrl),
    ],
  }
}

/** What a step is told with. */
type Say = {
  it: Return
  to: ReturnFacts['to']
  order: string
  shop: string
  buyer: string
  /** The day by which the next thing happens. */
  until: string
  /** What the step gave back. */
  sum: string | null
  byTime: boolean
  written: Written
}

const letters: Record<string, (say: Say) => Told> = {
  asked: ({ order, buyer, it, until }) => ({
    subject: `A return of ${order} waits for your answer`,
    says: [`${buyer} ${reasons[it.reason]}. Answer by ${until}: after that it counts as accepted.`],
  }),
  accepted: ({ to, order, shop, it, until, byTime }) =>
    to === 'merchant'
      ? {
          subject: `The return of ${order} is accepted`,
          says: [
            'It was not answered in time, so it counts as accepted. It comes to your address.',
          ],
        }
      : {
          subject: `You can send it back: ${order}`,
          says: [
            byTime
              ? `${shop} did not answer in time, so your return is accepted.`
              : `${shop} takes it back.`,
            `Send it by ${until} to: ${it.sendTo}. Then say so on the page of the order.`,
          ],
        },
  refused: ({ order, shop, until }) => ({
    subject: `The return of ${order} was refused`,
    says: [
      `${shop} does not take it back. You can ask the house to decide until ${until}.`,
      'The shop says:',
    ],
  }),
  sent: ({ order, buyer, it, until }) => ({
    subject: `A parcel of ${order} is on its way back`,
    says: [
      `${buyer} has sent it${parcel(it)}. Say by ${until} that it came: after that the house can be asked.`,
    ],
  }),
  refunded: ended,
  received: ended,
  withdrawn: ({ order, buyer }) => ({
    subject: `A return of ${order} was withdrawn`,
    says: [`${buyer} has taken it back. There is nothing to do.`],
  }),
  closed: ({ order, to, buyer }) => ({
    subject: `The return of ${order} is closed`,
    says: [`${to === 'buyer' ? 'You' : buyer} did not send it back in time.`],
  }),
  disputed: ({ order, to, buyer, shop, until, byTime }) => ({
    subject: `The house is asked about ${order}`,
    says: [
      byTime ? unconfirmed({ to, buyer, shop, until }) : asksTheHouse({ to, buyer, shop, until }),
    ],
  }),
  answered: ({ order, shop }) => ({
    subject: `${shop} has answered about ${order}`,
    says: ['The house has both sides now, and decides.'],
  }),
  decided: ({ order, sum }) => ({
    subject: `The house has decided about ${order}`,
    says: [
      sum === null
        ? 'Nothing more is given back. That is final.'
        : `${sum} goes back to the card it came from. That is final.`,
    ],
  }),
}

type Sides = Pick<Say, 'to' | 'buyer' | 'shop' | 'until'>

function asksTheHouse({ to, buyer, shop, until }: Sides): string {
  return to === 'house'
    ? `${buyer} and ${shop} do not agree about a return. Read both sides and decide.`
    : `${buyer} asks the house to decide. Say your side by ${until}.`
}

/** Of a parcel on its way back that nobody spoke of any more. */
function unconfirmed({ to, buyer, shop, until }: Sides): string {
  if (to === 'merchant') {
    return `You did not say that the parcel came, so the house decides. Say your side by ${until}.`
  }
  return to === 'buyer'
    ? `${shop} did not say that your parcel came, so the house decides. There is nothing to do.`
    : `${shop} did not say that a parcel of ${buyer} came back. Read both sides and decide.`
}

/** The shop, or time, has ended it: with all that was paid, with less, or with nothing. */
function ended({ it, to, order, shop, until, sum, byTime, written }: Say): Told {
  const says = [
    sum === null
      ? nothingMore(it, shop)
      : `${sum} of ${written(it.paid)} paid for it goes to the card it came from, which takes the bank a few days.`,
  ]
  if (byTime) says.unshift('The return was not answered in time.')
  if (to === 'buyer' && it.left.amount > 0) {
    says.push(`If that is not right, you can ask the house to decide until ${until}.`)
  }
  const subject =
    sum === null ? `The return of ${order} has ended` : `${sum} of ${order} is on its way back`
  return { subject, says }
}

const nothingMore = ({ left }: Return, shop: string) =>
  left.amount === 0 ? 'All of its money went back before.' : `${shop} gives nothing back.`

const reasons: Record<Return['reason'], string> = {
  'changed-mind': 'has had a change of mind',
  damaged: 'says that it came damaged',
  wrong: 'says that something else came',
  'not-as-described': 'says that it is not as you described it',
  'never-came': 'says that it never came',
}

const parcel = ({ carrier, trackingNumber }: Return) =>
  [carrier && ` with ${carrier}`, trackingNumber && `, number ${trackingNumber}`]
    .filter(Boolean)
    .join('')

const days = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', timeZone: 'UTC' })
const onDay = (instant: string) => days.format(Date.parse(instant))

function linkFor({ orderId }: Return, to: ReturnFacts['to'], publicUrl: string): Line {
  if (to === 'buyer') return { link: `${publicUrl}/orders/${orderId}`, words: 'See the order' }
  if (to === 'house') return { link: `${publicUrl}/shop/disputes`, words: 'See both sides' }
  return { link: `${publicUrl}/shop?tab=returns&order=${orderId}`, words: 'See the return' }
}

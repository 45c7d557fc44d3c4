import { toText as money } from '../../../shared/domain/money.ts'
import type { Money } from '../../../shared/wire/base.ts'
import type { Order } from '../../../shared/wire/orders.ts'
import { escaped } from '../../base/markup.ts'
import { type AffiliateFacts, affiliateDrafts } from './affiliate-letters.ts'
import { type ReturnFacts, returnDraft } from './return-letter.ts'

type AuctionFacts = { showId: string; title: string; price: Money; minutes: number }

/** What each letter needs to know: written with the change it tells of. */
export type Facts = AffiliateFacts & {
  password: { link: string }
  'order-confirmed': { order: Order; merchant: string }
  'order-shipped': { order: Order; merchant: string }
  'order-refunded': { order: Order; merchant: string; amount: Money }
  'paid-too-late': { order: Order; merchant: string; amount: Money }
  return: ReturnFacts
  'webhook-off': { host: string }
  'auction-won': AuctionFacts
  'auction-offered': AuctionFacts
  'giveaway-won': { showId: string; title: string; minutes: number }
  'show-begins': { showId: string; title: string; host: string }
  'show-canceled': { showId: string; title: string; host: string }
  'show-followed': { showId: string; title: string; host: string; token: string }
}
export type Kind = keyof Facts

/** `end`: where a mail program's own button, or a hand, ends letters like this one. */
export type Letter = { subject: string; text: string; html: string; end?: string }

/** A line of a letter: a paragraph, a table of sums, or a link with its words. */
export type Line = string | { rows: [string, string][] } | { link: string; words: string }
export type Draft = { subject: string; lines: Line[]; end?: string }

const drafts: { [K in Kind]: (facts: Facts[K], publicUrl: string) => Draft } = {
  password: ({ link }) => ({
    subject: 'Choose a new password',
    lines: [
      'Somebody, we think you, asked for a new password.',
      { link, words: 'Choose a new password' },
      'The link works once, for one hour. If it was not you, do nothing: your password stays as it is.',
    ],
  }),
  'order-confirmed': ({ order, merchant }, publicUrl) => ({
    subject: `Order ${order.number} is ${paidWord(order)}`,
    lines: [
      `It is yours. Order ${order.number} is ${paidWord(order)}, and ${merchant} is getting it ready.`,
      bill(order),
      `It goes to ${address(order)}.`,
      orderLink(order, publicUrl),
    ],
  }),
  'order-shipped': ({ order, merchant }, publicUrl) => ({
    subject: `Order ${order.number} is on its way`,
    lines: [
      `${merchant} has sent order ${order.number} with ${order.carrier}. Tracking number: ${order.trackingNumber}.`,
      goods(order),
      `It goes to ${address(order)}.`,
      orderLink(order, publicUrl),
    ],
  }),
  'order-refunded': ({ order, merchant, amount }, publicUrl) => ({
    subject: `${money(amount)} of order ${order.number} is on its way back`,
    lines: [
      `${merchant} has given back ${money(amount)} of order ${order.number}. It goes to the card you paid with, which takes your bank a few days.`,
      orderLink(order, publicUrl),
    ],
  }),
  'paid-too-late': ({ order, amount }, publicUrl) => ({
    subject: `Order ${order.number} was paid too late`,
    lines: [
      `Your payment for order ${order.number} came after the time to pay, and what you had held had gone.`,
      `All of it, ${money(amount)}, is on its way back to your card. There is nothing for you to do.`,
      orderLink(order, publicUrl),
    ],
  }),
  ...affiliateDrafts,
  return: (facts, publicUrl) => returnDraft(facts, publicUrl, money),
  'webhook-off': ({ host }, publicUrl) => ({
    subject: `${host} takes no news of your shop`,
    lines: [
      `For three days ${host} took nothing that was sent to it, so this webhook is off now.`,
      'Mend it and switch it on again. What it missed stands in the list, and in your orders.',
      { link: `${publicUrl}/shop/connections`, words: 'See the webhook' },
    ],
  }),
  'auction-won': ({ showId, title, price, minutes }, publicUrl) => ({
    subject: `You won ${title} for ${money(price)}`,
    lines: [
      `${title} was sold to you at auction, for ${money(price)}. It lies in your bag for ${minutes} minutes; pay in that time and it is yours.`,
      { link: `${publicUrl}/s/${showId}?bag`, words: 'Open the bag' },
    ],
  }),
  'auction-offered': ({ showId, title, price, minutes }, publicUrl) => ({
    subject: `${title} can be yours for ${money(price)}`,
    lines: [
      `Whoever won ${title} at auction did not pay, and your bid is next: ${money(price)}. It lies in your bag for ${minutes} minutes; pay in that time and it is yours.`,
      { link: `${publicUrl}/s/${showId}?bag`, words: 'Open the bag' },
    ],
  }),
  'giveaway-won': ({ showId, title, minutes }, publicUrl) => ({
    subject: `You won ${title}`,
    lines: [
      `${title} was given away, and the draw fell on you. It lies in your bag for ${minutes} minutes and costs nothing; say where to send it in that time and it is yours.`,
      { link: `${publicUrl}/s/${showId}?bag`, words: 'Open the bag' },
    ],
  }),
  'show-begins': ({ showId, title, host }, publicUrl) => ({
    subject: `${title} begins now`,
    lines: [
      `${host} is live. You asked to be told.`,
      { link: `${publicUrl}/s/${showId}`, words: 'Watch the show' },
    ],
  }),
  'show-canceled': ({ title, host }, publicUrl) => ({
    subject: `${title} was canceled`,
    lines: [
      `${host} called the show off that you wanted to be reminded of. There will be no other letter about it.`,
      { link: publicUrl, words: 'See other shows' },
    ],
  }),
  'show-followed': ({ showId, title, host, token }, publicUrl) => {
    const end = `${publicUrl}/letters/${token}`
    return {
      subject: `${host} is live: ${title}`,
      lines: [
        `${host}, whom you follow, is live now.`,
        { link: `${publicUrl}/s/${showId}`, words: 'Watch the show' },
        `You get at most one of these letters a day from ${host}.`,
        { link: end, words: `Unfollow ${host}` },
      ],
      end,
    }
  },
}

/** The letter of a row, as text and as simple HTML: no pictures, nothing loaded from anywhere. */
export function letter<K extends Kind>(kind: K, facts: Facts[K], publicUrl: string): Letter {
  const { subject, lines, ...more } = drafts[kind](facts, publicUrl)
  return {
    subject,
    text: `${lines.map(asText).join('\n\n')}\n`,
    html: page(subject, lines),
    ...more,
  }
}

export function isKind(kind: string): kind is Kind {
  return Object.hasOwn(drafts, kind)
}

/** What was given away was never paid. */
const paidWord = ({ total }: Order) => (total.amount === 0 ? 'placed' : 'paid')

function bill(order: Order): Line {
  const rows: [string, string][] = items(order).map(({ words, sum }) => [words, money(sum)])
  rows.push(['Delivery', order.shipping.amount === 0 ? 'Free' : money(order.shipping)])
  if (order.discount.amount > 0) {
    rows.push([
      order.code ? `Discount (${order.code})` : 'Discount',
      money({ ...order.discount, amount: -order.discount.amount }),
    ])
  }
  return { rows: [...rows, ['Total', money(order.total)]] }
}

function goods(order: Order): Line {
  return { rows: items(order).map(({ words }) => [words, '']) }
}

function items(order: Order): { words: string; sum: Money }[] {
  return order.items.map(({ quantity, title, price }) => ({
    words: `${quantity} × ${title}`,
    sum: { ...price, amount: price.amount * quantity },
  }))
}

function address({ shippingAddress: to }: Order): string {
  const city = [to.postalCode, to.city].join(' ')
  return [to.name, to.line1, to.line2, city, to.region, to.country].filter(Boolean).join(', ')
}

function orderLink({ id }: Order, publicUrl: string): Line {
  return { link: `${publicUrl}/orders/${id}`, words: 'See the order' }
}

function asText(line: Line): string {
  if (typeof line === 'string') return line
  if ('link' in line) return `${line.words}: ${line.link}`
  return line.rows.map(([what, sum]) => (sum ? `${what}: ${sum}` : what)).join('\n')
}

function page(subject: string, lines: Line[]): string {
  const body = lines.map(asHtml).join('\n')
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
<body style="margin:0 auto;padding:24px;max-width:34em;font:16px/1.5 sans-serif;color:#16211d">
${body}
</body></html>
`
}

function asHtml(line: Line): string {
  if (typeof line === 'string') return `<p>${escaped(line)}</p>`
  if ('link' in line) {
    return `<p><a href="${escaped(line.link)}" style="color:#0e5a46">${escaped(line.words)}</a></p>`
  }
  const rows = line.rows.map(
    ([what, sum]) => `<tr><td>${escaped(what)}</td><td align="right">${escaped(sum)}</td></tr>`,
  )
  return `<table role="presentation" width="100%">${rows.join('')}</table>`
}

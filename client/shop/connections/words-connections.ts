import type { NewsType, Webhook } from '../../../shared/wire/hooks.ts'
import { speaker } from '../../ui/speak.ts'

/** Words about webhooks, for merchants. */
const en = {
  connections: 'Connections',
  failed: 'Connections did not load',
  'none.title': 'Nothing is connected yet',
  'none.help':
    'A webhook tells your own server, your ERP or your shipping software what happens in your shop.',
  'to.connections': 'See connections',
  add: 'Add a webhook',
  'add.do': 'Add',
  adding: 'Adding',
  'no.such': 'This webhook is not there any more',
  address: 'Address',
  'address.help': 'An https address of yours that takes POST requests.',
  'address.hint': 'https://erp.example.com/vitrine',
  'address.none': 'Say where to send it.',
  'types.title': 'What to send',
  'types.none': 'Choose at least one.',
  save: 'Save changes',
  unchanged: 'Nothing changed',
  saving: 'Saving',
  saved: '**Saved.**',
  secret: 'Signing secret',
  'secret.help': 'Keep it now: it is not shown again. With it your server knows that we sent it.',
  'secret.new': 'New secret',
  'secret.making': 'Making',
  'secret.about': 'The old one goes on for a day beside a new one.',
  to: 'Go to the webhook',
  open: 'Open {host}',
  kinds: { one: '{n} kind of news', other: '{n} kinds of news' },
  on: 'On',
  off: 'Off',
  gone: 'Off',
  failing: 'Off',
  'off.owner': 'It is off: nothing is sent.',
  'off.gone': 'It answered 410, which means that it wants nothing more, so it is off.',
  'off.failing': 'It took nothing for three days, so it is off.',
  'switch.on': 'Switch on',
  'switch.off': 'Switch off',
  switching: 'Switching',
  'switch.off.ask': 'Nothing more is sent, and what waits is dropped.',
  remove: 'Remove',
  removing: 'Removing',
  'remove.ask': 'It and its deliveries leave this list for good.',
  removed: '**The webhook is removed.**',
  no: 'Keep it',
  test: 'Send a test',
  testing: 'Sending',
  deliveries: 'Deliveries',
  'deliveries.failed': 'Deliveries did not load',
  'deliveries.none': 'Nothing was sent yet',
  'deliveries.none.help': 'Send a test and see what your server says.',
  waiting: 'Waits',
  delivered: 'Delivered',
  'not.delivered': 'Failed',
  answered: 'Answered {status}',
  'tried.never': 'Goes out now',
  tries: { one: '{n} try', other: '{n} tries' },
  next: 'next try: {when}',
  again: 'Send again',
  'again.label': 'Send again: {type}',
  sending: 'Sending',
  what: 'What was sent',
  'what.answer': 'What came back',
  'no.answer': 'No answer: {why}',
  'answer.empty': '(nothing)',
} as const

export const w = speaker(en)

/** In the order in which they are offered. */
export const newsWords: Record<NewsType, string> = {
  'order.paid': 'An order is paid',
  'order.shipped': 'An order is sent',
  'order.refunded': 'Money of an order goes back',
  'order.canceled': 'An unpaid order is given up',
  'return.opened': 'A return is asked for',
  'return.closed': 'A return has ended',
  'stock.changed': 'Stock changes; at most every five seconds for each variant',
  'show.started': 'A show begins',
  'show.ended': 'A show ends',
}

export const allNews = Object.keys(newsWords) as NewsType[]

export const whyOff = (off: NonNullable<Webhook['off']>) => w(`off.${off}`)

/** What of an address is worth a line: it may go on with a key. */
export const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : url)

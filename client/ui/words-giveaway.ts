import { speaker } from './speak.ts'

/** Words about giveaways, for everybody in a show. */
const en = {
  giveaway: 'Giveaway',
  'title.of': 'Giveaway: {title}',
  hide: 'Hide the giveaway',
  'in.none': 'Nobody is in yet',
  in: { one: '1 is in', other: '{n} are in' },
  ends: 'draw in',
  enter: 'Enter for free',
  entering: 'Entering',
  'you.in': 'You are in, ticket {n}',
  'sign.in': '**Sign in to enter.** It is free, and you come back to this second.',
  drawing: 'Drawing',
  'not.yours': 'You run this show',
  'won.by': {
    one: '{name} won, the only one in.',
    other: '{name} won with ticket {number}, of {n}.',
  },
  'won.by.you': '**It is yours.** Tell us where to send it by {time}.',
  claim: 'Say where to send it',
  'claim.now': 'Send it to me',
  claiming: 'Sending word',
  claimed: '**It is yours.** The shop gets it ready.',
  'your.ticket': 'You had ticket {n}.',
  empty: 'Nobody entered.',
  off: 'The giveaway was called off.',
  'won.you': 'You won. Tell us where to send it.',
  lost: '**Your time to claim it is over.** {title} is back on the shelf.',
  'paid.free': 'Order **{number}** costs you nothing. The shop gets it ready.',
  check: 'Check the draw',
  'check.right': '**The draw is right.** Ticket {n} won.',
  'check.wrong': '**The draw is not right:** {why}.',
  'check.other': 'the record names ticket {n}, and the draw ticket {drawn}',
  'check.missing': 'your ticket is not in the list as you got it',
  'check.help':
    'Your browser has made the draw again. The shop chose a secret before anybody was in and showed its hash; the secret, mixed with the list of all tickets, names the winner.',
  'check.failed': 'The record of the draw did not come.',
  'check.cannot': 'this browser cannot compute it here. Open the record, or the page over https',
  promised: 'Hash, shown at the beginning',
  secret: 'Secret, told at the end',
  list: 'Hash of the list of tickets',
  yours: 'Your line in the list',
  record: 'The whole record',
  'say.opened': 'Giveaway: {title}. Entering is free.',
} as const

export const w = speaker(en)

import { speaker } from '../../ui/speak.ts'

/** Words about auctions, for who runs a show. */
const en = {
  open: 'Auction one',
  title: 'Auction: {title}',
  help: 'One unit leaves the shelf at once. Whoever bids most when the clock is at its end gets it, and has 10 minutes to pay.',
  variant: 'Which one',
  opening: 'Opening bid',
  'opening.bad': 'A price like {price}.',
  step: 'Each bid adds at least',
  'step.bad': 'A sum like {price}.',
  runs: 'Runs for',
  late: 'A late bid sets the clock back to',
  sudden: 'Sudden death',
  'late.help': 'With sudden death the last bid in time wins, however late it comes.',
  s: '{n} s',
  min: '{n} min',
  start: 'Open the auction',
  starting: 'Opening',
  opened: '**{title} is at auction,** from {price}.',
  'runs.none': '**{title}** · no bid yet, from {price}',
  'runs.led': {
    one: '**{title}** · **{price}**, 1 bid, led by {name}',
    other: '**{title}** · **{price}**, {n} bids, led by {name}',
  },
  deciding: 'Time is up',
  cancel: 'Cancel',
  'cancel.ask': 'Cancel the auction of {title}?',
  'cancel.bids': {
    one: 'One bid was made. Nobody wins, and the unit goes back on the shelf. This cannot be taken back.',
    other:
      '{n} bids were made. Nobody wins, and the unit goes back on the shelf. This cannot be taken back.',
  },
  'cancel.none': 'The unit goes back on the shelf. This cannot be taken back.',
  'cancel.yes': 'Cancel the auction',
  'cancel.no': 'Let it run',
  canceling: 'Canceling',
  canceled: '**The auction is canceled.** The unit is back on the shelf.',
  sold: '**Sold to {name}** for {price}: {title}. They have 10 minutes to pay.',
  unpaid: '**{name} did not pay** for {title}. The unit is back on the shelf.',
  offered: '**{title} is offered to {name}** for {price}. They have 10 minutes to pay.',
  offer: 'Offer it to {name} for {price}',
  offering: 'Offering it',
  unsold: '**Nobody bid** for {title}. The unit is back on the shelf.',
  again: 'Auction again',
  close: 'Close',
} as const

export const g = speaker(en)

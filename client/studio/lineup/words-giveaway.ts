import { speaker } from '../../ui/speak.ts'

/** Words about giveaways, for who runs a show. */
const en = {
  open: 'Give one away',
  title: 'Give away: {title}',
  help: 'One unit leaves the shelf at once. Anybody with an account may enter once, for free; the server draws. The winner has 30 minutes to say where to send it, and you pay for sending it.',
  runs: 'Draws after',
  start: 'Open the giveaway',
  starting: 'Opening',
  opened: '**{title} is being given away.** Everybody can enter now.',
  in: { one: '**{title}** · 1 is in', other: '**{title}** · {n} are in' },
  drawing: 'Drawing',
  draw: 'Draw now',
  drew: '**The draw is made.**',
  cancel: 'Cancel',
  'cancel.ask': 'Cancel the giveaway of {title}?',
  'cancel.in': {
    one: 'One is in. Nobody wins, and the unit goes back on the shelf. This cannot be taken back.',
    other:
      '{n} are in. Nobody wins, and the unit goes back on the shelf. This cannot be taken back.',
  },
  'cancel.none': 'The unit goes back on the shelf. This cannot be taken back.',
  'cancel.yes': 'Cancel the giveaway',
  'cancel.no': 'Let it run',
  canceling: 'Canceling',
  canceled: '**The giveaway is canceled.** The unit is back on the shelf.',
  won: '**{name} won** {title}, ticket {n}. They have 30 minutes to say where to send it.',
  unclaimed: '**{name} did not claim** {title}. The unit is back on the shelf.',
  empty: '**Nobody entered** for {title}. The unit is back on the shelf.',
  close: 'Close',
} as const

export const v = speaker(en)

import { speaker } from '../ui/speak.ts'

/** The replay's own words. */
const en = {
  badge: 'Replay',
  scrub: 'Moment of the show',
  'scrub.value': '{time} of {of}',
  'scrub.value.with': '{time} of {of}, {title}',
  'jump.to': 'Jump to {no}, {title}, {time}',
  moments: 'Moments',
  'moments.none': 'Nothing was pinned in this show.',
  'moment.pinned': 'Shown',
  'moment.pinned.at': 'Shown for {price}',
  'moment.sale': 'Flash sale, {price} instead of {was}',
  'moment.auction': 'Sold at auction for {price}',
  'moment.sold-out': 'Sold out',
  'moment.gap': 'The host was away for {span}',
  'watch.at': 'Watch at {time}',
  'then.now': '**{then}** in the show, **{now}** now',
  'then.same': 'Same price as in the show',
  'not.sold': 'Not on sale',
  'talk.over': 'The talk as it was in the show.',
  'no.picture': 'The recording does not play here. The goods are still for sale.',
  making: 'The replay is being made. {percent}',
  'making.plain': 'The replay is being made.',
  again: 'Watch again',
} as const

export const t = speaker(en)

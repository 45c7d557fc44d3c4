import { speaker } from '../ui/speak.ts'

/** Words about discount codes, for buyers. */
const en = {
  title: 'Discount code',
  add: 'Add',
  apply: 'Use it',
  applying: 'Looking',
  remove: 'Remove',
  'remove.this': 'Remove {code}',
  none: 'There is no such code here.',
  least: '{sum} is always left to pay.',
  off: '{off} off',
  from: 'from {sum}',
  until: 'until {when}',
  some: 'on some pieces',
  here: 'Code of this show',
  kept: 'In your bag',
  'kept.told': '**{code} is in your bag.** It is taken off when you pay.',
}

export const c = speaker(en)

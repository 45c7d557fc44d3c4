import { speaker } from '../../ui/speak.ts'

/** Words about showing a discount code. */
const en = {
  open: 'Code',
  'open.label': 'Show a discount code',
  title: 'Show a code',
  help: 'Everybody in the show sees it, and takes it with one tap.',
  off: '{off} off',
  left: '{n} of {of} used',
  uses: { one: 'used once', other: 'used {n} times' },
  elsewhere: 'only in another show',
  show: 'Show {code}',
  shown: '**{code} is before everybody.** {off} off.',
  hide: 'Take down',
  hidden: '**{code} is down.** Who has it in the bag keeps it.',
  none: 'No code is running',
  'none.help': 'Make one at your shop’s desk, then show it here.',
  make: 'Make a code',
  failed: 'Your codes did not load',
} as const

export const d = speaker(en)

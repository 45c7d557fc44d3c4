import { speaker } from './speak.ts'

/** Words about the line for what is sold out. */
const en = {
  join: 'Get in line',
  'join.of': 'Get in line for {title}',
  joining: 'Getting in line',
  help: 'You get a number. Units that come back go to the line, lowest number first.',
  waiting: { one: '1 person is in line.', other: '{n} people are in line.' },
  number: 'No. {n}',
  'number.of': 'No. {n} in line for {title}',
  yours: 'Your number',
  ahead: { one: 'At most 1 ahead of you', other: 'At most {n} ahead of you' },
  next: 'You are next',
  stay: 'When it is your turn, one is held for you here.',
  leave: 'Leave the line',
  leaving: 'Leaving',
  served: '**It is your turn.** {title} is held for you until {time}.',
  over: '**The line for {title} has ended.** It is not on offer as it was.',
  limit:
    '**Your place in line for {title} has ended.** You have as many as one person can buy here.',
  'no.there': '**There is one now.** No need to wait.',
  'no.full': '**This line is full.**',
  'no.many': '**You wait in as many lines as one person can.** Leave one of them first.',
  wait: { one: '**1** in line', other: '**{n}** in line' },
} as const

export const l = speaker(en)

import { speaker } from './speak.ts'

/** Words about a poll, for whoever sees its result. */
const en = {
  poll: 'Poll',
  hide: 'Hide the poll',
  share: '{n} %',
  mine: 'your answer',
  votes: { one: '1 vote', other: '{n} votes' },
  ends: 'ends in',
  closed: 'closed',
  asked: 'Poll: {question}',
  over: 'Poll closed. {answer}: {share} of {n}.',
  'over.tie': 'Poll closed. {answer}, each {share} of {n}.',
  'over.none': 'Poll closed. Nobody answered.',
} as const

export const p = speaker(en)

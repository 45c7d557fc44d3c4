import { speaker } from '../../ui/speak.ts'

/** Words about asking the room. */
const en = {
  open: 'Poll',
  'open.label': 'Poll: ask the room',
  title: 'Ask the room',
  help: 'Everybody answers once, with one tap.',
  question: 'Question',
  'question.none': 'Write a question.',
  answer: 'Answer {n}',
  'answer.more': 'Answer {n}, if you like',
  'answer.none': 'Two answers are needed.',
  'answer.same': 'This is there already.',
  runs: 'Open for',
  'runs.hand': 'Until I close it',
  'n.min': '{n} min',
  ask: 'Ask',
  asking: 'Asking',
  asked: '**Your poll is before everybody.**',
  close: 'Close',
  closed: '**The poll is closed.** Everybody sees the result.',
  hide: 'Hide',
} as const

export const d = speaker(en)

import { speaker } from '../ui/speak.ts'

/** What the host reads about the replay, after the show. */
const en = {
  title: 'Replay',
  none: 'This show was not recorded',
  'none.help': 'There is no replay. Orders and holds run on.',
  making: 'The replay is being made',
  'making.percent': 'The replay is being made. {percent}',
  'making.help': 'It takes a minute or two. You may close this page.',
  long: '{span} long',
  'long.cut': '{span} long, cut',
  problem: 'The recording is not put away yet. It is tried again by itself.',
  watch: 'Watch it',
  seconds: 'What viewers saw',
  show: 'Everybody can watch it',
  'show.done': '**The replay is open.** Everybody can watch it.',
  'hide.done':
    '**The replay is hidden.** Nobody but your staff sees it, and nothing is sold in it.',
  sell: 'Sell in the replay, at the prices of today',
  'sell.done': '**The line-up is on sale in the replay,** at the prices of today.',
  'sell.off.done': '**Nothing is sold in the replay any more.** Holds and orders stand.',
  cut: 'Beginning and end',
  'cut.help':
    'Play to where it should begin or end, then press. What is cut off is not shown to anybody.',
  'cut.begin': 'Begin here',
  'cut.end': 'End here',
  'cut.from.to': 'From {from} to {to}',
  'cut.save': 'Cut to {span}',
  cutting: 'Cutting',
  'cut.done': '**Cut.** The replay is {span} long.',
  'cut.undo': 'Show all of it',
  'cut.undo.done': '**All of it is shown again.**',
  preview: 'Preview of the replay',
  delete: 'Delete the recording',
  'delete.ask': 'Delete the recording for good?',
  'delete.help':
    'The replay closes at once and cannot come back. Orders and the log of the show stay.',
  'delete.yes': 'Delete it',
  'delete.no': 'Keep it',
  deleting: 'Deleting',
  'delete.done': '**The recording is deleted.**',
} as const

export const t = speaker(en)

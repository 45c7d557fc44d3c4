import type { Mutant } from './list.ts'

const giveaways = 'server/features/giveaways/giveaways.sql'
const entries = 'server/features/giveaways/enter.sql'
const ownTests = 'server/features/giveaways/giveaways.test.ts'
const drawTests = 'shared/domain/draw.test.ts'
const raceTests = 'test/races/giveaways.test.ts'
const story = 'test/stories/giveaways.test.ts'

export const ofGiveaways: Mutant[] = [
  {
    fault: 'the secret of a draw is told before the end',
    edits: [
      {
        file: giveaways,
        from: "case when x.ended_as = 'drawn' then jsonb_build_object(",
        to: 'case when true then jsonb_build_object(',
      },
    ],
    test: {
      file: ownTests,
      name: 'takes its unit off the shelf at once, and commits to a secret that nobody is told',
    },
  },
  {
    fault: 'the neighbour of who was drawn wins',
    edits: [
      {
        file: giveaways,
        from: 'offset draw_v1(x.secret, x.id, x.entries_hash, x.entries) limit 1;',
        to: 'offset (draw_v1(x.secret, x.id, x.entries_hash, x.entries) + 1) % x.entries limit 1;',
      },
    ],
    test: {
      file: ownTests,
      name: 'is drawn when its time is over: the winner holds that unit for nothing, for half an hour',
    },
  },
  {
    fault: 'a draw is checked without the list that it was drawn from',
    edits: [
      {
        file: 'shared/domain/draw.ts',
        from: 'if ((await sha256(utf8(record.list))) !== record.entriesHash) {',
        to: 'if (record.list.length < 0) {',
      },
    ],
    test: {
      file: drawTests,
      name: 'a secret, a list or a hash that was changed afterwards is told',
    },
  },
  {
    fault: 'an entry after the end counts until somebody draws',
    edits: [{ file: entries, from: ' or x.ends_at <= t then', to: ' then' }],
    test: { file: ownTests, name: 'after the end is refused, also before anybody settled it' },
  },
  {
    fault: 'a ban leaves the entry in the draw',
    edits: [
      {
        file: 'server/features/moderation/sanctions.sql',
        from: 'perform giveaway_without_v1(s, target);',
        to: '',
      },
    ],
    test: {
      file: ownTests,
      name: 'of who is banned stands no longer, and its number is given to nobody else',
    },
  },
  {
    fault: 'who enters waits for nobody who enters',
    edits: [
      {
        file: entries,
        from: 'perform 1 from giveaways where id = any(lots) order by id for no key update;',
        to: '',
      },
    ],
    test: {
      file: raceTests,
      name: '300 people at once on two processes: each has a number of their own, from 1 to 300',
    },
  },
  {
    fault: 'what was won costs its delivery',
    edits: [
      {
        file: 'server/features/orders/bag.sql',
        from: 'when f.subtotal = 0 or f.subtotal >= s.free_from then 0',
        to: 'when f.subtotal >= s.free_from then 0',
      },
    ],
    test: {
      file: story,
      name: 'a piece is given away over two processes, drawn so that anybody can check it, claimed, sent and has arrived',
    },
  },
]

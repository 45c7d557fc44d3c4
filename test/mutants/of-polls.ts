import type { Mutant } from './list.ts'

export const ofPolls: Mutant[] = [
  {
    fault: 'a vote that was on its way counts after the poll is closed',
    edits: [
      {
        file: 'server/features/polls/polls.sql',
        from: '  perform 1 from polls where id = any(in_polls) order by id for no key update;\n',
        to: '',
      },
    ],
    test: {
      file: 'test/races/polls.test.ts',
      name: 'a vote that was on its way when the poll was closed does not count',
    },
  },
  {
    fault: 'who was silenced votes',
    edits: [
      {
        file: 'server/features/polls/polls.sql',
        from: "when x.kind = 'mute' then 'MUTED'",
        to: "when false then 'MUTED'",
      },
    ],
    test: {
      file: 'server/features/polls/polls.test.ts',
      name: 'is the staff’s to open and close, and anybody’s to answer but who was silenced',
    },
  },
]

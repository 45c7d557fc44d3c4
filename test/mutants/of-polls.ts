import type { Mutant } from './list.ts'

export const ofPolls: Mutant[] = [
  {
    fault: 'two processes count votes at once, and one of them counts for nothing',
    edits: [
      {
        file: 'server/features/polls/polls.sql',
        from: '  perform 1 from polls where id = any(in_polls) order by id for no key update;\n',
        to: '',
      },
    ],
    test: {
      file: 'test/races/polls.test.ts',
      name: '400 people press twice on two processes: each is counted once',
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

import type { Mutant } from './list.ts'

/** One letter about one thing to one person. */
export const ofLetters: Mutant[] = [
  {
    fault: 'who is reminded of a show and follows its host has two letters',
    edits: [
      {
        file: 'server/features/mail/write.sql',
        from: 'select md5(about::text || a.id::text)::uuid,',
        to: 'select gen_random_uuid(),',
      },
    ],
    test: {
      file: 'test/stories/following.test.ts',
      name: 'who also asked to be reminded of the show has the reminder alone',
    },
  },
]

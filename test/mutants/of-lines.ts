import type { Mutant } from './list.ts'

export const ofLines: Mutant[] = [
  {
    fault: 'a newcomer gets the unit that somebody waits for',
    edits: [
      {
        file: 'server/features/inventory/reserve.sql',
        from: '  if lined then\n',
        to: '  if false then\n',
      },
    ],
    test: {
      file: 'test/races/line.test.ts',
      name: 'hundreds join, units come back, newcomers press, two processes serve: in the order of numbers, and to nobody else',
    },
  },
  {
    fault: 'who came last is served first',
    edits: [
      {
        file: 'server/features/line/line.sql',
        from: 'where y.offer_id = x.id and y.ended_at is null order by y.n limit 1',
        to: 'where y.offer_id = x.id and y.ended_at is null order by y.n desc limit 1',
      },
    ],
    test: {
      file: 'server/features/line/line.test.ts',
      name: 'is served in the order of its numbers, with ordinary holds, and passes on what runs out',
    },
  },
  {
    fault: 'a hold that ran out lets a newcomer overtake those in line',
    edits: [
      {
        file: 'server/features/inventory/reserve.sql',
        from: 'select array_agg(coalesce(cap - taken, 2147483647) - waiting), array_agg(least(waiting, cap - taken)) into room, promised',
        to: 'select array_agg(coalesce(cap - taken, 2147483647)), array_agg(0) into room, promised',
      },
    ],
    test: {
      file: 'server/features/line/line.test.ts',
      name: 'keeps it also while a hold that ran out stands in the rows',
    },
  },
]

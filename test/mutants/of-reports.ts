import type { Mutant } from './list.ts'

const report = 'server/features/analytics/report.sql'
const attend = 'server/features/analytics/attend.sql'

export const ofReports: Mutant[] = [
  {
    fault: 'a report counts money that went straight back',
    edits: [
      {
        file: report,
        from: ' and (k.sales + k.delivery > 0 or o.total = 0) as paid',
        to: ' as paid',
      },
    ],
    test: {
      file: 'test/model/report.test.ts',
      name: 'the reports of random evenings say what log and ledgers say',
    },
  },
  {
    fault: 'two nodes count their viewers twice',
    edits: [
      {
        file: attend,
        from: 'watched_ms = greatest(m.watched_ms, excluded.watched_ms)',
        to: 'watched_ms = m.watched_ms + excluded.watched_ms',
      },
    ],
    test: {
      file: 'server/features/analytics/attendance.test.ts',
      name: 'two nodes that count the same people count nobody twice',
    },
  },
]

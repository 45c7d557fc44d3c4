import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../test/support/database.ts'
import { followersAreToHear } from '../features/following/jobs.ts'
import { newsAreDue, stockIsToBeTold } from '../features/hooks/jobs.ts'
import { holdsAreDue } from '../features/inventory/jobs.ts'
import { linesAreWaiting } from '../features/line/jobs.ts'
import { mailsAreDue } from '../features/mail/jobs.ts'
import { ordersAreDue, paymentsAreDue, refundsAreDue } from '../features/orders/jobs.ts'
import { cardsAreDue, eventsAreDue } from '../features/payments/jobs.ts'
import { recordingsAreOpen } from '../features/recordings/jobs.ts'
import { mistoldRows } from '../features/recordings/store.ts'
import { returnsAreDue } from '../features/returns/jobs.ts'
import { salesAreRunning } from '../features/sales/jobs.ts'
import { picturesAreLost, remindersAreDue, showsAreOver } from '../features/shows/jobs.ts'
import { openPostgres, type Postgres } from '../store/postgres.ts'

let pg: Postgres

beforeAll(async () => {
  pg = openPostgres((await openDatabase()).url)
})

afterAll(() => pg.close())

// Every second, on every node: what is due must be found without reading what is not.
test.each(
  Object.entries({
    holdsAreDue,
    mailsAreDue,
    ordersAreDue,
    paymentsAreDue,
    refundsAreDue,
    returnsAreDue,
    eventsAreDue,
    cardsAreDue,
    remindersAreDue,
    newsAreDue,
    stockIsToBeTold,
  }),
)('%s is answered by an index', async (_name, due) => {
  const plan = await planOf(due)
  expect(plan).toMatch(/Index Cond: \(\w+ <= now\(\)\)/)
  expect(plan).not.toContain('Seq Scan')
})

test.each(
  Object.entries({
    salesAreRunning,
    showsAreOver,
    picturesAreLost,
    recordingsAreOpen,
    followersAreToHear,
    linesAreWaiting,
  }),
)('%s reads only what runs', async (_name, due) => {
  const plan = await planOf(due)
  expect(plan).toMatch(/Index (Only )?Scan/)
  expect(plan).not.toContain('Seq Scan')
})

// Every minute, on every node, and there are as many recordings as there ever were.
test('what a replay may not have been told is looked for among what changed lately', async () => {
  const plan = await planOf(`array(${mistoldRows})`)
  expect(plan).toMatch(/Index Cond: \(changed_at > /)
  expect(plan).toMatch(/Index Cond: \(show_id = r.show_id\)/)
  expect(plan).not.toContain('Seq Scan')
})

async function planOf(due: string): Promise<string> {
  const rows = await pg.jobs.unsafe<{ 'QUERY PLAN': string }[]>(`explain select ${due}`)
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}

import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../test/support/database.ts'
import { holdsAreDue } from '../features/inventory/jobs.ts'
import { mailsAreDue } from '../features/mail/jobs.ts'
import { ordersAreDue, paymentsAreDue, refundsAreDue } from '../features/orders/jobs.ts'
import { eventsAreDue } from '../features/payments/jobs.ts'
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
    eventsAreDue,
  }),
)('%s is answered by an index', async (_name, due) => {
  const rows = await pg.jobs.unsafe<{ 'QUERY PLAN': string }[]>(`explain select ${due}`)
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(plan).toMatch(/Index Cond: \(\w+ <= now\(\)\)/)
  expect(plan).not.toContain('Seq Scan')
})

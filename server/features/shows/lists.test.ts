import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../../test/support/database.ts'
import { newId } from '../../base/ids.ts'
import { openPostgres, type Postgres } from '../../store/postgres.ts'
import { newest, showsAmong, soonest, type Wanted } from './lists.ts'

let database: Awaited<ReturnType<typeof openDatabase>>
let pg: Postgres
const host = newId()

beforeAll(async () => {
  database = await openDatabase()
  pg = openPostgres(database.url)
  await pg.rest`insert into shows(id, host_id, title, status, created_at)
    select gen_random_uuid(), case when n % 100 = 0 then ${host}::uuid else gen_random_uuid() end, 'Fair', 'scheduled', now()
    from generate_series(1, 5000) n`
  await pg.rest`analyze shows`
})

afterAll(async () => {
  await pg.close()
  await database.drop()
})

test.each<[string, Pick<Wanted, 'order' | 'status'>, string]>([
  ['next show is', { order: soonest, status: 'scheduled' }, 'shows_of_host_due'],
  ['newest shows are', { order: newest, status: undefined }, 'shows_of_host'],
])("one host's %s found without reading those of others", async (_name, wanted, index) => {
  const plan = await planOf({ ...wanted, host, mine: undefined })
  expect(plan).toMatch(new RegExp(`Index Scan (Backward )?using ${index} `))
  expect(plan).toMatch(/Index Cond: \(+host_id = /)
  expect(plan).not.toMatch(/Sort|Filter/)
})

async function planOf(wanted: Omit<Wanted, 'q'>): Promise<string> {
  const { sql, params } = showsAmong(pg.db, wanted, { from: null, before: null }).limit(2).toSQL()
  const rows = await pg.jobs.unsafe<{ 'QUERY PLAN': string }[]>(
    `explain ${sql}`,
    params as string[],
  )
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}

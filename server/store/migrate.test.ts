import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../test/support/database.ts'
import { createLog } from '../base/log.ts'
import { postgres } from './driver.ts'
import { migrateDatabase } from './migrate.ts'

let database: Awaited<ReturnType<typeof openDatabase>>

beforeAll(async () => {
  database = await openDatabase()
})
afterAll(() => database.drop())

test('a migration that waits for a lock lets go, so that nobody waits behind it, and tries again', async () => {
  const sql = postgres(database.url, { max: 1 })
  const logged: string[] = []
  const waited = Promise.withResolvers<void>()
  const write = (line: string) => {
    logged.push(line)
    waited.resolve()
  }
  const held = sql.begin(async (tx) => {
    // Whichever migrations there are by now, all of them need this one.
    await tx`lock table drizzle.__drizzle_migrations in access exclusive mode`
    const done = migrateDatabase(database.url, createLog('warn', { write }))
    await waited.promise
    return { done }
  })
  await (await held).done
  expect(logged).toHaveLength(1)
  expect(logged[0]).toContain('55P03')
  await sql.end()
})

import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { VerifyAnswer, VerifyReport } from '../../../shared/wire/admin.ts'
import { openFront } from '../../../test/support/front.ts'
import { type House, openHouse } from '../../../test/support/house.ts'
import { admin } from '../../../test/support/stage.ts'
import { allChecks } from '../../app/checks.ts'
import { openForAudit, type Sql } from '../../store/postgres.ts'
import { createVerifier } from './verifier.ts'

const root = resolve(import.meta.dirname, '../../..')
const boss = { kind: 'admin' } as const

let house: House

beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.close())

/** A process's worth of it, whose only check ends when it is told to, or by itself. */
function beside(work?: (sql: Sql) => Promise<unknown>, answerMs = 60_000) {
  let end = () => {}
  const ended = new Promise<void>((done) => {
    end = done
  })
  let asked = () => {}
  const begun = new Promise<void>((done) => {
    asked = done
  })
  const verifier = createVerifier({
    open: () => openForAudit(house.env.DATABASE_URL as string),
    checks: [
      {
        rule: 'nothing',
        shows: [],
        over: 'everything',
        ask: async (sql) => {
          asked()
          await (work?.(sql) ?? ended)
          return []
        },
      },
    ],
    logger: pino({ level: 'silent' }),
    answerMs,
    freshMs: 3_600_000,
  })
  return { verifier, end, begun }
}

/** The report of a run, however long it takes. */
async function reportOf(ask: () => Promise<VerifyAnswer>): Promise<VerifyReport> {
  const { running, report } = await ask()
  return running || !report ? reportOf(ask) : report
}

test('an admin asks the running house, and hears what is off by its id', async () => {
  const paulo = house.as(await admin(house))
  const { host, variantId } = await openFront(house, 3)
  const sound = await reportOf(() => paulo.get('/admin/verify'))
  expect(sound).toMatchObject({ ok: true, summary: { units: { onHand: 3 } } })
  expect(sound.checks.map(({ rule }) => rule)).toEqual(allChecks.map(({ rule }) => rule))
  await expect(house.as(host).get('/admin/verify')).rejects.toMatchObject({ status: 403 })
  await house.pg.rest`update stock set on_hand = 4 where variant_id = ${variantId}`
  const fresh = createVerifier({
    open: () => openForAudit(house.env.DATABASE_URL as string),
    checks: allChecks,
    logger: pino({ level: 'silent' }),
  })
  const { ok, checks } = await reportOf(() => fresh.verify(boss))
  expect(ok).toBe(false)
  expect(checks.flatMap(({ findings }) => findings.map(({ id }) => id))).toContain(variantId)
})

test('one run at a time in all processes; who asks meanwhile joins it, or is told so', async () => {
  const [here, there] = [beside(), beside()]
  const first = here.verifier.verify(boss)
  await here.begun
  const joined = here.verifier.verify(boss)
  await expect(there.verifier.verify(boss)).rejects.toMatchObject({ code: 'CONFLICT' })
  here.end()
  expect(await first).toEqual(await joined)
  const later = there.verifier.verify(boss)
  await there.begun
  there.end()
  expect(await later).toMatchObject({ running: null, report: { ok: true } })
})

test('a run that takes longer than a request may is asked for again', async () => {
  const { verifier, end, begun } = beside(undefined, 50)
  expect(await verifier.verify(boss)).toMatchObject({ running: { asked: 1 }, report: null })
  await begun
  end()
  const { ok, startedAt } = await reportOf(() => verifier.verify(boss))
  expect(ok).toBe(true)
  // What ended a moment ago is told again: nobody makes the shop recount itself without end.
  expect((await verifier.verify(boss)).report?.startedAt).toBe(startedAt)
})

test('a process that closes ends its run', async () => {
  const { verifier, begun } = beside((sql) => sql`select pg_sleep(30)`)
  const asked = verifier.verify(boss)
  await begun
  const refused = expect(asked).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await verifier.close()
  await refused
})

const run = (program: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [program, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, DATABASE_URL: house.env.DATABASE_URL },
  }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, said: error.stdout }),
  )

test('the commands end with 1 when something is off, and with 2 when they are asked wrongly', async () => {
  const { code, said } = await run('server/verify.ts')
  expect(code).toBe(1)
  expect(said).toContain('✗ stock: on hand, held and sold are what the ledger says')
  expect(said).toContain('Units: ')
  expect((await run('server/audit.ts', '--out')).code).toBe(2)
}, 120_000)

import { setTimeout as sleep } from 'node:timers/promises'
import type { VerifyAnswer } from '../../../shared/wire/admin.ts'
import { stopwatch } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { Refusal, unavailable } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Check } from '../../store/check.ts'
import { asRefusal, type Sql } from '../../store/postgres.ts'
import { type Report, verify } from './verify.ts'

/** Whoever asks waits for so long; a run that takes longer is asked for again. Below the door's deadline. */
const patienceMs = 3_500
/** A report that ended so lately is answered again: nobody makes the shop recount itself without end. */
const youngMs = 10_000
/** The run works this part of the time. */
const share = 0.25
const retryAfterMs = 2_000
/** One run in the whole installation, by an advisory lock of its connection. */
const lockKey = 4_814_714

type Needs = { open(): Sql; checks: Check[]; logger: Logger; answerMs?: number; freshMs?: number }
type Running = { startedAt: string; asked: number; ended: Promise<void> }

export type Verifier = ReturnType<typeof createVerifier>

/** `npm run verify` for an admin who has no shell, on a connection of its own. */
export function createVerifier({
  open,
  checks,
  logger,
  answerMs = patienceMs,
  freshMs = youngMs,
}: Needs) {
  let running: Running | undefined
  let sql: Sql | undefined
  let last: { report: Report; age: () => number } | undefined
  let failure: unknown
  let starting: Promise<void> | undefined

  async function start(): Promise<Running> {
    const mine = open()
    sql = mine
    try {
      const run: Running = { startedAt: await claim(mine), asked: 0, ended: Promise.resolve() }
      run.ended = recount(mine, run)
      return run
    } catch (error) {
      await mine.end({ timeout: 1 })
      throw asRefusal(error)
    }
  }

  /** Who asks at the same moment asks for the same run. */
  function begin(): Promise<void> {
    starting ??= start()
      .then((run) => {
        running = run
      })
      .finally(() => {
        starting = undefined
      })
    return starting
  }

  async function recount(mine: Sql, run: Running): Promise<void> {
    failure = undefined
    try {
      const report = await verify(mine, checks, { share, asked: (n) => (run.asked = n) })
      last = { report, age: stopwatch() }
      if (!report.ok)
        logger.error({ checks: broken(report) }, 'the rows do not keep their promises')
    } catch (error) {
      failure = error
      logger.warn({ err: error }, 'recounting did not come to an end')
    } finally {
      running = undefined
      await mine.end({ timeout: 1 })
    }
  }

  return {
    /**
     * The report of a run that this starts, or joins when one is on its way; while it takes longer than
     * a request may, where it stands, with the last report.
     */
    async verify(who: Pick<Who, 'kind'>): Promise<VerifyAnswer> {
      if (who.kind !== 'admin') throw new Refusal('FORBIDDEN', 'Only an admin can do this.')
      if (!running && last && last.age() < freshMs) return { running: null, report: last.report }
      if (!running) await begin()
      const joined = running
      if (joined) await Promise.race([joined.ended, sleep(answerMs, undefined, { ref: false })])
      if (running) {
        const { startedAt, asked } = running
        return { running: { startedAt, asked, retryAfterMs }, report: last?.report ?? null }
      }
      if (failure) throw unavailable(retryAfterMs, failure)
      return { running: null, report: last?.report ?? null }
    },

    async close(): Promise<void> {
      await sql?.end({ timeout: 0 })
      await running?.ended
    },
  }
}

/** Takes the lock of the whole installation, for as long as the connection lasts; answers the time. */
async function claim(sql: Sql): Promise<string> {
  const [row] = await sql<{ mine: boolean; at: string }[]>`
    select pg_try_advisory_lock(${lockKey}) as mine, iso(clock_timestamp()) as at`
  if (row?.mine) return row.at
  throw new Refusal('CONFLICT', 'Another process is recounting. Ask again in a moment.', {
    retryAfterMs,
  })
}

function broken({ checks }: Report) {
  return checks.filter(({ found }) => found > 0).map(({ rule, found }) => ({ rule, found }))
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { VerifyReport as Report } from '../../../shared/wire/admin.ts'
import { stopwatch } from '../../base/clock.ts'
import { type Check, type Found, questions } from '../../store/check.ts'
import type { Sql } from '../../store/postgres.ts'
import { summarize } from './summary.ts'

export type { Report }

/** Findings kept of one rule; the rest is counted. */
const findingsMax = 1_000
/** The longest rest after one statement. */
const restMaxMs = 2_000

type How = {
  /** The part of the time that it works; the rest belongs to the shop. 1: all of it. */
  share: number
  /** Told before each statement: how many there were. */
  asked?: (n: number) => void
}

/**
 * Recomputes every promise from rows, one statement after the other, each with a snapshot of its own.
 * The shop may be running; with a `share` below 1 it is hardly noticed.
 */
export async function verify(sql: Sql, checks: Check[], { share, asked }: How): Promise<Report> {
  const startedAt = await timeOf(sql)
  const kept = new Map(checks.map((check) => [check, { found: 0, findings: [] as Found[] }]))
  const breathe = pace(share)
  let n = 0
  for await (const { check, ask } of questions(sql, checks)) {
    asked?.(++n)
    const found = await ask()
    const mine = kept.get(check) as { found: number; findings: Found[] }
    mine.found += found.length
    mine.findings.push(...found.slice(0, findingsMax - mine.findings.length))
    await breathe()
  }
  const summary = await summarize(sql, breathe)
  return {
    ok: [...kept.values()].every(({ found }) => found === 0),
    startedAt,
    finishedAt: await timeOf(sql),
    checks: [...kept].map(([{ rule, shows }, { found, findings }]) => ({
      rule,
      shows,
      found,
      findings: findings.map(({ id, detail }) => ({ id, detail })),
    })),
    summary,
  }
}

/** After each piece of work a rest: as long as the work took at a share of a half. */
function pace(share: number): () => Promise<void> {
  let worked = stopwatch()
  return async () => {
    const rest = Math.min(restMaxMs, worked() * (1 / share - 1))
    if (rest >= 1) await sleep(rest)
    worked = stopwatch()
  }
}

async function timeOf(sql: Sql): Promise<string> {
  const [row] = await sql<{ at: string }[]>`select iso(clock_timestamp()) as at`
  return row?.at as string
}

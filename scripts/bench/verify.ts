import { logChecks } from '../../server/events/audit.ts'
import { verify } from '../../server/features/audit/verify.ts'
import { stockChecks } from '../../server/features/inventory/audit.ts'
import { questions } from '../../server/store/check.ts'
import { openForAudit } from '../../server/store/postgres.ts'
import type { Asked } from './arguments.ts'
import { cpuMsOf } from './cpu.ts'
import type { Ran } from './drop/driver.ts'
import { openServers, startWorker } from './processes.ts'
import { Figures, judge, machine, type Report, type Target, Void } from './report.ts'

const alone = 'the shop alone'
/** What an admin's request does, and `npm run verify -- --gently`. */
const gently = 'recounted gently'
const atOnce = 'recounted at once'
const shares = { [alone]: 0, [gently]: 0.25, [atOnce]: 1 }

const checks = [...stockChecks, ...logChecks]
/** Holds that are there before anything counts: something to recount. */
const stockedUp = 50_000

/**
 * The hot path with and without somebody who recounts it: holds of one variant, decided by the shop's own
 * inventory room, while `verify` reads the same database again and again.
 */
export async function benchVerify(asked: Asked, open: AsyncDisposableStack): Promise<Report> {
  const [attempts, inFlight, runs] = asked.quick ? [20_000, 200, 5] : [60_000, 200, 9]
  const { postgres, redis } = await openServers(open)
  const worker = startWorker('./drop/driver.ts', ['ours', postgres.url, redis.url])
  open.defer(() => worker.stop())
  const figures = new Figures()

  async function decide(many: number): Promise<Ran & { cpuMs: number }> {
    await worker.ask({ do: 'prepare', stock: { variants: 1, units: many } })
    const before = cpuMsOf([worker.pid])
    const ran = await worker.ask<Ran>({ do: 'run', attempts: many, inFlight, variants: 1 })
    return { ...ran, cpuMs: cpuMsOf([worker.pid]) - before }
  }

  await decide(stockedUp)
  for (let run = 0; run < runs; run += 1) {
    for (const [who, share] of Object.entries(shares)) {
      const recount = share > 0 ? recounting(postgres.url, share) : undefined
      await recount?.begun
      const ran = await decide(attempts)
      figures.add(who, 'rate', 'decisions/s', (attempts / ran.ms) * 1_000)
      figures.add(who, 'p50', 'ms', ran.p50)
      figures.add(who, 'p99', 'ms', ran.p99)
      figures.add(who, 'CPU of the shop', 'µs/decision', (ran.cpuMs / attempts) * 1_000)
      await recount?.end()
      process.stderr.write('.')
    }
  }
  const { ms, longest, rule } = await recountOnce(postgres.url)
  figures.add('nobody sells', 'one recount', 'ms', ms)
  figures.add('nobody sells', 'its longest statement', 'ms', longest)
  return {
    name: 'verify',
    machine: machine(),
    runs,
    results: figures.results(),
    ratios: judge(targets, figures),
    notes: [
      `${attempts} holds of one variant, ${inFlight} in flight, while a database with more than ${stockedUp} of them is recounted without a pause.`,
      `The longest statement: ${rule}.`,
      ...figures.unsteady(/^p50$/),
    ],
  }
}

/** Recounts again and again, until told to end: then at once. */
function recounting(url: string, share: number) {
  const sql = openForAudit(url)
  let ended = false
  let began = () => {}
  const begun = new Promise<void>((resolve) => {
    began = resolve
  })
  async function again(): Promise<void> {
    while (!ended) mustBeSound(await verify(sql, checks, { share, asked: began }))
  }
  const done = again().catch((error: unknown) => {
    began()
    // Its connection was taken away: what it was about to find is found after the last run.
    if (!ended || error instanceof Void) throw error
  })
  done.catch(() => {}) // told by end()
  return {
    begun,
    async end(): Promise<void> {
      ended = true
      await sql.end({ timeout: 0 })
      await done
    },
  }
}

function mustBeSound({ checks: all }: Awaited<ReturnType<typeof verify>>): void {
  const wrong = all.find(({ found }) => found > 0)
  if (wrong) throw new Void(`${wrong.rule}: ${JSON.stringify(wrong.findings.slice(0, 3))}`)
}

/** When nobody is in the way: how long all of it takes, and the longest of its statements. */
async function recountOnce(url: string): Promise<{ ms: number; longest: number; rule: string }> {
  const sql = openForAudit(url)
  const found = { ms: 0, longest: 0, rule: '' }
  try {
    const startedAt = performance.now()
    for await (const { check, ask } of questions(sql, checks)) {
      const askedAt = performance.now()
      const [wrong] = await ask()
      if (wrong) throw new Void(`${check.rule}: ${wrong.id} ${wrong.detail}`)
      const took = performance.now() - askedAt
      if (took > found.longest) Object.assign(found, { longest: took, rule: check.rule })
    }
    return { ...found, ms: performance.now() - startedAt }
  } finally {
    await sql.end()
  }
}

const compared = (metric: string, who: string) => (f: Figures) =>
  f.median(who, metric) / f.median(alone, metric)

const targets: readonly Target[] = [
  { of: `${gently}, rate`, to: alone, target: 0.95, value: compared('rate', gently) },
  { of: `${gently}, p50`, to: alone, target: 1.05, atMost: true, value: compared('p50', gently) },
  { of: `${gently}, p99`, to: alone, target: 1.25, atMost: true, value: compared('p99', gently) },
  { of: `${atOnce}, p50`, to: alone, target: 1.5, atMost: true, value: compared('p50', atOnce) },
]

import { toDecimal } from '../shared/domain/money.ts'
import { allChecks, subjects } from './app/checks.ts'
import { type Report, verify } from './features/audit/verify.ts'
import { openForAudit, postgresState } from './store/postgres.ts'

/** Findings printed of one rule: the rest is counted. */
const shownMax = 20

const usage = `npm run verify recomputes every promise about stock, money, log and moderation from rows.
  --gently   work a quarter of the time, so that a running shop hardly notices
  --json     the whole report as JSON
Exits 0 when all of them are kept, 1 when not, 2 when that could not be found out.`

const known = new Set(['--gently', '--json'])
const args = process.argv.slice(2)
const url = process.env.DATABASE_URL

if (args.some((arg) => !known.has(arg))) {
  process.stderr.write(`${usage}\n`)
  process.exitCode = 2
} else {
  if (!url) throw new Error('DATABASE_URL is not set. Run `npm run verify`.')
  process.exitCode = await run(url)
}

async function run(databaseUrl: string): Promise<number> {
  const sql = openForAudit(databaseUrl)
  try {
    const report = await verify(sql, allChecks, { share: args.includes('--gently') ? 0.25 : 1 })
    process.stdout.write(
      `${args.includes('--json') ? JSON.stringify(report, null, 2) : told(report)}\n`,
    )
    return report.ok ? 0 : 1
  } catch (error) {
    process.stderr.write(`${unknownFor(error)}\n`)
    return 2
  } finally {
    await sql.end()
  }
}

/** A recount that broke off has found nothing off: what to do, or for a fault of our own where it is. */
function unknownFor(error: unknown): string {
  const state = postgresState(error)
  if (state === undefined) return error instanceof Error ? `${error.stack}` : String(error)
  const { message } = error as Error
  return (
    `The recount could not be made (${message || state}), so it says nothing of the promises.\n` +
    'Start Postgres, or correct DATABASE_URL, and run it again; npm run doctor looks further.'
  )
}

/** For a merchant: what was checked, what there is, and what is off. */
function told(report: Report): string {
  const byRule = new Map(report.checks.map((check) => [check.rule, check]))
  const parts = Object.entries(subjects).flatMap(([subject, checks]) => [
    subject,
    ...checks.flatMap(({ rule }) => toldOf(byRule.get(rule) as Report['checks'][number])),
    '',
  ])
  return [...parts, ...toldOfSummary(report)].join('\n')
}

function toldOf({ rule, shows, found, findings }: Report['checks'][number]): string[] {
  const names = shows.join(' ')
  if (found === 0) return [`  ✓ ${rule}  (${names})`]
  const more = found - Math.min(found, shownMax)
  return [
    `  ✗ ${rule}  (${names}): ${found}`,
    ...findings.slice(0, shownMax).map(({ id, detail }) => `      ${id}  ${detail}`),
    ...(more > 0 ? [`      … and ${more} more; --json names them`] : []),
  ]
}

function toldOfSummary({ summary, checks }: Report): string[] {
  const { counts, units, money, waiting } = summary
  const differences = checks.reduce((sum, { found }) => sum + found, 0)
  const refunds =
    waiting.oldestRefundMs === null
      ? ''
      : `, the oldest for ${Math.round(waiting.oldestRefundMs / 1_000)} s`
  return [
    `Read: ${Object.entries(counts)
      .map(([what, n]) => `${n} ${what.replaceAll('_', ' ')}`)
      .join(', ')}.`,
    `Units: ${units.onHand} on hand = ${units.sold} sold + ${units.held} held + ${units.available} free.`,
    ...money.map(({ currency, ...sums }) => {
      const { taken, givenBack, owedBack, sales, delivery, fees } = sums
      const rest = { currency, amount: taken.amount - givenBack.amount }
      return `Money, ${currency}: ${toDecimal(taken)} taken − ${toDecimal(givenBack)} given back = ${toDecimal(rest)} with the provider; ${toDecimal(owedBack)} owed back. Sales ${toDecimal(sales)}, delivery ${toDecimal(delivery)}, fees ${toDecimal(fees)}.`
    }),
    `Not ended yet: ${waiting.holds} holds and ${waiting.orders} orders past their time, ${waiting.refunds} refunds on their way${refunds}.`,
    differences === 0 ? 'No difference.' : `${differences} differences.`,
  ]
}

import { auditLog } from './events/audit.ts'
import { auditStock } from './features/inventory/audit.ts'
import { auditMoney } from './features/orders/audit.ts'
import { openForAudit } from './store/postgres.ts'

/** Findings printed of one rule: the rest is counted. */
const shownMax = 20

const url = process.env.DATABASE_URL
if (!url) throw new Error('DATABASE_URL is not set. Run `npm run verify`.')
const sql = openForAudit(url)

const parts = [
  { what: 'Stock and holds', audit: auditStock },
  { what: 'Orders and money', audit: auditMoney },
  { what: 'The log of every show', audit: auditLog },
]

/** Recomputes every promise about stock, money and log from rows; exits 1 and names what is off. */
let found = 0
try {
  const [counts] = await sql`
    select (select count(*) from stock) as variants, (select count(*) from stock_ledger) as lines,
      (select count(*) from holds) as holds, (select count(*) from orders) as orders,
      (select count(*) from postings) as postings, (select count(*) from show_events) as events`
  for (const { what, audit } of parts) {
    const findings = await audit(sql)
    found += findings.length
    say(
      `${findings.length === 0 ? '✓' : '✗'} ${what}${findings.length === 0 ? '' : `: ${findings.length} findings`}`,
    )
    for (const [rule, mine] of Map.groupBy(findings, (f) => f.rule)) {
      say(`    ${rule}`)
      for (const { id, detail } of mine.slice(0, shownMax)) say(`      ${id}  ${detail}`)
      if (mine.length > shownMax) say(`      … and ${mine.length - shownMax} more`)
    }
  }
  say(
    `Recounted ${counts?.['variants']} variants from ${counts?.['lines']} ledger lines, ${counts?.['holds']} holds, ` +
      `${counts?.['orders']} orders, ${counts?.['postings']} postings, ${counts?.['events']} events. ` +
      (found === 0 ? 'No difference.' : `${found} differences.`),
  )
} finally {
  await sql.end()
}
process.exitCode = found === 0 ? 0 : 1

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

import postgres from 'postgres'
import { connectionsPerProcess, openPostgres as openClients } from '../../server/store/postgres.ts'
import { type Finding, fail, looked, ok, warn } from './finding.ts'
import { judgeNearness } from './near.ts'

const versionMin = 15
/** Kept for people: `npm run verify`, a backup, psql. */
const connectionsSpare = 5
const clockGoodMs = 250
const clockMostMs = 2_000

type Look = { processes: number; now?: () => number }
type Facts = Record<string, string>

/** What the promises about stock and money stand on. */
export function checkPostgres(
  url: string,
  { processes, now = Date.now }: Look,
): Promise<Finding[]> {
  const advice =
    'Start it, or correct DATABASE_URL; a firewall in between must let this machine in.'
  return looked('postgres', advice, async () => {
    const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
    try {
      const rows = await sql<
        { name: string; setting: string }[]
      >`select name, setting from pg_settings`
      const facts = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))
      const { ms, driftMs } = await clockOf(sql, now)
      return [
        judgeVersion(facts, { ms, host: sql.options.host[0] ?? '' }),
        ...judgeDurability(facts),
        ...(await judgeState(sql, facts)),
        ...(await judgeRoom(sql, facts, processes)),
        judgeClock(driftMs),
        ...(await checkTimeouts(url)),
      ]
    } finally {
      await sql.end({ timeout: 1 })
    }
  })
}

function judgeVersion(
  { server_version = '?', server_version_num = '0' }: Facts,
  answered: { ms: number; host: string },
): Finding {
  const says = `Postgres ${server_version} answers in ${answered.ms.toFixed(1)} ms`
  if (Number(server_version_num) < versionMin * 10_000)
    return fail('postgres', says, `Upgrade it to ${versionMin} or later.`)
  return judgeNearness('postgres', says, { ...answered, waits: 'every hold waits for it' })
}

/** Settings without which what was acknowledged may be gone after a power cut. */
function judgeDurability(facts: Facts): Finding[] {
  return (['fsync', 'full_page_writes', 'synchronous_commit'] as const).map((name) => {
    const says = `${name} is ${facts[name]}`
    if (facts[name] !== 'off') return ok(name, says)
    return fail(
      name,
      `${says}: a power cut loses sales that were confirmed`,
      `ALTER SYSTEM SET ${name} = on; then SELECT pg_reload_conf();`,
    )
  })
}

async function judgeState(sql: postgres.Sql, facts: Facts): Promise<Finding[]> {
  const findings: Finding[] = []
  const [row] =
    await sql`select pg_is_in_recovery() as follows, pg_encoding_to_char(encoding) as encoding
    from pg_database where datname = current_database()`
  if (row?.['follows'] || facts['default_transaction_read_only'] === 'on')
    findings.push(
      fail(
        'writable',
        'this database takes no writes',
        'Point DATABASE_URL at the primary; default_transaction_read_only must be off.',
      ),
    )
  else findings.push(ok('writable', 'takes writes'))
  const isolation = facts['default_transaction_isolation']
  if (isolation !== 'read committed')
    findings.push(
      fail(
        'isolation',
        `default_transaction_isolation is ${isolation}`,
        "ALTER DATABASE … SET default_transaction_isolation = 'read committed': batches lock first and read after.",
      ),
    )
  if (row?.['encoding'] !== 'UTF8')
    findings.push(
      fail(
        'encoding',
        `the database is ${row?.['encoding']}`,
        'Make it anew: CREATE DATABASE … ENCODING UTF8.',
      ),
    )
  const wal = (Number(facts['max_wal_size']) / 1_024).toFixed(1)
  if (Number(facts['max_wal_size']) < 1_024)
    findings.push(
      warn(
        'wal',
        `max_wal_size is ${wal} GB`,
        "ALTER SYSTEM SET max_wal_size = '2GB': a drop writes a lot at once.",
      ),
    )
  else findings.push(ok('wal', `wal_level ${facts['wal_level']}, max_wal_size ${wal} GB`))
  return findings
}

async function judgeRoom(sql: postgres.Sql, facts: Facts, processes: number): Promise<Finding[]> {
  const [row] = await sql`select count(*)::int as others from pg_stat_activity
    where backend_type = 'client backend' and application_name <> 'vitrine' and pid <> pg_backend_pid()`
  const others = (row?.['others'] as number | undefined) ?? 0
  const reserved =
    Number(facts['superuser_reserved_connections'] ?? 3) +
    Number(facts['reserved_connections'] ?? 0)
  const most = Number(facts['max_connections'])
  const need = processes * connectionsPerProcess + reserved + others + connectionsSpare
  const says = `${most} connections for ${processes} × ${connectionsPerProcess} of ours, ${others} of others, ${reserved} reserved`
  if (most >= need) return [ok('connections', says)]
  return [
    fail(
      'connections',
      says,
      `ALTER SYSTEM SET max_connections = ${need + 20}; then restart it. Or fewer WEB_PROCESSES.`,
    ),
  ]
}

/** Its clock decides when a hold ends; the pages count down by this machine's. */
function judgeClock(driftMs: number): Finding {
  const says = `its clock and this machine's differ by ${Math.abs(Math.round(driftMs))} ms`
  const advice = 'Let both keep time by NTP (Debian: apt-get install chrony).'
  if (Math.abs(driftMs) > clockMostMs) return fail('clock', says, advice)
  return Math.abs(driftMs) > clockGoodMs ? warn('clock', says, advice) : ok('clock', says)
}

/** The quickest of a few answers: its time, and the clock it told, measured from its middle. */
async function clockOf(
  sql: postgres.Sql,
  now: () => number,
): Promise<{ ms: number; driftMs: number }> {
  let best = { ms: Infinity, driftMs: 0 }
  for (let n = 0; n < 5; n++) {
    const [startedAt, wall] = [performance.now(), now()]
    const [row] = await sql`select extract(epoch from clock_timestamp()) * 1000 as at`
    const ms = performance.now() - startedAt
    if (ms < best.ms) best = { ms, driftMs: Number(row?.['at']) - (wall + ms / 2) }
  }
  return best
}

/** Whether our connections get the limits that they ask for: some poolers drop them. */
async function checkTimeouts(url: string): Promise<Finding[]> {
  const clients = openClients(url)
  try {
    const [row] = await clients.health`select current_setting('statement_timeout') as statement,
      current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle`
    const { statement, lock, idle } = row as { statement: string; lock: string; idle: string }
    const says = `statements end after ${statement}, waits for locks after ${lock}, idle transactions after ${idle}`
    if ([statement, lock, idle].every((limit) => limit !== '0')) return [ok('timeouts', says)]
    return [
      fail(
        'timeouts',
        says,
        'A pooler in between drops them: connect to Postgres itself, or pool by session.',
      ),
    ]
  } finally {
    await clients.close()
  }
}

import type { Night } from '../night.ts'
import type { Canary } from './canary.ts'
import { checkoutLimitMs, limitMs } from './client.ts'
import type { Crowd, Try } from './crowd.ts'
import { until } from './until.ts'
import type { Watcher } from './watcher.ts'

type Evidence = {
  showId: string
  crowds?: Pick<Crowd, 'history'>[]
  watchers?: Watcher[]
  canary?: Canary
  /** A process that is stopped answers nobody: its callers give up. */
  mayBeLate?: boolean
}

/** Everything that was begun reaches its end by itself in this time, without an operator. */
const settleMs = 60_000

/** Waits until nothing is due, then asks the rows and everybody who was there. Answers what is wrong. */
export async function judge(night: Night, evidence: Evidence): Promise<string[]> {
  const { showId, crowds = [], watchers = [], canary, mayBeLate = false } = evidence
  await settle(night)
  const history = [...crowds.flatMap((crowd) => crowd.history), ...(canary?.all ?? [])]
  return [
    ...night.webs.flatMap((web) => web.complaints().map((line) => `process ${web.index}: ${line}`)),
    ...endedRight(history, mayBeLate),
    ...oneResultEach(history),
    ...(await acknowledgedStands(night, history)),
    ...(await chargedOnce(night)),
    ...(await sawEverything(night, showId, watchers)),
    ...(canary ? await sawEverything(night, canary.stage.showId, [canary.watcher]) : []),
    ...(await night.verify()),
  ]
}

/** Nothing waits for its turn: no letter, no event of the bank, no refund, no payment that was made. */
export async function settle(night: Night): Promise<void> {
  const nothingDue = async () => {
    const [due] = await night.sql<{ n: number }[]>`
      select (select count(*) from mails where due_at is not null)
        + (select count(*) from sandbox_events where due_at is not null)
        + (select count(*) from refunds where due_at is not null)
        + (select count(*) from payments p join sandbox_payments s on s.reference = p.id
           where s.status = 'succeeded' and p.status not in ('succeeded', 'refunded'))
        + (select count(*) from holds where state = 'active' and expires_at < clock_timestamp())
        + (select count(*) from orders where status = 'pending' and expires_at < clock_timestamp())
        as n`
    return Number(due?.n) === 0
  }
  await until('nothing is due any more', nothingDue, settleMs)
}

function endedRight(history: Try[], mayBeLate: boolean): string[] {
  return history
    .filter(({ outcome, ms, op }) => {
      if (outcome === 'untyped' || outcome === 'INTERNAL') return true
      if (mayBeLate) return false
      return outcome === 'late' || ms > (op === 'order' ? checkoutLimitMs : limitMs)
    })
    .map((one) => `ended wrong: ${JSON.stringify(one)}`)
}

/** The same key has one result, whatever became of the first answer. */
function oneResultEach(history: Try[]): string[] {
  const good = history.filter(({ outcome, op }) => outcome === 'ok' && op !== 'release')
  return [...Map.groupBy(good, (one) => `${one.who} ${one.op} ${one.key}`)]
    .filter(([, tries]) => new Set(tries.map((one) => one.id)).size > 1)
    .map(([key, tries]) => `several results of one key: ${key} ${tries.map((one) => one.id)}`)
}

/** What was acknowledged exists; what was paid is paid, or given back. */
async function acknowledgedStands({ sql }: Night, history: Try[]): Promise<string[]> {
  const idsOf = (op: Try['op']) => {
    const good = history.filter((one) => one.op === op && one.outcome === 'ok' && one.id)
    return [...new Set(good.map((one) => one.id as string))]
  }
  const [holds, orders, paid] = [idsOf('hold'), idsOf('order'), idsOf('pay')]
  const missing = await sql<{ what: string; id: string }[]>`
    select 'hold' as what, id from unnest(${holds}::uuid[]) h(id) where not exists (select from holds where id = h.id)
    union all
    select 'order', id from unnest(${orders}::uuid[]) o(id) where not exists (select from orders where id = o.id)
    union all
    select 'paid order', id from unnest(${paid}::uuid[]) p(id)
      where not exists (select from orders where id = p.id and status in ('paid', 'shipped', 'refunded'))
      and not exists (select from refunds r where r.order_id = p.id and r.status = 'succeeded')`
  return missing.map(({ what, id }) => `acknowledged and gone: ${what} ${id}`)
}

/** By the bank's own books: at most one charge for an order, and each one has an order. */
async function chargedOnce({ sql }: Night): Promise<string[]> {
  const twice = await sql<{ id: string | null; n: number }[]>`
    select p.order_id as id, count(*)::int as n from sandbox_payments s left join payments p on p.id = s.reference
    where s.status = 'succeeded' group by 1 having count(*) > 1 or p.order_id is null`
  return twice.map(({ id, n }) => `charged ${n} times: order ${id}`)
}

/** Each viewer was given each event of the log from where it came in, once and in order. */
export async function sawEverything(
  night: Pick<Night, 'sql'>,
  showId: string,
  watchers: Watcher[],
): Promise<string[]> {
  const head = await headOf(night, showId)
  for (const watcher of watchers) {
    await until(`a viewer is at ${head}`, () => watcher.last >= head, settleMs).catch((error) =>
      watcher.faults.push(String(error)),
    )
  }
  const log = await night.sql<{ seq: number; type: string }[]>`
    select seq::float8 as seq, type from show_events where show_id = ${showId} order by seq`
  const types = new Map(log.map(({ seq, type }) => [seq, type]))
  return watchers.flatMap((watcher, n) => {
    const wrong = watcher.seen.filter(({ seq, type }) => types.get(seq) !== type)
    const expected = watcher.last - watcher.first
    const missed = watcher.resets === 0 && watcher.seen.length !== expected
    return [
      ...watcher.faults.map((fault) => `viewer ${n}: ${fault}`),
      ...wrong.map(({ seq }) => `viewer ${n}: ${seq} is not what the log says`),
      ...(missed ? [`viewer ${n}: saw ${watcher.seen.length} of ${expected} events`] : []),
    ]
  })
}

async function headOf({ sql }: Pick<Night, 'sql'>, showId: string): Promise<number> {
  const [head] = await sql<{ seq: number }[]>`
    select seq::float8 as seq from show_heads where show_id = ${showId}`
  return head?.seq ?? 0
}

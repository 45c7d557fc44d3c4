import { forget } from '../../store/forget.ts'
import type { Sql } from '../../store/postgres.ts'

/** Letters at a time: what a mail server takes from one client without complaint. */
export const batchMax = 10
/** With the waits below, about three days of trying. */
const attemptsMax = 16
/** That a show begins: after two hours of trying it is no news, and soon not true. */
const newsAttemptsMax = 9

export type Due = {
  id: string
  to: string
  kind: string
  facts: Record<string, unknown>
  /** No further try will follow this one. */
  last: boolean
}

/**
 * Whose turn it is first: those of a turn stand in an index of its words, so that none walks through what a drop has
 * written to others.
 */
export const turns = [
  "kind = 'password'",
  "kind not like 'show-%'",
  "kind <> 'show-followed'",
  'true',
] as const

/**
 * Takes due letters, links for a new password first: somebody sits and waits for those, and they are good for
 * an hour, which ten thousand letters of a drop may take. What a show tells its thousands comes behind whoever has just
 * paid, and last what its host's followers are told, who did not ask for this show. Each is due again after a wait
 * that doubles from half a minute to six hours, so a node that dies while it sends loses none: at worst a letter comes
 * twice.
 */
export async function claimDue(sql: Sql): Promise<Due[]> {
  const claimed: Due[] = []
  for (const turn of turns) {
    if (claimed.length === batchMax) break
    claimed.push(...(await claim(sql, turn, batchMax - claimed.length)))
  }
  return claimed
}

function claim(sql: Sql, turn: string, most: number): Promise<Due[]> {
  return sql<Due[]>`
    update mails m set attempts = m.attempts + 1,
      due_at = clock_timestamp() + least(interval '6 hours', interval '30 seconds' * 2 ^ m.attempts)
    where m.id in (
      select id from mails where due_at <= now() and ${sql.unsafe(turn)} order by due_at
      limit ${most} for update skip locked)
    returning m.id, m."to", m.kind, m.facts,
      m.attempts >= case when m.kind in ('show-begins', 'show-followed') then ${newsAttemptsMax}::int else ${attemptsMax} end as last`
}

/** What a letter said is not kept once it is sent: links in it open accounts. */
export async function markSent(sql: Sql, id: string): Promise<void> {
  await sql`update mails set sent_at = clock_timestamp(), due_at = null, facts = '{}' where id = ${id}`
}

/** As if it had not been taken; but one that was sent stays so, also when that was written and the answer lost. */
export async function putBack(sql: Sql, id: string): Promise<void> {
  await sql`update mails set attempts = attempts - 1, due_at = clock_timestamp()
    where id = ${id} and sent_at is null`
}

export async function giveUp(sql: Sql, id: string): Promise<void> {
  await sql`update mails set due_at = null, facts = '{}' where id = ${id}`
}

/** Whether a letter went out, and to whom, is asked within days: after a month nobody's address stands here. */
export function forgetMails(sql: Sql): Promise<void> {
  const settled = { keep: '30 days', only: 'due_at is null' }
  return forget(sql, { table: 'mails', from: 'created_at', ...settled })
}

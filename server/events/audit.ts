import type { Sql } from '../store/postgres.ts'

/** A promise that the rows break: which rule, whose id, and how. */
export type Finding = { rule: string; id: string; detail: string }

/** Events checked by one query: a second or so, well inside the statement's time. */
const pageMax = 20_000
/** Findings told of one show: where a chain is broken, what comes after tells nothing new. */
const findingsMax = 20

/**
 * Recomputes the log of every show from its rows: seqs without a gap up to the head, every link of
 * the chain, and the contents of every event that was not erased. Messages are erased by an act that
 * stands in the log itself. May run while the house is open.
 */
export async function auditLog(sql: Sql): Promise<Finding[]> {
  const findings: Finding[] = []
  const heads = await sql<{ id: string }[]>`select show_id as id from show_heads order by show_id`
  for (const { id } of heads) findings.push(...(await auditShow(sql, id)).slice(0, findingsMax))
  const headless = await sql<{ id: string }[]>`
    select distinct show_id as id from show_events e
    where not exists (select from show_heads h where h.show_id = e.show_id)`
  for (const { id } of headless) {
    findings.push({ rule: 'log.head', id, detail: 'has events but no head' })
  }
  return findings
}

async function auditShow(sql: Sql, showId: string): Promise<Finding[]> {
  // The head first: what is appended meanwhile is not looked at.
  const [head] = await sql<{ seq: number; hash: string }[]>`
    select seq::float8 as seq, encode(hash, 'hex') as hash from show_heads where show_id = ${showId}`
  if (!head) return []
  const findings: Finding[] = []
  let last = { seq: 0, hash: '' }
  while (last.seq < head.seq && findings.length < findingsMax) {
    const page = await checkPage(sql, showId, last.seq, head.seq)
    for (const problem of page.problems) findings.push({ ...problem, id: showId })
    if (page.last === undefined) break
    last = page.last
  }
  if (last.seq !== head.seq) {
    findings.push({
      rule: 'log.gap',
      id: showId,
      detail: `the head is at ${head.seq}, the last event is ${last.seq}`,
    })
  } else if (last.hash !== head.hash) {
    findings.push({ rule: 'log.head', id: showId, detail: `is not the link of seq ${head.seq}` })
  }
  return [
    ...findings,
    ...(await checkErased(sql, showId, head.seq)),
    ...(await checkBeyond(sql, showId)),
  ]
}

type Page = {
  problems: { rule: string; detail: string }[]
  last: { seq: number; hash: string } | undefined
}

type Checked = { seq: number; hash: string; follows: boolean; linked: boolean; whole: boolean }

/** Events (after, upTo]: each must follow the one before, link to it, and be what was written. */
async function checkPage(sql: Sql, showId: string, after: number, upTo: number): Promise<Page> {
  const [summary] = await sql<{ broken: Checked[] | null; seq: number | null; hash: string }[]>`
    with page as (
      select seq, type, at, actor, body, staff, body_hash, hash from show_events
      where show_id = ${showId} and seq >= ${after} and seq <= ${upTo} order by seq limit ${pageMax}
    ),
    checked as (
      select seq, encode(hash, 'hex') as hash,
        seq = coalesce(lag(seq) over w, 0) + 1 as follows,
        hash = event_link_v1(coalesce(lag(hash) over w, ''::bytea), seq, type, at, actor::text, body_hash) as linked,
        body_hash = event_content_v1(body, staff)
          or body is null and staff is null and type in ('chat.sent', 'chat.held', 'chat.pinned') as whole
      from page window w as (order by seq)
    ),
    counted as (select * from checked where seq > ${after})
    select (select jsonb_agg(b order by b.seq) from (
        select * from counted where not (follows and linked and whole) order by seq limit ${findingsMax}) b) as broken,
      (select max(seq)::float8 from counted) as seq,
      (select hash from counted order by seq desc limit 1) as hash`
  const last = summary?.seq == null ? undefined : { seq: summary.seq, hash: summary.hash }
  return { problems: (summary?.broken ?? []).flatMap(problemsOf), last }
}

function problemsOf({ seq, follows, linked, whole }: Checked): Page['problems'] {
  return [
    ...(follows ? [] : [{ rule: 'log.gap', detail: `seq ${seq} does not follow the one before` }]),
    // After a gap the link cannot be right: told once.
    ...(linked || !follows
      ? []
      : [{ rule: 'log.chain', detail: `the link of seq ${seq} is wrong` }]),
    ...(whole ? [] : [{ rule: 'log.contents', detail: `seq ${seq} is not what was written` }]),
  ]
}

/** Words may be gone only where somebody took them away: chat.deleted names the message. */
async function checkErased(sql: Sql, showId: string, upTo: number): Promise<Finding[]> {
  const rows = await sql<{ seq: number }[]>`
    select e.seq::float8 as seq from show_events e
    left join chat_keys k on k.show_id = e.show_id and k.seq = e.seq
    where e.show_id = ${showId} and e.seq <= ${upTo} and e.type = 'chat.sent' and e.body is null
      and not exists (select from show_events d where d.show_id = ${showId} and d.type <> 'chat.sent'
        and d.type = 'chat.deleted' and d.body ->> 'messageId' = k.message_id::text)
    order by e.seq limit ${findingsMax}`
  return rows.map(({ seq }) => ({
    rule: 'log.erased',
    id: showId,
    detail: `seq ${seq} has lost its words, and no act says why`,
  }))
}

/** Read after the head: only what was there without the head knowing can be beyond it by then. */
async function checkBeyond(sql: Sql, showId: string): Promise<Finding[]> {
  const [row] = await sql<{ seq: number }[]>`
    select max(e.seq)::float8 as seq from show_events e, show_heads h
    where e.show_id = ${showId} and h.show_id = ${showId} group by h.seq having max(e.seq) > h.seq`
  return row ? [{ rule: 'log.head', id: showId, detail: `seq ${row.seq} is beyond the head` }] : []
}

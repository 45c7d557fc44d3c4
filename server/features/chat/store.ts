import type { Code } from '../../../shared/wire/base.ts'
import type { ReactionKind } from '../../../shared/wire/chat.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Appended } from '../../events/log.ts'
import type { Sql } from '../../store/postgres.ts'
import type { HeldReason } from './judge.ts'

/** One message to decide, as say_v2 takes it. */
export type Ask = {
  id: string
  showId: string
  accountId: string
  key: string
  text: string
  hash: string
  print: string
  action: 'say' | 'hold' | 'refuse'
  reason?: HeldReason
  marks?: string[]
}

/** `stale`: the show's words have changed since the message was judged. */
export type Answer =
  | { kind: 'sent'; messageId: string; seq: number }
  | { kind: 'held' }
  | { kind: 'stale' }

type Said = {
  codes: string[]
  seqs: (number | null)[]
  /** By place in the batch, from 1. */
  more: Record<string, More> | null
}
type More = { messageId?: string; retryAfterMs?: number | null; reason?: string | null }

/** Decides a batch in one call: answers in the order asked, and what was written to the log. */
export async function say(
  sql: Sql,
  asks: Ask[],
  flood: boolean,
): Promise<{ answers: (Answer | Refusal)[]; events: Appended[] }> {
  const column = <K extends keyof Ask>(name: K) => asks.map((ask) => ask[name] as string)
  const [row] = await sql<{ answers: Said; events: Appended[] }[]>`
    select answers, events from say_v2(${column('showId')}::uuid[], ${column('accountId')}::uuid[],
      ${column('key')}::text[], ${column('id')}::uuid[], ${column('text')}::text[],
      ${column('hash')}::text[], ${column('print')}::text[], ${column('action')}::text[],
      ${sql.json(notesOf(asks))}::jsonb, ${flood})`
  const { answers, events } = row as { answers: Said; events: Appended[] }
  return { answers: asks.map((ask, n) => answerOf(ask, n, answers)), events }
}

/** Why the filters want a moderator to look: only of those messages, by place from 1. */
function notesOf(asks: Ask[]): Record<string, { reason: string; marks: string[] }> {
  const notes = asks.map(({ action, reason = '', marks = [] }, n) =>
    action === 'hold' ? [[n + 1, { reason, marks }]] : [],
  )
  return Object.fromEntries(notes.flat())
}

function answerOf(ask: Ask, n: number, { codes, seqs, more }: Said): Answer | Refusal {
  const code = codes[n] as string
  const told = more?.[n + 1] ?? {}
  if (code === 'SENT') {
    return { kind: 'sent', messageId: told.messageId ?? ask.id, seq: seqs[n] as number }
  }
  if (code === 'HELD') return { kind: 'held' }
  if (code === 'STALE') return { kind: 'stale' }
  return refusalOf(code, told)
}

const sentences: Record<string, [Code, string]> = {
  NOT_FOUND: ['NOT_FOUND', 'There is no such show, or it is not open to you.'],
  IDEMPOTENCY_MISMATCH: ['IDEMPOTENCY_MISMATCH', 'This key was already used with other contents.'],
  SHOW_NOT_LIVE: ['SHOW_NOT_LIVE', 'This show is over.'],
  UNAUTHENTICATED: ['UNAUTHENTICATED', 'Sign in to chat.'],
  SLOW: ['RATE_LIMITED', 'Slow mode is on.'],
  FLOOD: ['RATE_LIMITED', 'You have said that already.'],
  WAITING: ['RATE_LIMITED', 'Your earlier messages are still with a moderator.'],
  REFUSED: ['VALIDATION', 'This show does not take messages with that word.'],
}

/** How long somebody with a full queue waits at least: a moderator needs a moment. */
const waitingMs = 10_000

function refusalOf(code: string, { retryAfterMs, reason }: More): Refusal {
  const wait = code === 'WAITING' ? waitingMs : retryAfterMs
  const more = typeof wait === 'number' ? { retryAfterMs: wait } : {}
  if (code === 'BANNED') {
    return new Refusal('BANNED', `You were removed from this show. Reason given: ${reason}`)
  }
  if (code === 'MUTED') {
    return new Refusal('MUTED', `You are muted in this show. Reason given: ${reason}`, more)
  }
  const known = sentences[code]
  if (!known) throw new Error(`say_v2 answered ${code}`)
  const [as, sentence] = known
  const errors = code === 'REFUSED' ? { errors: [{ pointer: '/text', detail: sentence }] } : {}
  return new Refusal(as, sentence, { ...more, ...errors })
}

export type Count = { showId: string; kind: ReactionKind; count: number }

/** Adds to the totals, in one order for all, so that two processes never wait for each other crosswise. */
export async function addReactions(sql: Sql, counts: Count[]): Promise<void> {
  await sql`
    insert into reaction_totals(show_id, kind, total)
    select show_id, kind, count from unnest(${counts.map((c) => c.showId)}::uuid[],
      ${counts.map((c) => c.kind)}::text[], ${counts.map((c) => c.count)}::bigint[]) c(show_id, kind, count)
    order by show_id, kind
    on conflict (show_id, kind) do update set total = reaction_totals.total + excluded.total`
}

export async function reactionsOf(
  sql: Sql,
  showIds: string[],
): Promise<Map<string, Record<string, number>>> {
  const rows = await sql<{ show_id: string; totals: Record<string, number> }[]>`
    select show_id, jsonb_object_agg(kind, total) as totals from reaction_totals
    where show_id = any(${showIds}::uuid[]) group by show_id`
  return new Map(rows.map((row) => [row.show_id, row.totals]))
}

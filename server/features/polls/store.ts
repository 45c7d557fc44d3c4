import type { Code } from '../../../shared/wire/base.ts'
import type { Answered, PollCounts } from '../../../shared/wire/polls.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Sql } from '../../store/postgres.ts'

/** One vote to count. */
export type Vote = Answered & { showId: string; accountId: string }

const sentences: Record<string, [Code, string]> = {
  NOT_FOUND: ['NOT_FOUND', 'There is no such poll in this show.'],
  OVER: ['CONFLICT', 'This poll is closed.'],
  NO_ANSWER: ['VALIDATION', 'This poll has no such answer.'],
  BANNED: ['BANNED', 'You were removed from this show.'],
  MUTED: ['MUTED', 'You are muted in this show: you cannot answer.'],
}

/** Counts a batch in one call: answers in the order asked. */
export async function countVotes(sql: Sql, votes: Vote[]): Promise<(Answered | Refusal)[]> {
  const ids = (name: 'showId' | 'pollId' | 'accountId') => votes.map((vote) => vote[name])
  const [row] = await sql<{ answers: { code: string; answer: number }[] }[]>`
    select answer_polls_v1(${ids('showId')}::uuid[], ${ids('pollId')}::uuid[], ${ids('accountId')}::uuid[],
      ${votes.map(({ answer }) => answer)}::int[]) as answers`
  return votes.map(({ pollId }, n) => {
    const { code, answer } = row?.answers[n] as { code: string; answer: number }
    if (code === 'COUNTED') return { pollId, answer }
    const known = sentences[code]
    if (!known) throw new Error(`answer_polls_v1 answered ${code}`)
    return new Refusal(...known)
  })
}

/** The votes of the open polls of these shows. */
export async function countsOf(sql: Sql, showIds: string[]): Promise<Map<string, PollCounts>> {
  const rows = await sql<(PollCounts & { showId: string })[]>`
    select show_id as "showId", id as "pollId", counts from polls
    where show_id = any(${showIds}::uuid[]) and closed_at is null`
  return new Map(rows.map(({ showId, pollId, counts }) => [showId, { pollId, counts }]))
}

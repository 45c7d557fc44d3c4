import { lineMax, linePlacesMax } from '../../../shared/limits.ts'
import type { Code } from '../../../shared/wire/base.ts'
import type { Place } from '../../../shared/wire/line.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Notice } from '../../events/log.ts'
import type { Sql } from '../../store/postgres.ts'

export type Ask = { showId: string; variantId: string; accountId: string; key: string }

type Answer = { place: Place } | { code: Code }

const sentences: Partial<Record<Code, string>> = {
  CONFLICT: 'It is there: buy it.',
  SOLD_OUT: 'This line is full.',
  RATE_LIMITED: `You wait in ${linePlacesMax} lines. Leave one of them first.`,
  NOT_FOUND: 'There is no such product in this show, or it is not open to you.',
  SHOW_NOT_LIVE: 'This show is not live.',
  PRODUCT_PULLED: 'This product was taken off sale.',
  SALE_NOT_OPEN: 'This is not on sale at this moment.',
  BANNED: 'You cannot buy in this show.',
  LIMIT_PER_BUYER: 'That is more than one buyer may have at this price.',
  IDEMPOTENCY_MISMATCH: 'This key was already used with other contents.',
}

/** One call for a whole batch; answers in the order asked. */
export async function joinAll(
  sql: Sql,
  asks: Ask[],
): Promise<{ answers: (Place | Refusal)[]; notices: Notice[] }> {
  const [row] = await sql<{ joined: { answers: Answer[]; notices: Notice[] } }[]>`
    select line_joins_v1(${sql.json(asks)}::jsonb, ${lineMax}::int, ${linePlacesMax}::int) as joined`
  const { answers, notices } = row?.joined ?? { answers: [], notices: [] }
  return { answers: answers.map(answered), notices }
}

function answered(answer: Answer): Place | Refusal {
  if ('place' in answer) return answer.place
  const sentence = sentences[answer.code]
  if (sentence === undefined) throw new Error(`line_joins_v1 answered ${answer.code}`)
  return new Refusal(answer.code, sentence)
}

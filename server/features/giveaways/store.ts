import { entriesMax } from '../../../shared/limits.ts'
import type { Code } from '../../../shared/wire/base.ts'
import type { Entered, GiveawayCount, GiveawayRecord } from '../../../shared/wire/giveaways.ts'
import { Refusal } from '../../base/refusal.ts'
import { listed, type Sql } from '../../store/postgres.ts'

/** One person who wants to be in. */
export type Entry = {
  showId: string
  giveawayId: string
  accountId: string
  nonce?: string | undefined
}

type Answer = { code: string } & Omit<Entered, 'giveawayId'>

const sentences: Record<string, [Code, string]> = {
  NOT_FOUND: ['NOT_FOUND', 'There is no such giveaway in this show.'],
  OVER: ['CONFLICT', 'This giveaway is over.'],
  BANNED: ['BANNED', 'You were removed from this show.'],
  STAFF: ['FORBIDDEN', 'Who runs the show cannot win in it.'],
  FULL: ['CONFLICT', `This giveaway is full: ${entriesMax} are in.`],
}

/** Enters a batch in one call; answers in the order asked. */
export async function enterAll(sql: Sql, entries: Entry[]): Promise<(Entered | Refusal)[]> {
  const ids = (name: 'showId' | 'giveawayId' | 'accountId') =>
    listed(entries.map((entry) => entry[name]))
  const [row] = await sql<{ answers: Answer[] }[]>`
    select enter_giveaways_v1(${ids('showId')}::uuid[], ${ids('giveawayId')}::uuid[], ${ids('accountId')}::uuid[],
      ${entries.map(({ nonce }) => nonce ?? null)}::text[], ${entriesMax}::int) as answers`
  return entries.map(({ giveawayId }, n) => {
    const { code, ...entry } = row?.answers[n] as Answer
    if (code === 'IN') return { giveawayId, ...entry }
    const known = sentences[code]
    if (!known) throw new Error(`enter_giveaways_v1 answered ${code}`)
    return new Refusal(...known)
  })
}

export async function readRecord(
  sql: Sql,
  what: { showId: string; giveawayId: string },
): Promise<GiveawayRecord | null> {
  const [row] = await sql<{ record: GiveawayRecord | null }[]>`
    select giveaway_record_v1(${sql.json(what)}::jsonb) as record`
  return row?.record ?? null
}

/** How many are in, of the giveaways of these shows that run. */
export async function countsOf(sql: Sql, showIds: string[]): Promise<Map<string, GiveawayCount>> {
  const rows = await sql<(GiveawayCount & { showId: string })[]>`
    select show_id as "showId", id as "giveawayId", entries from giveaways
    where show_id = any(${showIds}::uuid[]) and ended_at is null`
  return new Map(rows.map(({ showId, giveawayId, entries }) => [showId, { giveawayId, entries }]))
}

import { pageDefault } from '../../../shared/limits.ts'
import type { Act, HeldMessage, PersonCard, Report, Word } from '../../../shared/wire/moderation.ts'
import { invalid, notFound } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import { readCursor, writeCursor } from '../../store/page.ts'
import { asRefusal, type Sql } from '../../store/postgres.ts'
import { actsOf, cardOf, heldOf, mustBeStaff, reportsOf, wordsOf } from './store.ts'

type Page<T> = { items: T[]; nextCursor: string | null }
type PageQuery = { cursor?: string; limit?: number }

/** Acts about one person on their card: what fits without scrolling. */
const historyMax = 20

/** What staff read. */
export function createDesk(sql: Sql) {
  /** The role is checked first, from current rows. */
  async function asStaff<T>(who: Who, showId: string, read: () => Promise<T>): Promise<T> {
    try {
      await mustBeStaff(sql, showId, who.accountId)
      return await read()
    } catch (error) {
      throw asRefusal(error)
    }
  }

  return {
    /** Messages that wait, oldest first. */
    held: (who: Who, showId: string, { cursor, limit = pageDefault }: PageQuery) =>
      asStaff<Page<HeldMessage>>(who, showId, async () => {
        const after = cursor === undefined ? null : readCursor(cursor)
        const found = await heldOf(sql, showId, after, limit + 1)
        return pageOf(found, limit, (held) => writeCursor(held.messageId))
      }),

    /** What viewers reported, newest first. */
    reports: (who: Who, showId: string, { cursor, limit = pageDefault }: PageQuery) =>
      asStaff<Page<Report>>(who, showId, async () => {
        const before = cursor === undefined ? null : readCursor(cursor)
        const found = await reportsOf(sql, showId, before, limit + 1)
        return pageOf(found, limit, (report) => writeCursor(report.id))
      }),

    /** Who did what when, newest first: one line an act. */
    audit: (who: Who, showId: string, { cursor, limit = pageDefault }: PageQuery) =>
      asStaff<Page<Act>>(who, showId, async () => {
        const before = cursor === undefined ? null : readSeq(cursor)
        const found = await actsOf(sql, showId, { before, about: null, limit: limit + 1 })
        return pageOf(found, limit, (act) => String(act.seq))
      }),

    person: (who: Who, showId: string, accountId: string) =>
      asStaff<PersonCard>(who, showId, async () => {
        const [card, history] = await Promise.all([
          cardOf(sql, showId, accountId),
          actsOf(sql, showId, { before: null, about: accountId, limit: historyMax }),
        ])
        if (!card) throw notFound('person')
        return { ...card, history }
      }),

    words: (who: Who, showId: string) =>
      asStaff<Page<Word>>(who, showId, async () => {
        const { words } = await wordsOf(sql, showId)
        return { items: words, nextCursor: null }
      }),
  }
}

function pageOf<T>(found: T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: found.length > limit && last ? cursorOf(last) : null }
}

function readSeq(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) {
    throw invalid('/cursor', 'is not a cursor of ours. Start without one.')
  }
  return Number(cursor)
}

import { pageDefault } from '../../../shared/limits.ts'
import type { Act, HeldMessage, PersonCard, Report, Word } from '../../../shared/wire/moderation.ts'
import { notFound } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import {
  idBefore,
  numberBefore,
  type Page,
  type PageQuery,
  pageById,
  pageByNumber,
} from '../../store/page.ts'
import { asRefusal, type Sql } from '../../store/postgres.ts'
import { actsOf, cardOf, heldOf, mustBeStaff, reportsOf, wordsOf } from './store.ts'

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
        const after = idBefore(cursor)
        const found = await heldOf(sql, showId, after, limit + 1)
        return pageById(found, limit, (held) => held.messageId)
      }),

    /** What viewers reported, newest first. */
    reports: (who: Who, showId: string, { cursor, limit = pageDefault }: PageQuery) =>
      asStaff<Page<Report>>(who, showId, async () => {
        const before = idBefore(cursor)
        const found = await reportsOf(sql, showId, before, limit + 1)
        return pageById(found, limit, (report) => report.id)
      }),

    /** Who did what when, newest first: one line an act. */
    audit: (who: Who, showId: string, { cursor, limit = pageDefault }: PageQuery) =>
      asStaff<Page<Act>>(who, showId, async () => {
        const before = numberBefore(cursor)
        const found = await actsOf(sql, showId, { before, about: null, limit: limit + 1 })
        return pageByNumber(found, limit, (act) => act.seq)
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

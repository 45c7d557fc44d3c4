import { sql } from 'drizzle-orm'
import {
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

/** A question that a show's staff put before the room. */
export const polls = pgTable(
  'polls',
  {
    id: uuid('id').primaryKey(),
    showId: uuid('show_id').notNull(),
    question: text('question').notNull(),
    answers: text('answers').array().notNull(),
    /** Votes, in the order of the answers: what `poll_votes` has, counted as they are written. */
    counts: integer('counts').array().notNull(),
    openedAt: at('opened_at').notNull(),
    endsAt: at('ends_at'),
    closedAt: at('closed_at'),
  },
  (t) => [
    index('polls_show').on(t.showId, t.openedAt),
    // One open poll in a show.
    uniqueIndex('polls_open').on(t.showId).where(sql`${t.closedAt} is null`),
    index('polls_due').on(t.endsAt).where(sql`${t.closedAt} is null`),
    check('polls_counts', sql`cardinality(${t.counts}) = cardinality(${t.answers})`),
  ],
)

/** One vote of one person, for good. */
export const pollVotes = pgTable(
  'poll_votes',
  {
    pollId: uuid('poll_id').notNull(),
    accountId: uuid('account_id').notNull(),
    /** The place among the answers, from 0. */
    answer: smallint('answer').notNull(),
    at: at('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.pollId, t.accountId] })],
)

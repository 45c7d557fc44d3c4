import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { at } from '../../store/columns.ts'

/** Letters to send: written with the change they tell of, sent until sent. Their rows go after a month. */
export const mails = pgTable(
  'mails',
  {
    id: uuid('id').primaryKey(),
    to: text('to').notNull(),
    kind: text('kind').notNull(),
    facts: jsonb('facts').$type<Record<string, unknown>>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    createdAt: at('created_at').notNull(),
    dueAt: at('due_at'),
    sentAt: at('sent_at'),
  },
  (t) => [
    index('mails_due').on(t.dueAt).where(sql`${t.dueAt} is not null`),
    index('mails_urgent').on(t.dueAt).where(sql`${t.dueAt} is not null and ${t.kind} = 'password'`),
    index('mails_bought')
      .on(t.dueAt)
      .where(sql`${t.dueAt} is not null and ${t.kind} not like 'show-%'`),
    index('mails_reminded')
      .on(t.dueAt)
      .where(sql`${t.dueAt} is not null and ${t.kind} <> 'show-followed'`),
    index('mails_old').on(t.createdAt).where(sql`${t.dueAt} is null`),
  ],
)

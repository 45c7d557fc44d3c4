import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import type { Address } from '../../../shared/wire/accounts.ts'
import { at, bytea } from '../../store/columns.ts'

export const accounts = pgTable(
  'accounts',
  {
    id: uuid('id').primaryKey(),
    kind: text('kind', { enum: ['guest', 'account', 'admin'] }).notNull(),
    displayName: text('display_name').notNull(),
    /** Null for guests. Compared without case. */
    email: text('email'),
    passwordHash: text('password_hash'),
    createdAt: at('created_at').notNull(),
  },
  (t) => [
    uniqueIndex('accounts_email').on(sql`lower(${t.email})`),
    index('accounts_guests').on(t.createdAt).where(sql`${t.kind} = 'guest'`),
  ],
)

export const sessions = pgTable(
  'sessions',
  {
    /** SHA-256 of the token; the token itself is nowhere. */
    tokenHash: bytea('token_hash').primaryKey(),
    id: uuid('id').notNull(),
    accountId: uuid('account_id').notNull(),
    createdAt: at('created_at').notNull(),
    expiresAt: at('expires_at').notNull(),
  },
  (t) => [index('sessions_account').on(t.accountId), index('sessions_old').on(t.expiresAt)],
)

export const addresses = pgTable(
  'addresses',
  {
    id: uuid('id').primaryKey(),
    accountId: uuid('account_id').notNull(),
    address: jsonb('address').$type<Address>().notNull(),
    createdAt: at('created_at').notNull(),
  },
  (t) => [index('addresses_account').on(t.accountId)],
)

export const passwordResets = pgTable('password_resets', {
  tokenHash: bytea('token_hash').primaryKey(),
  accountId: uuid('account_id').notNull(),
  expiresAt: at('expires_at').notNull(),
  usedAt: at('used_at'),
})

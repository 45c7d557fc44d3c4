import { randomInt } from 'node:crypto'
import { affiliatesMax, pageDefault, partnershipsMax } from '../../../shared/limits.ts'
import type { Partnership } from '../../../shared/wire/affiliates.ts'
import { newId } from '../../base/ids.ts'
import { notFound } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { idBefore, type PageQuery, pageById, placeBefore } from '../../store/page.ts'
import type { Postgres } from '../../store/postgres.ts'
import { byId } from './pages.ts'
import { days } from './rules.ts'
import {
  isMonth,
  ownsPartnership,
  readMonths,
  readOrders,
  readPartnership,
  readPartnerships,
  readPayouts,
} from './store.ts'

type Needs = { pg: Pick<Postgres, 'rest'>; log: Log }

/** No vowels, so that a code is no word, and nothing that looks like something else. */
const letters = '23456789bcdfghjkmnpqrstvwxyz'
const codeLength = 8

/** The side of who brings buyers. */
export function createEarnings({ pg, log }: Needs) {
  const sql = pg.rest

  async function mustBeIn(who: Who, id: string): Promise<void> {
    if (!(await ownsPartnership(sql, who.accountId, id))) throw notFound('partnership')
  }

  return {
    async join(who: Who, by: { merchantId: string } | { token: string }): Promise<Partnership> {
      const made = { id: newId(), code: newCode(), accountId: who.accountId }
      const args = { ...made, ...by, affiliatesMax, partnershipsMax }
      const id = await log.call<string>(sql, 'join_affiliates_v1', args)
      return readPartnership(sql, id, days)
    },

    async mine(who: Who, query: PageQuery) {
      return byId(query, (slice) => readPartnerships(sql, who.accountId, { ...slice, days }))
    },

    async leave(who: Who, id: string): Promise<Partnership> {
      await log.call(sql, 'end_affiliate_v1', { id, accountId: who.accountId })
      return readPartnership(sql, id, days)
    },

    async months(who: Who, id: string, { cursor, limit = pageDefault }: PageQuery) {
      await mustBeIn(who, id)
      const before = placeBefore(cursor, isMonth)
      const found = await readMonths(sql, id, { before, limit: limit + 1, days })
      const { items, nextCursor } = pageById(found, limit, ({ place }) => place)
      return { items: items.map(({ view }) => view), nextCursor }
    },

    async orders(who: Who, id: string, { cursor, limit = pageDefault }: PageQuery) {
      await mustBeIn(who, id)
      const before = idBefore(cursor)
      const found = await readOrders(sql, id, { before, limit: limit + 1, days })
      const { items, nextCursor } = pageById(found, limit, (row) => row.id)
      return { items: items.map(({ view }) => view), nextCursor }
    },

    /** For both sides. */
    async payouts(who: Who, id: string, query: PageQuery) {
      await mustBeIn(who, id)
      return byId(query, (slice) => readPayouts(sql, id, slice))
    },
  }
}

function newCode(): string {
  return Array.from({ length: codeLength }, () => letters[randomInt(letters.length)]).join('')
}

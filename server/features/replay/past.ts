import type { Room } from '../../../shared/domain/room.ts'
import type { Snapshot } from '../../../shared/wire/events.ts'
import type { Past, PastLine } from '../../../shared/wire/replay.ts'
import { invalid, notFound, Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import { asRefusal, type Sql } from '../../store/postgres.ts'
import { roomAfter, saleStateAt, snapshotOf } from './rules.ts'
import {
  type Levels,
  linesUpTo,
  type Place,
  personAt,
  placeOf,
  pointAtSeq,
  pointAtTime,
  stockAt,
  windowEvents,
} from './store.ts'

/** Lines of talk at a moment: as many as a snapshot has. */
const linesMax = 50

export type Asked = { time?: string; seq?: number; accountId?: string }

/** The window of a show at a moment that is over, from its log and the ledger alone. */
export function createPast(sql: Sql) {
  async function roomAt(showId: string, { title, host }: Place, seq: number) {
    const [events, lines] = await Promise.all([
      windowEvents(sql, showId, seq),
      linesUpTo(sql, showId, seq, linesMax),
    ])
    return { room: roomAfter({ id: showId, title, host }, events), lines }
  }

  /** The moment asked for, inside the show. */
  async function pointOf(showId: string, place: Place, { time, seq }: Asked) {
    const from = place.startedAt
    if (from === null) throw new Refusal('SHOW_NOT_LIVE', 'This show has not begun.')
    if (time !== undefined) {
      if (time < from) throw invalid('/time', 'is before the show began.')
      if (time > place.now) throw invalid('/time', 'is yet to come.')
      return { at: time, ...(await pointAtTime(sql, showId, time)) }
    }
    const point = seq === undefined ? undefined : await pointAtSeq(sql, showId, seq)
    if (!point) throw invalid('/seq', 'is not in the log of this show.')
    if (point.at < from) throw invalid('/seq', 'is before the show began.')
    return point
  }

  async function at(showId: string, place: Place, asked: Asked): Promise<Past> {
    const point = await pointOf(showId, place, asked)
    const { room, lines } = await roomAt(showId, place, point.seq)
    const variants = room.products.flatMap((product) => product.variants.map(({ id }) => id))
    const { accountId } = asked
    const [stock, person] = await Promise.all([
      stockAt(sql, showId, variants, point.until),
      accountId === undefined ? null : personAt(sql, showId, accountId, point),
    ])
    if (person === undefined) throw notFound('person')
    const from = place.startedAt as string
    return {
      seq: point.seq,
      at: point.at,
      from,
      to: place.endedAt ?? place.now,
      snapshot: { ...recounted(room, stock, point.at), chat: said(lines) },
      stock,
      talk: lines.map(({ messageId: _messageId, ...line }) => line),
      person,
    }
  }

  return {
    /** Staff alone: the role is checked from current rows. */
    async at(who: Who, showId: string, asked: Asked): Promise<Past> {
      try {
        await sql`select must_be_v1(${showId}, ${who.accountId}, 'moderator')`
        if ((asked.time === undefined) === (asked.seq === undefined)) {
          throw invalid('/time', 'Ask for a time or for a seq.')
        }
        const place = await placeOf(sql, showId)
        if (!place) throw notFound('show')
        return await at(showId, place, asked)
      } catch (error) {
        throw asRefusal(error)
      }
    },

    async room(showId: string, place: Place, time: string) {
      const { seq, at: moment } = await pointOf(showId, place, { time })
      const { room, lines } = await roomAt(showId, place, seq)
      return { seq, at: moment, snapshot: { ...snapshotOf(room), chat: said(lines) } }
    },
  }
}

/** Products and sales with what was to be had just then. */
function recounted(room: Room, stock: Levels, at: string): Omit<Snapshot, 'chat'> {
  const window = snapshotOf(room)
  const left = (variantId: string) => stock[variantId]?.available ?? 0
  return {
    ...window,
    products: window.products.map((product) => ({
      ...product,
      variants: product.variants.map((variant) => ({
        ...variant,
        available: product.pulled ? 0 : left(variant.id),
      })),
    })),
    sales: window.sales.map((sale) => ({
      ...sale,
      state: saleStateAt(sale, at, left(sale.variantId)),
    })),
  }
}

/** Messages that still have their words. */
function said(lines: (PastLine & { messageId: string | null })[]): Snapshot['chat'] {
  return lines.flatMap(({ seq, at, messageId, accountId, displayName, role, text }) =>
    messageId && accountId && displayName !== null && role && text !== null
      ? [{ seq, at, messageId, accountId, displayName, role, text }]
      : [],
  )
}

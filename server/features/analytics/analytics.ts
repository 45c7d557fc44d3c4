import { reportDays } from '../../../shared/limits.ts'
import type { Report } from '../../../shared/wire/report.ts'
import { Answers } from '../../base/answers.ts'
import type { Logger } from '../../base/log.ts'
import { notFound, Refusal } from '../../base/refusal.ts'
import { Together } from '../../base/together.ts'
import { turnstile } from '../../base/turnstile.ts'
import type { Who } from '../../base/who.ts'
import { forgetMax } from '../../store/forget.ts'
import { type Postgres, rethrow } from '../../store/postgres.ts'
import { Attendance } from './attendance.ts'
import {
  figuresOf,
  moneyOf,
  offAirOf,
  pinsOf,
  pointsOf,
  productsOf,
  salesOf,
  soldOutOf,
  stepOf,
} from './rules.ts'
import {
  eventsIn,
  heldIn,
  offeredIn,
  type Place,
  placeOf,
  pollsIn,
  type Span,
  salesIn,
  soldIn,
  watchedIn,
} from './store.ts'

type Needs = {
  pg: Postgres
  rooms(): { showId: string; viewers: ReadonlySet<string> }[]
  /** How many watch over all nodes. */
  counted(showId: string): number
  now(): number
  logger: Logger
}

const dayMs = 24 * 3_600_000
/** Who looks again within this time is told the same. */
const freshMs = 2_000
/** Shows that are over, of which is remembered what happened while they ran. */
const runsMax = 200
/** Reports wait for each other, and nobody for them. */
const [reportsAtOnce, reportsWaiting] = [1, 16]

export type Analytics = ReturnType<typeof createAnalytics>

/** Counts, and only listens: who watched, minute by minute, and what became of a show. */
export function createAnalytics({ pg, rooms, counted, now, logger }: Needs) {
  const sql = pg.rest
  const attendance = new Attendance({ sql: pg.jobs, rooms, counted, now, logger })
  const reports = new Together()
  const runs = new Answers<Awaited<ReturnType<typeof runOf>>>({ max: runsMax })
  const inTurn = turnstile(reportsAtOnce, reportsWaiting)

  /** What happened while it ran: of a show that is over it stays as it was. */
  async function runOf(span: Span) {
    const { showId, to } = span
    const [held, events, offered] = await Promise.all([
      heldIn(sql, span),
      eventsIn(sql, showId),
      offeredIn(sql, showId),
    ])
    // Not the log itself: of a busy show it is long.
    const soldOut = soldOutOf(events, offered, to)
    return { held, soldOut, pins: pinsOf(events, to), offAir: offAirOf(events, to) }
  }

  /** A show in figures and over its time. */
  async function partOf(place: Place, span: Span) {
    const stepMs = stepOf(span)
    const watched = await watchedIn(sql, span.showId, stepMs)
    const sold = await soldIn(sql, span, stepMs)
    const { showId, title, endedAt } = place
    const figures = figuresOf(watched, place.peak, sold)
    const points = pointsOf(span, stepMs, watched, sold)
    return { sold, part: { showId, title, startedAt: span.from, endedAt, stepMs, figures, points } }
  }

  async function reportOf(place: Place, who: Who): Promise<Report> {
    const span = spanOf(place)
    const { sold, part } = await partOf(place, span)
    const { showId } = place
    const [run, sales, offered, polls] = await Promise.all([
      place.endedAt === null ? runOf(span) : runs.of(showId, () => runOf(span)),
      salesIn(sql, showId),
      offeredIn(sql, showId),
      pollsIn(sql, showId),
    ])
    const before = place.before && (await placeOf(sql, place.before, who.accountId))
    return {
      ...part,
      status: place.status,
      countedAt: place.now,
      replay: { ...sold.replay, money: sold.replay.money.map(moneyOf) },
      products: productsOf(offered, run.held, sold, run),
      pins: run.pins,
      sales: salesOf(sales, run.held, sold, span.to),
      offAir: run.offAir,
      polls,
      before: before ? (await partOf(before, spanOf(before))).part : null,
    }
  }

  return {
    /** A show's report, for its host and admins; to others there is none. */
    async report(who: Who, showId: string): Promise<Report> {
      const place = await placeOf(sql, showId, who.accountId).catch(rethrow)
      if (!place) throw notFound('show')
      return reports
        .ask(`${showId} ${place.status}`, freshMs, () => inTurn(() => reportOf(place, who)))
        .catch(rethrow)
    },

    /** Counts who watches just now. Each second. */
    look: () => attendance.look(),
    began: (showId: string) => attendance.began(showId),
    ended: (showId: string) => attendance.ended(showId),

    /** Who watched is nobody's business any more, how many were is written down. */
    async forgetViewers(): Promise<void> {
      await pg.jobs`delete from show_viewers where ctid = any(array(
        select v.ctid from show_viewers v join shows w on w.id = v.show_id
        where w.ended_at < now() - interval '1 hour'
        limit ${forgetMax} for update of v skip locked))`
    },

    close: () => attendance.close(),
  }
}

/** From its begin to its end, or to now; and how long its replay counts. */
function spanOf({ showId, hostId, startedAt, endedAt, now }: Place): Span {
  if (startedAt === null) throw new Refusal('SHOW_NOT_LIVE', 'This show has not begun.')
  const to = endedAt ?? now
  const till = new Date(Date.parse(to) + reportDays * dayMs).toISOString()
  return { showId, hostId, from: startedAt, to, till }
}

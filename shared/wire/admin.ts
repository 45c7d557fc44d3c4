import Type, { type Static } from 'typebox'
import { Instant, Nullable, Shape, Sum } from './base.ts'
import { routes } from './contract.ts'

const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

/** One sentence that is true in a sound shop, and whose promise is broken where it is not. */
const Checked = Shape({
  rule: Type.String(),
  /** Names of the invariants that it shows. */
  shows: Type.Array(Type.String()),
  found: Count,
  /** The first of them. */
  findings: Type.Array(Shape({ id: Type.String(), detail: Type.String() })),
})

/** A currency's money by the books: taken − given back is what providers hold for the shops. */
const MoneySummary = Shape({
  currency: Type.String(),
  taken: Sum,
  givenBack: Sum,
  owedBack: Sum,
  sales: Sum,
  delivery: Sum,
  fees: Sum,
})

const Summary = Shape({
  counts: Type.Record(Type.String(), Count),
  units: Shape({ onHand: Count, held: Count, sold: Count, available: Count }),
  money: Type.Array(MoneySummary),
  /** Begun and not ended yet; nothing is wrong with it, and it ends by itself while the shop runs. */
  waiting: Shape({ holds: Count, orders: Count, refunds: Count, oldestRefundMs: Nullable(Count) }),
})
export type Summary = Static<typeof Summary>

export const VerifyReport = Shape({
  ok: Type.Boolean(),
  startedAt: Instant,
  finishedAt: Instant,
  checks: Type.Array(Checked),
  summary: Summary,
})
export type VerifyReport = Static<typeof VerifyReport>

export const VerifyAnswer = Shape({
  /** Set while a check runs that did not end within the deadline: ask again. */
  running: Nullable(Shape({ startedAt: Instant, asked: Count, retryAfterMs: Count })),
  /** The last that ended on this process; the one that was asked for when nothing is running. */
  report: Nullable(VerifyReport),
})
export type VerifyAnswer = Static<typeof VerifyAnswer>

export const adminRoutes = routes({
  verify: {
    method: 'GET',
    path: '/admin/verify',
    summary:
      'Recount stock, money, log and moderation from rows. One run at a time: whoever asks while it runs waits with it',
    may: 'admin',
    admin: true,
    reply: VerifyAnswer,
    status: 200,
  },
})

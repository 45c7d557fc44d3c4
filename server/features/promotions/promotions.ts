import { isCurrency } from '../../../shared/domain/money.ts'
import { codesMax, pageDefault } from '../../../shared/limits.ts'
import type { CodeState, DiscountCode, NewCode } from '../../../shared/wire/promotions.ts'
import { newId } from '../../base/ids.ts'
import { invalid } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { idBefore, type PageQuery, pageById } from '../../store/page.ts'
import type { Postgres } from '../../store/postgres.ts'
import { readCode, readCodes } from './store.ts'

type Needs = { pg: Pick<Postgres, 'rest' | 'talk'>; log: Log }
/** A field that does not fit what is there, as make_code_v1 tells it. */
type Misfit = { pointer: string; detail: string }

export type Promotions = ReturnType<typeof createPromotions>

/** A merchant's discount codes. What they take off is decided where orders are placed: the README has the law. */
export function createPromotions({ pg, log }: Needs) {
  return {
    /** A new code of this merchant's; nothing of it changes any more but that it ends. */
    async make(who: Who, wanted: NewCode): Promise<DiscountCode> {
      const args = { ...termsOf(wanted), id: newId(), merchant: who.accountId, max: codesMax }
      const answer = await log.call<DiscountCode | Misfit>(pg.rest, 'make_code_v1', args)
      if ('pointer' in answer) throw invalid(answer.pointer, answer.detail)
      return answer
    },

    async list(
      who: Who,
      { cursor, limit = pageDefault, state }: PageQuery & { state?: CodeState },
    ) {
      const slice = { before: idBefore(cursor), limit: limit + 1, state: state ?? null }
      return pageById(await readCodes(pg.rest, who.accountId, slice), limit, ({ id }) => id)
    },

    /** No order has it after the answer; it leaves the shows that show it. */
    async end(who: Who, id: string): Promise<DiscountCode> {
      await log.call(pg.rest, 'end_code_v2', { id, merchant: who.accountId })
      // Counted apart: of a code with 100,000 uses it takes a tenth of a second, and buyers wait for its row.
      return readCode(pg.rest, id)
    },

    /** One code before the room of a show; the last one wins, null takes it down. */
    async show(who: Who, what: { showId: string; codeId: string | null }): Promise<void> {
      await log.call(pg.talk, 'show_code_v1', { ...what, by: who.accountId })
    },
  }
}

/** As the rows have them. */
function termsOf({ code, off, minimum, perBuyer = 1, ...rest }: NewCode) {
  const amount = 'amount' in off ? off.amount : undefined
  if (amount && !isCurrency(amount.currency)) throw notMoney('/off/amount/currency')
  if (minimum && !isCurrency(minimum.currency)) throw notMoney('/minimum/currency')
  if (amount && minimum && amount.currency !== minimum.currency) {
    throw invalid('/minimum/currency', `is not ${amount.currency}, as what it takes off.`)
  }
  if (rest.startsAt !== undefined && rest.endsAt !== undefined && rest.endsAt <= rest.startsAt) {
    throw invalid('/endsAt', 'A code ends after it starts.')
  }
  return {
    ...rest,
    code: code.toUpperCase(),
    percent: 'percent' in off ? off.percent : null,
    amount: amount?.amount ?? null,
    currency: amount?.currency ?? minimum?.currency ?? null,
    minimum: minimum?.amount ?? null,
    perBuyer,
  }
}

const notMoney = (pointer: string) => invalid(pointer, 'There is no such currency.')

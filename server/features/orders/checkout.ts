import { leastPaidMinor } from '../../../shared/limits.ts'
import type { Address } from '../../../shared/wire/accounts.ts'
import type { Quote } from '../../../shared/wire/orders.ts'
import { failpoint } from '../../base/failpoint.ts'
import { fingerprint, newId } from '../../base/ids.ts'
import type { Logger } from '../../base/log.ts'
import type { Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { GroupCommit } from '../../store/group-commit.ts'
import type { Postgres } from '../../store/postgres.ts'
import type { Payments } from '../payments/payments.ts'
import { type Ask, asRefusal, type Placed, placeOrders, type Refused } from './place.ts'
import type { Tills } from './tills.ts'

/** Orders of one buyer that wait for payment: more is hoarding. */
const pendingMax = 3
/** Orders of one call: they keep the stock rows locked for about 30 ms, and holds wait behind them. */
const callMax = 400

type Needs = {
  pg: Pick<Postgres, 'hot' | 'rest'>
  log: Log
  payments: Pick<Payments, 'current'>
  tills: Tills
  payMs: number
  logger: Logger
}

/** From held units to an order that can be paid. */
export function createCheckout({ pg, log, payments, tills, payMs, logger }: Needs) {
  const batch = new GroupCommit<Ask, Placed>({
    slots: ({ buyer }) => [buyer],
    same: ({ buyer, key, bodyHash }) => `${buyer} ${key} ${bodyHash}`,
    most: callMax,
    run: decide,
  })

  async function decide(asks: Ask[]): Promise<(Placed | Refusal)[]> {
    const terms = { payMs, pendingMax, provider: payments.current.name }
    failpoint('order', 'before-commit')
    const { answers, events, notices } = await placeOrders(pg.hot, asks, terms)
    failpoint('order', 'after-commit')
    log.told(events, notices)
    return answers
  }

  return {
    /** What these holds would cost now. Changes nothing. */
    async quote(who: Who, { holdIds, code }: { holdIds: string[]; code?: string }): Promise<Quote> {
      const typed = code?.toUpperCase() ?? null
      const args = { buyer: who.accountId, holdIds, code: typed, leastPaid: leastPaidMinor }
      const answer = await log.call<Omit<Quote, 'provider'> | Refused>(pg.rest, 'quote_v1', args)
      if ('refused' in answer) throw asRefusal(answer)
      return { ...answer, provider: payments.current.name }
    },

    /**
     * Orders held units, all or none; the same key answers the same order. The order stands before the
     * provider hears of it: where the provider is away, `payUrl` is null and follows within seconds. By whose link it
     * came is no part of what was asked: a repeat with another one is a repeat.
     */
    async place(
      who: Who,
      {
        via,
        ...body
      }: { holdIds: string[]; shippingAddress: Address; code?: string; via?: string },
      key: string,
    ): Promise<Placed> {
      const code = body.code?.toUpperCase()
      const { order, payment } = await batch.ask({
        orderId: newId(),
        paymentId: newId(),
        buyer: who.accountId,
        key,
        bodyHash: fingerprint(code === undefined ? body : { ...body, code }),
        holdIds: body.holdIds,
        shippingAddress: body.shippingAddress,
        code,
        via,
      })
      if (payment.payUrl !== null || payment.status === 'succeeded') return { order, payment }
      try {
        const { id: paymentId, provider } = payment
        const { id: orderId, number, total } = order
        const payUrl = await tills.open({ paymentId, orderId, number, provider, ...total })
        return { order, payment: { ...payment, payUrl } }
      } catch (err) {
        logger.warn({ err, paymentId: payment.id }, 'payment not opened yet')
        return { order, payment }
      }
    },

    close: () => batch.close(),
  }
}

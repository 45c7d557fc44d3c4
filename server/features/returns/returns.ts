import {
  dueDays,
  type ReturnAct,
  type ReturnState,
  returnMoves,
} from '../../../shared/domain/returns.ts'
import {
  arriveDays,
  faultDaysMin,
  pageDefault,
  returnDays,
  returnsMax,
  saidBytesMax,
} from '../../../shared/limits.ts'
import type { Body } from '../../../shared/wire/contract.ts'
import type { OrderReturns, Return, returnRoutes } from '../../../shared/wire/returns.ts'
import { fingerprint, newId } from '../../base/ids.ts'
import type { Logger } from '../../base/log.ts'
import { invalid, notFound, Refusal } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import { idBefore, isTimed, type PageQuery, pageById, placeBefore } from '../../store/page.ts'
import type { Postgres } from '../../store/postgres.ts'
import { dueReturns, readDisputes, readReturns, readReturnsOf, readWaiting } from './store.ts'

type Needs = { pg: Pick<Postgres, 'rest' | 'jobs'>; log: Log; logger: Logger }
type Asked = Body<typeof returnRoutes.askReturn>
type Received = Body<typeof returnRoutes.receivedReturn>
type Words = { sendTo?: string; words?: string; carrier?: string; trackingNumber?: string }
type Money = { amount?: number; words?: string; restock?: Received['restock'] }
type Ask = PageQuery & { state?: ReturnState; waiting?: boolean }

/** What holds of every shop. */
const days = { promised: returnDays, fault: faultDaysMin, arrive: arriveDays }

export type Returns = ReturnType<typeof createReturns>

/** What comes back, and the money for it. The README here has its law. */
export function createReturns({ pg, log, logger }: Needs) {
  const moveOf = (act: ReturnAct) => {
    const { by, from, to, step } = returnMoves[act]
    return { by, from, to, step, dueDays: dueDays[to] }
  }

  /** What is done with words alone. */
  async function move(act: ReturnAct, who: Who, returnId: string, said: Words, key?: string) {
    for (const name of ['words', 'sendTo'] as const) mustBeShort(`/${name}`, said[name])
    const bodyHash = fingerprint({ returnId, ...said })
    const args = { ...said, ...moveOf(act), returnId, who: who.accountId, key, bodyHash }
    return log.call<Return>(pg.rest, 'move_return_v1', args)
  }

  /** What gives money back: never more than was paid for the pieces, and once for a key. */
  async function giveBack(act: ReturnAct, who: Who, returnId: string, how: Money, key: string) {
    mustBeShort('/words', how.words)
    mustBeOnce('/restock', how.restock ?? [])
    const bodyHash = fingerprint({ returnId, ...how })
    const args = { ...how, ...moveOf(act), returnId, who: who.accountId, key, bodyHash }
    return log.call<Return>(pg.rest, 'refund_return_v1', args)
  }

  return {
    /** For its buyer, its merchant and admins; what each said is for nobody else. */
    async ofOrder(who: Who, orderId: string): Promise<OrderReturns> {
      const found = await readReturnsOf(pg.rest, { orderId, who: who.accountId, days })
      if (!found) throw notFound('order')
      return found
    },

    /** Pieces of an order that was sent: within the shop's time, of a fault within the house's at least. */
    async ask(who: Who, orderId: string, asked: Asked, key: string): Promise<Return> {
      mustBeShort('/note', asked.note)
      mustBeOnce('/items', asked.items)
      return log.call<Return>(pg.rest, 'ask_return_v1', {
        ...asked,
        note: asked.note ?? '',
        isFault: asked.reason !== 'changed-mind',
        returnId: newId(),
        orderId,
        buyer: who.accountId,
        days,
        max: returnsMax,
        dueDays: dueDays.asked,
        key,
        bodyHash: fingerprint({ orderId, ...asked }),
      })
    },

    move,
    giveBack,

    async merchantList(who: Who, { cursor, limit = pageDefault, state, waiting }: Ask) {
      const few = { limit: limit + 1 }
      if (waiting) {
        const slice = { ...few, before: placeBefore(cursor, isTimed) }
        const found = await readWaiting(pg.rest, who.accountId, slice)
        const { items, nextCursor } = pageById(found, limit, ({ place }) => place)
        return { items: items.map(({ view }) => view), nextCursor }
      }
      const slice = { ...few, before: idBefore(cursor), state: state ?? null }
      return pageById(await readReturns(pg.rest, who.accountId, slice), limit, ({ id }) => id)
    },

    async disputes(
      who: Who,
      { cursor, limit = pageDefault, decided = false }: PageQuery & { decided?: boolean },
    ) {
      if (who.kind !== 'admin')
        throw new Refusal('FORBIDDEN', 'Only an admin of this house may do that.')
      const slice = { before: idBefore(cursor), limit: limit + 1 }
      return pageById(await readDisputes(pg.rest, { ...slice, decided }), limit, ({ id }) => id)
    },

    pass: () => pass({ pg, log, logger }),
  }
}

/** Takes the steps whose time has come, each for itself. Answers how many. */
async function pass({ pg, log, logger }: Needs): Promise<number> {
  const days = {
    sendDays: dueDays.accepted,
    disputeDays: dueDays.refunded,
    answerDays: dueDays.disputed,
  }
  let passed = 0
  for (const returnId of await dueReturns(pg.jobs)) {
    try {
      await log.call(pg.jobs, 'pass_return_v1', { returnId, ...days })
      passed += 1
    } catch (err) {
      logger.error({ err, returnId }, 'time did not pass for a return; will be tried again')
    }
  }
  return passed
}

function mustBeShort(pointer: string, words: string | undefined): void {
  if (words === undefined || Buffer.byteLength(words) <= saidBytesMax) return
  throw invalid(pointer, `is too long. It may have ${saidBytesMax} bytes.`)
}

function mustBeOnce(pointer: string, items: readonly { holdId: string }[]): void {
  if (new Set(items.map(({ holdId }) => holdId)).size === items.length) return
  throw invalid(pointer, 'names a line twice.')
}

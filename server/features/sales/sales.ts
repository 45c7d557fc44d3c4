import type { In } from '../../../shared/wire/contract.ts'
import type { Sale } from '../../../shared/wire/events.ts'
import type { salesCommands } from '../../../shared/wire/sales.ts'
import { newId } from '../../base/ids.ts'
import { invalid } from '../../base/refusal.ts'
import type { Who } from '../../base/who.ts'
import type { Log } from '../../events/log.ts'
import type { Postgres } from '../../store/postgres.ts'

type Needs = { pg: Postgres; log: Log }
type Payload<C extends keyof typeof salesCommands> = In<(typeof salesCommands)[C]>
/** A field that does not fit what is there, as sale_start_v1 tells it. */
type Misfit = { pointer: string; detail: string }

export type Sales = ReturnType<typeof createSales>

/** What the host shows: pins, flash sales, and products taken off sale. */
export function createSales({ pg, log }: Needs) {
  const act = async (name: string, who: Who, payload: object) => {
    await log.call(pg.talk, name, { ...payload, accountId: who.accountId })
    return {}
  }

  return {
    /** Puts one product in front of every viewer. The last pin wins. */
    pin: (who: Who, payload: Payload<'product:pin'>) => act('pin_v1', who, payload),

    /** Takes it down, if it is still the pinned one. */
    unpin: (who: Who, payload: Payload<'product:unpin'>) => act('unpin_v1', who, payload),

    /**
     * Takes a product off sale in this show. After the answer no hold of it succeeds; holds that are
     * in no order end, those in a pending order stay payable. Pulling twice is calm.
     */
    pull: (who: Who, payload: Payload<'product:pull'>) => act('pull_v1', who, payload),

    /** Puts it back at its own price. A sale that the pull ended stays ended. */
    restore: (who: Who, payload: Payload<'product:restore'>) => act('restore_v1', who, payload),

    /**
     * Announces a flash sale: nothing of the variant can be held until it opens, then at the sale's
     * price until it ends, then at the standing price again. Never more units than are free now.
     */
    async start(who: Who, payload: Payload<'sale:start'>): Promise<Sale> {
      const args = { ...payload, saleId: newId(), accountId: who.accountId }
      const answer = await log.call<Sale | Misfit>(pg.rest, 'sale_start_v1', args)
      if ('pointer' in answer) throw invalid(answer.pointer, answer.detail)
      return answer
    },

    /** Ends a sale before its time; holds made in it keep their price. Ending twice is calm. */
    async end(who: Who, payload: Payload<'sale:end'>): Promise<Record<string, never>> {
      await log.call(pg.rest, 'sale_end_v1', { ...payload, accountId: who.accountId })
      return {}
    },
  }
}
